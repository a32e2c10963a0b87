"""The partition table of a stick, as bytes."""

import pytest
import stick_image as image
from hypothesis import given
from hypothesis import strategies as st

from agent.stick.table import (
    ALIGNMENT,
    MOST_SECTORS,
    SECTOR,
    NotOurs,
    Part,
    Table,
    has_state,
    largest_state,
    read_table,
    state_bytes,
    volume_id,
    with_state,
)

SECTORS = image.IMAGE_BYTES // SECTOR
TABLE = Table(Part(image.BOOT_FIRST, image.BOOT_SECTORS), Part(image.STATE_FIRST, image.STATE_SECTORS))


def test_the_image() -> None:
    assert read_table(bytes(image.first_sector()), SECTORS) == TABLE
    assert volume_id(image.fat_sector(), TABLE) == image.VOLUME


@given(st.binary(max_size=600), st.integers(0, 2**40))
def test_rubbish_is_refused(data: bytes, sectors: int) -> None:
    with pytest.raises(NotOurs):
        read_table(data, sectors)


@given(st.integers(440, 511), st.integers(1, 255), st.integers(SECTORS, SECTORS * 3))
def test_one_wrong_byte_never_moves_a_partition_outside_the_rules(at: int, by: int, sectors: int) -> None:
    sector = image.first_sector()
    sector[at] ^= by
    try:
        table = read_table(bytes(sector), sectors)
    except NotOurs:
        return
    assert table.boot.end <= table.state.first
    assert table.state.end <= sectors
    assert table.boot.first % ALIGNMENT == table.state.first % ALIGNMENT == 0


@pytest.mark.parametrize(
    ("sectors", "end"),
    [
        (SECTORS, SECTORS),
        (SECTORS + 1, SECTORS),
        (SECTORS + ALIGNMENT * 5 + 7, SECTORS + ALIGNMENT * 5),
        (2**33, MOST_SECTORS // ALIGNMENT * ALIGNMENT),
    ],
)
def test_how_large_it_may_become(sectors: int, end: int) -> None:
    grown = with_state(bytes(image.first_sector()), Part(image.STATE_FIRST, largest_state(TABLE, sectors)))
    assert read_table(grown, sectors) == Table(TABLE.boot, Part(image.STATE_FIRST, end - image.STATE_FIRST))
    old = bytes(image.first_sector())
    assert [at for at in range(SECTOR) if grown[at] != old[at] and not 462 <= at < 478] == []


def test_the_size_of_a_file_system() -> None:
    block = bytearray(1024)
    block[4:8], block[24:28] = (5).to_bytes(4, "little"), (2).to_bytes(4, "little")
    block[336:340] = (1).to_bytes(4, "little")
    assert state_bytes(bytes(block)) == 5 * 4096
    block[96] = 0x80
    assert state_bytes(bytes(block)) == (2**32 + 5) * 4096
    assert not has_state(bytes(block))
    assert state_bytes(b"\xff" * 1024) > 0


@given(st.binary(min_size=512, max_size=512))
def test_a_first_partition_that_is_no_fat_volume(data: bytes) -> None:
    if data[510:] != b"\x55\xaa":
        with pytest.raises(NotOurs):
            volume_id(data, TABLE)


def test_a_volume_larger_than_its_partition() -> None:
    sector = bytearray(image.fat_sector())
    sector[32:36] = (image.BOOT_SECTORS + 1).to_bytes(4, "little")
    with pytest.raises(NotOurs):
        volume_id(bytes(sector), TABLE)

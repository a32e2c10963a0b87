"""An Ordis stick is recognised by what stands on it, whatever else is there."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from agent.sanitize.stick import DISK_GUID, DISK_SIGNATURE, FAT_LABEL, STATE_LABEL, is_ordis

SIZE = 1 << 20


def window_of(disk: bytearray):
    return lambda offset, length: bytes(disk[offset : offset + length])


def mbr(*starts: int) -> bytearray:
    disk = bytearray(SIZE)
    for index, start in enumerate(starts):
        struct.pack_into("<BBBBBBBBII", disk, 446 + 16 * index, 0, 0, 0, 0, 0x0C, 0, 0, 0, start, 64)
    disk[510:512] = b"\x55\xaa"
    return disk


def gpt(*starts: int, sector: int = 512) -> bytearray:
    disk = mbr(1)
    disk[sector : sector + 8] = b"EFI PART"
    struct.pack_into("<QII", disk, sector + 72, 2, 128, 128)
    for index, start in enumerate(starts):
        at = 2 * sector + 128 * index
        disk[at : at + 16] = b"t" * 16
        struct.pack_into("<QQ", disk, at + 32, start, start + 63)
    return disk


def found(disk: bytearray, sector: int = 512) -> bool:
    return is_ordis(window_of(disk), sector, len(disk))


def test_plain_disks_are_none() -> None:
    assert not found(bytearray(SIZE))
    assert not found(mbr(64, 512))
    assert not found(gpt(64, 512))


def test_disk_signature() -> None:
    disk = mbr(64)
    disk[440:444] = DISK_SIGNATURE
    assert found(disk)


def test_disk_guid() -> None:
    disk = gpt(64)
    disk[512 + 56 : 512 + 72] = DISK_GUID
    assert found(disk)


def test_fat_label_in_each_partition_and_on_the_whole_disk() -> None:
    for table, start in (
        (mbr(64, 512), 512),
        (gpt(64, 256), 256),
        (gpt(64, sector=4096), 64 * 8),
        (bytearray(SIZE), 0),
    ):
        for at in (43, 71):
            disk = bytearray(table)
            disk[start * 512 + at : start * 512 + at + 11] = FAT_LABEL
            disk[start * 512 + 510 : start * 512 + 512] = b"\x55\xaa"
            assert found(disk, 4096 if start == 512 and table[4096:4104] == b"EFI PART" else 512)


def test_state_partition() -> None:
    disk = gpt(64, 256)
    at = 256 * 512 + 1024
    disk[at + 56 : at + 58] = b"\x53\xef"
    disk[at + 120 : at + 136] = STATE_LABEL
    assert found(disk)


@given(st.binary(max_size=4096), st.sampled_from([512, 4096]))
def test_rubbish_never_raises(start: bytes, sector: int) -> None:
    disk = bytearray(start.ljust(8192, b"\xff"))
    found(disk, sector)
    disk[sector : sector + 8] = b"EFI PART"
    found(disk, sector)

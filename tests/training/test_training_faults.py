"""Each fault does what it says, at exactly the place that it says, and nothing else."""

import errno
import threading
import time
from collections.abc import Callable, Iterator
from mmap import mmap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sanitize.medium import Identity
from agent.training.description import Kind
from agent.training.faults import Faults
from agent.training.media import CACHE_BYTES

SECTOR = 512
SIZE = 64 * 1024
SwitchOn = Callable[..., Any]


@pytest.fixture
def buffer() -> Iterator[mmap]:
    with mmap(-1, SIZE) as memory:
        memory[:] = b"\xaa" * SIZE
        yield memory


def fails(number: int, act: Callable[..., object], *arguments: object) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011
        act(*arguments)
    assert caught.value.errno == number


def sectors(on: Any) -> list[int]:
    """Which sectors of the media hold what was written."""
    content = on.store.content
    return [at // SECTOR for at in range(0, len(content), SECTOR) if content[at : at + SECTOR] == b"\xaa" * SECTOR]


def test_a_sector_that_cannot_be_read(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(unreadable=(9, 5)))
    assert on.drive.write(buffer, SIZE, 0) == SIZE
    for sector in range(SIZE // SECTOR):
        if sector in (5, 9):
            fails(errno.EIO, on.drive.read_into, buffer, SECTOR, sector * SECTOR)
        else:
            assert on.drive.read_into(buffer, SECTOR, sector * SECTOR) == SECTOR
    before = on.drive.bytes_read()
    fails(errno.EIO, on.drive.read_into, buffer, 8 * SECTOR, 2 * SECTOR)
    assert on.drive.bytes_read() - before == 3 * SECTOR  # what stands before the bad one
    assert on.drive.read_into(buffer, 3 * SECTOR, 2 * SECTOR) == 3 * SECTOR
    fails(errno.EIO, on.drive.window, 5 * SECTOR + 3, 1)


def test_a_sector_that_cannot_be_written(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(unwritable=(4,)))
    fails(errno.EIO, on.drive.write, buffer, 8 * SECTOR, 2 * SECTOR)
    assert sectors(on) == [2, 3]
    assert on.drive.write(buffer, 3 * SECTOR, 5 * SECTOR) == 3 * SECTOR
    assert sectors(on) == [2, 3, 5, 6, 7]
    assert on.drive.read_into(buffer, SIZE, 0) == SIZE


def test_bad_sectors_that_were_met_are_in_the_health(switch_on: SwitchOn, buffer: mmap) -> None:
    faults = Faults(unreadable=(1, 2))
    disk, nvme = switch_on(faults=faults).drive, switch_on(kind=Kind.NVME, faults=faults).drive
    for drive in (disk, nvme):
        for sector in (1, 2, 2):
            fails(errno.EIO, drive.read_into, buffer, SECTOR, sector * SECTOR)
    raw = {row["id"]: row["raw"]["value"] for row in disk.smart()["ata_smart_attributes"]["table"]}
    assert raw[197] == raw[187] == 2
    assert nvme.smart()["nvme_smart_health_information_log"]["media_errors"] == 2


def test_a_flush_that_fails(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(flush_fails=True))
    on.drive.write(buffer, SECTOR, 0)
    fails(errno.EIO, on.drive.flush)
    assert on.store.syncs == 0


def test_a_flush_reaches_the_store(switch_on: SwitchOn, buffer: mmap) -> None:
    for cached in (False, True):
        on = switch_on(faults=Faults(loses_unflushed=cached))
        on.drive.flush()
        assert on.store.syncs == 1


def test_a_power_cut_loses_what_was_not_flushed(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(loses_unflushed=True))
    on.drive.write(buffer, 2 * SECTOR, 0)
    on.drive.flush()
    on.drive.write(buffer, 2 * SECTOR, 8 * SECTOR)
    assert on.drive.window(8 * SECTOR, 4) == b"\xaa" * 4  # read back out of the cache
    on.drive.power_cut()
    fails(errno.ENODEV, on.drive.flush)
    fails(errno.ENODEV, on.drive.identity)
    on.drive.close()
    assert sectors(on) == [0, 1]


def test_without_the_fault_a_power_cut_loses_nothing(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on()
    on.drive.write(buffer, 2 * SECTOR, 0)
    on.drive.power_cut()
    on.drive.close()
    assert sectors(on) == [0, 1]


def test_switching_off_in_good_order_loses_nothing(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(loses_unflushed=True))
    on.drive.write(buffer, 2 * SECTOR, 0)
    assert sectors(on) == []
    on.drive.close()
    assert sectors(on) == [0, 1]


@given(st.lists(st.one_of(st.just("flush"), st.tuples(st.integers(0, 15), st.integers(1, 255)))))
def test_after_a_power_cut_each_sector_is_as_flushed(switch_on: SwitchOn, steps: Any) -> None:
    on = switch_on(size_bytes=8192, faults=Faults(loses_unflushed=True))
    written, flushed = [0] * 16, [0] * 16
    with mmap(-1, SECTOR) as buffer:
        for step in steps:
            if step == "flush":
                on.drive.flush()
                flushed = written.copy()
            else:
                sector, value = step
                buffer[:] = bytes([value]) * SECTOR
                on.drive.write(buffer, SECTOR, sector * SECTOR)
                written[sector] = value
    on.drive.power_cut()
    assert on.store.content == b"".join(bytes([value]) * SECTOR for value in flushed)


def test_a_full_cache_writes_the_oldest_out(switch_on: SwitchOn, monkeypatch: pytest.MonkeyPatch) -> None:
    size = CACHE_BYTES + 4 * SECTOR
    on = switch_on(size_bytes=size, faults=Faults(loses_unflushed=True))
    with mmap(-1, size) as large:
        large[:] = b"\xaa" * size
        on.drive.write(large, size, 0)
    on.drive.power_cut()
    assert sectors(on) == [0, 1, 2, 3]


def test_fake_capacity_wraps_around(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(real_bytes=16 * 1024))
    assert on.drive.identity().size_bytes == on.drive.coverage().native_size_bytes == SIZE
    for sector in range(SIZE // SECTOR):
        buffer[:SECTOR] = sector.to_bytes(2, "big") * (SECTOR // 2)
        on.drive.write(buffer, SECTOR, sector * SECTOR)
    found = [int.from_bytes(on.drive.window(sector * SECTOR, 2), "big") for sector in range(SIZE // SECTOR)]
    assert found == [96 + sector % 32 for sector in range(128)]


def test_a_transfer_across_the_end_of_fake_capacity(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(real_bytes=4096, loses_unflushed=True))
    on.drive.write(buffer, 4 * SECTOR, 6 * SECTOR)
    assert on.drive.window(0, 1) == b"\xaa"  # also while it waits in the cache
    on.drive.flush()
    assert sectors(on) == [0, 1, 6, 7]
    assert on.drive.window(6 * SECTOR, 4 * SECTOR) == b"\xaa" * 4 * SECTOR


def test_a_drive_that_vanishes(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(vanishes_after_bytes=6 * SECTOR))
    assert on.drive.write(buffer, 2 * SECTOR, 0) == 2 * SECTOR
    assert on.drive.read_into(buffer, 2 * SECTOR, 0) == 2 * SECTOR
    fails(errno.ENODEV, on.drive.write, buffer, 4 * SECTOR, 8 * SECTOR)
    assert sectors(on) == [0, 1, 8, 9]
    for act in (on.drive.flush, on.drive.identity, on.drive.coverage, on.drive.smart):
        fails(errno.ENODEV, act)
    fails(errno.ENODEV, on.drive.head, SECTOR)
    on.drive.close()


def test_what_vanishes_takes_its_cache_along(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(loses_unflushed=True, vanishes_after_bytes=2 * SECTOR))
    fails(errno.ENODEV, on.drive.write, buffer, 4 * SECTOR, 0)
    on.drive.close()
    assert sectors(on) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_a_drive_that_becomes_another(switch_on: SwitchOn, buffer: mmap, kind: Kind) -> None:
    faults = Faults(changes_after_bytes=2 * SECTOR, changed_serial="OTHER", changed_size_bytes=32 * 1024)
    on = switch_on(kind=kind, faults=faults)
    before = on.drive.identity()
    on.drive.read_into(buffer, SIZE, 0)
    on.drive.write(buffer, SECTOR, 0)
    assert on.drive.identity() == before
    on.drive.write(buffer, SECTOR, 0)
    assert on.drive.identity() == Identity(serial="OTHER", model=before.model, size_bytes=32 * 1024)
    assert on.drive.coverage().native_size_bytes == SIZE
    fails(errno.EIO, on.drive.write, buffer, SECTOR, 32 * 1024)
    assert on.drive.write(buffer, SECTOR, 32 * 1024 - SECTOR) == SECTOR


def test_a_drive_that_grows_has_no_more_media(switch_on: SwitchOn, buffer: mmap) -> None:
    on = switch_on(faults=Faults(changes_after_bytes=0, changed_size_bytes=2 * SIZE))
    assert on.drive.identity().size_bytes == 2 * SIZE
    fails(errno.EIO, on.drive.read_into, buffer, SECTOR, SIZE)


@pytest.mark.parametrize("release", ["power_cut", "close"])
def test_a_drive_that_hangs(switch_on: SwitchOn, buffer: mmap, release: str) -> None:
    on = switch_on(faults=Faults(hangs_after_bytes=2 * SECTOR, loses_unflushed=True))
    ended: list[int | None] = []

    def write() -> None:
        try:
            on.drive.write(buffer, 4 * SECTOR, 0)
        except OSError as error:
            ended.append(error.errno)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    thread.join(0.1)
    assert thread.is_alive()
    assert ended == []
    getattr(on.drive, release)()
    thread.join(5)
    assert ended == [errno.ENODEV]
    on.drive.close()
    assert sectors(on) == []  # a drive that hangs saves nothing of its cache


def test_speed(switch_on: SwitchOn, buffer: mmap) -> None:
    drive = switch_on(bytes_per_second=1_000_000).drive
    started = time.monotonic()
    drive.write(buffer, SIZE, 0)
    for offset in range(0, 16 * SECTOR, SECTOR):
        drive.read_into(buffer, SECTOR, offset)
    # What is below a thousandth of a second is not waited for but saved up.
    assert time.monotonic() - started >= (SIZE + 16 * SECTOR) / 1_000_000 - 0.002


def test_a_power_cut_ends_the_waiting_for_a_slow_drive(switch_on: SwitchOn, buffer: mmap) -> None:
    drive = switch_on(bytes_per_second=1).drive
    threading.Timer(0.05, drive.power_cut).start()
    started = time.monotonic()
    fails(errno.ENODEV, drive.write, buffer, SIZE, 0)
    assert time.monotonic() - started < 60

"""Format NVM of a simulated NVMe drive: what it erases, how far it reaches, what its interruption leaves."""

import errno
from itertools import pairwise

import pytest
from simulated_nvme import OLD, SIZE, Nvme

from agent.model.ports import NoAnswer

MORE = 8192
BROADCAST = 0xFFFFFFFF
INVALID_OPCODE, INVALID_FIELD, INVALID_NAMESPACE, INTERNAL_ERROR = 0x01, 0x02, 0x0B, 0x06
FORMAT_IN_PROGRESS, INVALID_FORMAT = 0x84, 0x10A
KEEP, ERASE, CRYPTO = range(3)


def several(fna: int = 4, **about: object) -> Nvme:
    """Namespaces 2 (attached) and 3 (not), and 4 KiB that nobody has."""
    facts = {"hidden_bytes": 2 * MORE + 4096}
    return Nvme(facts=facts, fna=fna, more_namespaces=(MORE, MORE), unattached=(3,), **about)


def erased(drive: Nvme) -> list[bool]:
    """Of each of three namespaces and of the unallocated rest: whether all of it is erased."""
    residue = drive.drive.residue()
    starts = (0, SIZE, SIZE + MORE, SIZE + 2 * MORE, SIZE + 2 * MORE + 4096)
    return [not any(first < end and start < last for start, end in residue.visible) for first, last in pairwise(starts)]


@pytest.mark.parametrize("settings", [ERASE, CRYPTO])
def test_a_format_that_erases_is_over_when_it_answers(settings: int) -> None:
    drive = Nvme()
    before = drive.clock.now()
    assert drive.format(settings) == 0
    assert drive.clock.now() - before == pytest.approx(5)
    assert drive.residue == (0, 0, 0)
    assert drive.read() == bytes(SIZE)
    drive.write()
    assert drive.residue == (0, 0, 0)


def test_a_format_without_erase_erases_nothing() -> None:
    drive = Nvme()
    assert drive.format(KEEP) == 0
    assert drive.residue == (SIZE, 0, 4096)
    assert drive.read() == (OLD * SIZE)[:SIZE]
    hides = Nvme(format_deallocates=True)
    assert hides.format(KEEP) == 0
    assert hides.residue == (0, SIZE, 4096)  # it only looks erased
    assert hides.read() == bytes(SIZE)


def test_what_is_not_offered_is_refused() -> None:
    assert Nvme(formats=False).format() == INVALID_OPCODE
    drive = Nvme(fna=0)
    assert drive.format(CRYPTO) == drive.format(3) == INVALID_FIELD
    assert drive.format(ERASE, lba_format=2) == drive.format(ERASE, lba_format=1 << 5) == INVALID_FORMAT
    assert drive.format(ERASE, nsid=0) == drive.format(ERASE, nsid=2) == INVALID_NAMESPACE
    assert drive.residue == (SIZE, 0, 4096)
    assert several().format(ERASE, nsid=3) == INVALID_FIELD  # not attached


@pytest.mark.parametrize(
    ("fna", "settings", "nsid", "reached"),
    [
        (4, ERASE, 1, [True, False, False, False]),
        (4, ERASE, 2, [False, True, False, False]),
        (4, ERASE, BROADCAST, [True, True, False, False]),  # those that this controller sees
        (4 | 2, ERASE, 1, [True, True, True, False]),
        (4 | 2, CRYPTO, BROADCAST, [True, True, True, False]),
        (4 | 1, ERASE, 1, [True, False, False, False]),  # bit 0 is for formats that erase nothing
        (4 | 1, KEEP, 1, [False, False, False, False]),
    ],
)
def test_the_attributes_say_how_far_it_reaches(fna: int, settings: int, nsid: int, reached: list[bool]) -> None:
    drive = several(fna)
    assert drive.format(settings, nsid) == 0
    assert erased(drive) == reached
    assert drive.residue[2] == (0 if all(reached[:3]) else 4096)  # what has no address goes with the last namespace


def test_a_drive_without_broadcast() -> None:
    drive = several(4 | 8)
    assert drive.format(ERASE, BROADCAST) == INVALID_FIELD
    assert drive.format(ERASE, 1) == 0


def test_another_block_size() -> None:
    drive = Nvme()
    assert drive.format(ERASE, lba_format=1) == 0
    drive.drive.rescan()
    assert drive.drive.logical_sector_bytes == 4096
    assert drive.drive.identity().size_bytes == SIZE
    assert drive.identify(0, 1)[26] & 0xF == 1
    with pytest.raises(OSError, match="Invalid argument"):
        drive.read(512, 512)
    drive.power_cycle()
    assert drive.drive.logical_sector_bytes == 4096
    assert Nvme(facts={"logical_sector_bytes": 4096}).format(ERASE, lba_format=1) == INVALID_FORMAT


def test_a_host_that_loses_patience() -> None:
    drive = Nvme()
    with pytest.raises(NoAnswer):
        drive.format(timeout=2)
    assert drive.format() == FORMAT_IN_PROGRESS
    assert drive.sanitize() == FORMAT_IN_PROGRESS
    with pytest.raises(OSError, match="Input/output"):
        drive.read()
    assert drive.identify(1)
    assert drive.residue[0] == SIZE - int(0.4 * SIZE / 512) * 512
    drive.clock.advance(3)
    assert drive.read() == bytes(SIZE)


def test_after_a_power_cut_the_namespace_is_not_ready_until_it_is_formatted_again() -> None:
    drive = Nvme()
    with pytest.raises(NoAnswer):
        drive.format(timeout=2.5)
    drive.power_cycle()
    drive.clock.advance(1000)
    assert drive.residue == (SIZE // 2, 0, 4096)
    with pytest.raises(OSError, match="Remote I/O") as caught:
        drive.read()
    assert caught.value.errno == errno.EREMOTEIO
    drive.power_cycle()
    assert drive.format() == 0
    assert drive.read() == bytes(SIZE)


def test_only_the_namespace_at_work_is_out_of_reach() -> None:
    drive = several()
    with pytest.raises(NoAnswer):
        drive.format(ERASE, 2, timeout=2)
    assert drive.read()[:5] == OLD
    found = bytearray(512)
    with pytest.raises(OSError, match="Input/output"):
        drive.drive.ports.nvme._firmware.read_into(memoryview(found), 0, 2)


def test_it_goes_on_when_the_next_process_opens_the_drive() -> None:
    drive = several(4 | 2)
    with pytest.raises(NoAnswer):
        drive.format(timeout=2)
    drive.reopen()
    drive.clock.advance(10)
    drive.reopen()
    while drive.format(KEEP) == FORMAT_IN_PROGRESS:
        drive.clock.advance(5)
    assert erased(drive) == [True, True, True, False]


def test_a_format_that_says_success_and_does_nothing() -> None:
    drive = Nvme(ignores_format=True)
    assert drive.format(ERASE) == 0
    assert drive.residue == (SIZE, 0, 4096)


@pytest.mark.parametrize(
    ("faults", "left"),
    [
        ({"erase_covers_percent": 0}, (SIZE, 0, 4096)),
        ({"erase_covers_percent": 90}, (6656, 0, 4096)),
        ({"erase_stops_at_percent": 37}, (SIZE - 47 * 512, 0, 4096)),
        ({"erase_unmaps_only": True}, (0, SIZE, 4096)),
    ],
)
def test_a_format_that_lies(faults: dict[str, object], left: tuple[int, int, int]) -> None:
    drive = Nvme(faults=faults)
    assert drive.format(ERASE) == 0
    assert drive.residue == left


def test_a_format_that_fails() -> None:
    drive = Nvme(faults={"erase_fails_at_percent": 50})
    assert drive.format() == INTERNAL_ERROR
    with pytest.raises(OSError, match="Remote I/O"):
        drive.read()
    assert drive.residue[0] == SIZE // 2


def test_a_reset_in_the_middle() -> None:
    drive = Nvme(faults={"erase_resets_at_percent": 30})
    with pytest.raises(NoAnswer):
        drive.format()
    assert drive.format() == FORMAT_IN_PROGRESS
    drive.clock.advance(5)
    assert drive.residue == (0, 0, 0)


def test_the_power_fails_in_the_middle() -> None:
    drive = Nvme(faults={"erase_cuts_power_at_percent": 25})
    with pytest.raises(OSError, match="No such device"):
        drive.format()
    drive.power_cycle()
    assert drive.residue == (SIZE * 3 // 4, 0, 4096)
    with pytest.raises(OSError, match="Remote I/O"):
        drive.read()


def test_a_drive_that_comes_back_with_another_size() -> None:
    drive = Nvme(faults={"changes_after_erase": True, "changed_size_bytes": 8192})
    assert drive.format() == 0
    assert drive.drive.identity().size_bytes == 8192

"""Sanitize of a simulated NVMe drive, and its status log, read here byte by byte as NVMe Base 2.0 has them."""

import errno
import struct

import pytest
from simulated_nvme import (
    AUSE,
    BLOCK_ERASE,
    CRYPTO_ERASE,
    EXIT_FAILURE,
    IDENTIFY,
    NO_DEALLOCATE,
    OLD,
    OVERWRITE,
    SANITIZE,
    SIZE,
    Nvme,
)

from agent.model.ports import NoAnswer

NEVER, DONE, RUNNING, FAILED, DONE_DEALLOCATED = range(5)
IN_PROGRESS, IS_FAILED, INVALID_FIELD, INVALID_OPCODE, ACCESS_DENIED = 0x1D, 0x1C, 0x02, 0x01, 0x286


def fields(drive: Nvme) -> tuple[int, ...]:
    """SPROG, SSTAT, SCDW10."""
    return struct.unpack_from("<HHI", drive.log_page(0x81))


def fails(number: int, drive: Nvme) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011
        drive.read()
    assert caught.value.errno == number


def test_a_block_erase_from_beginning_to_end() -> None:
    drive = Nvme()
    assert fields(drive) == (0xFFFF, NEVER, 0)
    assert drive.residue == (SIZE, 0, 4096)
    assert drive.sanitize(BLOCK_ERASE | AUSE) == 0
    assert fields(drive) == (0, RUNNING, 0x0A)
    drive.clock.advance(5)
    assert fields(drive) == (0x4000, RUNNING, 0x0A)
    drive.clock.advance(14.9)
    assert drive.status == RUNNING
    drive.clock.advance(0.2)
    assert fields(drive) == (0xFFFF, DONE | 0x100, 0x0A)  # global data erased
    assert drive.residue == (0, 0, 0)
    assert drive.read() == bytes(SIZE)
    drive.write(4096, 512)
    assert fields(drive) == (0xFFFF, DONE, 0x0A)


def test_the_log_tells_what_the_operations_take() -> None:
    log = Nvme(overwrite_pass_seconds=30, block_erase_seconds=7, crypto_erase_seconds=1).log_page(0x81)
    assert struct.unpack_from("<6I", log, 8) == (480, 7, 1, 480, 7, 1)  # overwriting: for 16 passes
    assert len(log) == 512
    assert not any(log[32:])


@pytest.mark.parametrize(
    ("action", "seconds"),
    [(BLOCK_ERASE, 20), (CRYPTO_ERASE, 2), (OVERWRITE | 1 << 4, 60), (OVERWRITE | 3 << 4, 180), (OVERWRITE, 960)],
)
def test_each_operation_takes_its_time(action: int, seconds: float) -> None:
    drive = Nvme()
    drive.sanitize(action)
    drive.clock.advance(seconds - 0.5)
    assert drive.status == RUNNING
    drive.clock.advance(1)
    assert drive.status == DONE
    assert drive.residue == (0, 0, 0)


def test_passes_are_counted() -> None:
    drive = Nvme()
    drive.sanitize(OVERWRITE | 3 << 4)
    told = []
    for _ in range(4):
        told.append(fields(drive)[1] >> 3 & 0x1F)
        drive.clock.advance(60.1)
    assert told == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("about", "action", "content"),
    [
        ({}, BLOCK_ERASE, b"\0\0\0\0"),
        ({"deallocated": "ones"}, BLOCK_ERASE, b"\xff" * 4),
        ({"deallocated": "unreported"}, BLOCK_ERASE, b"\x33\xcc\x55\xaa"),
        ({}, OVERWRITE | 1 << 4, b"\0\0\0\0"),
        ({"deallocated": "ones"}, OVERWRITE | 1 << 4 | NO_DEALLOCATE, b"\x78\x56\x34\x12"),
        ({}, OVERWRITE | 3 << 4 | NO_DEALLOCATE | 1 << 8, b"\x78\x56\x34\x12"),
        ({}, OVERWRITE | 2 << 4 | NO_DEALLOCATE | 1 << 8, b"\x87\xa9\xcb\xed"),  # the last of two is inverted
        ({}, BLOCK_ERASE | NO_DEALLOCATE, b"\xff" * 4),
        ({"no_deallocate": "warned"}, OVERWRITE | 1 << 4 | NO_DEALLOCATE, b"\0\0\0\0"),
    ],
)
def test_what_is_read_afterwards(about: dict[str, object], action: int, content: bytes) -> None:
    drive = Nvme(**about)
    assert drive.sanitize(action, 0x12345678) == 0
    drive.clock.advance(1000)
    assert drive.read() == content * (SIZE // 4)
    assert drive.residue == (0, 0, 0)


def test_after_a_crypto_erase_without_deallocation_there_is_noise() -> None:
    drive = Nvme()
    drive.sanitize(CRYPTO_ERASE | NO_DEALLOCATE)
    drive.clock.advance(3)
    noise = drive.read()
    assert OLD not in noise
    assert noise == drive.read()  # it is the same at each reading
    assert len({noise[at : at + 16] for at in range(0, SIZE, 16)}) == SIZE // 16


def test_dlfeat_and_sanicap_tell_it_before() -> None:
    assert [Nvme(deallocated=what).identify(0, 1)[33] & 7 for what in ("zeros", "ones", "unreported")] == [1, 2, 0]
    inhibited = 1 << 29
    for about, told in (
        ({}, 7),
        ({"sanicap": 2}, 2),
        ({"no_deallocate": "warned"}, 7 | inhibited),
        ({"sanicap": 0}, 0),
    ):
        assert struct.unpack_from("<I", Nvme(**about).identify(1), 328) == (told,)


def test_a_request_not_to_deallocate_can_be_refused_or_warned_of() -> None:
    refuses = Nvme(no_deallocate="refused")
    assert refuses.sanitize(BLOCK_ERASE | NO_DEALLOCATE) == INVALID_FIELD
    assert refuses.status == NEVER
    warns = Nvme(no_deallocate="warned")
    assert warns.sanitize(BLOCK_ERASE | NO_DEALLOCATE) == 0
    warns.clock.advance(30)
    assert warns.status == DONE_DEALLOCATED
    assert warns.residue == (0, 0, 0)


@pytest.mark.parametrize("action", [0, 5, 6, 7])
def test_actions_that_do_not_exist(action: int) -> None:
    assert Nvme().sanitize(action) == INVALID_FIELD


def test_what_is_not_supported_is_refused() -> None:
    drive = Nvme(sanicap=1)
    assert drive.sanitize(BLOCK_ERASE) == drive.sanitize(OVERWRITE) == INVALID_FIELD
    assert drive.sanitize(CRYPTO_ERASE) == 0
    without = Nvme(sanicap=0)
    assert without.sanitize(BLOCK_ERASE) == INVALID_OPCODE
    assert without.admin(2, 0, 512, cdw10=0x81 | 127 << 16).status == 0x109


def test_a_drive_that_lies_about_what_it_can() -> None:
    drive = Nvme(sanicap=1, claims_sanicap=7)
    assert struct.unpack_from("<I", drive.identify(1), 328) == (7,)
    assert drive.sanitize(BLOCK_ERASE) == INVALID_FIELD
    refuses = Nvme(faults={"erase_refused": True})
    assert refuses.sanitize() == refuses.format() == INVALID_OPCODE
    assert refuses.identify(1)[256] & 2
    assert refuses.residue == (SIZE, 0, 4096)


def test_what_a_running_sanitize_allows() -> None:
    drive = Nvme(manages_namespaces=True)
    drive.sanitize()
    for action in (BLOCK_ERASE, EXIT_FAILURE):
        assert drive.sanitize(action) == IN_PROGRESS
    assert drive.format() == IN_PROGRESS
    assert drive.admin(0x0D, 1, cdw10=1).status == IN_PROGRESS  # delete the namespace
    fails(errno.EIO, drive)
    assert drive.identify(1)[4:9] == b"SIM-1"
    assert drive.log_page(0x02)[1:3] != b"\0\0"
    assert drive.admin(0x18).status == 0
    assert drive.drive.identity().size_bytes == SIZE
    drive.clock.advance(20)
    assert drive.read() == bytes(SIZE)


def test_a_reset_of_the_controller_changes_nothing() -> None:
    drive = Nvme()
    drive.sanitize()
    drive.clock.advance(10)
    drive.drive.ports.nvme.reset()
    assert fields(drive)[:2] == (0x8000, RUNNING)
    drive.clock.advance(10)
    assert drive.status == DONE


def test_it_goes_on_after_a_power_cut_and_the_hour_without_current_does_not_count() -> None:
    drive = Nvme()
    drive.sanitize()
    drive.clock.advance(10)
    drive.power_cycle()
    assert fields(drive) == (0x8000, RUNNING, BLOCK_ERASE)
    fails(errno.EIO, drive)
    assert drive.residue == (SIZE // 2, 0, 4096)
    drive.clock.advance(10)
    assert drive.status == DONE
    assert drive.residue == (0, 0, 0)
    drive.power_cycle()
    assert fields(drive) == (0xFFFF, DONE | 0x100, BLOCK_ERASE)


def test_it_goes_on_when_the_next_process_opens_the_drive() -> None:
    drive = Nvme()
    drive.sanitize()
    drive.clock.advance(5)
    drive.reopen()
    assert fields(drive)[:2] == (0x4000, RUNNING)
    drive.clock.advance(15)
    drive.reopen()
    assert drive.status == DONE


def test_a_failure_that_may_be_left() -> None:
    drive = Nvme(faults={"erase_fails_at_percent": 50})
    drive.sanitize(BLOCK_ERASE | AUSE)
    drive.clock.advance(100)
    assert fields(drive) == (0xFFFF, FAILED, BLOCK_ERASE | AUSE)
    assert drive.residue == (SIZE // 2, 0, 4096)
    fails(errno.EIO, drive)
    assert drive.format() == IS_FAILED
    drive.power_cycle()
    assert drive.status == FAILED
    assert drive.sanitize(EXIT_FAILURE) == 0
    assert drive.status == FAILED  # the log still tells of it
    assert drive.read()[SIZE // 2 :] == (OLD * SIZE)[SIZE // 2 : SIZE]
    drive.power_cycle()
    assert drive.read()[:1] == b"\0"
    assert drive.sanitize(EXIT_FAILURE) == 0  # nothing to exit


def test_a_failure_that_only_another_sanitize_can_leave() -> None:
    drive = Nvme(faults={"erase_fails_at_percent": 50})
    drive.sanitize(BLOCK_ERASE)
    drive.clock.advance(100)
    assert drive.sanitize(EXIT_FAILURE) == IS_FAILED
    assert drive.sanitize(BLOCK_ERASE | AUSE) == IS_FAILED
    fails(errno.EIO, drive)
    assert drive.sanitize(CRYPTO_ERASE) == 0
    assert drive.status == RUNNING


def test_the_volatile_cache_does_not_survive_an_erase() -> None:
    drive = Nvme(faults={"loses_unflushed": True})
    drive.write(0, 4096)
    drive.sanitize()
    drive.clock.advance(20)
    assert drive.read() == bytes(SIZE)
    drive.reopen()
    assert drive.read() == bytes(SIZE)


def test_all_of_the_media_is_sanitized_whatever_has_an_address() -> None:
    drive = Nvme(facts={"hidden_bytes": 3 * 4096}, more_namespaces=(4096,), unattached=(2,))
    assert drive.residue == (SIZE + 3 * 4096, 0, 4096)
    drive.sanitize()
    drive.clock.advance(20)
    assert drive.residue == (0, 0, 0)


# Firmware that is wrong


def test_a_sanitize_that_is_accepted_and_never_begins() -> None:
    drive = Nvme(ignores_sanitize=True)
    assert drive.sanitize() == 0
    assert fields(drive) == (0xFFFF, NEVER, 0)
    assert drive.residue == (SIZE, 0, 4096)


@pytest.mark.parametrize(
    ("faults", "left"),
    [
        ({"erase_covers_percent": 0}, (SIZE, 0, 4096)),
        ({"erase_covers_percent": 90}, (6656, 0, 4096)),  # 115 of 128 sectors are gone
        ({"erase_unmaps_only": True}, (0, SIZE, 4096)),
    ],
)
def test_a_sanitize_that_reports_success_and_is_none(faults: dict[str, object], left: tuple[int, int, int]) -> None:
    drive = Nvme(faults=faults)
    drive.sanitize()
    drive.clock.advance(10)
    assert drive.status == RUNNING
    drive.clock.advance(10)
    assert fields(drive) == (0xFFFF, DONE | 0x100, BLOCK_ERASE)
    assert drive.residue == left


def test_a_sanitize_that_stops_in_the_middle_and_reports_success() -> None:
    drive = Nvme(faults={"erase_stops_at_percent": 37})
    drive.sanitize()
    drive.clock.advance(8)
    assert drive.status == DONE
    assert drive.residue[0] == SIZE - 47 * 512  # 37 % of 128 sectors
    assert OLD in drive.read()


def test_a_sanitize_that_sticks() -> None:
    drive = Nvme(faults={"erase_stuck_at_percent": 1})
    drive.sanitize()
    for _ in range(3):
        drive.clock.advance(7 * 24 * 3600)
        assert fields(drive)[:2] == (int(0.01 * 65536), RUNNING)
        drive.power_cycle()
    fails(errno.EIO, drive)


def test_a_log_of_zeros() -> None:
    drive = Nvme(sanitize_log_empty=True)
    drive.sanitize()
    assert drive.log_page(0x81) == bytes(512)
    drive.clock.advance(20)
    assert drive.log_page(0x81) == bytes(512)
    assert drive.residue == (0, 0, 0)


def test_a_log_that_tells_of_another_sanitize() -> None:
    drive = Nvme(sanitize_log_of=CRYPTO_ERASE | AUSE)
    assert fields(drive) == (0xFFFF, DONE, CRYPTO_ERASE | AUSE)
    drive.sanitize(BLOCK_ERASE)
    assert fields(drive) == (0xFFFF, DONE, CRYPTO_ERASE | AUSE)


def test_locked_data() -> None:
    drive = Nvme(denies_access=True)
    assert drive.sanitize() == drive.format() == ACCESS_DENIED
    fails(errno.ENODATA, drive)
    with pytest.raises(OSError, match="No data"):
        drive.write(0, 512)
    assert drive.residue == (SIZE, 0, 4096)


def test_a_reset_in_the_middle() -> None:
    drive = Nvme(faults={"erase_resets_at_percent": 30})
    drive.sanitize()
    drive.clock.advance(10)
    with pytest.raises(NoAnswer):
        drive.log_page(0x81)
    assert fields(drive)[:2] == (0x8000, RUNNING)


def test_a_drive_that_drops_off_the_bus_and_comes_back() -> None:
    drive = Nvme(faults={"erase_vanishes_at_percent": 30})
    drive.sanitize()
    drive.clock.advance(10)
    with pytest.raises(OSError, match="No such device"):
        drive.log_page(0x81)
    drive.power_cycle()
    assert drive.status == RUNNING
    drive.clock.advance(20)
    assert drive.status == DONE


def test_a_drive_that_comes_back_with_another_size() -> None:
    drive = Nvme(faults={"changes_after_erase": True, "changed_size_bytes": 8192})
    drive.sanitize()
    assert drive.drive.identity().size_bytes == SIZE
    drive.clock.advance(20)
    assert drive.drive.identity().size_bytes == 8192
    assert struct.unpack_from("<Q", drive.identify(0, 1)) == (16,)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_power_cut_at_any_command(number: int, before: bool) -> None:
    drive = Nvme(faults={"cut_before_command" if before else "cut_after_command": number})
    begun = False
    with pytest.raises(OSError, match="No such device"):  # noqa: PT012 - any of the three
        drive.identify(1)
        begun = drive.sanitize() == 0
        drive.log_page(0x81)
    drive.power_cycle()
    for _ in range(3):  # it strikes once
        assert drive.status == (RUNNING if begun or (number == 2 and not before) else NEVER)


def test_the_port_is_as_strict_as_the_kernel() -> None:
    drive = Nvme()
    for opcode, length in ((SANITIZE, 512), (IDENTIFY, 510), (IDENTIFY, -4)):
        with pytest.raises(ValueError, match="dwords"):
            drive.admin(opcode, 0, length)
    assert drive.admin(IDENTIFY, 0, 512, cdw10=1).status == 0x0F  # Identify moves 4096 bytes

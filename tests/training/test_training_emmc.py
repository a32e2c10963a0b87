"""A simulated eMMC device, its registers and responses read here as JESD84-B51 has them."""

import errno
import struct

import pytest
from simulated_nvme import DAY, OLD, Bench

from agent.model.ports import MmcResult, NoAnswer
from agent.training.description import Kind
from agent.training.emmc_about import EmmcAbout

GROUP = 512 * 1024
SIZE = 4 * GROUP
SPARE = 4096
READY, BUSY = 4 << 9 | 1 << 8, 7 << 9
ERASE, TRIM, DISCARD, SECURE_ERASE, MARK, SECURE_TRIM = 0, 1, 3, 0x80000000, 0x80000001, 0x80008000
SANITIZE = 0x03A50100


class Emmc(Bench):
    """Four erase groups of 512 KiB; an erase of all takes 0.6 s, a secure one 6 s."""

    def __init__(self, faults: dict[str, object] | None = None, **about: object) -> None:
        facts = {"size_bytes": SIZE, "emmc": EmmcAbout(**about)}  # type: ignore[arg-type]
        super().__init__(Kind.EMMC, faults, **facts)

    def command(self, index: int, argument: int = 0, timeout: float = DAY, *, busy: bool = False) -> int:
        result = self.drive.ports.mmc.command(index, argument, timeout=timeout, busy=busy)
        assert isinstance(result, MmcResult)
        return result.card_status

    def erase(self, argument: int, first: int = 0, last: int = SIZE // 512 - 1, *, busy: bool = True) -> int:
        assert self.command(35, first) == self.command(36, last) == READY
        return self.command(38, argument, busy=busy)

    @property
    def card(self) -> int:
        return self.command(13, 1 << 16)


def whole(drive: Emmc) -> bytes:
    return drive.read(0, SIZE)


def fails(number: int, drive: Emmc) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011
        drive.command(6, SANITIZE)
    assert caught.value.errno == number


def test_the_register_tells_everything() -> None:
    drive = Emmc(sanitize_seconds=3, secure_factor=10, erase_timeout_units=2, boot_units=16, rpmb_units=4)
    block = drive.drive.ports.mmc.ext_csd(1)
    assert len(block) == 512
    assert struct.unpack_from("<I", block, 212) == (SIZE // 512,)  # SEC_COUNT
    assert block[192] == 8  # version 5.1
    assert block[231] == 0x55  # secure erase, trim and sanitize
    assert (block[224], block[175], block[223], block[232]) == (1, 1, 2, 2)
    assert (block[229], block[230]) == (10, 10)
    assert (block[226], block[168]) == (16, 4)
    assert block[254:262] == b"F       "
    assert Emmc(secure_erase=False, trim=False, sanitize=False).drive.ports.mmc.ext_csd(1)[231] == 0x04


def test_who_it_is_and_what_no_erase_reaches() -> None:
    drive = Emmc(boot_units=16, rpmb_units=4).drive
    assert (drive.identity().serial, drive.identity().size_bytes) == ("SIM-1", SIZE)
    assert drive.coverage().native_size_bytes == SIZE
    boot, rpmb = drive.coverage().untouched
    assert "boot partitions" in boot.text
    assert boot.values["size"] == 2 * 16 * 128 * 1024
    assert "RPMB" in rpmb.text
    assert rpmb.values["size"] == 4 * 128 * 1024
    assert Emmc(boot_units=0, rpmb_units=0).drive.coverage().untouched == ()
    assert drive.smart() is None


@pytest.mark.parametrize("argument", [ERASE, TRIM])
def test_an_erase_hides_and_a_sanitize_removes(argument: int) -> None:
    drive = Emmc()
    assert drive.erase(argument) == READY
    assert drive.residue == (0, SIZE, SPARE)
    assert whole(drive) == bytes(SIZE)
    assert drive.command(6, SANITIZE) == 0  # Linux hands on no response
    assert drive.residue == (0, 0, 0)


def test_an_erase_in_one_order() -> None:
    drive = Emmc()
    assert drive.drive.ports.mmc.erase(0, 7, TRIM, DAY) == (MmcResult(READY),) * 3
    assert drive.residue == (SIZE - 4096, 4096, SPARE)
    refused = drive.drive.ports.mmc.erase(8, 7, TRIM, DAY)
    assert [result.card_status for result in refused] == [READY, READY | 1 << 27, READY | 1 << 28]


def test_a_sanitize_alone_leaves_what_has_an_address() -> None:
    drive = Emmc()
    drive.erase(TRIM, 0, 7)
    drive.command(6, SANITIZE)
    assert drive.residue == (SIZE - 4096, 0, 0)
    assert whole(drive)[4096:] == (OLD * SIZE)[4096:SIZE]


def test_a_discard_may_leave_everything() -> None:
    drive = Emmc()
    assert drive.erase(DISCARD) == READY
    assert drive.residue == (SIZE, 0, SPARE)
    assert OLD in whole(drive)
    assert drive.erase(DISCARD) == READY
    assert Emmc(revision=5).erase(DISCARD) == READY | 1 << 19  # not before version 4.5


def test_a_secure_erase_takes_its_time() -> None:
    drive = Emmc()
    before = drive.clock.now()
    assert drive.erase(SECURE_ERASE, busy=False) == READY
    assert drive.card == BUSY
    drive.clock.advance(3)
    assert drive.residue == (SIZE // 2, 0, SPARE)
    drive.read(0, 512)  # waits until it is ready
    assert drive.clock.now() - before == pytest.approx(6)
    assert drive.card == READY
    assert drive.residue == (0, 0, SPARE)


def test_erases_take_whole_groups_and_trims_single_sectors() -> None:
    drive = Emmc()
    drive.erase(SECURE_ERASE, 3, 3)
    assert drive.residue == (SIZE - GROUP, 0, SPARE)
    drive.erase(TRIM, 1024, 1024)
    assert drive.residue == (SIZE - GROUP - 512, 512, SPARE)


def test_secure_trim_in_two_steps() -> None:
    drive = Emmc()
    assert drive.erase(MARK, 0, 7) == READY
    assert drive.erase(MARK, 16, 23) == READY
    assert drive.residue == (SIZE, 0, SPARE)
    assert drive.erase(SECURE_TRIM, 0, 0) == READY
    assert drive.residue == (SIZE - 2 * 4096, 0, SPARE)
    assert whole(drive)[:4096] == whole(drive)[8192:12288] == bytes(4096)


def test_what_is_not_offered_is_an_error() -> None:
    for about, argument in (
        ({"secure_erase": False}, SECURE_ERASE), ({"trim": False}, TRIM), ({"trim": False}, SECURE_TRIM), ({}, 7),
    ):  # fmt: skip
        drive = Emmc(**about)
        assert drive.erase(argument) == READY | 1 << 19
        assert drive.residue == (SIZE, 0, SPARE)


def test_the_sequence_of_an_erase() -> None:
    drive = Emmc()
    out_of_sequence, out_of_range, parameter, reset = 1 << 28, 1 << 31, 1 << 27, 1 << 13
    assert drive.command(38) == drive.command(36) == READY | out_of_sequence
    assert drive.command(35, SIZE // 512) == READY | out_of_range
    drive.command(35, 8)
    assert drive.command(36, SIZE // 512) == READY | out_of_range
    assert drive.command(36, 7) == READY | parameter
    assert drive.command(38) == READY | out_of_sequence
    drive.command(35, 8)
    assert drive.card == READY  # the status may be asked for in between
    drive.command(6, 0x03AF0100)  # anything else may not
    assert drive.card == READY | reset
    assert drive.command(36, 9) == READY | out_of_sequence


def test_commands_that_the_card_does_not_know() -> None:
    drive = Emmc()
    with pytest.raises(NoAnswer):
        drive.command(55)
    assert drive.card == READY | 1 << 22
    assert drive.card == READY
    drive.command(6, 0x03B30100)  # a register that cannot be written
    assert drive.card == READY | 1 << 7


def test_a_host_that_loses_patience_and_asks_for_the_status() -> None:
    drive = Emmc()
    drive.erase(ERASE)
    with pytest.raises(NoAnswer):
        drive.command(6, SANITIZE, timeout=4)
    assert drive.card == BUSY
    drive.clock.advance(7)
    assert drive.card == READY
    assert drive.residue == (0, 0, 0)
    drive.erase(SECURE_ERASE, busy=False)
    with pytest.raises(NoAnswer):
        drive.command(35, 0, timeout=1)  # no other command is taken while it is busy
    assert drive.card == BUSY


def test_a_sanitize_that_is_cut_off_must_be_started_again() -> None:
    drive = Emmc()
    drive.erase(ERASE)
    with pytest.raises(NoAnswer):
        drive.command(6, SANITIZE, timeout=5)
    drive.power_cycle()
    drive.clock.advance(1000)
    assert drive.card == READY
    assert drive.residue == (0, SIZE // 2, SPARE)
    assert drive.command(6, SANITIZE) == 0
    assert drive.residue == (0, 0, 0)


def test_it_goes_on_when_the_next_process_opens_the_drive() -> None:
    drive = Emmc()
    drive.erase(ERASE)
    with pytest.raises(NoAnswer):
        drive.command(6, SANITIZE, timeout=5)
    drive.reopen()
    assert drive.card == BUSY
    drive.clock.advance(6)
    assert drive.card == READY
    assert drive.residue == (0, 0, 0)


# Firmware that is wrong


def test_sanitizes_that_are_none() -> None:
    fails(errno.EOPNOTSUPP, Emmc(sanitize=False))
    fails(errno.EBADMSG, Emmc(refuses_sanitize=True))
    drive = Emmc(ignores_sanitize=True)
    drive.erase(ERASE)
    assert drive.command(6, SANITIZE) == 0
    assert drive.card == READY
    assert drive.residue == (0, SIZE, SPARE)


@pytest.mark.parametrize(
    ("faults", "erased", "sanitized"),
    [
        ({"erase_covers_percent": 0}, (SIZE, 0, SPARE), (SIZE, 0, SPARE)),
        ({"erase_covers_percent": 75}, (GROUP, 3 * GROUP, SPARE), (GROUP, 3 * GROUP // 4, SPARE)),
        ({"erase_stops_at_percent": 50}, (0, SIZE, SPARE), (0, SIZE // 2, SPARE)),
        ({"erase_unmaps_only": True}, (0, SIZE, SPARE), (0, SIZE, SPARE)),
    ],
)
def test_erases_that_lie(faults: dict[str, object], erased: tuple[int, ...], sanitized: tuple[int, ...]) -> None:
    drive = Emmc(faults)
    assert drive.erase(ERASE) == READY
    assert drive.residue == erased
    assert drive.command(6, SANITIZE) == 0
    assert drive.residue == sanitized


def test_a_secure_erase_that_only_hides() -> None:
    drive = Emmc({"erase_unmaps_only": True})
    assert drive.erase(SECURE_ERASE) == READY
    assert drive.residue == (0, SIZE, SPARE)


def test_a_sanitize_that_fails_or_sticks() -> None:
    failing = Emmc({"erase_fails_at_percent": 40})
    failing.erase(ERASE)
    fails(errno.EBADMSG, failing)
    stuck = Emmc({"erase_stuck_at_percent": 40})
    with pytest.raises(NoAnswer):
        stuck.command(6, SANITIZE, timeout=DAY)
    assert stuck.card == BUSY


def test_a_reset_interrupts_it() -> None:
    drive = Emmc({"erase_resets_at_percent": 40})
    with pytest.raises(NoAnswer):
        drive.command(6, SANITIZE)
    assert drive.card == READY
    assert drive.residue == (SIZE, 0, SPARE)


@pytest.mark.parametrize(
    "about", [{"revision": 4}, {"boot_units": 256}, {"erase_group_units": 0}, {"trim": 1}, {"sanitize_seconds": -1}]
)
def test_what_no_device_can_be(about: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expected"):
        EmmcAbout(**about)  # type: ignore[arg-type]

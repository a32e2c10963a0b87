"""The Security feature set of simulated ATA drives, state by state (ACS-4, 4.18)."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
from simulated_ata import DISABLE, ERASE, FREEZE, PREPARE, SET_PASSWORD, UNLOCK, Ata, refused
from simulated_nvme import OLD, SIZE

from agent.model.ports import NoAnswer

OURS, THEIRS, MASTER = b"ordis".ljust(32, b"\0"), b"donor".ljust(32, b"\0"), b"master".ljust(32, b"\0")
ENABLED, LOCKED, FROZEN, EXPIRED, MAXIMUM = 0x02, 0x04, 0x08, 0x10, 0x100


def locked(**about: Any) -> Ata:
    """A drive in SEC4, with a user and a master password."""
    drive = Ata(**about)
    assert drive.password(SET_PASSWORD, MASTER, master=1, identifier=0x1234).succeeded
    assert drive.password(SET_PASSWORD, OURS).succeeded
    drive.power_cycle()
    return drive


def test_without_a_password_a_drive_is_open_also_after_a_power_cycle() -> None:
    drive = Ata()
    assert drive.words[82] & 2
    assert drive.words[128] == 0x21  # supported, with enhanced erase
    drive.power_cycle()
    assert drive.security == 0
    assert refused(drive.password(UNLOCK, OURS))
    assert refused(drive.password(DISABLE, OURS))
    assert refused(drive.security_erase(OURS))
    assert drive.residue[0] == SIZE


def test_a_password_takes_effect_at_the_next_power_on() -> None:
    drive = Ata()
    assert drive.password(SET_PASSWORD, OURS).succeeded
    assert drive.security == ENABLED
    assert drive.words[85] & 2
    assert drive.read(0, 512)
    drive.power_cycle()
    assert drive.security == ENABLED | LOCKED
    for move in (drive.read, drive.write):
        with pytest.raises(OSError, match="Input/output") as failed:
            move(0, 512)
        assert failed.value.errno == errno.EIO
    with pytest.raises(OSError, match="Input/output"):
        drive.drive.flush()
    assert drive.drive.identity().serial == "SIM-1"


def test_what_a_locked_drive_refuses_and_what_not() -> None:
    drive = locked()
    for command in (FREEZE, 0xE7):
        assert refused(drive.short(command))
    assert refused(drive.password(SET_PASSWORD, THEIRS))
    assert refused(drive.password(DISABLE, OURS))
    assert refused(drive.data_in(0x20))
    assert refused(drive.data_out(0x30, bytes(512)))
    assert refused(drive.sanitize(0x12))
    assert refused(drive.status())
    assert drive.no_data(0x27).succeeded
    assert refused(drive.no_data(0x37, lba=100, count=1))
    assert drive.short(0xB0, feature=0xDA, lba=0xC24F00).succeeded
    assert drive.security == ENABLED | LOCKED


def test_unlocking_lasts_until_power_off() -> None:
    drive = locked()
    assert drive.password(UNLOCK, OURS).succeeded
    assert drive.security == ENABLED
    assert drive.read(0, 512).startswith(OLD)
    drive.power_cycle()
    assert drive.security == ENABLED | LOCKED
    assert drive.password(UNLOCK, OURS).succeeded
    assert drive.password(DISABLE, OURS).succeeded
    assert drive.security == 0
    drive.power_cycle()
    assert drive.security == 0


def test_an_open_drive_closed_in_good_order_is_still_open_for_the_next() -> None:
    drive = locked()
    assert drive.password(UNLOCK, OURS).succeeded
    drive.reopen()
    assert drive.security == ENABLED
    assert drive.short(FREEZE).succeeded
    drive.reopen()
    assert drive.security == ENABLED | FROZEN


def test_five_wrong_passwords_and_no_right_one_counts_until_power_off() -> None:
    drive = locked()
    for _ in range(5):
        assert not drive.security & EXPIRED
        assert refused(drive.password(UNLOCK, THEIRS))
    assert drive.security == ENABLED | LOCKED | EXPIRED
    assert refused(drive.password(UNLOCK, OURS))
    assert refused(drive.security_erase(OURS))
    drive.reopen()
    assert drive.security & EXPIRED
    drive.power_cycle()
    assert drive.password(UNLOCK, OURS).succeeded
    for _ in range(6):
        assert refused(drive.password(UNLOCK, THEIRS))
    assert not drive.security & EXPIRED  # an open drive does not count


def test_the_master_password_opens_at_level_high_only() -> None:
    drive = locked()
    assert drive.words[92] == 0x1234
    assert drive.password(UNLOCK, MASTER, master=1).succeeded
    assert drive.password(DISABLE, MASTER, master=1).succeeded
    assert drive.password(SET_PASSWORD, OURS, maximum=1).succeeded
    drive.power_cycle()
    assert drive.security == ENABLED | LOCKED | MAXIMUM
    assert refused(drive.password(UNLOCK, MASTER, master=1))
    assert refused(drive.password(UNLOCK, MASTER))
    assert drive.security_erase(MASTER, master=1).succeeded
    assert drive.security == 0


def test_nobody_knows_the_makers_master_password() -> None:
    drive = Ata(foreign_password="donor")
    for guess in (bytes(32), b" " * 32, b""):
        assert refused(drive.password(UNLOCK, guess.ljust(32, b"\0"), master=1))
    assert drive.words[92] == 0xFFFE


def test_a_drive_with_a_foreign_password() -> None:
    drive = Ata(foreign_password="donor", foreign_maximum=True)
    assert drive.security == ENABLED | LOCKED | MAXIMUM
    assert refused(drive.password(UNLOCK, OURS))
    assert drive.password(UNLOCK, THEIRS).succeeded
    assert drive.password(DISABLE, THEIRS).succeeded
    drive.power_cycle()
    assert drive.security == 0  # it does not come back


def test_a_computer_freezes_what_is_not_locked() -> None:
    drive = Ata(bios_freezes=True)
    assert drive.security == FROZEN
    for command in (SET_PASSWORD, UNLOCK, ERASE, DISABLE):
        assert refused(drive.password(command, OURS))
    assert refused(drive.short(PREPARE))
    assert drive.short(FREEZE).succeeded
    drive.power_cycle()
    assert drive.security == FROZEN
    drive.drive.power_on(computer_starts=False)  # its cable was pulled and put back
    assert drive.security == 0
    assert drive.password(SET_PASSWORD, OURS).succeeded
    assert drive.short(FREEZE).succeeded
    assert drive.security == ENABLED | FROZEN
    assert drive.read(0, 512)
    drive.power_cycle()
    assert drive.security == ENABLED | LOCKED


def test_an_erase_takes_its_time_and_opens_the_drive() -> None:
    drive = locked()
    assert drive.security_erase(OURS).succeeded
    assert drive.clock.now() >= 3600 + 99.9
    assert drive.security == 0
    assert drive.read() == bytes(SIZE)
    assert drive.residue == (0, 0, 4096)  # what has no address keeps what it has
    drive.power_cycle()
    assert drive.security == 0
    assert drive.words[92] == 0x1234


def test_an_enhanced_erase_reaches_everything() -> None:
    drive = Ata(facts={"erased": "pattern"})
    drive.password(SET_PASSWORD, OURS)
    assert drive.security_erase(OURS, enhanced=1).succeeded
    assert drive.read() == b"\x33\xcc\x55\xaa" * (SIZE // 4)
    assert drive.residue == (0, 0, 0)


def test_an_erase_goes_to_the_native_maximum_and_an_enhanced_one_beyond() -> None:
    for enhanced, left in ((0, 4096), (1, 0)):
        drive = Ata(facts={"hidden_bytes": 8192}, dco=True, dco_hidden_bytes=4096)
        drive.password(SET_PASSWORD, OURS)
        assert drive.security_erase(OURS, enhanced=enhanced).succeeded
        assert drive.residue[0] == left


@pytest.mark.parametrize(
    "between",
    [
        lambda drive: drive.data_in(0xEC),
        lambda drive: drive.password(UNLOCK, OURS),
        lambda drive: drive.password(ERASE, THEIRS),
        lambda drive: drive.power_cycle(),
    ],
)
def test_the_erase_must_follow_its_preparation(between: Callable[[Ata], object]) -> None:
    drive = locked()
    assert drive.short(PREPARE).succeeded
    between(drive)
    assert refused(drive.password(ERASE, OURS))
    assert drive.residue[0] == SIZE


def test_an_enhanced_erase_that_there_is_not() -> None:
    drive = Ata(enhanced_erase=False)
    assert drive.words[128] == 0x01
    assert drive.words[90] == 0
    drive.password(SET_PASSWORD, OURS)
    assert refused(drive.security_erase(OURS, enhanced=1))
    assert drive.security_erase(OURS).succeeded


def test_a_drive_without_security() -> None:
    drive = Ata(security=False)
    assert (drive.words[82] & 2, drive.words[89], drive.words[128]) == (0, 0, 0)
    for command in (SET_PASSWORD, UNLOCK, ERASE, DISABLE):
        assert refused(drive.password(command, OURS))


@pytest.mark.parametrize(
    ("minutes", "word"), [(0, 0), (1, 1), (2, 1), (120, 60), (508, 254), (510, 0x80FF), (2000, 0x83E8)]
)
def test_the_announced_time(minutes: int, word: int) -> None:
    assert Ata(erase_minutes=minutes).words[89:91] == (word, word)


def test_a_host_that_does_not_wait_finds_the_drive_busy() -> None:
    drive = locked()
    with pytest.raises(NoAnswer):
        drive.security_erase(OURS, timeout=30)
    assert drive.clock.now() == pytest.approx(3630)
    with pytest.raises(NoAnswer):
        drive.short(0xE5, timeout=20)
    assert drive.clock.now() == pytest.approx(3650)
    assert drive.drive.residue().visible == ((SIZE // 2, SIZE),)
    assert drive.short(0xE5, timeout=60).succeeded  # it answers as soon as it is done
    assert drive.clock.now() == pytest.approx(3700)
    assert drive.security == 0


def test_an_erase_goes_on_for_the_next_process() -> None:
    drive = locked()
    with pytest.raises(NoAnswer):
        drive.security_erase(OURS, timeout=30)
    drive.drive.close()
    drive.reopen()
    assert drive.clock.now() == pytest.approx(3700)  # opening it asked who it is, and waited for the answer
    assert drive.security == 0
    assert drive.residue[0] == 0


def test_a_power_cut_in_an_erase_leaves_the_drive_locked_and_half_erased() -> None:
    drive = locked()
    with pytest.raises(NoAnswer):
        drive.security_erase(OURS, timeout=30)
    drive.power_cycle()
    assert drive.security == ENABLED | LOCKED
    drive.clock.advance(1000)
    assert 0.69 < drive.residue[0] / SIZE < 0.71  # it does not go on by itself
    assert drive.security_erase(OURS).succeeded
    assert drive.residue[0] == 0


def test_data_that_is_no_block_is_refused() -> None:
    drive = Ata()
    with pytest.raises(ValueError, match="number of blocks"):
        drive.data_out(SET_PASSWORD, b"")
    assert refused(drive.data_out(SET_PASSWORD, bytes(1024)))
    assert refused(drive.short(SET_PASSWORD))
    assert drive.security == 0

"""The power fails before or after each command of a security erase; the next life finds the drive as it was left."""

import pytest
from ata_host import Host
from simulated_ata import DISABLE, SET_PASSWORD, UNLOCK, Ata
from simulated_nvme import SIZE

from agent.model.words import Method, Technique
from agent.sanitize.ata.security import PASSWORD
from agent.sanitize.firmware import NotAccepted

THEIRS = b"donor".ljust(32, b"\0")
ENABLED, LOCKED = 0x02, 0x04


def life(host: Host) -> bool:
    """Erase; False where the power failed meanwhile."""
    try:
        host.firmware.about()
        return host.carry_out(Technique.ATA_SECURITY_ERASE, Method.ENHANCED).done
    except OSError:
        return False


def commands_of_a_life() -> int:
    drive = Ata()
    before = drive.drive.commands
    assert life(Host(drive))
    return drive.drive.commands - before


@pytest.mark.parametrize("when", ["cut_before_command", "cut_after_command"])
def test_a_power_cut_at_each_command_leaves_nothing_that_the_next_life_cannot_tidy(when: str) -> None:
    first = Ata().drive.commands + 1
    left_locked = 0
    for number in range(first, first + commands_of_a_life()):
        drive = Ata(faults={when: number})
        host = Host(drive)
        assert not life(host)
        drive.power_cycle()
        stands = bool(drive.security & ENABLED)
        left_locked += stands
        about = host.firmware.about()
        assert about.leftover_password == stands
        assert not about.locked
        if about.leftover_password:
            assert host.leftover
            host.firmware.tidy(host.checkpoint)
        assert drive.security == 0
        assert life(host)
        assert drive.residue == (0, 0, 0)
    assert left_locked >= 2


@pytest.mark.parametrize("when", ["cut_before_command", "cut_after_command"])
def test_a_power_cut_while_tidying(when: str) -> None:
    probe = _left_behind({})
    before = probe.drive.commands
    host = Host(probe, journal=[{"kind": "password"}])
    host.firmware.tidy(host.checkpoint)
    for number in range(before + 1, probe.drive.commands + 1):
        drive = _left_behind({when: number})
        host = Host(drive, journal=[{"kind": "password"}])
        with pytest.raises(OSError, match="No such device"):
            host.firmware.tidy(host.checkpoint)
        drive.power_cycle()
        host.firmware.tidy(host.checkpoint)
        assert drive.security == 0
        assert drive.residue[0] == SIZE


def _left_behind(faults: dict[str, int]) -> Ata:
    """A drive with our password, locked."""
    drive = Ata(faults=faults)
    assert drive.password(SET_PASSWORD, PASSWORD).succeeded
    drive.power_cycle()
    return drive


def test_without_a_record_in_the_journal_no_password_is_tried() -> None:
    drive = _left_behind({})
    host = Host(drive)
    about = host.firmware.about()
    assert (about.locked, about.leftover_password) == (True, False)
    host.wire.sent.clear()
    host.firmware.tidy(host.checkpoint)
    assert not {UNLOCK, DISABLE} & set(host.wire.sent)
    assert drive.security == ENABLED | LOCKED


def test_ours_is_tried_once_and_then_the_drive_counts_as_locked_by_somebody_else() -> None:
    drive = Ata(foreign_password="donor")
    host = Host(drive, journal=[{"kind": "password"}])
    firmware = host.firmware
    assert firmware.about().leftover_password
    with pytest.raises(NotAccepted, match="not ours"):
        firmware.tidy(host.checkpoint)
    firmware.tidy(host.checkpoint)
    assert host.wire.sent.count(UNLOCK) == 1
    assert DISABLE not in host.wire.sent
    about = firmware.about()
    assert (about.locked, about.leftover_password) == (True, False)
    assert drive.password(UNLOCK, THEIRS).succeeded


def test_the_worker_died_and_the_drive_was_never_off() -> None:
    drive = Ata()
    assert drive.password(SET_PASSWORD, PASSWORD).succeeded
    drive.reopen()
    host = Host(drive, journal=[{"kind": "password"}])
    assert host.firmware.about().leftover_password
    host.firmware.tidy(host.checkpoint)
    assert UNLOCK not in host.wire.sent
    assert drive.security == 0


def test_a_password_is_taken_away_through_a_bridge_as_well() -> None:
    """It was set on a direct port, and the drive plugged in by an adapter afterwards; IDENTIFY tells the outcome."""
    drive = _left_behind({})
    host = Host(drive, bridge=True, journal=[{"kind": "password"}])
    host.firmware.tidy(host.checkpoint)
    assert drive.security == 0


@pytest.mark.parametrize("dropped", [UNLOCK, DISABLE])
def test_a_bridge_that_keeps_the_commands_to_itself(dropped: int) -> None:
    drive = Ata(bridge_drops=(dropped,))
    assert drive.password(SET_PASSWORD, PASSWORD).succeeded
    drive.power_cycle()
    host = Host(drive, bridge=True, journal=[{"kind": "password"}])
    with pytest.raises(NotAccepted):
        host.firmware.tidy(host.checkpoint)
    assert drive.security & ENABLED


def test_nothing_to_tidy_sends_nothing_that_changes_anything() -> None:
    host = Host(Ata(sanitize=()), journal=[{"kind": "password"}])
    host.firmware.tidy(host.checkpoint)
    assert set(host.wire.sent) == {0xEC}
    assert len(host.journal) == 1

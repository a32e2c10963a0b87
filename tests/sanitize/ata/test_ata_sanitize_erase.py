"""SANITIZE DEVICE as a technique, against drives that do it, refuse it, fail at it, and lie about it."""

from dataclasses import replace
from typing import Any

import pytest
from ata_host import Host, no_registers
from simulated_ata import BLOCK, CRYPTO, DONE, FAILURE_MODE, RUNNING, SANITIZE_FREEZE, Ata
from simulated_nvme import SIZE

from agent.model.ports import AtaCommand, AtaResult, NoAnswer
from agent.model.words import Method, Technique
from agent.sanitize.ata.sanitize import PATTERN
from agent.sanitize.firmware import NotAccepted, State, Status
from agent.sanitize.pilot import Ran

METHODS = (Method.BLOCK, Method.CRYPTO, Method.OVERWRITE)
SANITIZE_DEVICE, IDENTIFY = 0xB4, 0xEC


def run(drive: Ata, method: Method = Method.BLOCK, **host: Any) -> Ran:
    return Host(drive, **host).carry_out(Technique.ATA_SANITIZE, method)


def claimed(ran: Ran) -> bool:
    """What procedure takes for the drive's word; the canary is asked beside it."""
    return ran.accepted and ran.done


@pytest.mark.parametrize("method", METHODS)
def test_from_the_start_to_success(method: Method) -> None:
    drive = Ata(facts={"hidden_bytes": 8192})
    ran = run(drive, method)
    assert (claimed(ran), ran.seen, ran.reason) == (True, True, None)
    assert ran.seconds == pytest.approx(100, abs=6)
    assert drive.residue == (0, 0, 0)


def test_progress_is_told_in_parts_of_65536() -> None:
    drive = Ata()
    way = Host(drive).firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    way.start(lambda _: None)
    drive.clock.advance(25)
    status = way.status()
    assert status.state is State.RUNNING
    assert status.progress == pytest.approx(0.25, abs=0.001)


def test_one_pass_of_our_pattern() -> None:
    drive = Ata(facts={"erased": "ones"})
    ran = run(drive, Method.OVERWRITE)
    assert claimed(ran)
    assert ran.seconds == pytest.approx(100, abs=6)  # two passes would take 200
    assert drive.read() == PATTERN * (SIZE // 4)


@pytest.mark.parametrize("method", METHODS)
def test_only_status_is_sent_while_it_runs(method: Method) -> None:
    host = Host(Ata())
    way = host.firmware.erase(Technique.ATA_SANITIZE, method)
    way.start(host.checkpoint)
    host.wire.sent.clear()
    for _ in range(3):
        way.status()
    assert set(host.wire.sent) == {SANITIZE_DEVICE}


@pytest.mark.parametrize("method", METHODS)
def test_every_start_can_be_left_after_a_failure(method: Method) -> None:
    drive = Ata(faults={"erase_fails_at_percent": 60})
    host = Host(drive)
    way = host.firmware.erase(Technique.ATA_SANITIZE, method)
    way.start(host.checkpoint)
    drive.clock.advance(100)
    assert way.status().state is State.FAILED
    with pytest.raises(OSError, match="Input/output"):
        drive.read(0, 512)
    assert host.firmware.about().failed_before
    assert way.leave_failure()
    assert way.status().state is State.IDLE
    assert len(drive.read()) == SIZE


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize(
    "faults",
    [
        {"erase_refused": True},
        {"erase_ignored": True},
        {"erase_fails_at_percent": 0},
        {"erase_fails_at_percent": 60},
        {"erase_stuck_at_percent": 0},
        {"erase_stuck_at_percent": 60},
        {"erase_hangs_at_percent": 60},
    ],
)
@pytest.mark.parametrize("method", METHODS)
def test_what_goes_wrong_is_never_a_success(method: Method, faults: dict[str, Any], before: bool) -> None:
    drive = Ata(faults=faults, sanitized_before=before)
    ran = run(drive, method)
    assert not ran.done
    assert ran.reason is not None
    assert ran.stuck == any("stuck" in name or "hangs" in name for name in faults)


def test_an_ignored_start_is_told_apart_from_an_earlier_success() -> None:
    """The drive says "completed without error" all the time; only its silence about ours gives it away."""
    host = Host(Ata(faults={"erase_ignored": True}, sanitized_before=True))
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    assert way.status().state is State.IDLE
    way.start(host.checkpoint)
    status = way.status()
    assert status.state is State.IDLE
    assert "earlier" in str(status.reason)


def test_an_earlier_success_does_not_hinder_ours() -> None:
    ran = run(Ata(sanitized_before=True))
    assert claimed(ran)
    assert ran.seen


@pytest.mark.parametrize("before", [False, True])
def test_one_that_is_over_before_anybody_looks(before: bool) -> None:
    """The flag that comes, or went in between, is a transition by itself."""
    drive = Ata(sanitize_seconds=0, sanitized_before=before)
    ran = run(drive, Method.CRYPTO)
    assert claimed(ran)
    assert not ran.seen
    assert drive.residue[0] == 0


def test_the_answer_to_the_start_counts_as_seen() -> None:
    """A crypto scramble may be over before the first status."""
    drive = Ata(sanitized_before=True)
    host = Host(drive)
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.CRYPTO)
    way.start(host.checkpoint)
    drive.clock.advance(100)
    assert way.status() == Status(State.DONE)


@pytest.mark.parametrize(
    "faults", [{"erase_stops_at_percent": 37}, {"erase_covers_percent": 90}, {"erase_covers_percent": 0}]
)
def test_a_drive_that_lies_about_its_success_is_the_canarys_business(faults: dict[str, Any]) -> None:
    drive = Ata(faults=faults)
    ran = run(drive)
    assert claimed(ran)
    assert drive.residue[0] > 0


def test_a_reset_in_the_middle_does_not_end_it() -> None:
    drive = Ata(faults={"erase_resets_at_percent": 50})
    ran = run(drive)
    assert claimed(ran)
    assert drive.residue == (0, 0, 0)


def test_a_reset_at_the_start_leaves_nobody_knowing() -> None:
    drive = Ata(faults={"erase_resets_at_percent": 0})
    ran = run(drive)
    assert not claimed(ran) or ran.seen
    assert drive.residue[0] == 0


@pytest.mark.parametrize("fault", ["erase_vanishes_at_percent", "erase_cuts_power_at_percent"])
def test_it_goes_on_after_the_drive_was_away(fault: str) -> None:
    drive = Ata(faults={fault: 50})
    with pytest.raises(OSError, match="No such device"):
        run(drive)
    drive.power_cycle()
    host = Host(drive)
    about = host.firmware.about()
    assert about.running
    assert not about.hidden  # nothing but IDENTIFY and the status was sent
    assert set(host.wire.sent) == {IDENTIFY, SANITIZE_DEVICE}
    assert all(offer.blocked for offer in about.offers)
    with pytest.raises(NotAccepted, match="already"):
        host.firmware.tidy(host.checkpoint)
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    assert way.status().state is State.RUNNING
    with pytest.raises(NotAccepted, match="already"):
        way.start(host.checkpoint)
    drive.clock.advance(100)
    assert way.status().state is State.DONE
    assert drive.residue == (0, 0, 0)


def test_one_that_ended_unseen_after_an_interruption_does_not_count() -> None:
    drive = Ata()
    Host(drive).firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK).start(lambda _: None)
    drive.clock.advance(1000)
    drive.reopen()
    assert Host(drive).firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK).status().state is State.IDLE


def test_a_drive_without_registers_is_never_started() -> None:
    drive = Ata(no_registers=True)
    host = Host(drive, bridge=True)
    offer = host.offer(Technique.ATA_SANITIZE, Method.BLOCK)
    assert "adapter" in str(offer.blocked)
    with pytest.raises(NotAccepted):
        host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    assert drive.residue[0] == SIZE


def test_registers_that_are_lost_at_the_start_or_later() -> None:
    def lost(command: AtaCommand, result: AtaResult) -> AtaResult:
        return no_registers(command, result) if command.feature else result

    host = Host(Ata(), changes={SANITIZE_DEVICE: lost})
    with pytest.raises(NotAccepted, match="does not pass on"):
        host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK).start(host.checkpoint)
    host = Host(Ata())
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    way.start(host.checkpoint)
    host.changes[SANITIZE_DEVICE] = no_registers
    with pytest.raises(NoAnswer):
        way.status()


def test_through_a_bridge_with_registers_it_may_run() -> None:
    drive = Ata()
    assert claimed(run(drive, bridge=True))
    assert drive.residue == (0, 0, 0)


def test_flags_of_an_aborted_status_mean_nothing() -> None:
    def aborted(command: AtaCommand, result: AtaResult) -> AtaResult:
        return result if command.feature else replace(result, status=0x51, error=4, count=DONE | RUNNING, lba=0)

    drive = Ata()
    host = Host(drive)
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    way.start(host.checkpoint)
    host.changes[SANITIZE_DEVICE] = aborted
    assert way.status().state is State.FAILED
    about = host.firmware.about()
    assert not about.running
    assert not about.failed_before  # reason 0 is not the failed state


def test_frozen_until_the_drive_is_replugged() -> None:
    drive = Ata(bios_freezes_sanitize=True)
    host = Host(drive)
    assert host.firmware.about().frozen
    with pytest.raises(NotAccepted, match="frozen"):
        host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    drive.drive.power_on(computer_starts=False)
    assert not host.firmware.about().frozen
    assert claimed(host.carry_out(Technique.ATA_SANITIZE, Method.BLOCK))


def test_frozen_between_the_question_and_the_start() -> None:
    drive = Ata()
    host = Host(drive)
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    assert drive.sanitize(SANITIZE_FREEZE).succeeded
    with pytest.raises(NotAccepted, match="frozen"):
        way.start(host.checkpoint)
    assert drive.residue[0] == SIZE


def test_a_locked_drive() -> None:
    host = Host(Ata(foreign_password="donor"))
    about = host.firmware.about()
    assert about.locked
    assert not about.failed_before
    assert all("locked" in str(offer.blocked) for offer in about.offers if offer.technique is Technique.ATA_SANITIZE)


def test_what_is_not_offered() -> None:
    firmware = Host(Ata(sanitize=("block",))).firmware
    with pytest.raises(NotAccepted, match="not offer"):
        firmware.erase(Technique.ATA_SANITIZE, Method.CRYPTO)
    with pytest.raises(NotAccepted, match="not offer"):
        firmware.erase(Technique.NVME_FORMAT, Method.CRYPTO)


def test_another_drive_behind_the_port_is_not_erased() -> None:
    drive, other = Ata(), Ata(facts={"serial": "SIM-2"})
    host = Host(drive)
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    host.wire._drive = other
    with pytest.raises(NotAccepted, match="Another drive"):
        way.start(host.checkpoint)
    assert other.residue[0] == SIZE


def test_a_drive_left_in_the_failed_state() -> None:
    drive = Ata(faults={"erase_fails_at_percent": 10})
    assert drive.sanitize(BLOCK, count=FAILURE_MODE).succeeded
    drive.clock.advance(100)
    host = Host(drive)
    about = host.firmware.about()
    assert about.failed_before
    for offer in about.offers:
        assert (offer.blocked is None) == (offer.technique is Technique.ATA_SANITIZE)
    host.firmware.tidy(host.checkpoint)
    assert [record["kind"] for record in host.journal] == ["leave_failure"]
    assert not host.firmware.about().failed_before


def test_a_failed_state_without_a_way_out() -> None:
    """Whoever started that erase did not ask for one; another sanitize is all that leads out."""
    drive = Ata(faults={"erase_fails_at_percent": 10})
    assert drive.sanitize(CRYPTO).succeeded
    drive.clock.advance(100)
    host = Host(drive)
    with pytest.raises(NotAccepted, match="sanitize"):
        host.firmware.tidy(host.checkpoint)
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    way.start(host.checkpoint)
    assert way.status().state is State.RUNNING


def test_a_frozen_drive_that_aborts_its_status_as_well() -> None:
    """As the manual of a WD Ultrastar HC580 has it (12.38.2)."""

    def aborted(_: AtaCommand, result: AtaResult) -> AtaResult:
        return replace(result, status=0x51, error=4, count=DONE, lba=3)

    host = Host(Ata(), changes={SANITIZE_DEVICE: aborted})
    about = host.firmware.about()
    assert about.frozen
    assert not about.failed_before
    assert "frozen" in str(host.offer(Technique.ATA_SANITIZE, Method.BLOCK).blocked)


def test_an_aborted_status_does_not_make_an_old_success_ours() -> None:
    """A drive that ignored the start says "completed" of an earlier one; an abort in between changes nothing."""
    host = Host(Ata(faults={"erase_ignored": True}, sanitized_before=True))
    way = host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK)
    way.start(host.checkpoint)
    for reason in (0, 1, 3):
        host.changes[SANITIZE_DEVICE] = lambda _, result, reason=reason: replace(  # type: ignore[misc]
            result, status=0x51, error=4, count=0, lba=reason
        )
        assert way.status().state is not State.DONE
        del host.changes[SANITIZE_DEVICE]
        assert way.status().state is State.IDLE


@pytest.mark.parametrize(("extra", "state"), [(0, State.IDLE), (RUNNING, State.RUNNING)])
def test_the_success_of_another_is_never_told_with_one_that_runs(extra: int, state: State) -> None:
    host = Host(Ata(), changes={SANITIZE_DEVICE: lambda _, result: replace(result, count=DONE | extra)})
    if extra:
        drive = Host(Ata()).drive
        drive.sanitize(BLOCK)
        host.wire._drive = drive
    assert host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK).status().state is state


@pytest.mark.parametrize(
    ("status", "error", "reason", "words"),
    [
        (0x51, 0x04, 0, "refused .* 51h, error 04h"),
        (0x51, 0x04, 2, "does not know"),
        (0x51, 0x04, 3, "frozen"),
        (0x71, 0x00, 3, "status 71h"),  # a device fault gives no reasons
    ],
)
def test_a_refused_start_says_why(status: int, error: int, reason: int, words: str) -> None:
    def refused(command: AtaCommand, result: AtaResult) -> AtaResult:
        if not command.feature:
            return result
        return replace(result, status=status, error=error, count=RUNNING, lba=reason)

    drive = Ata(faults={"erase_refused": True})
    host = Host(drive, changes={SANITIZE_DEVICE: refused})
    with pytest.raises(NotAccepted, match=words):
        host.firmware.erase(Technique.ATA_SANITIZE, Method.BLOCK).start(host.checkpoint)
    assert drive.residue[0] == SIZE

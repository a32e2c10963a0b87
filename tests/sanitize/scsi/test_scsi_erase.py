"""SANITIZE and FORMAT UNIT of SAS drives: started so that a failure can be left, believed only as far as they go."""

from collections.abc import Callable

import pytest
from simulated_nvme import SIZE
from simulated_sas import Sas

from agent.model.ports import NoAnswer, ScsiResult
from agent.model.words import Method, Technique
from agent.sanitize.firmware import Erase, NotAccepted, Record, State
from agent.sanitize.scsi.firmware import ScsiFirmware

SANITIZES = [(Technique.SCSI_SANITIZE, method) for method in (Method.BLOCK, Method.OVERWRITE, Method.CRYPTO)]
FORMAT = (Technique.SCSI_FORMAT, Method.USER_DATA)
ALL = [*SANITIZES, FORMAT]
ATTENTION = ScsiResult(status=2, sense_key=6, asc=0x29)
REFUSED = ScsiResult(status=2, sense_key=5, asc=0x26)


class Between:
    """Stands between host and drive: `changes` gets command and answer, and may answer instead."""

    def __init__(self, drive: Sas, change: Callable[[bytes, bytes], ScsiResult | None] = lambda *_: None) -> None:
        self.drive = drive
        self.change = change
        self.sent: list[tuple[bytes, bytes]] = []

    def execute(self, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float) -> ScsiResult:
        self.sent.append((cdb, data_out))
        instead = self.change(cdb, data_out)
        port = self.drive.drive.ports.scsi
        assert port is not None
        return instead or port.execute(cdb, data_out=data_out, data_in=data_in, timeout=timeout)


def journal(record: Record) -> None:
    raise AssertionError("nothing of a SCSI erase has to be kept")


def erase(drive: Sas, what: tuple[Technique, Method] = SANITIZES[0], port: Between | None = None) -> Erase:
    """The technique on the drive as it is on now."""
    return ScsiFirmware(port or Between(drive)).erase(*what)


def polled(drive: Sas, running: Erase) -> list[State]:
    """The states that are seen on the way to the first that is not `running`."""
    seen = []
    for _ in range(20):
        state = running.status().state
        if not seen or state is not seen[-1]:
            seen.append(state)
        if state is not State.RUNNING:
            return seen
        drive.clock.advance(10)
    return seen


@pytest.mark.parametrize("what", ALL)
def test_from_the_start_to_the_end(what: tuple[Technique, Method]) -> None:
    drive = Sas()
    one = erase(drive, what)
    assert (one.technique, one.method) == what
    assert one.status().state is State.IDLE  # a drive that is ready has not erased itself for us
    one.start(journal)
    drive.clock.advance(25)
    half = one.status()
    assert half.state is State.RUNNING
    assert half.progress == pytest.approx(0.25, abs=0.01)
    assert polled(drive, one) == [State.RUNNING, State.DONE]
    assert drive.residue[0] == 0


def test_a_failure_can_be_left() -> None:
    drive = Sas({"erase_fails_at_percent": 60})
    one = erase(drive)
    one.start(journal)
    assert polled(drive, one) == [State.RUNNING, State.FAILED]
    assert "3h/31h/03h" in str(one.status().reason)
    assert one.leave_failure()
    assert drive.read()  # reads go through again
    assert one.status().state is State.IDLE  # ready now, and not because it was erased
    assert drive.residue[0] > 0


def test_flags_of_the_command() -> None:
    drive = Sas()
    port = Between(drive)
    erase(drive, (Technique.SCSI_SANITIZE, Method.OVERWRITE), port).start(journal)
    cdb, data = port.sent[-1]
    assert (cdb[0], cdb[1]) == (0x48, 0x80 | 0x20 | 0x01)  # IMMED, AUSE
    assert int.from_bytes(cdb[7:9]) == len(data)
    assert data == b"\1\0\0\4\0\0\0\0"  # one pass of zeros


def test_a_drive_that_does_not_know_ause() -> None:
    drive = Sas()

    def old(cdb: bytes, data: bytes) -> ScsiResult | None:
        if cdb[:4] == b"\xa3\x0c\x02\x48":
            return ScsiResult(data=b"\0\3\0\x0a\x48\x9f" + bytes(8))
        assert cdb[0] != 0x48 or not cdb[1] & 0x20
        return None

    port = Between(drive, old)
    offers = ScsiFirmware(port).about().offers
    assert all(offer.no_fallback for offer in offers)
    one = erase(drive, port=port)
    one.start(journal)
    assert polled(drive, one) == [State.RUNNING, State.DONE]


@pytest.mark.parametrize("what", ALL)
def test_refused(what: tuple[Technique, Method]) -> None:
    drive = Sas({"erase_refused": True})
    with pytest.raises(NotAccepted, match="5h/20h/00h"):
        erase(drive, what).start(journal)


@pytest.mark.parametrize("what", ALL)
def test_ignored_nothing_is_ever_seen_running(what: tuple[Technique, Method]) -> None:
    """The drive accepts and is ready: whether that is enough, the canary and the transition decide."""
    drive = Sas({"erase_ignored": True})
    one = erase(drive, what)
    one.start(journal)
    assert polled(drive, one) == [State.DONE]
    assert drive.residue[0] == SIZE


def test_stuck_it_runs_for_ever() -> None:
    drive = Sas({"erase_stuck_at_percent": 37})
    one = erase(drive)
    one.start(journal)
    assert polled(drive, one) == [State.RUNNING]
    assert one.status().progress == pytest.approx(0.37, abs=0.01)


@pytest.mark.parametrize("what", ALL)
def test_a_reset_in_the_middle_is_told_and_then_it_goes_on(what: tuple[Technique, Method]) -> None:
    drive = Sas({"erase_resets_at_percent": 40})
    one = erase(drive, what)
    one.start(journal)
    drive.clock.advance(50)
    with pytest.raises(NoAnswer):
        one.status()
    assert polled(drive, one) == [State.RUNNING, State.DONE]  # the UNIT ATTENTION is no answer
    assert drive.residue[0] == 0


@pytest.mark.parametrize("what", SANITIZES)
def test_a_power_cut_in_the_middle_of_a_sanitize(what: tuple[Technique, Method]) -> None:
    drive = Sas({"erase_cuts_power_at_percent": 40})
    one = erase(drive, what)
    one.start(journal)
    drive.clock.advance(50)
    with pytest.raises(OSError, match="No such device"):
        one.status()
    drive.drive.power_on()
    again = erase(drive, what)  # to ask, though a drive that erases does not say what it offers
    assert ScsiFirmware(Between(drive)).about().running
    assert polled(drive, again) == [State.RUNNING, State.DONE]
    assert drive.residue[0] == 0


def test_a_sanitize_that_had_ended_when_the_next_process_came() -> None:
    drive = Sas()
    erase(drive).start(journal)
    drive.clock.advance(200)
    drive.reopen()
    assert erase(drive).status().state is State.IDLE  # a drive that is ready says nothing of whose


def test_a_format_that_was_cut_off_is_started_again() -> None:
    drive = Sas()
    one = erase(drive, FORMAT)
    one.start(journal)
    drive.clock.advance(30)
    drive.power_cycle()
    again = erase(drive, FORMAT)
    status = again.status()
    assert status.state is State.IDLE
    assert "cut off" in str(status.reason)
    assert not again.leave_failure()
    assert ScsiFirmware(Between(drive)).about().failed_before
    ScsiFirmware(Between(drive)).tidy(journal)  # only another erase takes that away
    again.start(journal)
    assert polled(drive, again) == [State.RUNNING, State.DONE]
    assert drive.residue[0] == 0


def test_a_format_that_fails_is_left_by_another_only() -> None:
    drive = Sas({"erase_fails_at_percent": 60})
    one = erase(drive, FORMAT)
    one.start(journal)
    assert polled(drive, one) == [State.RUNNING, State.FAILED]
    assert not one.leave_failure()


def test_a_format_asks_for_a_pattern_and_for_what_was_reassigned() -> None:
    drive = Sas()
    port = Between(drive)
    erase(drive, FORMAT, port).start(journal)
    cdb, data = port.sent[-1]
    assert cdb[:2] == b"\x04\x10"
    assert data == b"\0\x8a\0\0" + b"\x20\1\0\4" + bytes(4)  # FOV, IP, IMMED; SI


def test_a_format_without_security_initialize() -> None:
    drive = Sas()
    port = Between(drive, lambda cdb, data: REFUSED if cdb[0] == 0x04 and data[4] & 0x20 else None)
    one = erase(drive, FORMAT, port)
    one.start(journal)
    assert port.sent[-1][1][4] == 0
    assert polled(drive, one) == [State.RUNNING, State.DONE]


def test_another_erase_than_ours_is_none_of_ours() -> None:
    drive = Sas()
    one = erase(drive)
    drive.format()
    drive.clock.advance(10)
    assert one.status().state is State.FAILED
    with pytest.raises(NotAccepted, match="04h/04h"):
        one.start(journal)
    with pytest.raises(NotAccepted):
        erase(drive)  # that cannot be had now, nor asked for


def test_what_leads_out_of_a_failed_format_can_be_tried() -> None:
    drive = Sas({"erase_fails_at_percent": 60})
    drive.format()
    drive.clock.advance(100)
    about = ScsiFirmware(Between(drive)).about()
    assert about.failed_before
    assert [(offer.technique, offer.method) for offer in about.offers] == ALL
    assert all(offer.no_fallback and offer.blocked is None for offer in about.offers)
    erase(drive).start(journal)


@pytest.mark.parametrize("many", [1, 3])
def test_unit_attentions_are_no_answer(many: int) -> None:
    drive = Sas()
    waiting = [ATTENTION] * many

    def tells(cdb: bytes, data: bytes) -> ScsiResult | None:
        return waiting.pop() if waiting and cdb[0] in {0x00, 0x48} else None

    port = Between(drive, tells)
    one = erase(drive, port=port)
    waiting[:] = [ATTENTION] * many
    one.start(journal)
    waiting[:] = [ATTENTION] * many
    assert one.status().state is State.RUNNING


@pytest.mark.parametrize(
    "answer",
    [
        ATTENTION,  # for ever
        ScsiResult(status=0x08),  # BUSY
        ScsiResult(status=0x28),  # TASK SET FULL
        ScsiResult(status=2, sense_key=2, asc=0x04, ascq=0x01),  # it starts up
        ScsiResult(status=0x18),  # RESERVATION CONFLICT
        ScsiResult(status=2),  # no sense data at all
    ],
)
def test_what_says_nothing_about_the_erase(answer: ScsiResult) -> None:
    drive = Sas()
    port = Between(drive)
    one = erase(drive, port=port)
    one.start(journal)
    port.change = lambda *_: answer
    with pytest.raises(NoAnswer):
        one.status()


def test_a_start_that_nobody_answered_is_judged_by_what_is_seen() -> None:
    drive = Sas()
    port = Between(drive)
    one = erase(drive, port=port)

    def lost(cdb: bytes, data: bytes) -> ScsiResult | None:
        if cdb[0] == 0x48:
            drive.send(cdb, data)
            raise NoAnswer
        return None

    port.change = lost
    with pytest.raises(NoAnswer):
        one.start(journal)
    assert polled(drive, one) == [State.RUNNING, State.DONE]
    port.change = lambda cdb, data: ScsiResult(status=2, sense_key=6) if cdb[0] == 0x48 else None
    with pytest.raises(NoAnswer):
        one.start(journal)
    assert one.status().state is State.IDLE


def test_a_broken_drive() -> None:
    drive = Sas()
    port = Between(drive)
    one = erase(drive, port=port)
    one.start(journal)
    port.change = lambda *_: ScsiResult(status=2, sense_key=4, asc=0x44)
    assert one.status().state is State.FAILED
    about = ScsiFirmware(port).about()
    assert (about.offers, about.failed_before, about.running) == ((), False, False)
    port.change = lambda *_: None
    drive.clock.advance(200)
    assert one.status().state is State.IDLE  # it said itself that it was not well at that


def test_progress_that_only_request_sense_tells() -> None:
    drive = Sas()
    port = Between(drive)
    one = erase(drive, port=port)
    one.start(journal)
    drive.clock.advance(50)
    port.change = lambda cdb, _: ScsiResult(2, 2, 0x04, 0x1B) if cdb[0] == 0 else None
    assert one.status().progress == pytest.approx(0.5, abs=0.01)


def test_how_long_it_may_take() -> None:
    drive = Sas()
    times = [erase(drive, what).seconds for what in ALL]
    assert all(3600 <= time < 2 * 3600 for time in times)
    drive.sanitize(2)
    assert erase(drive, SANITIZES[1]).seconds > 24 * 3600  # of a drive that erases the size is not known

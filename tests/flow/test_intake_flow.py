"""The whole flow in this process, with simulated drives in their worker processes."""

import errno
import os
from pathlib import Path

import pytest
from bench_place import MIB, QUIET, Listener, a_drive, place

from agent.delivery.spool import Spool
from agent.intake import Intake
from agent.journal import Journal, unfinished
from agent.model.messages import FinishedEvent, IntakeRequest, ReportEvent
from agent.model.sanitization import Sanitization, SanitizationRequest
from agent.model.state import ConfirmEraseQuestion
from agent.model.words import Delivery, GradeLetter, Mode, Outcome, SanitizationStatus, Verify
from agent.report import keys, verify
from agent.training.faults import Faults
from agent.workplace import Workplace

pytestmark = pytest.mark.runs_programs
ALL = IntakeRequest(profile="quiet", asset_tag="T-1", erase="all", attended=False)


async def take(where: Workplace, request: IntakeRequest = ALL, *answers: dict[str, object]) -> Listener:
    listener = Listener(*answers)
    await Intake(where, QUIET, request, listener.emit, listener.ask).run()
    return listener


def result_of(listener: Listener, serial: str) -> Sanitization:
    return next(each for each in listener.state.sanitizations if each.drive.serial == serial)


async def test_from_inventory_to_a_signed_report_in_the_spool(tmp_path: Path) -> None:
    where = place(tmp_path, a_drive(1), a_drive(2))
    listener = await take(where)
    assert listener.problem is None
    assert isinstance(listener.events[-1], FinishedEvent)
    assert listener.events[-1].good
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.SANITIZED] * 2
    for image in (tmp_path / "drives").glob("*.img"):
        assert not any(image.read_bytes())
    assert listener.state.delivery.status is Delivery.SPOOLED
    [waiting] = Spool(where.settings.spool(Mode.TRAINING)).pending()
    trusted = [str(key) for key in keys.own_keys(where.settings.keys(Mode.TRAINING))]
    verdict = verify.verify(waiting.path.read_bytes(), trusted)
    assert verdict.trusted
    assert verdict.training
    assert verdict.report is not None
    assert verdict.report.grade == listener.state.grade
    assert unfinished(where.settings.journal(Mode.TRAINING)) == []
    assert not [step.id for step in listener.state.steps if step.outcome is None]


@pytest.mark.parametrize(
    ("faults", "status"),
    [
        (Faults(unwritable=(5,)), SanitizationStatus.FAILED),
        (Faults(unreadable=(4096,)), SanitizationStatus.FAILED),
        (Faults(flush_fails=True), SanitizationStatus.FAILED),
        (Faults(vanishes_after_bytes=5 * MIB), SanitizationStatus.INTERRUPTED),
    ],
)
async def test_a_faulty_drive_is_never_sanitized_and_disturbs_no_other(
    tmp_path: Path, faults: Faults, status: SanitizationStatus
) -> None:
    listener = await take(place(tmp_path, a_drive(1, faults=faults), a_drive(2)))
    assert result_of(listener, "SIM-TEST-0001").status is status
    assert result_of(listener, "SIM-TEST-0002").status is SanitizationStatus.SANITIZED
    assert listener.state.grade is not None
    assert listener.state.grade.letter is GradeLetter.HOLD
    assert isinstance(listener.events[-1], FinishedEvent)
    assert not listener.events[-1].good


async def test_hidden_capacity_is_named_where_it_may_not_be_opened(tmp_path: Path) -> None:
    kept = ALL.model_copy(update={"sanitization": SanitizationRequest(reveal=False)})
    listener = await take(place(tmp_path, a_drive(1, hidden_bytes=MIB)), kept)
    result = result_of(listener, "SIM-TEST-0001")
    assert result.status is SanitizationStatus.SANITIZED_WITH_EXCEPTIONS
    assert len(result.exceptions) == 1


async def test_hidden_capacity_is_opened_and_erased(tmp_path: Path) -> None:
    listener = await take(place(tmp_path, a_drive(1, hidden_bytes=MIB)))
    result = result_of(listener, "SIM-TEST-0001")
    assert result.status is SanitizationStatus.SANITIZED
    assert [area.bytes for area in result.evidence.revealed] == [MIB]
    assert b"secret" not in (tmp_path / "drives/drive0.img").read_bytes()


async def test_nothing_is_erased_that_nobody_asked_for(tmp_path: Path) -> None:
    request = ALL.model_copy(update={"erase": ["SIM-TEST-0002"]})
    listener = await take(place(tmp_path, a_drive(1), a_drive(2)), request)
    assert result_of(listener, "SIM-TEST-0001").status is SanitizationStatus.NOT_REQUESTED
    assert result_of(listener, "SIM-TEST-0002").status is SanitizationStatus.SANITIZED
    assert (tmp_path / "drives/drive0.img").read_bytes() == b"donor's secret! " * (8 * MIB // 16)
    assert listener.state.grade is not None
    assert listener.state.grade.letter is GradeLetter.HOLD


async def test_unknown_serial_is_refused_before_anything_starts(tmp_path: Path) -> None:
    listener = await take(place(tmp_path, a_drive(1)), ALL.model_copy(update={"erase": ["NOBODY"]}))
    assert listener.problem is not None
    assert "NOBODY" in str(listener.problem)
    assert not listener.state.sanitizations
    assert b"secret" in (tmp_path / "drives/drive0.img").read_bytes()


async def test_a_person_answers(tmp_path: Path) -> None:
    request = IntakeRequest(profile="quiet")
    answers = ({"text": "not a tag!"}, {"text": "T-9"}, {"text": "T-8"}, {"text": "T-9"})
    listener = await take(place(tmp_path, a_drive(1)), request, *answers)
    assert listener.state.asset_tag == "T-9"
    assert [type(question).__name__ for question in listener.questions] == [
        "AssetTagQuestion", "AssetTagQuestion", "ConfirmEraseQuestion", "ConfirmEraseQuestion",
    ]  # fmt: skip
    last = listener.questions[-1]
    assert isinstance(last, ConfirmEraseQuestion)
    assert last.problem is not None
    assert result_of(listener, "SIM-TEST-0001").status is SanitizationStatus.SANITIZED


async def test_declining_erases_nothing(tmp_path: Path) -> None:
    request = IntakeRequest(profile="quiet", asset_tag="T-1")
    listener = await take(place(tmp_path, a_drive(1)), request, {})
    assert result_of(listener, "SIM-TEST-0001").status is SanitizationStatus.NOT_REQUESTED
    assert b"secret" in (tmp_path / "drives/drive0.img").read_bytes()


async def test_no_drive_holds_unless_the_bay_is_seen_empty(tmp_path: Path) -> None:
    listener = await take(place(tmp_path), IntakeRequest(profile="quiet", asset_tag="T-1"), {"text": "no"})
    assert listener.state.grade is not None
    assert listener.state.grade.letter is GradeLetter.HOLD
    listener = await take(place(tmp_path), IntakeRequest(profile="quiet", asset_tag="T-1"), {"text": "yes"})
    assert listener.state.grade is not None
    assert listener.state.grade.letter is not GradeLetter.HOLD


async def test_drive_replaced_after_the_list_was_shown(tmp_path: Path) -> None:
    """The serial changes between confirmation and start: the worker refuses."""
    where = place(tmp_path, a_drive(1))

    class Swapping(Listener):
        async def ask(self, question):  # type: ignore[no-untyped-def]
            about = tmp_path / "drives/drive0.json"
            about.write_text(about.read_text().replace("SIM-TEST-0001", "SIM-OTHER"))
            return await super().ask(question)

    listener = Swapping({"text": "T-1"}, {})  # the one in its place is asked about by itself, where it is seen in time
    request = IntakeRequest(profile="quiet", asset_tag="T-1")
    await Intake(where, QUIET, request, listener.emit, listener.ask).run()
    result = result_of(listener, "SIM-TEST-0001")
    assert result.status is SanitizationStatus.REFUSED
    assert "SIM-OTHER" in str(result.reason)
    assert b"secret" in (tmp_path / "drives/drive0.img").read_bytes()


async def test_without_a_journal_no_erase_starts(tmp_path: Path) -> None:
    where = place(tmp_path, a_drive(1))
    where.settings.journal(Mode.TRAINING).write_text("in the way")
    listener = await take(where)
    assert result_of(listener, "SIM-TEST-0001").status is SanitizationStatus.REFUSED
    assert b"secret" in (tmp_path / "drives/drive0.img").read_bytes()
    assert listener.state.delivery.status is Delivery.SPOOLED  # the report is made all the same


async def test_journal_that_fails_at_the_last_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Journal.record

    def fail(self: Journal, kind: str, **fields: object) -> None:
        if kind == "erase_started":
            from agent.journal import JournalError

            raise JournalError(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        real(self, kind, **fields)

    monkeypatch.setattr(Journal, "record", fail)
    listener = await take(place(tmp_path, a_drive(1)))
    assert result_of(listener, "SIM-TEST-0001").status is SanitizationStatus.REFUSED
    assert b"secret" in (tmp_path / "drives/drive0.img").read_bytes()


async def test_full_spool_shows_the_report_instead_of_losing_it(tmp_path: Path) -> None:
    where = place(tmp_path, a_drive(1))
    where.settings.spool(Mode.TRAINING).write_text("in the way")
    listener = await take(where)
    assert listener.state.delivery.status is Delivery.UNSAVED
    [event] = [event for event in listener.events if isinstance(event, ReportEvent)]
    assert event.signed.report["asset_tag"] == "T-1"
    assert isinstance(listener.events[-1], FinishedEvent)


async def test_erase_that_was_cut_off_is_not_forgotten(tmp_path: Path) -> None:
    where = place(tmp_path, a_drive(1))
    old = Journal.create(where.settings.journal(Mode.TRAINING), "old")
    drive = {"serial": "SIM-TEST-0001", "model": "Simulated 1", "size_bytes": 8 * MIB}
    old.record("erase_started", drive=drive, request={})
    listener = await take(where, ALL.model_copy(update={"erase": "none"}))
    assert result_of(listener, "SIM-TEST-0001").status is SanitizationStatus.INTERRUPTED
    assert len(unfinished(where.settings.journal(Mode.TRAINING))) == 1
    sampled = ALL.model_copy(update={"sanitization": SanitizationRequest(verify=Verify.SAMPLED)})
    listener = await take(where, sampled)
    result = result_of(listener, "SIM-TEST-0001")
    assert result.status is SanitizationStatus.SANITIZED
    assert result.verification is Verify.FULL  # after an interruption a sample is not enough
    assert unfinished(where.settings.journal(Mode.TRAINING)) == []


async def test_checks_are_in_the_report_with_their_outcomes(tmp_path: Path) -> None:
    listener = await take(place(tmp_path, a_drive(1)))
    health = [check for check in listener.state.checks if check.id == "drive_health"]
    assert [check.outcome for check in health] == [Outcome.PASSED]

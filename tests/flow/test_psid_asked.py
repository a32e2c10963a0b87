"""A locked drive and the number on its label: who is asked, what comes of each answer, and that it is kept nowhere."""

import logging
from pathlib import Path

import pytest
from bench_place import MIB, QUIET, Listener, a_drive, place

from agent.intake import Intake
from agent.model.inventory import Drive
from agent.model.messages import IntakeRequest
from agent.model.sanitization import Sanitization, SanitizationRequest
from agent.model.state import PsidQuestion
from agent.model.words import Method, Outcome, SanitizationStatus, Technique, Transport
from agent.selection import psid_opens
from agent.training.description import Description
from agent.training.opal_about import OpalAbout

PSID = "44TZKAN71MQUF4TMJ96973BJZT9U32G8"
ON_THE_LABEL = {"text": "44tz-KAN7 1MQU-F4TM J969-73BJ ZT9U-32G8"}
WRONG = {"text": PSID[::-1]}
NOBODY = {"text": None}
BOTH = IntakeRequest(profile="quiet", asset_tag="T-1", erase=["SIM-TEST-0001", "SIM-TEST-0002"])
OLD = b"donor's secret! "


def locked(number: int, **facts: object) -> Description:
    return a_drive(number, size_bytes=MIB, opal=OpalAbout(psid=PSID, locked=True), **facts)


async def take(folder: Path, *answers: dict[str, object], request: IntakeRequest = BOTH) -> Listener:
    listener = Listener(*answers)
    where = place(folder, locked(1), a_drive(2, size_bytes=MIB))
    await Intake(where, QUIET, request, listener.emit, listener.ask).run()
    assert listener.problem is None
    return listener


def result_of(listener: Listener, number: int) -> Sanitization:
    return next(each for each in listener.state.sanitizations if each.drive.serial == f"SIM-TEST-{number:04}")


def psid_step(listener: Listener) -> Outcome | None:
    [step] = [step for step in listener.state.steps if step.id.startswith("psid:")]
    return step.outcome


@pytest.mark.runs_programs
async def test_the_right_number_opens_the_drive_and_is_kept_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    listener = await take(tmp_path, {"text": "SIM-TEST-0001"}, ON_THE_LABEL)
    assert [type(asked) for asked in listener.questions] == [PsidQuestion] * 2
    first, second = listener.questions
    assert isinstance(first, PsidQuestion)
    assert isinstance(second, PsidQuestion)
    assert first.drive.serial == "SIM-TEST-0001"
    assert first.problem is None
    assert "32" in str(second.problem)

    done = result_of(listener, 1)
    assert done.status is SanitizationStatus.SANITIZED
    assert OLD not in (tmp_path / "drives/drive0.img").read_bytes()
    assert result_of(listener, 2).status is SanitizationStatus.SANITIZED
    assert psid_step(listener) is Outcome.PASSED

    told = [event.model_dump_json() for event in listener.events] + [caplog.text]
    kept = [file.read_bytes() for file in (tmp_path / "state").rglob("*") if file.is_file()]
    assert kept  # the journal and the report, at least
    for form in (PSID, str(ON_THE_LABEL["text"])):
        assert not any(form.casefold() in text.casefold() for text in told)
        assert not any(form.casefold().encode() in content.lower() for content in kept)


@pytest.mark.runs_programs
@pytest.mark.parametrize("answer", [NOBODY, WRONG])
async def test_without_the_right_number_nothing_is_erased_and_nobody_asked_again(
    tmp_path: Path, answer: dict[str, object]
) -> None:
    listener = await take(tmp_path, answer)
    assert len(listener.questions) == 1
    done = result_of(listener, 1)
    assert done.status in (SanitizationStatus.FAILED, SanitizationStatus.REFUSED)
    assert OLD in (tmp_path / "drives/drive0.img").read_bytes()
    assert result_of(listener, 2).status is SanitizationStatus.SANITIZED
    assert psid_step(listener) is (Outcome.SKIPPED if answer is NOBODY else Outcome.PASSED)
    assert ("did not take the PSID" in str(done.reason) + str(done.hint)) is (answer is WRONG)


@pytest.mark.runs_programs
@pytest.mark.parametrize(
    "changes", [{"erase": ["SIM-TEST-0002"]}, {"erase": "none"}, {"erase": ["SIM-TEST-0001"], "attended": False}]
)
async def test_who_is_not_asked(tmp_path: Path, changes: dict[str, object]) -> None:
    """A drive that is not chosen; and nobody where nobody is there."""
    listener = await take(tmp_path, request=BOTH.model_copy(update=changes))
    assert listener.questions == []
    assert result_of(listener, 1).status is not SanitizationStatus.SANITIZED
    assert OLD in (tmp_path / "drives/drive0.img").read_bytes()


@pytest.mark.runs_programs
async def test_it_is_asked_after_the_confirmation_by_typing(tmp_path: Path) -> None:
    """The number says how, never whether: the drive is confirmed as every other one is."""
    request = BOTH.model_copy(update={"erase": None})
    listener = await take(tmp_path, {"text": "T-1"}, NOBODY, request=request)
    assert [asked.kind for asked in listener.questions] == ["confirm_erase", "psid"]
    listener = await take(tmp_path / "again", {}, request=request)
    assert [asked.kind for asked in listener.questions] == ["confirm_erase"]


LOCKED = Drive(
    path="/dev/sda", transport=Transport.ATA, serial="S", size_bytes=MIB, firmware_asked=True, locked=True,
    psid_revert=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "opens"),
    [
        ({}, True),
        ({"locked": False, "shadowed": True}, True),
        ({"locked": False}, False),
        ({"psid_revert": False}, False),
        ({"leftover_password": True}, False),
        ({"transport": Transport.USB}, True),
    ],
)
def test_what_a_psid_opens(changes: dict[str, object], opens: bool) -> None:
    assert psid_opens(LOCKED.model_copy(update=changes), SanitizationRequest()) is opens


def test_another_way_asked_for_by_name_needs_no_psid() -> None:
    named = SanitizationRequest(technique=Technique.ATA_SECURITY_ERASE, method=Method.ENHANCED)
    assert not psid_opens(LOCKED, named)

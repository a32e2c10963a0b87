"""After the end of an intake: a step again, and then another report; sending stopped and tried again."""

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sample_report as sample
from bench_place import CHOSEN, Listener, a_drive, only, place
from played_clock import EMPTY, RIGHT, PlayedClock

from agent import ending as ending_module
from agent import service as service_module
from agent.checks import runner
from agent.checks.runner import CheckOrder
from agent.delivery.where import Found
from agent.intake import Intake
from agent.journal import unfinished
from agent.model.check import CheckResult
from agent.model.message import say
from agent.model.messages import FinishedEvent, IntakeRequest, RepeatStep, ReportEvent, Start
from agent.model.profile import Profile
from agent.model.report import Report
from agent.model.state import StepState
from agent.model.words import Delivery, Mode, Outcome, Phase, StepAction, StepStatus
from agent.service import Service
from agent.workplace import Workplace
from workshop.store import Store

pytestmark = [pytest.mark.runs_programs, pytest.mark.usefixtures("quick_inventory")]
LOUD = Profile(name="loud", title_fr="p", title_en="p", checks=only("processor"))
ALL = IntakeRequest(profile="loud", asset_tag="T-1", erase="all", attended=False)
ASKED = IntakeRequest(profile="loud", erase="none")


@pytest.fixture
def outcomes(monkeypatch: pytest.MonkeyPatch) -> list[Outcome]:
    """What the processor's check gives, one for each try."""
    left = [Outcome.DEGRADED, Outcome.PASSED]

    async def run(order: CheckOrder, *_: object) -> CheckResult:
        return CheckResult(id=order.check, title=order.title, outcome=left.pop(0), reason=say("played"))

    monkeypatch.setattr(runner, "run", run)
    return left


async def ended(where: Workplace, listener: Listener, request: IntakeRequest = ALL) -> Intake:
    intake = Intake(where, LOUD, request, listener.emit, listener.ask)
    await intake.run()
    assert isinstance(listener.events[-1], FinishedEvent)
    return intake


async def again(intake: Intake, step_id: str) -> None:
    job = intake.again(step_id)
    assert job is not None
    await job


def reports(listener: Listener) -> list[Report]:
    signed = [event.signed for event in listener.events if isinstance(event, ReportEvent)]
    return [Report.model_validate(each.report) for each in signed]


def step(listener: Listener, step_id: str) -> StepState:
    return next(step for step in listener.state.steps if step.id == step_id)


async def test_a_check_again_makes_another_report_that_names_the_first(
    tmp_path: Path, erased: list[str], outcomes: list[Outcome]
) -> None:
    listener = Listener()
    where = place(tmp_path, a_drive(1))
    intake = await ended(where, listener)
    assert step(listener, "check:processor").may is StepAction.REPEAT
    await again(intake, "check:processor")
    assert isinstance(listener.events[-1], FinishedEvent)
    assert listener.state.phase is Phase.FINISHED
    first, second = reports(listener)
    assert first.report_id != second.report_id == listener.state.report_id
    assert [check.outcome for check in second.checks if check.id == "processor"] == [Outcome.PASSED]
    said = " ".join(str(remark) for remark in second.remarks)
    assert str(first.report_id) in said
    assert "2 tries" in said
    # What became of the drives is told as it was, and nothing is erased a second time.
    assert second.sanitizations == first.sanitizations
    assert erased == ["SIM-TEST-0001"]
    assert unfinished(where.settings.journal(Mode.TRAINING)) == []


async def test_no_erase_and_nothing_that_leads_to_one_is_repeated(
    tmp_path: Path, erased: list[str], outcomes: list[Outcome]
) -> None:
    listener = Listener()
    intake = await ended(place(tmp_path, a_drive(1)), listener)
    left = {each.id for each in listener.state.steps if each.may is not None}
    assert left == {"inventory", "check:processor", "report", "delivery"}
    for each in listener.state.steps:
        if each.id not in left:
            assert intake.again(each.id) is None
            await intake.repeat_step(each.id)
    assert intake.again("nonsense") is None
    assert len(reports(listener)) == 1
    assert erased == ["SIM-TEST-0001"]


async def test_before_the_end_there_is_no_afterwards(tmp_path: Path) -> None:
    listener = Listener()
    intake = Intake(place(tmp_path), LOUD, ALL, listener.emit, listener.ask)
    assert intake.again("report") is None
    await intake.stop_step("delivery")


async def test_a_wrong_tag_is_put_right(tmp_path: Path, erased: list[str], outcomes: list[Outcome]) -> None:
    listener = Listener({"text": "T-1"}, {"text": "T-2"})
    intake = await ended(place(tmp_path, a_drive(1)), listener, ASKED)
    await again(intake, "asset_tag")
    assert [report.asset_tag for report in reports(listener)] == ["T-1", "T-2"]


async def test_a_wrong_date_is_put_right(tmp_path: Path, erased: list[str], outcomes: list[Outcome]) -> None:
    clock = PlayedClock(rtc=EMPTY)
    listener = Listener({"text": "01/03/2027 13:00"}, {"text": "T-1"}, {"text": "01/03/2027 14:00"})
    where = replace(place(tmp_path, a_drive(1)), clock=clock)
    intake = await ended(where, listener, ASKED)
    assert clock.sets == [RIGHT]
    await again(intake, "date")
    assert [report.time_source for report in reports(listener)] == ["volunteer", "volunteer"]
    assert clock.sets == [RIGHT, RIGHT + timedelta(hours=1)]


class Slow:
    """A workshop that does not answer until it may."""

    def __init__(self) -> None:
        self.asked, self.may = threading.Event(), threading.Event()

    def __call__(self, *_: object) -> list[object]:
        self.asked.set()
        self.may.wait(10)
        return []


async def test_sending_is_stopped_and_tried_again(
    tmp_path: Path, erased: list[str], outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, listener = Slow(), Listener()
    deliver_all = ending_module.outbox.deliver_all
    monkeypatch.setattr(ending_module.outbox, "deliver_all", slow)
    data = tmp_path / "workshop"
    with sample.workshop(data) as url:
        where = place(tmp_path, a_drive(1))
        monkeypatch.setattr(ending_module, "find_workshop", lambda _: Found(url))
        store = Store(data)
        store.enrol(where.signer.key(Mode.TRAINING).public, None)
        store.close()
        intake = Intake(where, LOUD, ALL, listener.emit, listener.ask)
        running = asyncio.create_task(intake.run())
        await asyncio.to_thread(slow.asked.wait, 10)
        assert step(listener, "delivery").may is StepAction.STOP
        await intake.stop_step("delivery")
        await running
        slow.may.set()
        assert step(listener, "delivery").status is StepStatus.SKIPPED
        assert "sent later by itself" in str(step(listener, "delivery").detail)
        assert listener.state.delivery.status is Delivery.SPOOLED
        monkeypatch.setattr(ending_module.outbox, "deliver_all", deliver_all)
        for _ in range(2):  # what the workshop has already does no harm
            await again(intake, "delivery")
            assert listener.state.delivery.status is Delivery.DELIVERED
            assert step(listener, "delivery").outcome is Outcome.PASSED
        assert listener.state.phase is Phase.FINISHED
    assert len(reports(listener)) == 1


async def test_the_service_repeats_after_the_end_and_is_busy_meanwhile(
    tmp_path: Path, erased: list[str], outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = replace(CHOSEN, profile=LOUD)
    monkeypatch.setattr(service_module.profiles, "choose", lambda *_: chosen)
    service = Service(place(tmp_path, a_drive(1)))
    assert service._start(Start(mode=Mode.TRAINING, request=ALL)) is None
    assert service._job is not None
    await service._job
    first: UUID | None = service._state.report_id
    await service._hand_on(RepeatStep(mode=Mode.TRAINING, step_id="erase:nothing"))
    assert not service._busy
    await service._hand_on(RepeatStep(mode=Mode.TRAINING, step_id="check:processor"))
    assert service._busy
    assert service._start(Start(mode=Mode.TRAINING, request=ALL)) is not None
    await service._job
    assert first != service._state.report_id is not None

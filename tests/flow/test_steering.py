"""Steps that are skipped, stopped and repeated by hand, and checkers that die, in whole intakes."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from bench_place import MIB, Listener, a_drive, only, place

from agent.checks import runner
from agent.checks.runner import CheckOrder
from agent.host.child import Child
from agent.intake import Intake
from agent.journal import Journal, unfinished
from agent.model.check import CheckResult
from agent.model.message import say
from agent.model.messages import AnyEvent, IntakeRequest, StepEvent
from agent.model.profile import Profile
from agent.model.report import Report
from agent.model.sanitization import SanitizationRequest
from agent.model.state import ConfirmEraseQuestion, StepState
from agent.model.words import GradeLetter, Level, Mode, Outcome, SanitizationStatus, StepAction, StepStatus
from agent.restart import broken_off
from agent.training.ata_about import AtaAbout
from agent.workplace import Workplace

pytestmark = pytest.mark.usefixtures("quick_inventory")
LOUD = Profile(name="loud", title_fr="p", title_en="p", checks=only("processor", "memory", "drive_health"))
"""Processor and memory, which exclude each other, and the drives' health."""
ALONE = IntakeRequest(profile="loud", asset_tag="T-1", erase="none", attended=False)
ATTENDED = IntakeRequest(profile="loud", asset_tag="T-1")


class Steered(Listener):
    """Acts on steps: `at[(step, status)]` is called once for each time that the step comes to that status."""

    def __init__(self, *answers: dict[str, object]) -> None:
        super().__init__(*answers)
        self.at: dict[tuple[str, StepStatus], list[Callable[[], object]]] = {}
        self.jobs: list[asyncio.Task[object]] = []
        self._status: dict[str, StepStatus] = {}

    def emit(self, event: AnyEvent) -> None:
        super().emit(event)
        if not isinstance(event, StepEvent):
            return
        step = event.step
        changed = self._status.get(step.id) is not step.status
        self._status[step.id] = step.status
        if changed and (acts := self.at.get((step.id, step.status))):
            self.jobs.append(asyncio.ensure_future(self._later(acts.pop(0))))

    async def _later(self, act: Callable[[], object]) -> None:
        for _ in range(20):  # a person comes later than the turns of the loop in which a step ends
            await asyncio.sleep(0)
        if asyncio.iscoroutine(done := act()):
            await done

    def step(self, step_id: str) -> StepState:
        return next(step for step in self.state.steps if step.id == step_id)


class Checkers:
    """In the place of child processes: gives these outcomes, one for each try; where there is none left, it hangs."""

    def __init__(self, **outcomes: list[Outcome]) -> None:
        self.outcomes = outcomes
        self.begun: list[str] = []
        self.broken_off: list[str] = []

    async def run(self, order: CheckOrder, *_: object) -> CheckResult:
        self.begun.append(order.check)
        if not self.outcomes.get(order.check):
            try:
                await asyncio.Event().wait()
            finally:
                self.broken_off.append(order.check)
        return CheckResult(
            id=order.check, title=order.title, outcome=self.outcomes[order.check].pop(0), reason=say("As played.")
        )


@pytest.fixture
def checkers(monkeypatch: pytest.MonkeyPatch) -> Checkers:
    played = Checkers()
    monkeypatch.setattr(runner, "run", played.run)
    return played


async def take(where: Workplace, request: IntakeRequest, listener: Steered, steer: Callable[[Intake], None]) -> Report:
    """Carry an intake out, and give the report that it signed."""
    intake = Intake(where, LOUD, request, listener.emit, listener.ask)
    steer(intake)
    async with asyncio.timeout(60):
        await intake.run()
    await asyncio.gather(*listener.jobs)
    assert listener.problem is None
    return Report.model_validate(next(e.signed.report for e in listener.events if e.event == "report"))


async def test_a_check_that_is_skipped_and_one_that_is_stopped_leave_the_rest_as_it_is(
    tmp_path: Path, checkers: Checkers
) -> None:
    listener = Steered()

    def steer(intake: Intake) -> None:
        async def both() -> None:
            assert listener.step("check:memory").may is StepAction.SKIP
            await intake.stop_step("check:memory")
            assert listener.step("check:memory").status is StepStatus.SKIPPED
            assert listener.step("check:processor").may is StepAction.STOP
            await intake.stop_step("check:processor")

        listener.at["check:processor", StepStatus.RUNNING] = [both]

    report = await take(place(tmp_path), ALONE, listener, steer)
    assert [(check.id, check.outcome, str(check.reason)) for check in report.checks] == [
        ("memory", Outcome.SKIPPED, "Skipped by hand."), ("processor", Outcome.SKIPPED, "Stopped by hand."),
    ]  # fmt: skip
    assert checkers.begun == checkers.broken_off == ["processor"]
    assert report.grade is not None
    assert report.grade.provisional


async def test_a_repeated_check_counts_as_it_ended_last_and_the_report_tells_of_the_first_try(
    tmp_path: Path, checkers: Checkers
) -> None:
    checkers.outcomes = {"processor": [Outcome.FAILED, Outcome.PASSED], "memory": []}
    listener = Steered()

    def steer(intake: Intake) -> None:
        async def again() -> None:
            await intake.repeat_step("check:processor")
            assert listener.step("check:processor").status is StepStatus.WAITING
            await intake.repeat_step("check:processor")  # it waits already
            await intake.stop_step("check:memory")

        # The processor is busy with the memory by then: the repeat waits for it.
        listener.at["check:memory", StepStatus.RUNNING] = [again]

    report = await take(place(tmp_path), ALONE, listener, steer)
    assert checkers.begun == ["processor", "memory", "processor"]
    [processor] = [check for check in report.checks if check.id == "processor"]
    assert processor.outcome is Outcome.PASSED
    assert [each.outcome for each in processor.tries] == [Outcome.FAILED, Outcome.PASSED]
    assert any("2 tries" in str(remark) and "failed" in str(remark) for remark in report.remarks)
    assert [check.outcome for check in listener.state.checks if check.id == "processor"] == [Outcome.PASSED]
    assert listener.step("check:processor").tries == 2


async def test_a_repeat_that_is_stopped_takes_no_failure_back(tmp_path: Path, checkers: Checkers) -> None:
    checkers.outcomes = {"processor": [Outcome.FAILED]}
    listener = Steered()

    def steer(intake: Intake) -> None:
        async def again() -> None:
            await intake.repeat_step("check:processor")
            await intake.stop_step("check:memory")

        listener.at["check:memory", StepStatus.RUNNING] = [again]
        listener.at["check:processor", StepStatus.RUNNING] = [
            lambda: None, lambda: intake.stop_step("check:processor"),
        ]  # fmt: skip

    report = await take(place(tmp_path), ALONE, listener, steer)
    [processor] = [check for check in report.checks if check.id == "processor"]
    assert (processor.outcome, len(processor.tries)) == (Outcome.FAILED, 2)
    assert listener.step("check:processor").outcome is Outcome.FAILED
    assert report.grade is not None
    assert report.grade.axes[4].letter is GradeLetter.PARTS


@pytest.mark.runs_programs
async def test_a_checker_that_is_killed_is_an_error_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = Child.start

    async def start_and_kill(module: str) -> Child:
        child = await start(module)
        child.kill()
        return child

    monkeypatch.setattr(Child, "start", start_and_kill)
    report = await take(place(tmp_path), ALONE, Steered(), lambda _: None)
    assert [(check.id, check.outcome) for check in report.checks] == [
        ("processor", Outcome.ERROR), ("memory", Outcome.ERROR),
    ]  # fmt: skip
    assert all("signal 9" in str(check.reason) for check in report.checks)
    assert report.grade is not None


async def test_a_checker_that_raises_in_the_service_is_an_error_and_the_rest_goes_on(
    tmp_path: Path, checkers: Checkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(order: CheckOrder, *_: object) -> CheckResult:
        if order.check == "processor":
            raise RuntimeError("bug")
        return await checkers.run(order)

    checkers.outcomes = {"memory": [Outcome.PASSED]}
    monkeypatch.setattr(runner, "run", breaks)
    listener = Steered()
    report = await take(place(tmp_path), ALONE, listener, lambda _: None)
    assert listener.step("check:processor").outcome is Outcome.ERROR
    assert [check.id for check in report.checks] == ["memory"]


@pytest.mark.runs_programs
async def test_a_drive_that_was_declined_is_asked_about_before_its_erase_is_repeated(
    tmp_path: Path, checkers: Checkers
) -> None:
    checkers.outcomes = {"memory": [Outcome.PASSED]}
    erase = f"erase:{tmp_path}/drives/drive0.img"
    listener = Steered({}, {"serial_ends": {f"{tmp_path}/drives/drive0.img": "TEST-0001"}})

    def steer(intake: Intake) -> None:
        def secret() -> None:
            assert b"secret" in (tmp_path / "drives/drive0.img").read_bytes()

        async def again() -> None:
            secret()
            await intake.repeat_step("confirm")  # that question is not asked twice; the drive's own step is repeated
            await intake.repeat_step(erase)

        listener.at[erase, StepStatus.SKIPPED] = [again]
        listener.at[erase, StepStatus.DONE] = [lambda: intake.stop_step("check:processor")]

    report = await take(place(tmp_path, a_drive(1)), ATTENDED, listener, steer)
    assert [type(question) for question in listener.questions] == [ConfirmEraseQuestion] * 2
    assert "after all" in str(listener.questions[-1].text)
    assert [each.status for each in report.sanitizations] == [SanitizationStatus.SANITIZED]
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.SANITIZED]
    assert not any((tmp_path / "drives/drive0.img").read_bytes())


@pytest.mark.runs_programs
async def test_an_erase_that_is_stopped_and_repeated_is_read_back_in_full_and_told_of(
    tmp_path: Path, checkers: Checkers
) -> None:
    checkers.outcomes = {"memory": [Outcome.PASSED]}
    erase = f"erase:{tmp_path}/drives/drive0.img"
    listener = Steered({"text": "T-1"})
    slow = a_drive(1, size_bytes=16 * MIB, bytes_per_second=16_000_000)

    def steer(intake: Intake) -> None:
        listener.at[erase, StepStatus.RUNNING] = [lambda: intake.stop_step(erase)]
        listener.at[erase, StepStatus.DONE] = [
            lambda: intake.repeat_step(erase), lambda: intake.stop_step("check:processor"),
        ]  # fmt: skip

    report = await take(place(tmp_path, slow), ATTENDED, listener, steer)
    assert [each.status for each in report.sanitizations] == [SanitizationStatus.SANITIZED]
    assert any("repeated by hand" in str(remark) and "interrupted" in str(remark) for remark in report.remarks)
    assert listener.step(erase).tries == 2


@pytest.mark.runs_programs
async def test_a_running_firmware_erase_refuses_to_be_stopped_and_says_so(tmp_path: Path, checkers: Checkers) -> None:
    checkers.outcomes = {"processor": [Outcome.PASSED], "memory": [Outcome.PASSED]}
    path = f"{tmp_path}/drives/drive0.img"
    told: list[str] = []

    class Stopping(Steered):
        def emit(self, event: AnyEvent) -> None:
            super().emit(event)
            if isinstance(event, StepEvent) and event.step.id == f"erase:{path}":
                told.append(str(event.step.detail))
                if "silent until" in told[-1] and not self.jobs:
                    self.jobs.append(asyncio.ensure_future(intakes[0].stop_step(event.step.id)))

    intakes: list[Intake] = []
    about = a_drive(1, size_bytes=4 * MIB, ata=AtaAbout(sanitize=("crypto", "block"), sanitize_seconds=2))
    purge = ALONE.model_copy(update={"erase": "all", "sanitization": SanitizationRequest(level=Level.PURGE)})
    listener = Stopping()
    where = place(tmp_path, about)
    report = await take(where, purge, listener, intakes.append)
    assert listener.jobs, told
    assert any("cannot be stopped" in text for text in told)
    assert [(each.status, each.level) for each in report.sanitizations] == [(SanitizationStatus.SANITIZED, Level.PURGE)]
    done = next(where.settings.journal(Mode.TRAINING).glob("done/*.jsonl"))
    [record] = [entry for entry in Journal(done).records() if entry["record"] == "sanitization"]
    assert record["by_hand"] is False


async def test_nothing_can_be_changed_when_the_work_is_over(tmp_path: Path, checkers: Checkers) -> None:
    checkers.outcomes = {"processor": [Outcome.PASSED], "memory": [Outcome.PASSED]}
    listener = Steered()
    intakes: list[Intake] = []
    await take(place(tmp_path), ALONE, listener, intakes.append)
    steps = list(listener.state.steps)
    await intakes[0].repeat_step("check:memory")
    await intakes[0].stop_step("check:memory")
    assert listener.state.steps == steps


async def test_a_restarted_service_knows_what_was_skipped_repeated_and_found_out(
    tmp_path: Path, checkers: Checkers
) -> None:
    checkers.outcomes = {"processor": [Outcome.FAILED]}
    where, listener = place(tmp_path), Steered()
    kept: dict[Path, bytes] = {}

    def steer(intake: Intake) -> None:
        async def again() -> None:
            await intake.repeat_step("check:processor")
            await intake.stop_step("check:memory")

        async def crash() -> None:
            kept.update({path: path.read_bytes() for path in where.settings.journal(Mode.TRAINING).glob("*.jsonl")})
            await intake.stop_step("check:processor")

        listener.at["check:memory", StepStatus.RUNNING] = [again]
        listener.at["check:processor", StepStatus.RUNNING] = [lambda: None, crash]

    await take(where, ALONE, listener, steer)
    for path, content in kept.items():
        path.write_bytes(content)  # as a crash would have left it
    restart = broken_off(where.settings.journal(Mode.TRAINING))
    assert restart is not None
    assert (restart.left_out, restart.again) == ({"check:memory"}, {"check:processor"})
    checkers.outcomes = {"processor": [Outcome.PASSED]}

    def take_up(intake: Intake) -> None:
        intake.take_up(restart)

    report = await take(where, ALONE, Steered(), take_up)
    found = {check.id: (check.outcome, [each.outcome for each in check.tries]) for check in report.checks}
    assert found["memory"] == (Outcome.SKIPPED, [])
    assert found["processor"] == (Outcome.PASSED, [Outcome.FAILED, Outcome.PASSED])
    assert unfinished(where.settings.journal(Mode.TRAINING)) == []

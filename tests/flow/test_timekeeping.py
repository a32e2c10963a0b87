"""The date of a report, and who vouches for it."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from bench_place import QUIET, Listener, a_drive, place
from played_clock import BUILT, EMPTY, RIGHT, PlayedClock

from agent import timekeeping
from agent.checklist import Checklist
from agent.host.clock import LIFETIME
from agent.intake import Intake
from agent.model.messages import Answer, IntakeRequest, ReportEvent
from agent.model.report import Report
from agent.model.state import AnyQuestion, DateQuestion, StepState
from agent.model.words import Mode, Outcome, StepAction
from agent.timekeeping import Timekeeping, entered
from agent.timesource import believable, source

PARIS = ZoneInfo("Europe/Paris")
WRONG = {"system": BUILT - timedelta(days=200), "rtc": EMPTY}


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        (PlayedClock(), "machine_clock"),
        (PlayedClock(network=True), "network"),
        (PlayedClock(rtc=EMPTY, network=True), "network"),
        (PlayedClock(rtc=EMPTY, by_hand=True), "volunteer"),
        (PlayedClock(rtc=EMPTY, by_hand=True, network=True), "network"),
        (PlayedClock(rtc=EMPTY), "unconfirmed"),  # whatever systemd has made of it
        (PlayedClock(rtc=None), "unconfirmed"),
        (PlayedClock(rtc=BUILT - timedelta(seconds=1)), "unconfirmed"),
        (PlayedClock(rtc=BUILT), "machine_clock"),
        (PlayedClock(rtc=BUILT + LIFETIME + timedelta(seconds=1)), "unconfirmed"),
        (PlayedClock(rtc=None, image=None), "machine_clock"),  # no stick
    ],
)
def test_who_vouches_for_the_clock(clock: PlayedClock, told: str) -> None:
    assert source(clock) == told
    assert believable(clock) or told != "machine_clock"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("31/12/2026 14:05", datetime(2026, 12, 31, 13, 5, tzinfo=UTC)),
        (" 1.7.2027 9h05 ", datetime(2027, 7, 1, 7, 5, tzinfo=UTC)),
        ("2026-12-31 14:05", datetime(2026, 12, 31, 13, 5, tzinfo=UTC)),
        ("2026-12-31T14:05", datetime(2026, 12, 31, 13, 5, tzinfo=UTC)),
        ("31/12/2026", None), ("31/13/2026 14:05", None), ("31/12/2026 25:05", None), ("12:00", None),
        ("0000-01-01 00:00", None), ("1/1/0001 00:00", None), ("x" * 1000, None), ("", None),
    ],
)  # fmt: skip
def test_what_a_person_types(text: str, when: datetime | None) -> None:
    assert entered(text, PARIS) == when


def intake_of(tmp_path: Path, clock: PlayedClock, listener: Listener, request: IntakeRequest) -> Intake:
    where = replace(place(tmp_path, a_drive(1)), clock=clock)
    return Intake(where, QUIET, request, listener.emit, listener.ask)


def report_in(listener: Listener) -> Report:
    [event] = [event for event in listener.events if isinstance(event, ReportEvent)]
    return Report.model_validate(event.signed.report)


ATTENDED = IntakeRequest(profile="quiet", asset_tag="T-1", erase="none")
HEADLESS = ATTENDED.model_copy(update={"attended": False})


class AtTheDate(Listener):
    """Answers the question about the date by a script; None: nobody answers."""

    def __init__(self, *texts: str | None) -> None:
        super().__init__()
        self.texts = list(texts)
        self.withdrawn = False

    async def ask(self, question: AnyQuestion) -> Answer:
        assert isinstance(question, DateQuestion)
        self.questions.append(question)
        if (text := self.texts.pop(0)) is None:
            try:
                await asyncio.Event().wait()
            finally:
                self.withdrawn = True
        return Answer(mode=Mode.TRAINING, question_id=question.id, text=text)


@pytest.mark.runs_programs
async def test_an_answer_sets_the_clock_and_the_times_are_right(tmp_path: Path) -> None:
    clock = PlayedClock(**WRONG)
    listener = AtTheDate("not a date", "29/11/2020 12:00", "29/11/2099 12:00", "01/03/2027 13:00")
    await intake_of(tmp_path, clock, listener, ATTENDED).run()
    assert clock.sets == [RIGHT]
    problems = [str(each.problem) for each in listener.questions if isinstance(each, DateQuestion)]
    assert "is no date" in problems[1]
    assert "this stick was made on 2026-11-29" in problems[2]
    assert "this stick was made on" in problems[3]
    report = report_in(listener)
    assert report.time_source == "volunteer"
    # Begun under a clock that was wrong by half a year, and yet before its end, by as much as it lasted.
    assert (report.created_at - report.started_at).total_seconds() == report.seconds == 0
    assert report.created_at == RIGHT
    assert not report.remarks
    [step] = [step for step in listener.state.steps if step.id == "date"]
    assert step.outcome is Outcome.PASSED


@pytest.mark.runs_programs
@pytest.mark.parametrize("answer", ["", None])
async def test_without_an_answer_the_report_says_so(tmp_path: Path, answer: str | None) -> None:
    """Also where the question stays open until nothing else is left to do: the report does not wait for it."""
    listener = AtTheDate(answer)
    await asyncio.wait_for(intake_of(tmp_path, PlayedClock(**WRONG), listener, ATTENDED).run(), 60)
    report = report_in(listener)
    assert report.time_source == "unconfirmed"
    assert "2010-01-01" in str(report.remarks[0])
    assert listener.withdrawn is (answer is None)
    [step] = [step for step in listener.state.steps if step.id == "date"]
    assert step.outcome is Outcome.SKIPPED


@pytest.mark.runs_programs
@pytest.mark.parametrize(("request_", "settable"), [(HEADLESS, True), (ATTENDED, False)])
async def test_where_nobody_may_answer_nobody_is_asked(tmp_path: Path, request_: IntakeRequest, settable: bool) -> None:
    listener = AtTheDate()
    await intake_of(tmp_path, PlayedClock(**WRONG, settable=settable), listener, request_).run()
    assert listener.questions == []
    assert report_in(listener).time_source == "unconfirmed"
    assert report_in(listener).remarks


@pytest.mark.runs_programs
async def test_a_clock_that_is_right_is_not_asked_about(tmp_path: Path) -> None:
    listener = AtTheDate()
    await intake_of(tmp_path, PlayedClock(), listener, ATTENDED).run()
    assert report_in(listener).time_source == "machine_clock"
    assert not report_in(listener).remarks


class Bench:
    """One Timekeeping without an intake round it."""

    def __init__(self, clock: PlayedClock, *texts: str | None) -> None:
        self.listener = AtTheDate(*texts)
        self.time = Timekeeping(clock, PARIS, Checklist(Mode.TRAINING, self.listener.emit), self.listener.ask)


async def test_the_network_answers_in_mid_intake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timekeeping, "LOOK_SECONDS", 0.01)
    clock = PlayedClock(**WRONG)
    bench = Bench(clock, None)
    async with bench.time as kept:
        await asyncio.sleep(0.03)
        assert bench.listener.questions
        clock.later(60)
        clock.network, clock.system = True, RIGHT  # a jump of half a year
        for _ in range(200):
            if bench.listener.withdrawn:
                break
            await asyncio.sleep(0.01)
        assert bench.listener.withdrawn
        assert kept.source == "network"
        started, created = kept.moments()
    assert (started, created) == (RIGHT - timedelta(seconds=60), RIGHT)
    assert kept.remark() is None


async def test_a_clock_that_cannot_be_set_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = PlayedClock(**WRONG, refuses=PermissionError(1, os.strerror(1)))
    bench = Bench(clock, "01/03/2027 13:00", "")
    async with bench.time:
        for _ in range(200):
            if len(bench.listener.questions) == 2:
                break
            await asyncio.sleep(0.01)
    second = bench.listener.questions[1]
    assert isinstance(second, DateQuestion)
    assert "cannot be set" in str(second.problem)
    assert bench.time.source == "unconfirmed"


async def test_what_breaks_while_asking_breaks_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench(PlayedClock(**WRONG))  # whose script is at its end at once
    async with bench.time:
        await asyncio.sleep(0.01)
    assert bench.time.source == "unconfirmed"
    assert "asking about the date broke" in caplog.text


async def test_the_question_is_withdrawn_and_put_again_by_hand() -> None:
    clock, listener = PlayedClock(rtc=EMPTY), AtTheDate(None, "01/03/2027 13:00")
    checklist = Checklist(Mode.TRAINING, listener.emit)
    async with Timekeeping(clock, PARIS, checklist, listener.ask) as time:
        assert time.repeat() is None  # it is being asked
        await asyncio.sleep(0)
        await time.stop()
        assert listener.withdrawn
        assert (step_of(checklist).outcome, step_of(checklist).may) == (Outcome.SKIPPED, StepAction.REPEAT)
        asking = time.repeat()
        assert asking is not None
        await asking
        assert (step_of(checklist).outcome, step_of(checklist).tries, clock.sets) == (Outcome.PASSED, 2, [RIGHT])
    nobody = Timekeeping(clock, PARIS, checklist, None)
    await nobody.stop()
    assert nobody.repeat() is None


def step_of(checklist: Checklist) -> StepState:
    found = checklist.step(timekeeping.STEP)
    assert found is not None
    return found

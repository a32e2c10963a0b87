"""What checks show while they run: a camera's picture, which lasts nowhere, and curves, which never grow too long."""

import json
from types import SimpleNamespace
from typing import Any, ClassVar, Self

import pytest

from agent.checklist import Checklist
from agent.checks import __main__ as child_side
from agent.checks import registry, runner
from agent.checks.base import Bench
from agent.checkwork import CheckWork
from agent.model.check import CheckResult, Figure, Series
from agent.model.curve import POINTS, thinned
from agent.model.inventory import Camera, Inventory, NetworkInterface
from agent.model.message import say
from agent.model.messages import EVENT, AnyEvent, CurvesEvent, GlanceEvent, StepEvent
from agent.model.profile import Profile
from agent.model.state import IntakeState
from agent.model.words import Mode, Outcome, Reached

LEVELS = bytes(range(256)) * 2 + bytes(64)
INVENTORY = Inventory(cameras=[Camera(name="c")], network=[NetworkInterface(name="eth0")])
PROFILE = Profile(name="p", title_fr="p", title_en="p")


def order(check: str) -> runner.CheckOrder:
    return next(one for one in registry.orders(PROFILE, INVENTORY) if one.check == check)


def result(check: str, subject: str | None, *figures: Figure) -> CheckResult:
    return CheckResult(
        id=check, subject=subject, title=say("t"), outcome=Outcome.PASSED, reason=say("r"), figures=list(figures)
    )


class FakeChild:
    """A child that says these events."""

    said: ClassVar[list[dict[str, Any]]] = []

    @classmethod
    async def start(cls, *_: str) -> Self:
        return cls()

    async def send(self, _order: dict[str, object]) -> None:
        self._left = list(self.said)

    async def event(self) -> dict[str, Any]:
        return self._left.pop(0)

    async def stop(self) -> None:
        pass


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[AnyEvent]:
    monkeypatch.setattr(runner, "Child", FakeChild)
    return []


async def work(heard: list[AnyEvent], check: str, reached: Reached | None, *said: dict[str, Any]) -> CheckWork:
    FakeChild.said = list(said)
    checklist = Checklist(Mode.TRAINING, heard.append)
    checks = CheckWork(
        SimpleNamespace(mode=Mode.TRAINING, checks="agent.checks"),
        checklist,
        heard.append,
        lambda *_, **__: None,
        lambda: reached,
    )
    checklist.add(f"check:{check}", say("t"))
    await checks.run(f"check:{check}", order(check))
    return checks


async def test_a_picture_is_an_event_and_no_state(heard: list[AnyEvent]) -> None:
    end = {"event": "result", "result": result("camera", "c").model_dump(mode="json")}
    checks = await work(heard, "camera", None, {"event": "glance", "levels": LEVELS.hex()}, end)
    (glance,) = [event for event in heard if isinstance(event, GlanceEvent)]
    assert (glance.step_id, bytes.fromhex(glance.levels)) == ("check:camera", LEVELS)
    assert EVENT.validate_json(glance.model_dump_json()) == glance
    state = IntakeState(mode=Mode.TRAINING)
    for event in heard:
        state = event.apply(state)
    assert LEVELS.hex() not in state.model_dump_json()
    assert [one.outcome for one in checks.results] == [Outcome.PASSED]


@pytest.mark.parametrize("levels", ["", "00" * 575, "0g" * 576, "00" * 577])
async def test_a_picture_of_another_size_is_rubbish(heard: list[AnyEvent], levels: str) -> None:
    checks = await work(heard, "camera", None, {"event": "glance", "levels": levels})
    assert [one.outcome for one in checks.results] == [Outcome.ERROR]


async def test_the_workshop_is_asked_after_the_network(heard: list[AnyEvent]) -> None:
    found = result("network", "eth0", Figure(name="address", value="yes"))
    end = {"event": "result", "result": found.model_dump(mode="json")}
    checks = await work(heard, "network", Reached.PORTAL, end)
    assert checks.results[0].figures[-1] == Figure(name="workshop", value="portal")


def test_what_the_child_says(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[dict[str, object]] = []

    def check(bench: Bench) -> CheckResult:
        bench.show(LEVELS)
        return result("camera", "c")

    monkeypatch.setattr(child_side, "_say", said.append)
    monkeypatch.setattr("agent.checks.camera.check", check)
    answered = child_side._answer(json.dumps(order("camera").as_dict()).encode())
    assert said == [{"event": "glance", "levels": LEVELS.hex()}]
    assert answered.seconds > 0


def long_series(points: int) -> Series:
    seconds = [n / 2 for n in range(points)]
    return Series(name="temperature_celsius", seconds=seconds, values=[40.0 + (n == 777) * 59 for n in range(points)])


async def test_curves_are_of_the_state_as_long_as_the_check_runs(heard: list[AnyEvent]) -> None:
    curve = thinned(long_series(5000)).model_dump()
    end = {"event": "result", "result": result("processor", None).model_dump(mode="json")}
    await work(heard, "processor", None, {"event": "curves", "curves": [curve]}, end)
    state, seen = IntakeState(mode=Mode.TRAINING), []
    for event in heard:
        state = event.apply(state)
        seen.append([each.step_id for each in state.curves])
        joined = IntakeState.model_validate_json(state.model_dump_json())  # a screen that comes now
        assert joined.curves == state.curves
    assert ["check:processor"] in seen
    assert seen[-1] == []
    (told,) = [event for event in heard if isinstance(event, CurvesEvent)]
    assert EVENT.validate_json(told.model_dump_json()) == told
    assert told.apply(state) is state  # too late: it is not told of what has ended


def test_curves_of_one_step_take_each_others_place() -> None:
    checklist = Checklist(Mode.TRAINING, (heard := list[AnyEvent]()).append)
    checklist.add("check:processor", say("t"))
    checklist.start("check:processor")
    checks = CheckWork(SimpleNamespace(mode=Mode.TRAINING, checks=""), checklist, heard.append, lambda *_, **__: None)
    for points in (10, 100_000, 1000):
        checks.draw("check:processor", [long_series(points)] * 50)
    state = IntakeState(mode=Mode.TRAINING)
    for event in heard:
        state = event.apply(state)
    (kept,) = state.curves
    assert all(len(curve.seconds) <= POINTS for curve in kept.curves)
    assert len(state.model_dump_json()) < 20_000
    folded = next(event for event in reversed(heard) if isinstance(event, StepEvent)).step
    checklist.remove(folded.id)
    assert heard[-1].apply(state).curves == []


def test_thinning_loses_no_peak_and_no_end() -> None:
    full, thin = long_series(2000), thinned(long_series(2000))
    assert len(thin.values) <= POINTS
    assert max(thin.values) == 99.0
    assert thin.seconds == sorted(thin.seconds)
    assert thin.seconds[-1] > full.seconds[-1] * (1 - 2 / POINTS)
    assert thinned(long_series(POINTS)).model_dump() == long_series(POINTS).model_dump()


@pytest.mark.parametrize(
    "curves", [[thinned(long_series(9)).model_dump()] * 7, [long_series(POINTS + 1).model_dump()], [{"name": "x"}]]
)
async def test_a_child_that_tells_too_much_is_rubbish(heard: list[AnyEvent], curves: object) -> None:
    checks = await work(heard, "processor", None, {"event": "curves", "curves": curves})
    assert [one.outcome for one in checks.results] == [Outcome.ERROR]


def test_the_child_tells_curves_no_more_often_than_a_screen_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[dict[str, object]] = []
    now = iter([99.0, 100.0, 100.5, 101.0, 101.9, 102.1, 103.0])
    monkeypatch.setattr(child_side, "_say", said.append)
    monkeypatch.setattr(child_side.time, "monotonic", lambda: next(now))
    draw = child_side._Drawer()
    for points in (0, 1, 2, 3, 4, 5, 900):
        draw([long_series(points)] if points else [])
    assert [len(one["curves"][0]["seconds"]) for one in said] == [1, 5]  # type: ignore[index]


def test_the_journal_keeps_the_curves_for_a_restart_thinned() -> None:
    noted: list[dict[str, Any]] = []
    checklist = Checklist(Mode.TRAINING, lambda _: None)
    checklist.add("check:processor", say("t"))
    place = SimpleNamespace(mode=Mode.TRAINING, checks="")
    checks = CheckWork(place, checklist, lambda _: None, lambda *_, **fields: noted.append(fields))
    full = result("processor", None).model_copy(update={"series": [long_series(300)]})
    checks.keep("check:processor", full)
    (found,) = [CheckResult.model_validate(one["result"]) for one in noted]
    assert len(found.series[0].values) <= POINTS / 2
    assert checks.results == [full]  # the report has them whole

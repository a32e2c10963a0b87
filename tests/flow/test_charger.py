"""A laptop without its charger: no erase begins, one that runs goes on, and the screen says what to do."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bench_place import MIB, QUIET, Listener, a_drive, place

from agent import charger, erasing
from agent.intake import Intake
from agent.journal import Journal
from agent.model.messages import AnyEvent, FinishedEvent, IntakeRequest, StepEvent
from agent.model.state import StepState
from agent.model.words import Mode, SanitizationStatus
from agent.workplace import Workplace

pytestmark = pytest.mark.runs_programs
ATTENDED = IntakeRequest(profile="quiet", asset_tag="T-1", erase="all")
HEADLESS = ATTENDED.model_copy(update={"attended": False})
SECRET = b"donor's secret! "


class Plug:
    """The charger of a laptop."""

    def __init__(self, *, out: bool = True) -> None:
        self.out = out
        self.looks = 0

    def __call__(self) -> bool:
        self.looks += 1
        return self.out


class Watching(Listener):
    """Does something at each change of the erase's line."""

    def __init__(self, act: Callable[[StepState], None]) -> None:
        super().__init__()
        self._act = act

    def emit(self, event: AnyEvent) -> None:
        super().emit(event)
        if isinstance(event, StepEvent) and event.step.id.startswith("erase:"):
            self._act(event.step)

    def lines(self) -> list[str]:
        steps = [event.step for event in self.events if isinstance(event, StepEvent)]
        return [str(step.detail) for step in steps if step.urgent]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charger, "LOOK_SECONDS", 0.02)


def unplugged(tmp_path: Path, plug: Plug, **drive: object) -> Workplace:
    return replace(place(tmp_path, a_drive(1, **drive)), on_battery=plug)


def image(tmp_path: Path) -> bytes:
    return (tmp_path / "drives/drive0.img").read_bytes()


async def test_it_begins_by_itself_when_the_charger_comes(tmp_path: Path) -> None:
    plug, seen = Plug(), []

    def act(step: StepState) -> None:
        if step.urgent:
            seen.append(image(tmp_path))
            if plug.looks > 3:
                plug.out = False

    listener = Watching(act)
    await Intake(unplugged(tmp_path, plug), QUIET, ATTENDED, listener.emit, listener.ask).run()
    assert len(seen) > 1
    assert all(each == SECRET * (8 * MIB // 16) for each in seen)
    assert listener.lines()[0].startswith("Plug in the charger")
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.SANITIZED]
    assert not any(image(tmp_path))
    assert not any(step.urgent for step in listener.state.steps)


async def test_it_can_be_stopped_while_it_waits(tmp_path: Path) -> None:
    jobs = []

    def act(step: StepState) -> None:
        if step.urgent and not jobs:
            jobs.append(asyncio.get_running_loop().create_task(intake.stop_step(step.id)))

    listener = Watching(act)
    intake = Intake(unplugged(tmp_path, Plug()), QUIET, ATTENDED, listener.emit, listener.ask)
    await asyncio.wait_for(intake.run(), 60)
    [result] = listener.state.sanitizations
    assert result.status is SanitizationStatus.REFUSED
    assert "nothing was written" in str(result.reason)
    assert SECRET in image(tmp_path)


async def test_headless_it_is_refused_after_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "HEADLESS_SECONDS", 0.1)
    left = []
    listener = Watching(lambda step: left.append(step.seconds_left) if step.urgent else None)
    where = unplugged(tmp_path, Plug())
    await asyncio.wait_for(Intake(where, QUIET, HEADLESS, listener.emit, listener.ask).run(), 60)
    [result] = listener.state.sanitizations
    assert result.status is SanitizationStatus.REFUSED
    assert "charger was not plugged in" in str(result.reason)
    assert str(result.hint) == "Plug in the charger, then start again."
    assert left[0] == 0.1
    assert left == sorted(left, reverse=True)
    assert SECRET in image(tmp_path)
    finished = listener.events[-1]
    assert isinstance(finished, FinishedEvent)
    assert not finished.good


async def test_one_that_runs_goes_on_and_says_it(tmp_path: Path) -> None:
    plug = Plug(out=False)

    def act(step: StepState) -> None:
        if "writing" in str(step.detail):
            plug.out = True
        elif step.urgent and len(listener.lines()) > 3:
            plug.out = False

    listener = Watching(act)
    where = unplugged(tmp_path, plug, size_bytes=16 * MIB, bytes_per_second=16_000_000)
    await Intake(where, QUIET, ATTENDED, listener.emit, listener.ask).run()
    assert {line.partition(":")[0] for line in listener.lines()} == {"THE CHARGER IS OUT"}
    steps = [event.step for event in listener.events if isinstance(event, StepEvent)]
    last = max(index for index, step in enumerate(steps) if step.urgent)
    assert steps[last + 1].detail is not None, "once it is back, the line says again how far it is"
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.SANITIZED]


async def test_what_began_earlier_is_not_called_unwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An erase that was cut off before stays cut off, whatever the charger says now."""
    monkeypatch.setattr(erasing, "HEADLESS_SECONDS", 0.0)
    where = unplugged(tmp_path, Plug())
    old = Journal.create(where.settings.journal(Mode.TRAINING), "old")
    drive = {"serial": "SIM-TEST-0001", "model": "Simulated 1", "size_bytes": 8 * MIB}
    old.record("erase_started", drive=drive, request={})
    listener = Listener()
    await Intake(where, QUIET, HEADLESS, listener.emit, listener.ask).run()
    [result] = listener.state.sanitizations
    assert result.status is SanitizationStatus.INTERRUPTED
    assert "never finished" in str(result.reason)


async def test_nobody_waits_where_nothing_is_erased(tmp_path: Path) -> None:
    nothing = ATTENDED.model_copy(update={"erase": "none"})
    plug, listener = Plug(), Listener()
    await Intake(unplugged(tmp_path, plug), QUIET, nothing, listener.emit, listener.ask).run()
    assert plug.looks == 0

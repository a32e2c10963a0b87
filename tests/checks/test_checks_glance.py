"""A camera's picture on its way to the screen: an event, and nothing that lasts."""

import json
from types import SimpleNamespace
from typing import Any, ClassVar, Self

import pytest

from agent.checklist import Checklist
from agent.checks import __main__ as child_side
from agent.checks import registry, runner
from agent.checks.base import Bench
from agent.checkwork import CheckWork
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Camera, Inventory, NetworkInterface
from agent.model.message import say
from agent.model.messages import EVENT, AnyEvent, GlanceEvent
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

"""In training the word stands on every screen, whatever lies before or over it."""

from collections.abc import Callable

import pytest
import tui_cases as cases
from tui_cases import press, screen_rows, settled, showing

from agent.manual import registry
from agent.manual.base import Around
from agent.model.manual import ManualCheck
from agent.model.message import say
from agent.model.messages import SnapshotEvent
from agent.model.problem import Problem
from agent.model.state import DateQuestion, FrozenDrivesQuestion, IntakeState, ManualQuestion, PsidQuestion
from agent.model.words import Mode
from agent.tui.face import Detour
from agent.tui.over import KEYS
from agent.tui.screens.base import Go
from agent.tui.way import Stop

ASKS = registry.BY_ID["hinges"].proceed([], Around(cases.INVENTORY))
assert isinstance(ASKS, ManualCheck)
IDENTITY = cases.identity(cases.DRIVES[0])


def asked(question: object) -> IntakeState:
    return cases.WORKING.model_copy(update={"question": question})


STOPS: dict[Stop, tuple[IntakeState, Detour | None, str]] = {
    Stop.START: (cases.IDLE, None, ""),
    Stop.CHECKLIST: (cases.WORKING, None, ""),
    Stop.ASSET_TAG: (asked(cases.TAG_QUESTION), None, ""),
    Stop.CONFIRM_ERASE: (asked(cases.CONFIRM), None, ""),
    Stop.DATE: (asked(DateQuestion(id="q5", text=say("Which date?"), zone="Europe/Paris")), None, ""),
    Stop.EMPTY_BAY: (asked(cases.BAY), None, ""),
    Stop.FROZEN_DRIVES: (asked(FrozenDrivesQuestion(id="q7", text=say("Free them?"), drives=[IDENTITY])), None, ""),
    Stop.MANUAL: (asked(ManualQuestion(id="q6", text=say("Look."), check=ASKS)), None, ""),
    Stop.PSID: (asked(PsidQuestion(id="q4", text=say("Which number?"), drive=IDENTITY)), None, ""),
    Stop.CHANGE: (cases.WORKING, Detour.CHANGE, ""),
    Stop.CHANGE_ONE: (cases.WORKING, Detour.CHANGE_ONE, "repeat inventory"),
    Stop.RESULT: (cases.FINISHED, None, ""),
    Stop.PROBLEM: (cases.BROKEN_OFF, None, ""),
    Stop.DETAILS: (cases.FINISHED, Detour.DETAILS, ""),
    Stop.QR: (cases.FINISHED, Detour.QR, ""),
    Stop.POWER_OFF: (cases.FINISHED.model_copy(update={"unsaved": 1}), Detour.POWER_OFF, ""),
}


def test_every_screen_is_walked() -> None:
    assert STOPS.keys() | {Stop.BROKEN} == set(Stop)


async def test_the_word_stands_on_every_screen_in_both_languages() -> None:
    async with showing(cases.IDLE) as screen:

        async def is_there(where: object) -> None:
            for _ in range(2):
                word = "ENTRAÎNEMENT" if screen.app.face.language == "fr" else "TRAINING"
                assert any(word in row for row in screen_rows(screen.app)[:3]), where
                screen.app.action_language()
                await settled(screen.pilot)

        async def until(there: Callable[[], bool], go: Callable[[], object] = lambda: None) -> None:
            """On a busy machine what was pushed comes later."""
            for _ in range(50):
                go()
                await settled(screen.pilot)
                if there():
                    return
            pytest.fail(f"{stop} does not come: {screen.app._place}")

        for stop, (state, detour, about) in STOPS.items():
            screen.link.push(SnapshotEvent(mode=Mode.TRAINING, state=state))
            await until(lambda state=state: screen.app.face.state == state)
            going = Go(detour, about)
            await until(lambda stop=stop: screen.app._place.stop is stop, lambda to=going: screen.app.on_go(to))
            await is_there(stop)
        for over, key in KEYS.items():
            await press(screen.pilot, key.lower())
            await is_there(over)
            await press(screen.pilot, "escape")
        screen.app._away.show()
        await settled(screen.pilot)
        await is_there("afar")
        await press(screen.pilot, "a")
        screen.link.push(Problem(say("gone")))
        await settled(screen.pilot)
        await is_there(Stop.BROKEN)

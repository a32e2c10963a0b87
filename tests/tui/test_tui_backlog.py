"""A flood of events: the screen gathers them, so that keys are heard, and ends with the last one shown."""

import pytest
import tui_cases as cases
from tui_cases import press, screen_text, settled, showing

from agent.model.message import say
from agent.model.messages import PhaseEvent, StepEvent
from agent.model.words import StepStatus
from agent.tui.screens.base import OrdisScreen

EVENTS = 300


async def test_events_that_come_at_once_are_drawn_together(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = cases.WORKING.model_copy(update={"question": cases.TAG_QUESTION, "asset_tag": None})
    drawn: list[None] = []
    update = OrdisScreen.update_view

    def counted(screen: OrdisScreen) -> None:
        drawn.append(None)
        update(screen)

    async with showing(asked) as screen:
        monkeypatch.setattr(OrdisScreen, "update_view", counted)
        step = asked.steps[0].model_copy(update={"status": StepStatus.RUNNING})
        for number in range(EVENTS):
            late = step.model_copy(update={"detail": say("{count} done", count=number)})
            screen.link.push(StepEvent(mode=asked.mode, step=late))
        screen.link.push(PhaseEvent(mode=asked.mode, phase=asked.phase, asset_tag="LAST-1"))
        await press(screen.pilot, "a")
        await settled(screen.pilot)
        assert "[a" in screen_text(screen.app)
        assert "LAST-1" in screen_text(screen.app)
    assert len(drawn) < EVENTS / 10

"""Stopping a step: only by the key, a choice and a yes; and what can be stopped at all."""

import pytest
import tui_cases as cases
from tui_cases import press, screen_text, settled, showing

from agent.model.messages import QuestionEvent, StepEvent, StopStep
from agent.model.state import IntakeState
from agent.model.words import Outcome, Phase, StepStatus
from agent.tui.lines.steps import stoppable

TRAINING = cases.IDLE.mode


def test_what_can_be_stopped() -> None:
    waiting = cases.step("erase:/dev/sdx", "X", StepStatus.WAITING)
    health = cases.step("check:drive_health:/dev/sdx", "X", StepStatus.RUNNING)
    state = cases.WORKING.model_copy(update={"steps": [*cases.STEPS, waiting, health]})
    assert [step.id for step in stoppable(state)] == [
        "check:processor", "erase:/dev/sda", "erase:/dev/sdb", "erase:/dev/sdx",
    ]  # fmt: skip
    for phase in Phase:
        if phase is not Phase.WORK:
            assert stoppable(state.model_copy(update={"phase": phase})) == []


async def test_a_check_is_stopped_by_three_keys_that_mean_it() -> None:
    async with showing(cases.WORKING, "en") as screen:
        assert "F8  Stop a step" in screen_text(screen.app)
        await press(screen.pilot, "f8", "down", "enter")
        assert "Processeur: stop this step?" in screen_text(screen.app)
        assert screen.link.sent == []
        await press(screen.pilot, "down", "enter")
        assert "[>>] Processeur" in screen_text(screen.app)  # back at the checklist
    assert screen.link.sent == [StopStep(mode=TRAINING, step_id="check:processor")]


async def test_an_erase_says_what_its_stop_means() -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, "f8", "down", "down", "enter")
        shown = " ".join(screen_text(screen.app).replace("│", " ").split())
        assert "will not count as erased" in shown
        assert "While the drive erases itself, nothing can stop it" in shown
        await press(screen.pilot, "down", "enter")
    assert screen.link.sent == [StopStep(mode=TRAINING, step_id="erase:/dev/sda")]


@pytest.mark.parametrize(
    "keys",
    [["f8", "enter"], ["f8", "escape"], ["f8", "down", "enter", "enter"], ["f8", "down", "enter", "escape"],
     ["enter", "down", "enter", "s", "escape"]],
)  # fmt: skip
async def test_nothing_else_stops(keys: list[str]) -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, *keys)
        assert "[>>] Processeur" in screen_text(screen.app)
    assert screen.link.sent == []


async def test_where_nothing_runs_there_is_no_such_key() -> None:
    state: IntakeState = cases.WORKING.model_copy(update={"steps": cases.STEPS[:2]})
    async with showing(state, "en") as screen:
        assert "F8" not in screen_text(screen.app)
        await press(screen.pilot, "f8")
        assert "Which step" not in screen_text(screen.app)


async def test_a_question_goes_before_the_stop_and_events_go_on_behind_it() -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, "f8", "down", "enter")
        ended = cases.step("check:processor", "Processeur", StepStatus.DONE, Outcome.PASSED)
        screen.link.push(StepEvent(mode=TRAINING, step=ended))
        await settled(screen.pilot)
        assert "stop this step?" in screen_text(screen.app)
        screen.link.push(QuestionEvent(mode=TRAINING, question=cases.BAY))
        await settled(screen.pilot)
        assert "stop this step?" not in screen_text(screen.app)
    assert screen.link.sent == []

"""Stopping, skipping and repeating a step: only by the key, a choice and a yes."""

from datetime import UTC, datetime

import pytest
import tui_cases as cases
from tui_cases import press, screen_text, settled, showing

from agent.model.messages import Command, QuestionEvent, RepeatStep, StepEvent, StopStep, TimetableEvent
from agent.model.state import IntakeState, Timetable
from agent.model.words import Outcome, Phase, StepAction, StepStatus
from agent.tui.lines.steps import changeable, step_lines

TRAINING = cases.IDLE.mode


def test_what_can_be_changed() -> None:
    waiting = cases.step("erase:/dev/sdx", "X", StepStatus.WAITING)
    state = cases.WORKING.model_copy(update={"steps": [*cases.STEPS, waiting]})
    assert [(step.id, step.may) for step in changeable(state)] == [
        *[(name, StepAction.STOP) for name in ("check:processor", "erase:/dev/sda", "erase:/dev/sdb")],
        *[(name, StepAction.SKIP) for name in ("check:memory", "erase:/dev/sdx")],
        *[
            (name, StepAction.REPEAT)
            for name in (
                "check:drive_health:/dev/sda",
                "check:drive_health:/dev/sdb",
                "check:battery",
                "erase:/dev/sdc",
            )
        ],
    ]
    for phase in Phase:  # the service says of each step what may be done to it, also after the end
        assert changeable(state.model_copy(update={"phase": phase})) == changeable(state)


@pytest.mark.parametrize(
    ("downs", "question", "meaning", "command"),
    [
        (1, "Processeur: stop this step?", "will count as not done",
         StopStep(mode=TRAINING, step_id="check:processor")),
        (2, "Effacement de WDC", "While the drive erases itself, nothing can stop it",
         StopStep(mode=TRAINING, step_id="erase:/dev/sda")),
        (4, "Mémoire: skip this step?", "will count as not done", StopStep(mode=TRAINING, step_id="check:memory")),
        (7, "Batterie: repeat this step?", "The report says that it was repeated",
         RepeatStep(mode=TRAINING, step_id="check:battery")),
        (8, "KINGSTON SNV2S500G: repeat this step?", "you are asked about it first",
         RepeatStep(mode=TRAINING, step_id="erase:/dev/sdc")),
    ],
)  # fmt: skip
async def test_a_step_is_changed_by_keys_that_mean_it(
    downs: int, question: str, meaning: str, command: Command
) -> None:
    async with showing(cases.WORKING, "en") as screen:
        assert "F8  Change a step" in screen_text(screen.app)
        await press(screen.pilot, "f8", *["down"] * downs, "enter")
        shown = " ".join(screen_text(screen.app).replace("│", " ").split())
        assert question in shown
        assert meaning in shown
        assert screen.link.sent == []
        await press(screen.pilot, "down", "enter")
        assert "[>>] Processeur" in screen_text(screen.app)  # back at the checklist
    assert screen.link.sent == [command]


@pytest.mark.parametrize(
    "keys",
    [["f8", "enter"], ["f8", "escape"], ["f8", "down", "enter", "enter"], ["f8", "down", "enter", "escape"],
     ["enter", "down", "enter", "s", "escape"]],
)  # fmt: skip
async def test_nothing_else_changes_anything(keys: list[str]) -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, *keys)
        assert "[>>] Processeur" in screen_text(screen.app)
    assert screen.link.sent == []


async def test_where_nothing_can_be_changed_there_is_no_such_key() -> None:
    state: IntakeState = cases.WORKING.model_copy(update={"steps": cases.STEPS[:2]})
    async with showing(state, "en") as screen:
        assert "F8" not in screen_text(screen.app)
        await press(screen.pilot, "f8")
        assert "Which step" not in screen_text(screen.app)


async def test_what_is_asked_stays_what_it_was_and_a_question_goes_before_it() -> None:
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


async def test_the_steps_can_be_seen_and_changed_while_a_question_waits() -> None:
    asked = cases.WORKING.model_copy(update={"question": cases.BAY})
    for language in ("fr", "en"):
        async with showing(asked, language) as screen:
            assert "F7" in screen_text(screen.app)
            await press(screen.pilot, "f7")
            assert "[>>] Processeur" in screen_text(screen.app)
            assert "F7" not in screen_text(screen.app)
            await press(screen.pilot, "f8", "down", "enter", "down", "enter")
            assert screen.link.sent == [StopStep(mode=TRAINING, step_id="check:processor")]
            assert "F7" in screen_text(screen.app)  # back at the question
            for back in ("escape", "f7"):
                await press(screen.pilot, "f7")
                assert "[>>] Processeur" in screen_text(screen.app)
                await press(screen.pilot, back)
                assert "F7" in screen_text(screen.app)


async def test_before_the_work_a_question_hides_nothing() -> None:
    asked = cases.WORKING.model_copy(update={"question": cases.BAY, "phase": Phase.INVENTORY})
    async with showing(asked, "en") as screen:
        await press(screen.pilot, "f7")
        assert "[>>]" not in screen_text(screen.app)


async def test_the_checklist_says_when_it_ends() -> None:
    at = datetime(2027, 3, 1, 15, 42, tzinfo=UTC)
    table = Timetable(seconds_left=720, longest_chain_seconds=700, ends_at=at)
    async with showing(cases.WORKING, "fr") as screen:
        screen.link.push(TimetableEvent(mode=TRAINING, timetable=table))
        await settled(screen.pilot)
        assert "Fin vers 15 h 42, dans 12 min." in screen_text(screen.app)
        screen.link.push(TimetableEvent(mode=TRAINING, timetable=None))
        await settled(screen.pilot)
        assert "Fin vers" not in screen_text(screen.app)


@pytest.mark.parametrize(
    ("hour", "left", "told"),
    [
        (15, 720, "End at about 15:05, in 12 min."),
        (3, 4 * 3600, "End tomorrow at about 3:05, in 4 h 00."),
        (3, 40 * 3600, "End in 40 h 00."),
        (None, 60, "End in 60 s."),
    ],
)
def test_the_end_in_words(hour: int | None, left: float, told: str) -> None:
    at = None if hour is None else datetime(2027, 3, 1, hour, 5, tzinfo=UTC)
    assert str(Timetable(seconds_left=left, longest_chain_seconds=left, ends_at=at).told()) == told


def test_a_repeated_step_shows_how_often() -> None:
    again = cases.step("check:memory", "Memory", StepStatus.RUNNING, tries=3)
    assert "Memory (3×)" in step_lines(again, 80, str)[0].plain

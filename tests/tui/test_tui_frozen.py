"""The question about frozen drives: what is offered, what each key sends, and that no scan answers it."""

import pytest
import tui_cases as cases
from tui_cases import press, screen_text, settled, showing, type_keys

from agent.model.message import say
from agent.model.messages import Answer, QuestionEvent
from agent.model.state import FrozenDrivesQuestion

TRAINING = cases.IDLE.mode
QUESTION = FrozenDrivesQuestion(
    id="f1",
    text=say("Two drives are frozen."),
    drives=[cases.identity(cases.drive(1)), cases.identity(cases.EXTERNAL)],
    may_sleep=True,
)
NO_SLEEP = QUESTION.model_copy(update={"may_sleep": False, "no_sleep": say("No sleep here."), "problem": say("Late.")})


def asked(question: FrozenDrivesQuestion) -> object:
    return cases.WORKING.model_copy(update={"question": question})


@pytest.mark.parametrize(
    ("question", "keys", "answer"),
    [
        (QUESTION, ["enter"], "on"),
        (QUESTION, ["escape"], "on"),
        (QUESTION, ["down", "enter"], "sleep"),
        (QUESTION, ["down", "down", "enter"], "replug"),
        (QUESTION, ["down", "escape"], "on"),
        (NO_SLEEP, ["enter"], "on"),
        (NO_SLEEP, ["down", "enter"], "replug"),
    ],
)
async def test_what_the_keys_answer(question: FrozenDrivesQuestion, keys: list[str], answer: str) -> None:
    async with showing(asked(question)) as screen:  # type: ignore[arg-type]
        await press(screen.pilot, *keys)
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="f1", text=answer)]


async def test_what_is_shown() -> None:
    async with showing(asked(QUESTION), "en") as screen:  # type: ignore[arg-type]
        shown = screen_text(screen.app)
        assert "Two drives are frozen." in shown
        assert "S3YJNX0M412345B" in shown
        assert "[red]x[/red]" in shown
        assert "sleep for some seconds" in shown
        screen.link.push(QuestionEvent(mode=TRAINING, question=NO_SLEEP.model_copy(update={"id": "f2"})))
        await settled(screen.pilot)
        shown = screen_text(screen.app)
        assert "No sleep here." in shown
        assert "! Late." in shown
        assert "sleep for some seconds" not in shown


async def test_a_scan_answers_nothing() -> None:
    async with showing(asked(QUESTION)) as screen:  # type: ignore[arg-type]
        await press(screen.pilot, "down")
        await type_keys(screen.pilot, "PC-0042\n", gap=0.005)
    assert screen.link.sent == []

"""The question about the date: what is typed is sent as it is, and Escape leaves it open."""

import tui_cases as cases
from tui_cases import press, screen_text, settled, showing, type_keys

from agent.model.message import say
from agent.model.messages import Answer, QuestionEvent
from agent.model.state import DateQuestion

TRAINING = cases.IDLE.mode
QUESTION = DateQuestion(id="d1", text=say("Which date and time is it?"), zone="Europe/Paris")
ASKED = cases.WORKING.model_copy(update={"question": QUESTION})


async def test_what_is_typed_is_the_answer() -> None:
    async with showing(ASKED, "en") as screen:
        assert "Europe/Paris" in screen_text(screen.app)
        await type_keys(screen.pilot, "29/11/2026 14:05\n")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="d1", text="29/11/2026 14:05")]


async def test_nothing_typed_is_no_answer() -> None:
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "enter")
    assert screen.link.sent == []


async def test_it_can_be_left_open() -> None:
    for keys in (["escape"], ["down", "enter"]):
        async with showing(ASKED, "en") as screen:
            await press(screen.pilot, *keys)
        assert screen.link.sent == [Answer(mode=TRAINING, question_id="d1")]


async def test_a_scan_answers_nothing() -> None:
    async with showing(ASKED, "en") as screen:
        await type_keys(screen.pilot, "29112026\n", gap=0.005)
    assert screen.link.sent == []


async def test_why_the_last_answer_was_not_believed() -> None:
    again = QUESTION.model_copy(update={"id": "d2", "problem": say("That cannot be.")})
    async with showing(ASKED, "en") as screen:
        screen.link.push(QuestionEvent(mode=TRAINING, question=again))
        await settled(screen.pilot)
        assert "! That cannot be." in screen_text(screen.app)
        await press(screen.pilot, "escape")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="d2")]

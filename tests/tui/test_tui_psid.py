"""The number on a locked drive's label: what is sent, what is not, and what a scanner may do."""

import pytest
import tui_cases as cases
from textual import events
from tui_cases import press, screen_text, settled, showing, type_keys

from agent.model.messages import Answer
from agent.model.state import IntakeState, PsidQuestion

TRAINING = cases.IDLE.mode
QUESTION = PsidQuestion(id="p1", text=cases.say("Which number?"), drive=cases.identity(cases.EXTERNAL))
PSID = "44TZKAN71MQUF4TMJ96973BJZT9U32G8"
SENT = Answer(mode=TRAINING, question_id="p1", text=PSID)
LEFT = Answer(mode=TRAINING, question_id="p1")
QUICK = 0.005


def asked(**changes: object) -> IntakeState:
    return cases.WORKING.model_copy(update={"question": QUESTION.model_copy(update=changes)})


async def test_a_number_is_typed_as_on_the_label() -> None:
    async with showing(asked(), "en") as screen:
        shown = screen_text(screen.app)
        assert "[red]x[/red], 500 GB, serial <script>" in shown
        assert "0 of 32 characters" in shown
        await type_keys(screen.pilot, "44tz-KAN7 1MQUF4TMJ96973BJZT9U32G8")
        assert "All 32 characters are there" in screen_text(screen.app)
        assert screen.link.sent == []
        await press(screen.pilot, "enter")
    assert screen.link.sent == [SENT]


async def test_what_is_no_psid_stays_to_be_mended() -> None:
    async with showing(asked(), "en") as screen:
        await type_keys(screen.pilot, PSID[:-1] + "\n")
        assert "! That is no PSID" in screen_text(screen.app)
        assert screen.link.sent == []
        await type_keys(screen.pilot, PSID[-1])
        assert "! That is no PSID" not in screen_text(screen.app)
        await press(screen.pilot, "enter")
    assert screen.link.sent == [SENT]


async def test_a_scan_fills_the_field_and_sends_nothing() -> None:
    async with showing(asked(), "en") as screen:
        await type_keys(screen.pilot, PSID + "\n", gap=QUICK)
        assert f"[{PSID} " in screen_text(screen.app)
        assert screen.link.sent == []
        await press(screen.pilot, "enter")
    assert screen.link.sent == [SENT]


async def test_pasted_text_fills_the_field_and_sends_nothing() -> None:
    async with showing(asked(), "en") as screen:
        screen.app.post_message(events.Paste(PSID))
        await settled(screen.pilot)
        assert f"[{PSID} " in screen_text(screen.app)
    assert screen.link.sent == []


async def test_a_scan_leaves_no_drive_locked_by_its_enter() -> None:
    async with showing(asked()) as screen:
        await press(screen.pilot, "tab")
        await type_keys(screen.pilot, PSID + "\n", gap=QUICK)
    assert screen.link.sent == []


@pytest.mark.parametrize("keys", [["escape"], ["down", "enter"], ["tab", "enter"]])
async def test_it_may_be_left_locked(keys: list[str]) -> None:
    async with showing(asked()) as screen:
        await type_keys(screen.pilot, "44T\n\n")
        await press(screen.pilot, *keys)
    assert screen.link.sent == [LEFT]


async def test_an_empty_field_is_no_answer() -> None:
    async with showing(asked()) as screen:
        await press(screen.pilot, "enter")
    assert screen.link.sent == []

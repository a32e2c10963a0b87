"""A computer that is slow to draw: keys that come before the one before them is done go where a person meant them."""

import pytest
import tui_cases as cases
from textual import events
from textual.pilot import Pilot
from tui_cases import press, screen_text, settled, showing

from agent.model.messages import Answer
from agent.tui import inturn

ASKED = cases.WORKING.model_copy(update={"question": cases.CONFIRM})


def type_ahead(pilot: Pilot[object], *keys: str) -> None:
    """As slowly as a person by the keys' own clock, but all before the screen gets to any."""
    for number, name in enumerate(keys):
        key = events.Key(name, name if len(name) == 1 else None)
        key.time = 2000.0 + 0.2 * number
        pilot.app.post_message(key)


@pytest.mark.parametrize("way", ["tab", "down"])
async def test_a_letter_behind_the_key_that_moves_the_focus(way: str) -> None:
    async with showing(ASKED, "en") as screen:
        type_ahead(screen.pilot, way, "7", "K", "2", "P")
        await settled(screen.pilot)
        assert "[7K2P" in screen_text(screen.app)


async def test_fields_one_after_the_other_up_to_the_answer() -> None:
    async with showing(ASKED, "en") as screen:
        ends = [*"7K2P", "enter", "enter", "enter", *"ipt>", "enter", "enter"]
        type_ahead(screen.pilot, "tab", *ends, "enter")
        await settled(screen.pilot)
    answer = Answer(mode=ASKED.mode, question_id="q2", serial_ends={"/dev/sda": "7K2P", "/dev/sdd": "ipt>"})
    assert screen.link.sent == [answer]


async def test_keys_behind_one_whose_screen_went_away() -> None:
    async with showing(ASKED, "en") as screen:
        type_ahead(screen.pilot, "tab", "7")
        screen.app.face.state = cases.IDLE
        screen.app._show()
        await settled(screen.pilot)
        type_ahead(screen.pilot, "A")
        await settled(screen.pilot)
        assert "[7A" in screen_text(screen.app)


async def test_no_key_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inturn, "LONGEST_SECONDS", 0.0)
    monkeypatch.setattr(inturn.InTurn, "settled", lambda _self, _message: None)
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "down")
        await press(screen.pilot, "7")
        assert "[7" in screen_text(screen.app)


async def test_a_letter_with_alt_is_no_letter() -> None:
    """Alt and SysRq and a letter, which somebody pressed at a computer that seemed to hang, had typed the letter."""
    async with showing(ASKED, "en") as screen:
        await press(screen.pilot, "down")
        screen.app.post_message(events.Key("alt+o", "o"))
        await press(screen.pilot, "7")
        assert "[7 " in screen_text(screen.app)

"""The keyboard as it is drawn: every key has its place, lights up while it is held, and keeps a sign."""

import os

import pytest
import tui_cases as cases
from input_pipe import Pipe
from tui_cases import press, screen_rows, screen_text, settled, showing

from agent.manual import registry
from agent.manual.aids import KeyboardAid
from agent.manual.base import Around
from agent.manual.layouts import LAYOUTS, PAD, layout
from agent.model.manual import AidState, KeyboardView, ManualCheck
from agent.model.message import say
from agent.model.messages import AidEvent, UseAid
from agent.model.state import IntakeState, ManualQuestion
from agent.tui.charset import ALLOWED
from agent.tui.lines.keyboard import keyboard_lines
from agent.tui.lines.keycaps import main_rows, pad_rows
from agent.tui.screens.manual import ManualScreen
from agent.tui.widgets.choice import Choice

FIRST = registry.BY_ID["keyboard"].proceed([], Around(cases.INVENTORY))
assert isinstance(FIRST, ManualCheck)
QUESTION = ManualQuestion(id="m1", text=FIRST.instruction, check=FIRST)
A, Z, SPACE, ISO, KP5 = 16, 17, 57, 86, 76


def aid(running: bool = True, **view: object) -> AidState:
    return AidState(question_id="m1", running=running, view=KeyboardView.model_validate({"layout": "azerty", **view}))


def tried(state: AidState | None) -> IntakeState:
    return cases.WORKING.model_copy(update={"question": QUESTION, "aid": state})


def drawn(columns: int = 74, rows: int = 18, running: bool = True, **view: object) -> str:
    one = KeyboardView.model_validate({"layout": "azerty", **view})
    return "\n".join(line.plain for line in keyboard_lines(one, columns, rows, str, running=running))


# ---- the drawing


@pytest.mark.parametrize("name", [*LAYOUTS, "other"])
@pytest.mark.parametrize("unit", [3, 4, 6])
def test_every_key_has_a_place_of_its_own_and_a_legend_of_the_font(name: str, unit: int) -> None:
    felt = frozenset(layout(name).keys)
    main, pad = main_rows(name, felt, unit), pad_rows(name, felt, unit)
    assert {cap.code for row in (*main, *pad) for cap in row} == layout(name).keys
    for row in (*main, *pad):
        ends = [cap.left + cap.columns for cap in row]
        assert all(end <= cap.left for end, cap in zip(ends, row[1:], strict=False))
        assert all(cap.legend and ALLOWED.issuperset(cap.legend) for cap in row)
    if unit >= 4:  # as at 80 columns; no legend may be cut so that two keys look alike
        legends = [cap.legend for cap in main[2] if cap.code != 28]
        assert len(set(legends)) == len(legends)


def test_a_key_lights_up_and_keeps_its_sign() -> None:
    row = drawn(seen=[A], down=[Z]).splitlines()[5]
    assert row.split()[:5] == ["Tab", "A", "✓", "Z", "<"]
    styles = {
        str(span.style)
        for line in keyboard_lines(KeyboardView(layout="azerty", seen=[A], down=[Z]), 74, 18, str, running=True)
        for span in line.spans
    }
    assert {"ansi_black on ansi_green", "ansi_black on ansi_yellow", "ansi_black on ansi_white"} <= styles


def test_stuck_keys_are_said_and_missing_ones_listed_at_the_end() -> None:
    seen = sorted(layout("azerty").required - {A, SPACE})
    running = drawn(seen=seen, down=[SPACE], stuck=[SPACE])
    assert "Held down or stuck: Espace" in running
    assert "Still to be pressed: A Espace" in running
    assert "✗" not in running
    ended = drawn(seen=seen, stuck=[SPACE], running=False)
    assert "Not felt: A Espace" in ended
    assert " A ✗" in ended
    assert "Not felt: 64 keys" in drawn(running=False)


def test_the_numeric_block_is_drawn_once_it_has_shown_itself() -> None:
    assert "block of digits" in drawn()
    assert "Num" not in drawn()
    shown = drawn(seen=[KP5])
    assert "block of digits" not in shown
    assert " Num " in shown
    assert " 5 ✓" in shown.splitlines()[-3]


def test_the_key_beside_shift_is_drawn_where_there_is_one() -> None:
    def row(name: str, *seen: int) -> list[int]:
        return [cap.code for cap in main_rows(name, frozenset(seen), 4)[4]]

    assert ISO in row("azerty")
    assert ISO not in row("qwerty")
    assert ISO in row("qwerty", ISO)


def test_another_layout_is_drawn_as_qwerty_and_says_so() -> None:
    text = drawn(layout="other", rows=30)
    assert "neither AZERTY nor QWERTY" in text
    assert "Tab   Q   W" in text


@pytest.mark.parametrize("letter", ["A", "Z"])
def test_the_letters_that_tell_the_layout_are_asked_for(letter: str) -> None:
    assert f"the letter {letter}" in drawn(letter=letter)


def test_whatever_is_felt_fits() -> None:
    """Codes of no key, far too many of them, a narrow terminal."""
    wild = [*range(200), 2**53 - 1]
    for columns in (20, 74, 114):
        text = drawn(columns, seen=wild, down=wild, stuck=wild)
        assert ALLOWED.issuperset(text.replace("\n", ""))
    assert max(len(line) for line in text.splitlines()) <= 114


# ---- on the screen


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_all_of_it_fits_while_it_is_tried(language: str, size: tuple[int, int]) -> None:
    plain = aid(seen=[A], letter="A", seconds_left=15)
    with_pad = aid(seen=sorted(PAD), seconds_left=15)
    async with showing(tried(plain), language, size) as screen:
        for state in (plain, with_pad):
            screen.link.push(AidEvent(mode=cases.IDLE.mode, aid=state))
            await settled(screen.pilot)
            rows, text = screen_rows(screen.app), screen_text(screen.app)
            assert "PgDn" not in text
            assert "Page suiv" not in text
            assert "15 s" in text
            assert ("Num" in text) == (state is with_pad)
            assert all(row.strip()[0] in "│┌└" for row in rows[2:-1])


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_all_answers_are_there_after_it(language: str) -> None:
    seen = sorted(layout("azerty").required | PAD - {KP5})
    seen = [code for code in seen if code not in (A, Z, SPACE)]
    refused = say("These keys were not felt: {keys}. Start again and press them.", keys="A Z Espace Num5")
    state = tried(aid(running=False, seen=seen))
    state = state.model_copy(update={"question": QUESTION.model_copy(update={"problem": refused})})
    async with showing(state, language) as screen:
        text = screen_text(screen.app)
        assert "PgDn" not in text
        assert "Page suiv" not in text
        assert " Z ✗" in text


async def test_no_key_of_the_screen_acts_while_the_keyboard_is_tried() -> None:
    """Should one get through all the same, on a serial line."""
    async with showing(tried(None), "en") as screen:
        await press(screen.pilot, "b")
        assert isinstance(screen.app.screen.focused, Choice)
        screen.link.push(AidEvent(mode=cases.IDLE.mode, aid=aid(letter="A")))
        await settled(screen.pilot)
        assert screen.app.screen.focused is None
        await press(screen.pilot, "b", "enter", "down", "enter", "tab", "enter")
        assert screen.link.sent == []
        screen.link.push(AidEvent(mode=cases.IDLE.mode, aid=aid(running=False, seen=[A])))
        await settled(screen.pilot)
        assert screen.app.screen.focused is None  # an Enter that still repeats answers nothing
        await press(screen.pilot, "enter", "e", "enter")
    assert screen.link.sent == [UseAid(mode=cases.IDLE.mode, question_id="m1", do="start")]


async def test_from_the_devices_bytes_to_the_lit_keys() -> None:
    """As the service passes it on: a key pressed, released, and one that repeats itself."""
    pipe = Pipe()

    def look() -> AidState:
        device.watched()[0].take()
        return AidState(question_id="m1", running=True, view=device.view())

    with KeyboardAid([pipe], "start", None) as device:
        async with showing(tried(None), "en") as screen:

            async def shown(*events: tuple[int, int, int]) -> str:
                pipe.send(*events)
                screen.link.push(AidEvent(mode=cases.IDLE.mode, aid=look()))
                await settled(screen.pilot)
                return screen_text(screen.app)

            assert "First press the letter A" in await shown((0, 0, 0))
            assert " A <" in await shown((1, A, 1))
            text = await shown((1, A, 0), (1, SPACE, 2))
            assert " A ✓" in text
            assert "Espace         <" in text
    os.close(pipe.writing)


async def test_escape_of_another_keyboard_ends_the_test() -> None:
    async with showing(tried(aid()), "en") as screen:
        await press(screen.pilot, "escape")
    assert screen.link.sent == [UseAid(mode=cases.IDLE.mode, question_id="m1", do="stop")]


async def test_a_keyboard_that_vanishes_is_said_and_what_was_felt_stays() -> None:
    gone = aid(running=False, seen=[A]).model_copy(update={"problem": say("The device has gone.")})
    async with showing(tried(gone), "en") as screen:
        assert isinstance(screen.app.screen, ManualScreen)
        text = screen_text(screen.app)
        assert "! The device has gone." in text
        assert " A ✓" in text

"""F1: every screen is explained, in both languages, and nothing that was typed below is lost."""

import pytest
import tui_cases as cases
from tui_cases import press, screen_rows, screen_text, settled, showing, type_keys

from agent.model.message import Message, say
from agent.model.messages import QuestionEvent, SnapshotEvent
from agent.tui.charset import ALLOWED
from agent.tui.face import Face
from agent.tui.lines.help import HELP, help_lines
from agent.tui.over import Over
from agent.tui.way import Stop

TRAINING = cases.IDLE.mode


def test_no_screen_is_left_out() -> None:
    assert set(HELP) == {*Stop, *Over}
    assert all(explained.text for explained in HELP.values())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_text_can_be_shown(language: str) -> None:
    face = Face(cases.IDLE, language)
    for place, explained in HELP.items():
        lines = help_lines(explained, [(Message("F8"), say("Change a step"))], face.width - 6, face.tell)
        assert max(line.cell_length for line in lines) <= face.width - 6, place
        assert ALLOWED.issuperset("".join(line.plain for line in lines)), place


async def test_what_does_not_fit_is_told_and_scrolls() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.CONFIRM})) as screen:
        await press(screen.pilot, "f1")
        assert "Page suiv." in screen_text(screen.app)
        await press(screen.pilot, "end")
        rows = screen_rows(screen.app)
        assert "Page préc." in rows[-2]
        assert "F10" in rows[-1]
        assert "on n'y retrouve plus rien" in " ".join(" ".join(rows).replace("│", " ").split())


async def test_it_explains_what_is_in_front_with_its_keys() -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, "f1")
        shown = screen_text(screen.app)
        assert "The list of steps" in shown
        assert "F8" in shown  # a key of the screen below
        await press(screen.pilot, "f1")
        assert "[>>] Processeur" in screen_text(screen.app)
        await press(screen.pilot, "f1", "escape")
        assert "[>>] Processeur" in screen_text(screen.app)


async def test_what_was_typed_below_stays_and_the_focus_with_it() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.CONFIRM})) as screen:
        await press(screen.pilot, "up")
        await type_keys(screen.pilot, "PC-0")
        before = screen_text(screen.app)
        await press(screen.pilot, "f1", "f2", "f2", "enter", "escape")
        assert screen_text(screen.app) == before
        await type_keys(screen.pilot, "0")
        assert "[PC-00 " in screen_text(screen.app)
    assert screen.link.sent == []


async def test_a_question_that_comes_meanwhile_is_told_and_follows() -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, "f1")
        screen.link.push(QuestionEvent(mode=TRAINING, question=cases.BAY))
        await settled(screen.pilot)
        assert "A question waits for you" in screen_text(screen.app)
        await press(screen.pilot, "escape")
        assert "No drive was seen" in screen_text(screen.app)
    assert screen.link.sent == []


async def test_a_broken_link_goes_before_it() -> None:
    async with showing(cases.WORKING, "en") as screen:
        await press(screen.pilot, "f1")
        screen.link.push(None)
        await settled(screen.pilot)
        assert "lost the intake service" in screen_text(screen.app)
        await press(screen.pilot, "f1")
        assert "Two programs work here" in " ".join(screen_text(screen.app).split())
        screen.link.push(SnapshotEvent(mode=TRAINING, state=cases.WORKING))
        await press(screen.pilot, "escape", "enter")
        assert "[>>] Processeur" in screen_text(screen.app)


async def test_a_scan_is_nothing_to_it() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.TAG_QUESTION})) as screen:
        await press(screen.pilot, "f1")
        await type_keys(screen.pilot, "PC-0042\n", gap=0.005)
        await press(screen.pilot, "escape")
    assert screen.link.sent == []

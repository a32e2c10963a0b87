"""The colour fields: the whole screen, no word on them, and no key that answers."""

import pytest
import tui_cases as cases
from tui_cases import press, screen_rows, screen_text, settled, showing

from agent.manual import registry
from agent.manual.base import Around
from agent.model.manual import ManualCheck
from agent.model.messages import Answer, QuestionEvent
from agent.model.state import ManualQuestion
from agent.tui.widgets.colours import Colours

FIRST = registry.BY_ID["display"].proceed([], Around(cases.INVENTORY))
assert isinstance(FIRST, ManualCheck)
ASKED = cases.WORKING.model_copy(update={"question": ManualQuestion(id="m1", text=FIRST.instruction, check=FIRST)})
WHITE = (255, 255, 255)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_colours_fill_the_whole_screen_and_no_key_answers_meanwhile(size: tuple[int, int]) -> None:
    async with showing(ASKED, "en", size) as screen:
        await press(screen.pilot, "c", "enter")
        colours = screen.app.screen.query_one(Colours)
        assert "Any key: the next colour" in screen_text(screen.app)
        seen = []
        for key in ("enter", "down", "p", "space", "tab", "enter"):
            assert colours.display
            assert (colours.region.width, colours.region.height) == size
            seen.append(colours.styles.background.rgb)
            await press(screen.pilot, key)
            if colours.display:
                assert not screen_text(screen.app).strip()
        assert len(set(seen)) == len(Colours.FIELDS) == 6
        assert {WHITE, (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255)} < set(seen)
        assert not colours.display
        await press(screen.pilot, "enter", "enter")  # one too many
        assert screen.link.sent == []
        await press(screen.pilot, "d", "enter")
    assert screen.link.sent == [Answer(mode=cases.IDLE.mode, question_id="m1", text="degraded")]


async def test_back_and_out() -> None:
    async with showing(ASKED) as screen:
        await press(screen.pilot, "c", "enter", "left", "enter", "enter", "left", "backspace")
        colours = screen.app.screen.query_one(Colours)
        assert colours.styles.background.rgb == WHITE
        await press(screen.pilot, "escape")
        assert not colours.display
        await press(screen.pilot, "c", "enter")
        assert colours.display


async def test_a_screen_that_comes_over_the_colours_ends_them() -> None:
    async with showing(ASKED) as screen:
        await press(screen.pilot, "c", "enter", "f1")
        await press(screen.pilot, "f1")
        assert not screen.app.screen.query_one(Colours).display
        assert screen.app.screen.focused is None


async def test_the_hint_fades_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Colours, "HINT_SECONDS", 0.01)
    async with showing(ASKED) as screen:
        await press(screen.pilot, "c", "enter")
        await screen.pilot.pause(0.02)
        await settled(screen.pilot)
        assert not "".join(screen_rows(screen.app)).strip()
        assert screen.app.screen.query_one(Colours).display


async def test_the_console_is_told_pure_colours_and_gets_its_own_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    async with showing(ASKED) as screen:
        told: list[str] = []
        monkeypatch.setattr(screen.app._driver, "write", told.append)
        await press(screen.pilot, "c", "enter", "enter", "enter", "enter", "enter", "enter", "enter")
        assert [each for each in told if each.startswith("\x1b]")] == [
            "\x1b]P7ffffff", "\x1b]P0000000", "\x1b]P1ff0000", "\x1b]P200ff00", "\x1b]P40000ff", "\x1b]P3808080",
            "\x1b]R",
        ]  # fmt: skip
        told.clear()
        await press(screen.pilot, "c", "enter")
        # Another screen answered meanwhile: this one must not leave its colours behind.
        screen.link.push(QuestionEvent(mode=cases.IDLE.mode, question=None))
        await settled(screen.pilot)
        await screen.pilot.pause()
        assert "\x1b]R" in told

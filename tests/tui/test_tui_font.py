"""Every screen in both languages: no character that the console's font lacks, nothing cut off."""

import pytest
import tui_cases as cases
from tui_cases import screen_rows, settled, showing

from agent.model.message import say
from agent.model.problem import Problem
from agent.model.state import DeliveryState, IntakeState
from agent.model.words import Delivery, GradeLetter
from agent.tui.charset import ALLOWED
from agent.tui.face import Detour

# Names as hostile as hardware can make them.
NASTY = cases.drive(0, model="日本 ✓ [red]x[/red] \u202e œuvre", serial="<script>…")
STATES = {
    "start": cases.IDLE,
    "working": cases.WORKING,
    "nasty": cases.WORKING.model_copy(
        update={"inventory": cases.INVENTORY.model_copy(update={"drives": [NASTY]}), "asset_tag": "№ 42 €"}
    ),
    "asset tag": cases.WORKING.model_copy(
        update={"question": cases.TAG_QUESTION.model_copy(update={"problem": say("“{x}” is wrong", x="→")})}
    ),
    "confirm": cases.WORKING.model_copy(update={"question": cases.CONFIRM}),
    "confirm nasty": cases.WORKING.model_copy(
        update={"question": cases.CONFIRM.model_copy(update={"plans": [cases.plan(NASTY)]})}
    ),
    "bay": cases.WORKING.model_copy(update={"question": cases.BAY}),
    "problem": cases.BROKEN_OFF,
    "unsaved": cases.FINISHED.model_copy(update={"delivery": DeliveryState(status=Delivery.UNSAVED)}),
    **{
        f"grade {letter}": cases.FINISHED.model_copy(
            update={"grade": cases.GRADE.model_copy(update={"letter": letter})}
        )
        for letter in GradeLetter
    },
}
SIZES = [(80, 24), (80, 25), (120, 40)]


def strange(rows: list[str]) -> set[str]:
    return {char for row in rows for char in row if char not in ALLOWED}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", STATES)
async def test_only_characters_that_the_font_has(name: str, language: str) -> None:
    state: IntakeState = STATES[name]
    async with showing(state, language) as screen:
        for size in SIZES:
            await screen.pilot.resize_terminal(*size)
            await settled(screen.pilot)
            rows = screen_rows(screen.app)
            assert not strange(rows)
            assert {len(row) for row in rows} == {size[0]}
            assert_keys_whole(rows)
        if state.phase == "finished":
            for detour in Detour:
                screen.app.face.detour = detour
                screen.app._show()
                await settled(screen.pilot)
                assert not strange(screen_rows(screen.app))


def assert_keys_whole(rows: list[str]) -> None:
    """The last key of the line, F10, is there with its word: the line was not cut off."""
    assert rows[-1].rstrip().rpartition(" F10 ")[2].strip() in ("Quitter", "Quit")


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_broken_link_has_no_other_characters(language: str) -> None:
    async with showing(cases.WORKING, language) as screen:
        screen.link.push(Problem(say("{why}", why="→ ✗ 日本"), say("hint")))
        await settled(screen.pilot)
        rows = screen_rows(screen.app)
        assert not strange(rows)
        assert_keys_whole(rows)

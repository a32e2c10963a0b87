"""Every screen in both languages: no character that the console's font lacks, nothing cut off."""

import tui_cases as cases
from tui_cases import press, screen_rows, settled, showing

from agent.manual import registry
from agent.manual.base import Around
from agent.model.manual import AidState, KeyboardView, ManualCheck
from agent.model.message import say
from agent.model.messages import SnapshotEvent
from agent.model.problem import Problem
from agent.model.state import DateQuestion, DeliveryState, ManualQuestion, PsidQuestion
from agent.model.words import Delivery, GradeLetter
from agent.tui.app import OrdisApp
from agent.tui.charset import ALLOWED
from agent.tui.face import Detour
from agent.tui.screens.base import Go

# Names as hostile as hardware can make them.
NASTY = cases.drive(0, model="日本 ✓ [red]x[/red] \u202e œuvre", serial="<script>…")
KEYBOARD = registry.BY_ID["keyboard"].proceed([], Around(cases.INVENTORY))
assert isinstance(KEYBOARD, ManualCheck)
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
    "psid": cases.WORKING.model_copy(
        update={"question": PsidQuestion(id="q4", text=say("Which number?"), drive=cases.identity(NASTY))}
    ),
    "date": cases.WORKING.model_copy(
        update={"question": DateQuestion(id="q5", text=say("Which date?"), zone="Europe/Paris", problem=say("“→” no"))}
    ),
    "manual": cases.WORKING.model_copy(
        update={
            "question": ManualQuestion(
                id="q6", text=say("Try “→”."), check=KEYBOARD, problem=say("“{x}” no", x="日本")
            ),
            "aid": AidState(question_id="q6", view=KeyboardView(layout="azerty"), problem=say("→ ✗")),
        }
    ),
    "problem": cases.BROKEN_OFF,
    "unsaved": cases.FINISHED.model_copy(update={"delivery": DeliveryState(status=Delivery.UNSAVED), "unsaved": 2}),
    "unsaved before": cases.WORKING.model_copy(update={"unsaved": 1}),
    **{
        f"grade {letter}": cases.FINISHED.model_copy(
            update={"grade": cases.GRADE.model_copy(update={"letter": letter})}
        )
        for letter in GradeLetter
    },
}
ABOUT: dict[Detour | None, str] = {Detour.CHANGE_ONE: "repeat inventory"}
"""What a screen is about, where it needs that."""
WITH_DETOURS = ("working", "unsaved", "problem")


def assert_showable(app: OrdisApp, where: str) -> None:
    """Only characters of the font, every row as wide as the terminal, and the line of keys not cut off: its last key,
    F10, is there with its word."""
    rows = screen_rows(app)
    strange = {char for row in rows for char in row if char not in ALLOWED}
    assert not strange, where
    assert {len(row) for row in rows} == {app.size.width}, where
    assert rows[-1].rpartition(" F10 ")[2].strip() in ("Quitter", "Quit"), where


async def test_only_characters_that_the_font_has() -> None:
    async with showing(cases.IDLE) as screen:
        for name, state in STATES.items():
            screen.link.push(SnapshotEvent(mode=state.mode, state=state))
            for detour in [None, *Detour] if name in WITH_DETOURS else [None]:
                screen.app.post_message(Go(detour, ABOUT.get(detour, "")))
                await settled(screen.pilot)
                assert_showable(screen.app, f"{name} {detour}")
                await press(screen.pilot, "f2")
                assert_showable(screen.app, f"{name} {detour}")
        screen.link.push(Problem(say("{why}", why="→ ✗ 日本"), say("hint")))
        await settled(screen.pilot)
        assert_showable(screen.app, "broken")


async def test_a_resize_is_followed() -> None:
    async with showing(STATES["working"]) as screen:
        for size in ((120, 40), (80, 25), (100, 30)):
            await screen.pilot.resize_terminal(*size)
            await settled(screen.pilot)
            assert_showable(screen.app, f"{size}")

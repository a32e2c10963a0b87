"""Left alone for a minute: tag and state in letters for three metres, and any key brings back what was there."""

from datetime import UTC, datetime, timedelta

import pytest
import tui_cases as cases
from tui_cases import press, screen_rows, screen_text, settled, showing, type_keys

from agent.model.message import say
from agent.model.messages import Answer, QuestionEvent, SnapshotEvent
from agent.model.problem import Problem
from agent.model.state import DeliveryState, IntakeState, Timetable
from agent.model.words import Delivery, GradeLetter, SanitizationStatus
from agent.tui.app import OrdisApp
from agent.tui.face import Face
from agent.tui.lines.afar import DONE, PROBLEM, WORKING, YOUR_TURN, afar_lines, standing
from agent.tui.lines.big import SCALES, big, columns, drawable, rows
from agent.tui.screens.afar import AfarScreen

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
TRAINING = cases.WORKING.mode
TIMED = cases.WORKING.model_copy(update={"timetable": Timetable(seconds_left=2500, longest_chain_seconds=2500)})
ASKED = cases.WORKING.model_copy(update={"question": cases.TAG_QUESTION, "asset_tag": None})
STATES: dict[str, tuple[IntakeState, object]] = {
    "idle": (cases.IDLE, YOUR_TURN),
    "working": (cases.WORKING, WORKING),
    "asked": (ASKED, YOUR_TURN),
    "confirm": (cases.WORKING.model_copy(update={"question": cases.CONFIRM}), YOUR_TURN),
    "broken off": (cases.BROKEN_OFF, PROBLEM),
    "finished": (cases.FINISHED, DONE),
    "unsaved": (cases.FINISHED.model_copy(update={"delivery": DeliveryState(status=Delivery.UNSAVED)}), PROBLEM),
    "unsaved before": (cases.FINISHED.model_copy(update={"unsaved": 1}), PROBLEM),
    "on hold": (
        cases.FINISHED.model_copy(update={"grade": cases.GRADE.model_copy(update={"letter": GradeLetter.HOLD})}),
        PROBLEM,
    ),
    **{
        f"drive {status}": (
            cases.FINISHED.model_copy(update={"sanitizations": [cases.erased(cases.DRIVES[0], status)]}),
            DONE if status in ("sanitized", "removed", "not_requested") else PROBLEM,
        )
        for status in SanitizationStatus
    },
}


def face(state: IntakeState, language: str = "fr", width: int = 80) -> Face:
    return Face(state, language, heard=True, width=width)


def far(screen: object) -> bool:
    return isinstance(screen.app.screen, AfarScreen)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", STATES)
def test_the_word_of_each_state(name: str) -> None:
    state, word = STATES[name]
    assert standing(face(state), NOW, 0).word == word


def test_an_urgent_step_calls_somebody() -> None:
    plug = cases.step("erase:/dev/sda", "Disque", cases.StepStatus.RUNNING, urgent=True, detail=say("Plug it in."))
    told = standing(face(TIMED.model_copy(update={"steps": [plug]})), NOW, 0)
    assert told.word == YOUR_TURN
    assert say("Plug it in.") in told.why


def test_a_broken_link_is_a_problem() -> None:
    lost = face(TIMED)
    lost.broken = Problem(say("The service has ended."))
    assert standing(lost, NOW, 0).word == PROBLEM


@pytest.mark.parametrize(
    ("left", "ends_in", "since", "text"),
    [(2500, None, 0, "42 MIN"), (2500, None, 600, "32 MIN"), (10, None, 500, "1 MIN"), (7500, None, 0, "2 H 05"),
     (9999, 61, 0, "2 MIN")],
)  # fmt: skip
def test_the_minutes_count_down(left: float, ends_in: float | None, since: float, text: str) -> None:
    ends_at = None if ends_in is None else NOW + timedelta(seconds=ends_in)
    table = Timetable(seconds_left=left, longest_chain_seconds=left, ends_at=ends_at)
    shown = face(cases.WORKING.model_copy(update={"timetable": table}))
    assert shown.tell(standing(shown, NOW, since).word) == text


def test_every_word_has_letters_in_both_languages() -> None:
    for language in ("fr", "en"):
        for word in (YOUR_TURN, DONE, PROBLEM, WORKING, say("{minutes} MIN", minutes="08")):
            text = face(cases.IDLE, language).tell(word)
            assert drawable(text)
            assert columns(text, SCALES[-1]) <= 60


def test_letters_are_whole_blocks() -> None:
    for scale in SCALES:
        shown = big("PROBLÈME 0123456789", scale)
        assert {len(row) for row in shown} == {columns("PROBLÈME 0123456789", scale)}
        assert len(shown) == rows("PROBLÈME 0123456789", scale)
        assert set("".join(shown)) <= set("▀▄█ ")
    assert big("È", SCALES[-1])[0].strip() in ("▀▄", "▀", "▀▄ ")
    assert not drawable("№")


@pytest.mark.parametrize("tag", [None, "NANTES-2026-00123", "x" * 32, "№ 42 €"])
@pytest.mark.parametrize("size", [(80, 21), (132, 60), (78, 12)])
def test_it_fits_wherever_it_is_shown(tag: str | None, size: tuple[int, int]) -> None:
    for state, _ in STATES.values():
        for language in ("fr", "en"):
            named = face(state.model_copy(update={"asset_tag": tag}), language, size[0])
            lines = afar_lines(named, size, NOW, 0)
            assert len(lines) <= size[1]
            assert max(line.cell_length for line in lines) <= size[0]


@pytest.mark.parametrize(("name", "size"), [(name, size) for name in STATES for size in ((78, 21), (118, 37))])
def test_tag_and_word_are_large_on_an_ordinary_console(name: str, size: tuple[int, int]) -> None:
    state, _ = STATES[name]
    shown = face(state.model_copy(update={"asset_tag": "PC-0042"}))
    text = "\n".join(line.plain for line in afar_lines(shown, size, NOW, 0))
    word = shown.tell(standing(shown, NOW, 0).word)
    drawn = [scale for scale in SCALES if all(row.rstrip() in text for row in big("PC-0042", scale))]
    assert drawn, text
    parts = [word, *word.split()]
    assert any(all(row.rstrip() in text for row in big(part, scale)) for part in parts for scale in SCALES), text


async def left_alone(screen: object) -> None:
    screen.app._away.show()  # type: ignore[attr-defined]
    await settled(screen.pilot)  # type: ignore[attr-defined]


async def test_any_key_brings_back_what_was_typed_and_does_nothing_else() -> None:
    async with showing(ASKED) as screen:
        await type_keys(screen.pilot, "PC-0")
        for key in ("enter", "x", "f1", "f2", "f10", "escape", "tab"):
            await left_alone(screen)
            assert far(screen)
            await press(screen.pilot, key)
            assert not far(screen)
            assert "[PC-0 " in screen_text(screen.app)
            assert "Étiquette" in screen_text(screen.app)
        await press(screen.pilot, "4", "2", "enter")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q1", text="PC-042")]


async def test_what_follows_a_key_at_once_is_swallowed_too() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.BAY})) as screen:
        await left_alone(screen)
        await press(screen.pilot, "down", "down", "enter", "enter", gap=0.1)
        assert screen.link.sent == []
        await press(screen.pilot, "enter")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q3", text="no")]


async def test_what_happens_meanwhile_is_shown_and_found_afterwards() -> None:
    async with showing(TIMED, "en") as screen:
        await left_alone(screen)
        assert "PC-0042" in screen_text(screen.app)
        screen.link.push(QuestionEvent(mode=TRAINING, question=cases.BAY))
        await settled(screen.pilot)
        assert far(screen)
        assert "No drive was seen" in screen_text(screen.app)
        screen.link.push(Problem(say("The service has ended.")))
        await settled(screen.pilot)
        assert far(screen)
        assert "The screen has lost the intake service." in screen_text(screen.app)
        await press(screen.pilot, "a")
        assert "> Try again <" in screen_text(screen.app)


async def test_erases_stay_in_sight() -> None:
    async with showing(TIMED, "en", size=(80, 25)) as screen:
        await left_alone(screen)
        shown = screen_text(screen.app)
        assert "[??] Effacement de KINGSTON" in shown
        assert "99%" in shown
        assert "Press any key" in shown


async def test_a_resize_is_followed() -> None:
    async with showing(TIMED) as screen:
        await left_alone(screen)
        for size in ((120, 40), (80, 24), (60, 16)):
            await screen.pilot.resize_terminal(*size)
            await settled(screen.pilot)
            assert {len(row) for row in screen_rows(screen.app)} == {size[0]}
            assert "Appuyez" in screen_text(screen.app)


async def test_it_comes_by_itself_and_not_before_there_is_something_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.tui.away.SECONDS", 0.05)
    link = cases.FakeLink()
    app = OrdisApp(link, TRAINING, "fr", None, lambda: cases.PROFILES)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.12)
        assert not isinstance(app.screen, AfarScreen)
        link.push(SnapshotEvent(mode=TRAINING, state=TIMED))
        for _ in range(100):
            await pilot.pause(0.02)
            if isinstance(app.screen, AfarScreen):
                break
        assert isinstance(app.screen, AfarScreen)


async def test_nothing_is_drawn_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with showing(TIMED) as screen:
        await left_alone(screen)
        drawn: list[object] = []
        monkeypatch.setattr("agent.tui.widgets.sheet.Sheet.update", lambda sheet, *_, **__: drawn.append(sheet.id))
        for _ in range(5):
            screen.app.screen.update_view()
        assert drawn == []

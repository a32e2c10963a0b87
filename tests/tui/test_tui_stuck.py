"""A key that repeats for ever: it is ignored and told, everything else works, and it counts again once it is free."""

import pytest
import tui_cases as cases
from textual import events
from tui_cases import press, screen_rows, screen_text, settled, showing, type_keys

from agent.model.messages import Answer
from agent.tui import keyed
from agent.tui.charset import ALLOWED
from agent.tui.stuck import LEAST, SECONDS, Stuck

REPEAT = 0.033
"""Seconds: how the kernel repeats."""
MANY = int(SECONDS / REPEAT) + 10


def key(name: str, at: float) -> events.Key:
    event = events.Key(name, name if len(name) == 1 else None)
    event.time = at
    return event


def held(name: str, times: int, gap: float = REPEAT) -> list[bool]:
    stuck = Stuck()
    return [stuck.holds(key(name, 100 + number * gap)) for number in range(times)]


@pytest.mark.parametrize("name", ["k", "enter", "tab", "space", "5"])
def test_what_types_or_confirms_for_ever_is_stuck(name: str) -> None:
    told = held(name, MANY)
    assert told.index(True) == pytest.approx(SECONDS / REPEAT, abs=2)
    assert all(told[told.index(True) :])


@pytest.mark.parametrize("name", ["backspace", "up", "down", "left", "pagedown", "delete", "escape", "f2"])
def test_what_people_hold_is_not(name: str) -> None:
    assert not any(held(name, 1000))


@pytest.mark.parametrize(("times", "gap"), [(60, REPEAT), (500, 0.31), (LEAST, 0.2), (300, 0.005)])
def test_short_slow_few_or_scanned_is_not(times: int, gap: float) -> None:
    assert not any(held("k", times, gap))


def test_two_keys_in_turn_are_both_stuck_and_a_third_is_not() -> None:
    stuck = Stuck()
    told = [stuck.holds(key("jk"[number % 2], 100 + number * REPEAT)) for number in range(2 * MANY)]
    assert all(told[-10:])
    assert not stuck.holds(key("a", 100 + 2 * MANY * REPEAT))


def test_let_go_it_counts_again() -> None:
    stuck = Stuck()
    assert any(stuck.holds(key("k", 100 + number * REPEAT)) for number in range(MANY))
    assert not stuck.holds(key("k", 100 + MANY * REPEAT + 0.5))


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_it_is_told_and_what_it_typed_goes(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed, "OVER_SECONDS", 600.0)  # the test says when it is over
    said = {"fr": "La touche k semble bloquée", "en": "The key k seems stuck"}[language]
    async with showing(cases.IDLE, language) as screen:
        await type_keys(screen.pilot, "PC-0042")
        assert said not in screen_text(screen.app)
        await press(screen.pilot, *["k"] * MANY, gap=REPEAT)
        await settled(screen.pilot)
        assert said in screen_text(screen.app)
        assert "[PC-0042 " in screen_text(screen.app)
        assert ALLOWED.issuperset("".join(screen_rows(screen.app)))
        await type_keys(screen.pilot, "-7")  # the others work meanwhile
        assert "[PC-0042-7 " in screen_text(screen.app)
        screen.app._stuck_is_over()  # as its timer does a second after the last repetition
        await settled(screen.pilot)
        assert said not in screen_text(screen.app)
        await type_keys(screen.pilot, "k")
        assert "[PC-0042-7k " in screen_text(screen.app)


async def test_a_stuck_enter_is_named_and_erases_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed, "OVER_SECONDS", 600.0)
    async with showing(cases.WORKING.model_copy(update={"question": cases.CONFIRM})) as screen:
        await press(screen.pilot, *["enter"] * MANY, gap=REPEAT)
        assert "La touche Entrée semble bloquée" in screen_text(screen.app)
        await press(screen.pilot, "down")
        await type_keys(screen.pilot, "7K2P")
        assert "[7K2P " in screen_text(screen.app)
    nothing = Answer(mode=cases.WORKING.mode, question_id="q2")
    assert screen.link.sent
    assert all(answer == nothing for answer in screen.link.sent)

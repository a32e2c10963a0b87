"""The link breaks, the screen breaks: a sentence each time, never a traceback."""

import logging
from pathlib import Path

import pytest
import tui_cases as cases
from tui_cases import press, screen_text, settled, showing

from agent.model.messages import Answer, SnapshotEvent, StepEvent
from agent.model.problem import Problem
from agent.model.words import Mode, StepStatus
from agent.tui import run
from agent.tui.app import OrdisApp
from agent.tui.charset import ALLOWED
from agent.tui.crash import CrashApp
from agent.tui.face import Face, Leave

TRAINING = cases.WORKING.mode


async def test_a_broken_link_is_said_and_can_be_tried_again() -> None:
    ends = [None, ConnectionResetError(104, "Connection reset by peer"), Problem(cases.say("It went away."))]
    async with showing(cases.WORKING, "en") as screen:
        for end in ends:
            screen.link.push(end)
            await settled(screen.pilot)
            shown = screen_text(screen.app)
            assert "lost the intake service" in shown
            assert "Traceback" not in shown
            await press(screen.pilot, "enter")
            assert "[>>] Processeur" in screen_text(screen.app)
    assert screen.link.connections == 4


async def test_after_a_break_it_can_be_left() -> None:
    async with showing(cases.WORKING) as screen:
        screen.link.push(None)
        await settled(screen.pilot)
        await press(screen.pilot, "down", "enter")
    assert screen.app.return_value is Leave.QUIT


async def test_an_answer_that_cannot_be_sent_is_a_broken_link() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.BAY}), "en") as screen:
        screen.link.deaf = Problem(cases.say("Nobody listens."))
        await press(screen.pilot, "enter")
        await settled(screen.pilot)
        assert "Nobody listens." in screen_text(screen.app)
        screen.link.deaf = None
        await press(screen.pilot, "enter")
        await settled(screen.pilot)
        await press(screen.pilot, "enter")
    assert screen.link.sent == [Answer(mode=TRAINING, question_id="q3", text="no")]


async def test_a_service_in_another_mode_is_refused() -> None:
    async with showing(cases.WORKING, "en") as screen:
        real = cases.WORKING.model_copy(update={"mode": Mode.REAL})
        screen.link.push(SnapshotEvent(mode=Mode.REAL, state=real))
        await settled(screen.pilot)
        assert "TRAINING" in screen_text(screen.app)
        assert "lost the intake service" in screen_text(screen.app)


async def test_an_error_of_the_screen_ends_it_without_a_traceback(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    link = cases.FakeLink(SnapshotEvent(mode=TRAINING, state=cases.WORKING))
    app = OrdisApp(link, TRAINING, "fr", None, lambda: cases.PROFILES)
    app._hear = lambda event: 1 / 0  # type: ignore[method-assign, assignment, return-value]
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
    assert app.return_value is Leave.CRASHED
    assert "ZeroDivisionError" in caplog.text
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(("key", "again", "language"), [("enter", True, "fr"), ("f10", False, "en")])
async def test_the_second_screen_says_what_happened_and_where_it_is_logged(
    key: str, again: bool, language: str, tmp_path: Path
) -> None:
    app = CrashApp(TRAINING, language, tmp_path / "screen.log")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        shown = screen_text(app)
        await press(pilot, key)
    assert "screen.log" in shown.replace("\n", "").replace(" ", "")
    assert ALLOWED.issuperset(shown.replace("\n", ""))
    assert app.return_value is again


class Scripted:
    """Stands for an app that runs on a terminal: gives one answer after another."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.made = 0
        self.face = Face(cases.IDLE, "en")

    def run(self) -> object:
        logging.getLogger("elsewhere").warning("something odd")
        return self.answers.pop(0)


def test_a_crashed_screen_opens_again_if_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    app, crash = Scripted(Leave.CRASHED, Leave.CRASHED, None), Scripted(True, True)
    monkeypatch.setattr(run, "CrashApp", lambda *_: crash)
    before = logging.getLogger().handlers[:]
    assert run.show(lambda: app, tmp_path / "screen.log") is Leave.QUIT  # type: ignore[arg-type, return-value]
    assert "something odd" in (tmp_path / "screen.log").read_text()
    assert logging.getLogger().handlers == before


def test_a_crashed_screen_stays_closed_if_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    crash = Scripted(False)
    monkeypatch.setattr(run, "CrashApp", lambda *_: crash)
    assert run.show(lambda: Scripted(Leave.CRASHED)) is Leave.CRASHED  # type: ignore[arg-type, return-value]


def test_a_log_that_cannot_be_written_does_not_stop_the_screen(tmp_path: Path) -> None:
    log = tmp_path / "no such folder" / "screen.log"
    assert run.show(lambda: Scripted(Leave.POWER_OFF), log) is Leave.POWER_OFF  # type: ignore[arg-type, return-value]


async def test_events_during_a_question_keep_it() -> None:
    async with showing(cases.WORKING.model_copy(update={"question": cases.BAY}), "en") as screen:
        await press(screen.pilot, "down")
        done = cases.step("check:memory", "Mémoire", StepStatus.DONE)
        screen.link.push(StepEvent(mode=TRAINING, step=done))
        await settled(screen.pilot)
        assert "> Yes: opened" in screen_text(screen.app)

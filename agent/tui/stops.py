"""The screen of each stop. A module is loaded when its screen is first shown: before the first picture, on a slow
computer, nobody waits for screens that come minutes later."""

from importlib import import_module
from typing import cast

from agent.tui.face import Face
from agent.tui.screens.base import OrdisScreen
from agent.tui.way import Stop

SCREENS = {
    Stop.BROKEN: "broken.BrokenScreen",
    Stop.START: "start.StartScreen",
    Stop.CHECKLIST: "checklist.ChecklistScreen",
    Stop.ASSET_TAG: "asset_tag.AssetTagScreen",
    Stop.CONFIRM_ERASE: "confirm.ConfirmScreen",
    Stop.DATE: "date.DateScreen",
    Stop.EMPTY_BAY: "empty_bay.EmptyBayScreen",
    Stop.FROZEN_DRIVES: "frozen.FrozenScreen",
    Stop.MANUAL: "manual.ManualScreen",
    Stop.PSID: "psid.PsidScreen",
    Stop.CHANGE: "change.ChangeScreen",
    Stop.CHANGE_ONE: "change.ChangeOneScreen",
    Stop.RESULT: "result.ResultScreen",
    Stop.PROBLEM: "problem.ProblemScreen",
    Stop.DETAILS: "details.DetailsScreen",
    Stop.POWER_OFF: "power_off.PowerOffScreen",
    Stop.QR: "qr.QrScreen",
}


def screen_class(stop: Stop) -> type[OrdisScreen]:
    """Load the stop's screen."""
    module, name = SCREENS[stop].split(".")
    return cast("type[OrdisScreen]", getattr(import_module(f"agent.tui.screens.{module}"), name))


def screen_for(face: Face, stop: Stop) -> OrdisScreen:
    """The screen for what the state asks now; a question's screen gets its question."""
    question = face.state.question
    about = (question,) if question is not None and stop == question.kind else ()
    return screen_class(stop)(face, *about)


def load_all() -> None:
    """Load what will be needed later; in a thread, while the first picture is looked at."""
    for stop in SCREENS:
        screen_class(stop)

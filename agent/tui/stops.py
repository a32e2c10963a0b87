"""The screen of each stop, and those that are laid over them. A module is loaded when its screen is first shown: before
the first picture, on a slow computer, nobody waits for screens that come minutes later."""

from importlib import import_module
from typing import cast

from agent.tui.face import Face
from agent.tui.over import Over
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


OVER = {
    Over.HELP: "help.HelpScreen",
    Over.NETWORK: "network.NetworkScreen",
    Over.SETTINGS: "settings.SettingsScreen",
    Over.SUPPORT: "support.SupportScreen",
    Over.PLOTS: "plots.PlotsScreen",
}
AFAR = "afar.AfarScreen"


def loaded(where: str) -> type[OrdisScreen]:
    """Load a screen: its module's name and its own."""
    module, name = where.split(".")
    return cast("type[OrdisScreen]", getattr(import_module(f"agent.tui.screens.{module}"), name))


def screen_for(face: Face, stop: Stop) -> OrdisScreen:
    """The screen for what the state asks now; a question's screen gets its question."""
    question = face.state.question
    about = (question,) if question is not None and stop == question.kind else ()
    return loaded(SCREENS[stop])(face, *about)


def screen_over(face: Face, over: Over) -> OrdisScreen:
    """A screen for the state, laid over another."""
    return loaded(OVER[over])(face)


def help_for(face: Face, about: Stop | Over, screen: OrdisScreen) -> OrdisScreen:
    """What F1 says of a screen."""
    from agent.tui.lines.help import HELP  # noqa: PLC0415 - the sentences of all screens
    from agent.tui.screens.help import HelpScreen  # noqa: PLC0415

    return HelpScreen(face, HELP[about], tuple(screen.hints()))


def screen_afar(face: Face) -> OrdisScreen:
    """What is shown where nobody has pressed a key for a while."""
    return loaded(AFAR)(face)


def load_all() -> None:
    """Load what will be needed later; in a thread, while the first picture is looked at."""
    for where in (*SCREENS.values(), *OVER.values(), AFAR):
        loaded(where)

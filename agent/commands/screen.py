"""`ordis`: the screen."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from agent import settings as settings_file
from agent.client import Client, system_service
from agent.commands.options import Options
from agent.host.power import switch_off
from agent.host.priority import first_in_line
from agent.host.source import Live
from agent.inventory.inputs import keyboard_nodes
from agent.model.message import say
from agent.model.messages import IntakeRequest
from agent.model.problem import Problem
from agent.model.words import Origin
from agent.settings import Settings, SettingsError

if TYPE_CHECKING:
    from agent.model.profile import Profile


def run(options: Options) -> int:
    return show(options, None)


def show(options: Options, request: IntakeRequest | None) -> int:
    """Show the screen until it is left; `request` fills in what is known already."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise Problem(
            say("The screen needs a terminal."),
            say("Without one: ordis intake --headless --asset-tag TAG --erase none (see ordis --help)."),
        )
    from agent.tui.app import OrdisApp  # noqa: PLC0415 - slow to load, and headless runs come by here too
    from agent.tui.face import Leave  # noqa: PLC0415
    from agent.tui.run import show as show_app  # noqa: PLC0415
    from agent.tui.scanner import Scanner  # noqa: PLC0415

    system = system_service()
    client = Client(_known(options) if system else options.settings, options.mode, options.config)

    def choices() -> list[tuple[str, str, str]]:
        """The workshop's default first: that one is proposed."""
        from agent import profile as profiles  # noqa: PLC0415 - after the first picture

        settings = settings_file.load(options.config)
        found = [
            (one.name, *_titles(one.profile, one.origin))
            for one in profiles.available(profiles.folders(settings, options.mode))
            if one.profile is not None
        ]
        return sorted(found, key=lambda choice: choice[0] != settings.default_profile)

    def make() -> OrdisApp:
        app = OrdisApp(client, options.mode, options.language, request, choices)
        app.scans.listen = scanner.heard
        app.load = lambda: import_module("agent.profile")
        app.face.can_power_off = system
        return app

    # In front of what loads every processor: a key is answered at once.
    with Scanner(lambda: _scanner_layout(options), lambda: keyboard_nodes(Live())) as scanner, first_in_line():
        leave = show_app(make, client.screen_log)
    if leave is Leave.POWER_OFF and not switch_off():
        raise Problem(say("The computer does not switch off."), say("Hold its power key for some seconds."))
    return 3 if leave is Leave.CRASHED else 0


def _titles(profile: "Profile", origin: Origin) -> tuple[str, str]:
    """In French and English; whose it is, where it came over the network."""
    if origin is Origin.WORKSHOP:
        return f"{profile.title_fr} (atelier)", f"{profile.title_en} (workshop)"
    return profile.title_fr, profile.title_en


def _scanner_layout(options: Options) -> str:
    try:
        return settings_file.load(options.config).scanner_layout
    except SettingsError:
        return Settings().scanner_layout


def _known(options: Options) -> Settings:
    """The settings as far as they are known: the stick that holds them may not be mounted yet, and what is wrong with
    them is told on the screen."""
    try:
        return options.settings
    except SettingsError:
        return Settings()

"""`ordis`: the screen."""

import sys

from agent import profile as profiles
from agent.client import Client
from agent.commands.options import Options
from agent.model.message import say
from agent.model.messages import IntakeRequest
from agent.model.problem import Problem


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

    choices = [
        (found.name, found.profile.title_fr, found.profile.title_en)
        for found in profiles.available(options.settings.profile_dir)
        if found.profile is not None
    ]
    client = Client(options.settings, options.mode, options.config)
    leave = show_app(lambda: OrdisApp(client, options.mode, options.language, request, choices), client.screen_log)
    return 3 if leave is Leave.CRASHED else 0

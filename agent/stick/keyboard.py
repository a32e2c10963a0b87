"""The keyboard of ordis.toml, given to the console of the stick's system."""

from pathlib import Path

from agent.host import keymap
from agent.host.source import Source
from agent.model.keyboards import KEYBOARDS, KeyboardName
from agent.model.message import say
from agent.model.problem import Problem


class KeyboardFailed(Problem):
    """The console keeps the layout that it has."""


def at_start(source: Source, name: KeyboardName, kept: Path) -> None:
    """What was chosen in the boot menu for this start goes first; its usual choice is none. Raises KeyboardFailed."""
    if keymap.of_boot(source) == keymap.USUAL:
        _load(KEYBOARDS[name].keymap, kept)


def use(source: Source, name: KeyboardName | None, kept: Path) -> None:
    """From now on; None: as the boot menu said. Raises KeyboardFailed."""
    _load(keymap.of_boot(source) if name is None else KEYBOARDS[name].keymap, kept)


def _load(name: str, kept: Path) -> None:
    try:
        keymap.load(name, kept)
    except OSError as error:
        raise KeyboardFailed(
            say("The keyboard layout {layout} of ordis.toml was not taken ({error}).", layout=name, error=str(error)),
            say("The keys type as before. Choose the layout in the boot menu, at the next start."),
        ) from error

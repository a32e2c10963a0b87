"""What an intake works on: this computer, with its real drives or with simulated ones."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.host.source import Live, Source
from agent.inventory import drives
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.words import Mode
from agent.settings import Settings
from agent.training import bench


class CannotPrepare(Problem):
    """The workplace cannot be made ready; nothing was started."""


@dataclass(frozen=True)
class Workplace:
    """Everything that differs between real and training mode; the flow itself does not know."""

    mode: Mode
    settings: Settings
    source: Source
    find_drives: Callable[[Source], list[Drive]]
    prepare: Callable[[], None]
    """Called before each intake."""


def workplace(mode: Mode, settings: Settings) -> Workplace:
    """The workplace of a mode on this computer."""
    if mode is Mode.REAL:
        return Workplace(mode, settings, Live(), drives.find, lambda: None)
    folder = settings.folder(mode) / "drives"

    def prepare() -> None:
        try:
            bench.make_bench(folder)
        except OSError as error:
            raise CannotPrepare(
                say("The training drives cannot be made: {error}.", error=error.strerror or str(error)),
                say("They need 1.3 GB below {folder}; see state_dir in ordis.toml.", folder=str(folder)),
            ) from error

    return Workplace(mode, settings, Live(), lambda _: bench.list_drives(folder), prepare)

"""Switches of radios: /sys/class/rfkill (Documentation/driver-api/rfkill.rst of the kernel), and rfkill(8)."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

from agent.host.run import ToolMissing, ToolTimeout
from agent.host.source import Source, integer

_CLASS = "/sys/class/rfkill"
_MOST = 64
_SECONDS = 10


@dataclass(frozen=True)
class Switches:
    """All switches of one kind of radio together."""

    hard: bool = False
    """By a switch, a key or the firmware: no program can change that."""
    soft: bool = False
    """By the running system."""


SwitchedOn = Callable[[Source, str], AbstractContextManager[Switches]]


def switches(source: Source, kind: str) -> Switches:
    """Those of `wlan` or `bluetooth`. Never raises."""
    folders = [f"{_CLASS}/{name}" for name in source.names(_CLASS)[:_MOST]]
    mine = [folder for folder in folders if source.text(f"{folder}/type") == kind]
    return Switches(
        hard=any(integer(source, f"{folder}/hard") == 1 for folder in mine),
        soft=any(integer(source, f"{folder}/soft") == 1 for folder in mine),
    )


@contextlib.contextmanager
def switched_on(source: Source, kind: str) -> Iterator[Switches]:
    """The radio on as far as programs can, for as long as this lasts; then as it was. Never raises."""
    before = switches(source, kind)
    if not before.soft:
        yield before
        return
    _switch(source, "unblock", kind)
    try:
        yield switches(source, kind)
    finally:
        _switch(source, "block", kind)


def _switch(source: Source, how: str, kind: str) -> None:
    with contextlib.suppress(ToolMissing, ToolTimeout, OSError):
        source.tool(["rfkill", how, kind], timeout=_SECONDS)

"""What a Wi-Fi radio hears, by iw(8). Names of networks stay in this function's memory and are dropped at once."""

import contextlib
import re
from dataclasses import dataclass, field

from agent.host.run import Ran, ToolMissing, ToolTimeout, run, run_in_memory

_SECONDS = 30
_BSS = re.compile(rb"^BSS [0-9a-f]{2}(?::[0-9a-f]{2}){5}\b", re.MULTILINE)
_SIGNAL = re.compile(rb"^\tsignal: (-?\d{1,3}(?:\.\d{1,3})?) dBm$", re.MULTILINE)
_PLAUSIBLE_DBM = (-120, 10)
_BUSY, _DOWN = -16, -100
"""EBUSY: NetworkManager listens itself. ENETDOWN: nobody has switched the interface on."""


@dataclass(frozen=True)
class Around:
    """One look around. `error` is the kernel's (a negative number, 0 where there was none)."""

    error: int = 0
    networks: int = 0
    signals_dbm: list[float] = field(default_factory=list)
    """Of those that tell it in dBm, as measured by the radio."""

    @property
    def busy(self) -> bool:
        return self.error == _BUSY


def look_around(name: str) -> Around:
    """Listen for networks once, which takes some seconds; an interface that is off is on meanwhile.
    Raises ToolMissing, ToolTimeout, OSError."""
    found = _scan(name)
    if found.error != _DOWN:
        return found
    run(["ip", "link", "set", "dev", name, "up"], timeout=_SECONDS)
    try:
        return _scan(name)
    finally:
        with contextlib.suppress(ToolMissing, ToolTimeout, OSError):
            run(["ip", "link", "set", "dev", name, "down"], timeout=_SECONDS)


def _scan(name: str) -> Around:
    ran, told = run_in_memory(["iw", "dev", name, "scan"], timeout=_SECONDS)
    if ran.code != 0:
        return Around(error=_error(ran))
    low, high = _PLAUSIBLE_DBM
    signals = [dbm for each in _SIGNAL.findall(told) if low <= (dbm := float(each)) <= high]
    return Around(networks=len(_BSS.findall(told)), signals_dbm=signals)


def _error(ran: Ran) -> int:
    """iw says the kernel's number in words: "command failed: Device or resource busy (-16)"."""
    said = re.search(r"\((-\d{1,4})\)\s*$", ran.err.strip())
    return int(said[1]) if said else -1

"""Wired network links: what a card and the other end of its cable can do (ethtool(8)), and its addresses (ip(8))."""

import contextlib
import json
import re
from dataclasses import dataclass

from agent.host.run import ToolMissing, ToolTimeout
from agent.host.source import Source

_SECONDS = 10
_MODES = re.compile(
    r"^\s*(?P<what>Supported|Link partner advertised) link modes:(?P<modes>.*(?:\n\s+\d+base.*)*)", re.MULTILINE
)
_SPEED = re.compile(r"\b(\d{2,6})base")
_MOST_MBPS = 800_000
"""The fastest Ethernet of IEEE 802.3df."""
_MADE_UP = "169.254."
"""What a computer gives itself when nobody gives it an address (RFC 3927)."""
_MOST = 64


@dataclass(frozen=True)
class Modes:
    """The fastest speeds in Mbit/s; None where not told."""

    card: int | None = None
    other_end: int | None = None


def modes(source: Source, name: str) -> Modes:
    """What both ends of a cable say that they can do. Never raises."""
    told = _tool(source, ["ethtool", name])
    fastest = {
        found["what"]: max((speed for each in _SPEED.findall(found["modes"]) if (speed := int(each)) <= _MOST_MBPS),
                           default=None)
        for found in _MODES.finditer(told)
    }  # fmt: skip
    return Modes(fastest.get("Supported"), fastest.get("Link partner advertised"))


def addresses(source: Source, name: str) -> list[str] | None:
    """The addresses that the network gave the card and that lead further than to the neighbour; None where that could
    not be asked. Never raises."""
    try:
        told = json.loads(_tool(source, ["ip", "-json", "address", "show", "dev", name]))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, list):
        return None
    listed = [each.get("addr_info") for each in told[:_MOST] if isinstance(each, dict)]
    found = [one for each in listed if isinstance(each, list) for one in each[:_MOST] if isinstance(one, dict)]
    return [str(one["local"]) for one in found if _leads_on(one)]


def has_address(source: Source, name: str) -> bool | None:
    """Whether the card has such an address; None where that could not be asked. Never raises."""
    found = addresses(source, name)
    return None if found is None else bool(found)


def _leads_on(address: dict[str, object]) -> bool:
    local = address.get("local")
    return address.get("scope") == "global" and isinstance(local, str) and not local.startswith(_MADE_UP)


def _tool(source: Source, argv: list[str]) -> str:
    with contextlib.suppress(ToolMissing, ToolTimeout, OSError):
        return source.tool(argv, timeout=_SECONDS).out
    return ""

"""Sockets that are only in the firmware: it is often made from a pattern for the largest board of its kind.

A pattern names two sockets for each of two channels; a notebook has one. Or it names the four narrow channels that
LPDDR needs of each memory controller; modules use the first. What is filled is always there.
"""

import re
from collections.abc import Sequence

from agent.inventory.memory.place import Place, low_power, lower

_CONTROLLER = re.compile(r"Controller(\d)-?Channel([A-H])", re.IGNORECASE)
_BANKS = ["bank 0", "bank 1", "bank 2", "bank 3"]
_PATTERN_NAME = re.compile(r"(Channel[AB]-)?DIMM\d", re.IGNORECASE | re.ASCII)
"""A maker who knows the board calls them otherwise ("Top-Slot 1(left)")."""


def without(places: Sequence[Place], told: int | None, *, pattern: bool) -> tuple[list[Place], bool]:
    """The places that are there, and whether the pattern had twice as many.

    `told` is how many the array says it has, where that can be believed; `pattern` is false where the firmware was
    made for each board.
    """
    # One memory controller drives either LPDDR or sockets.
    if any(low_power(place.record) for place in places if not place.empty):
        return [place for place in places if not place.empty], False
    left = [place for place in places if not (place.empty and place.soldered)]
    if not pattern:
        return _as_told(left, told), False
    described = _first_channels(left)
    halved = _one_for_each_channel(described)
    return _as_told(halved, told), len(halved) < len(described) == told


def _first_channels(places: list[Place]) -> list[Place]:
    """With two controllers, each drives one channel of modules (Intel, since the eleventh generation)."""
    channels = {id(place): _CONTROLLER.search(place.record.get("Locator") or "") for place in places}
    if len({found[1] for found in channels.values() if found}) < 2:
        return places
    return [place for place in places if not place.empty or not (found := channels[id(place)]) or found[2] in "Aa"]


def _one_for_each_channel(places: list[Place]) -> list[Place]:
    """Banks 0 to 3 of small modules, of which only 0 and 2 are in use: the channels' second sockets are not there.

    Of the notebooks that say so, one in fifty or less has them: the heavy ones with four sockets.
    """
    full = [place for place in places if not place.empty]
    small = all(place.soldered or lower(place.record, "Form Factor") == "sodimm" for place in full)
    pattern = all(_PATTERN_NAME.fullmatch((place.record.get("Locator") or "").strip()) for place in places)
    if not full or not small or not pattern or [lower(place.record, "Bank Locator") for place in places] != _BANKS:
        return places
    second = places[1::2]
    return places[0::2] if all(place.empty for place in second) else places


def _as_told(places: list[Place], told: int | None) -> list[Place]:
    full = sum(not place.empty for place in places)
    # One, for two records, is a count of each channel's sockets.
    if not told or not full <= told < len(places) or (told == 1 and len(places) == 2):
        return places
    spare = len(places) - told
    drop = {id(place) for place in _doubtful(places)[:spare]}
    return [place for place in places if id(place) not in drop]


def _doubtful(places: list[Place]) -> list[Place]:
    """The empty places, those first that share a channel with another one."""
    seen: dict[str, int] = {}
    order = []
    for place in sorted(places, key=lambda place: place.empty):
        channel = re.sub(r"[-_ ]?(DIMM)?[-_ ]?\d+$", "", place.record.get("Locator") or "")
        seen[channel] = seen.get(channel, 0) + 1
        if place.empty:
            order.append((-seen[channel], place))
    return [place for _, place in sorted(order, key=lambda item: item[0])]

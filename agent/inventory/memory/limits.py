"""How much memory a machine can take, from what its firmware says and what modules exist."""

from collections.abc import Sequence

from agent.inventory.dmidecode import Record
from agent.inventory.memory.place import MOST, Place, lower, size
from agent.inventory.memory.places import Places

_GIB = 1 << 30
# The largest modules in GiB, without a register and with one. For LPDDR, the largest package of a channel. Older
# types are left out: much firmware calls by their names what came later.
_LARGEST = {
    "ddr2": (4, 16), "ddr2 fb-dimm": (16, 16), "ddr3": (16, 64), "ddr4": (32, 256),
    "ddr5": (64, 512), "lpddr3": (16, 16), "lpddr4": (32, 32), "lpddr5": (32, 32),
}  # fmt: skip
_OF_ANY_TYPE = (64, 512)


def maximum(found: Places, installed: int | None, soldered: int) -> int | None:
    """Bytes; None where the firmware does not know: it says nothing, or less than is in the slots.

    Some firmware says what the memory controller could address. Where no modules are made that would fill the
    sockets so far, the sockets decide.
    """
    full = [place for place in found.places if not place.empty]
    total = _told(found, full, installed or 0)
    if total is None and all(place.soldered for place in found.places):
        return installed
    if total is None or not full or not found.complete:
        return total
    plain = all(_plain(place) for place in full)
    largest = _largest([place.record for place in full], plain)
    if total <= largest * len(found.places):
        return total
    sockets = sum(not place.soldered for place in found.places)
    # What a server takes depends on its processors as well.
    return max(installed or 0, soldered + largest * sockets) if plain else None


def _told(found: Places, full: Sequence[Place], installed: int) -> int | None:
    """By the arrays, or where that cannot be, by the older structure, whose figure for one module must hold too."""
    arrays = [size(array.get("Maximum Capacity")) for array in found.arrays]
    total = sum(one or 0 for one in arrays)
    if found.halved and total // 2 >= installed:
        total //= 2
    if total and all(arrays) and installed <= total <= MOST:
        return total
    older = size(found.controller.get("Maximum Total Memory Size")) or 0
    module = size(found.controller.get("Maximum Memory Module Size")) or 0
    fits = installed <= older and all((place.size or 0) <= module for place in full)
    return older if older and full and fits else None


def _largest(records: Sequence[Record], plain: bool) -> int:
    kinds = [lower(record, "Type") for record in records]
    without, registered = next((_LARGEST[kind] for kind in kinds if kind in _LARGEST), _OF_ANY_TYPE)
    return _GIB * (without if plain else registered)


def _plain(place: Place) -> bool:
    """No module with a register: those are all DIMMs with extra bits for error correction."""
    return place.soldered or lower(place.record, "Form Factor") == "sodimm" or place.checked is False

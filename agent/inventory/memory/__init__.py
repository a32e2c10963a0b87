"""Memory modules, free slots and the maximum from SMBIOS; what is usable from the running system."""

from collections.abc import Sequence

from agent.host.source import Source
from agent.host.system import usable_memory
from agent.inventory.dmidecode import Record
from agent.inventory.memory import before, limits, places
from agent.inventory.memory.modules import module
from agent.inventory.memory.place import MOST, Place
from agent.inventory.memory.places import Places
from agent.model.inventory import Memory

_ECC = {"single-bit ecc": True, "multi-bit ecc": True, "none": False, "parity": False}
"""Error Correction Type of the array (DSP0134, 7.17.3)."""


def read(source: Source, records: Sequence[Record]) -> Memory:
    """Without SMBIOS only `usable_bytes` is known."""
    found = places.find(records)
    memory = _described(found) if found.places else before.read(records)
    return memory.model_copy(update={"usable_bytes": usable_memory(source)})


def _described(found: Places) -> Memory:
    full = [place for place in found.places if not place.empty]
    installed = _sum(full)
    soldered = [place for place in full if place.soldered]
    return Memory(
        installed_bytes=installed,
        max_bytes=limits.maximum(found, installed, _sum(soldered) or 0),
        slots_total=len(found.places) if found.complete else None,
        # A machine that says that it has no memory at all does not know.
        slots_free=len(found.places) - len(full) if found.complete and full else None,
        soldered_bytes=_sum(soldered),
        ecc=_ecc(found, full),
        modules=[module(place) for place in found.places],
    )


def _sum(places: Sequence[Place]) -> int | None:
    """None where one size is not told."""
    sizes = [place.size for place in places]
    total = sum(size or 0 for size in sizes)
    return total if sizes and None not in sizes and total <= MOST else None


def _ecc(found: Places, full: Sequence[Place]) -> bool | None:
    """Whether errors are corrected: the board can, and the modules have the bits for it."""
    told = {_ECC.get((array.get("Error Correction Type") or "").strip().lower()) for array in found.arrays}
    checked = {place.checked for place in full}
    if True in told:
        return checked != {False}
    # Where the board says no and every module has the bits, one of them is wrong.
    return False if told == {False} and checked != {True} else None

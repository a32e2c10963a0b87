"""Which memory modules would fit into the machine, as far as its firmware tells of sockets and limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.model.inventory import Memory, MemoryModule
from agent.model.profile import GIB

_SIZES = {"DDR2": (1, 2), "DDR3": (2, 4, 8), "DDR4": (4, 8, 16), "DDR5": (8, 16)}
"""GiB of the modules that a workshop has on its shelf."""
_FORMS = {"SODIMM": "SO-DIMM", "DIMM": "DIMM"}


@dataclass(frozen=True)
class Fit:
    """One module that fits: into a free socket, or instead of one of `instead_of` bytes."""

    size_bytes: int
    type: str
    form: str
    instead_of: int | None
    after: Memory
    """The memory with it."""


def fits(memory: Memory) -> Iterator[Fit]:
    """Every module that is certain to fit: of the kind that is in, within the maximum of the board and of one socket.

    Where the maximum is not known, or less than what is in, only modules no larger than the largest one in are; where
    two kinds are in, none. With error correction (ECC) there are kinds that the firmware does not tell apart: none.
    """
    socketed = [module for module in memory.modules if module.size_bytes and module.form_factor in _FORMS]
    kinds = {(module.type, module.form_factor) for module in socketed}
    if memory.ecc or not memory.installed_bytes or len(kinds) != 1:
        return
    kind, form = kinds.pop()
    if kind not in _SIZES or form is None or not re.fullmatch(r"DDR\d", kind):
        return
    least = min(socketed, key=lambda module: module.size_bytes or 0)
    places = memory.slots_total or len(memory.modules)
    most = memory.max_bytes if memory.max_bytes and memory.max_bytes >= memory.installed_bytes else None
    largest = max(module.size_bytes or 0 for module in socketed)
    for size in (gib * GIB for gib in _SIZES[kind]):
        if size > (most // max(places, 1) if most else largest):
            continue
        if _free(memory) and (most is None or memory.installed_bytes + size <= most):
            yield Fit(size, kind, _FORMS[form], None, _with(memory, size, None))
        elif not _free(memory) and size > (least.size_bytes or 0):
            yield Fit(size, kind, _FORMS[form], least.size_bytes, _with(memory, size, least))


def socketed(memory: Memory) -> bool:
    """Whether a hand can change a module."""
    return any(module.size_bytes and module.form_factor in _FORMS for module in memory.modules)


def _free(memory: Memory) -> bool:
    return any(not module.size_bytes for module in memory.modules) and memory.slots_free != 0


def _with(memory: Memory, size: int, instead_of: MemoryModule | None) -> Memory:
    modules = list(memory.modules)
    place = (
        next(number for number, module in enumerate(modules) if module is instead_of)
        if instead_of
        else next(number for number, module in enumerate(modules) if not module.size_bytes)
    )
    pattern = instead_of or next(module for module in modules if module.size_bytes and module.form_factor in _FORMS)
    modules[place] = pattern.model_copy(update={"size_bytes": size, "slot": modules[place].slot, "serial": None})
    before = (instead_of.size_bytes or 0) if instead_of else 0
    free = memory.slots_free if instead_of or not memory.slots_free else memory.slots_free - 1
    return memory.model_copy(
        update={
            "modules": modules,
            "installed_bytes": (memory.installed_bytes or 0) + size - before,
            "slots_free": free,
        }
    )

"""Memory of machines from before SMBIOS 2.1: memory controller and modules (DSP0134, 7.6 and 7.7, both obsolete)."""

import re
from collections.abc import Sequence

from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.memory.place import size
from agent.inventory.values import real
from agent.model.inventory import Memory, MemoryModule

_FORMS = ("DIMM", "SIMM")
_KINDS = ("SDRAM", "EDO", "FPM")
_MOST = 64 << 30
"""Bytes; many times what such a machine takes."""


def read(records: Sequence[Record]) -> Memory:
    """Empty where there is nothing of the kind."""
    found = dmidecode.of_type(records, dmidecode.MEMORY_MODULE)
    sizes = [_size(record) for record in found]
    installed = sum(one or 0 for one in sizes)
    known = bool(found) and None not in sizes and 0 < installed <= _MOST
    controller = dmidecode.first(records, dmidecode.MEMORY_CONTROLLER)
    most = size(controller.get("Maximum Total Memory Size"))
    return Memory(
        installed_bytes=installed if known else None,
        max_bytes=most if known and most and installed <= most <= _MOST else None,
        slots_total=len(found) or None,
        slots_free=sizes.count(0) if known else None,
        modules=[_module(record, own) for record, own in zip(found, sizes, strict=True)],
    )


def _module(record: Record, own: int | None) -> MemoryModule:
    slot = real(record.get("Socket Designation"))
    if own == 0:
        return MemoryModule(slot=slot)
    words = (record.get("Type") or "").upper().split()
    return MemoryModule(
        slot=slot,
        size_bytes=own if own is None or own <= _MOST else None,
        type=next((kind for kind in _KINDS if kind in words), None),
        form_factor=next((form for form in _FORMS if form in words), None),
    )


def _size(record: Record) -> int | None:
    """Of "512 MB (Double-bank Connection)"; 0 for an empty socket, None where it cannot be told."""
    text = record.get("Installed Size") or ""
    return 0 if re.match(r"not installed|no module", text, re.IGNORECASE) else size(text)

"""Memory modules, free slots and the maximum from SMBIOS; what is usable from the running system."""

import re
from collections.abc import Sequence

from agent.host.source import Source
from agent.host.system import usable_memory
from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.values import number, real
from agent.model.inventory import Memory, MemoryModule

_UNITS = {"bytes": 0, "kb": 10, "mb": 20, "gb": 30, "tb": 40}
"""dmidecode's units are binary; newer versions write kB, MB, GB, older ones too."""
_MOST = 1 << 46
"""64 TiB: what x86-64 with four levels of page tables can address (46 bits)."""
# Where the array is used (DSP0134, 7.17.2): everything else than this is no working memory.
_WORKING = "system memory"


def read(source: Source, records: Sequence[Record]) -> Memory:
    """Without SMBIOS only `usable_bytes` is known."""
    arrays = [
        record
        for record in dmidecode.of_type(records, dmidecode.MEMORY_ARRAY)
        if (record.get("Use") or "").lower() == _WORKING
    ]
    handles = {f"0x{array.handle:04x}" for array in arrays}
    slots = [
        record
        for record in dmidecode.of_type(records, dmidecode.MEMORY_DEVICE)
        if not handles or (record.get("Array Handle") or "").lower() in handles
    ]
    modules = [_module(slot) for slot in slots]
    installed = sum(module.size_bytes or 0 for module in modules)
    maximum = sum(_size(array.get("Maximum Capacity")) or 0 for array in arrays)
    free = sum(_empty(slot) for slot in slots)
    return Memory(
        installed_bytes=installed or None,
        usable_bytes=usable_memory(source),
        # Some firmware says less than what is in the slots: then it does not know.
        max_bytes=maximum if installed <= maximum <= _MOST and maximum else None,
        slots_total=len(slots) or None,
        slots_free=free if slots else None,
        modules=modules,
    )


def _module(slot: Record) -> MemoryModule:
    place = [text for name in ("Locator", "Bank Locator") if (text := real(slot.get(name)))]
    if _empty(slot):
        return MemoryModule(slot=place[0] if place else None)
    return MemoryModule(
        slot=place[0] if place else None,
        size_bytes=_size(slot.get("Size")),
        type=_named(slot.get("Type")),
        form_factor=_named(slot.get("Form Factor")),
        # SMBIOS 3.1 calls the speed that is in use "Configured Memory Speed"; "Speed" is the module's own.
        speed_mts=number(slot.get("Speed")) or number(slot.get("Configured Memory Speed")),
        manufacturer=real(slot.get("Manufacturer")),
        part_number=real(slot.get("Part Number")),
        serial=real(slot.get("Serial Number")),
    )


def _empty(slot: Record) -> bool:
    return "no module" in (slot.get("Size") or "").lower() or _size(slot.get("Size")) == 0


def _named(text: str | None) -> str | None:
    name = real(text)
    return None if name is None or name.lower() == "other" else name


def _size(text: str | None) -> int | None:
    """Bytes of "8192 MB"; None for "Unknown" and for the absurd."""
    found = re.match(r"(\d{1,12}) (bytes|[kMGT]i?B)\b", text or "", re.IGNORECASE | re.ASCII)
    if not found:
        return None
    size = int(found[1]) << _UNITS[found[2].lower().replace("i", "")]
    return size if size <= _MOST else None

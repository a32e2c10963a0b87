"""Where memory sits or could sit: SMBIOS memory devices (DSP0134, 7.18) of the working arrays (7.17)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.memory import phantoms
from agent.inventory.memory.place import Place, lower, size, soldered
from agent.inventory.values import number

_OTHER_USES = {"video memory", "flash memory", "non-volatile ram", "cache memory"}
_NO_MAIN_MEMORY = {"vram", "flash", "rom", "feprom", "eprom", "eeprom", "logical non-volatile device"}
"""Types of devices that firmware counts among the memory: its own chip, the screen's."""


@dataclass(frozen=True)
class Places:
    arrays: Sequence[Record]
    places: Sequence[Place]
    complete: bool
    """False where the firmware says that there are more than it describes."""
    halved: bool
    """The firmware describes, and counts, twice as many as there are."""
    controller: Record
    """What firmware said of its memory before it had arrays; without fields where it does not."""


def find(records: Sequence[Record]) -> Places:
    """The places for main memory, without those that this machine cannot have."""
    all_arrays = dmidecode.of_type(records, dmidecode.MEMORY_ARRAY)
    arrays = _working(all_arrays)
    places = [_place(device) for device in _devices(records, all_arrays, arrays)]
    told = number(arrays[0].get("Number Of Devices")) if len(arrays) == 1 else None
    one_processor = len(dmidecode.of_type(records, dmidecode.PROCESSOR)) == 1
    pattern = not lower(dmidecode.first(records, dmidecode.SYSTEM), "Manufacturer").startswith("apple")
    places, halved = phantoms.without(places, told if one_processor else None, pattern=pattern)
    complete = not (told and told > len(places) == 1 and not places[0].soldered)
    return Places(arrays, places, complete, halved, dmidecode.first(records, dmidecode.MEMORY_CONTROLLER))


def _working(arrays: list[Record]) -> list[Record]:
    named = [array for array in arrays if lower(array, "Use") == "system memory"]
    return named or [array for array in arrays if lower(array, "Use") not in _OTHER_USES]


def _devices(records: Sequence[Record], all_arrays: list[Record], arrays: list[Record]) -> list[Record]:
    """The devices of the working arrays. Firmware that gives every device a wrong handle means them all."""
    devices = [
        device
        for device in dmidecode.of_type(records, dmidecode.MEMORY_DEVICE)
        if lower(device, "Type") not in _NO_MAIN_MEMORY
    ]
    working = {array.handle for array in arrays}
    other = {array.handle for array in all_arrays} - working
    ours = [device for device in devices if _array(device) in working]
    return ours or [device for device in devices if _array(device) not in other]


def _array(device: Record) -> int | None:
    text = device.get("Array Handle") or ""
    return int(text, 16) if re.fullmatch(r"0x[0-9A-Fa-f]{1,8}", text) else None


def _place(device: Record) -> Place:
    text = device.get("Size") or ""
    none = "no module" in text.lower() or "not installed" in text.lower()
    return Place(device, 0 if none else size(text), soldered=soldered(device))

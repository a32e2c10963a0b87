"""One memory module: what it is, as people say it, from its SMBIOS memory device (DSP0134, 7.18)."""

import re

from agent.inventory.dmidecode import Record
from agent.inventory.memory.makers import maker
from agent.inventory.memory.place import Place, part_number
from agent.inventory.values import number, real
from agent.model.inventory import MemoryModule

# The least and the most megatransfers a second that modules of a type run at, overclocked ones included (JESD79 and
# JESD209 give the least). Below the least, firmware means the clock, which is half of it.
_SPEEDS = {
    "sdram": (66, 200), "ddr": (200, 700), "ddr2": (400, 1400), "ddr2 fb-dimm": (400, 1400), "ddr3": (800, 3300),
    "ddr4": (1600, 6000), "ddr5": (3200, 12_800), "lpddr3": (66, 2400), "lpddr4": (66, 4800), "lpddr5": (66, 12_800),
}  # fmt: skip
_ANY_SPEED = (66, 12_800)
_LARGEST_OLD = {"SDRAM": 1 << 30, "DDR": 2 << 30}
# Words of the firmware's patterns and of dmidecode that name no kind.
_NO_KIND = {"other", "dram", "reserved"}
_NO_PART = re.compile(
    r"(\w*_)?(module)?part ?num(ber)?[a-z]?\d*|sodimm0\d\d|memundefined|no dimm|1234567890\d*|"
    r"[. ]+|f{4,}|0x(20|00|ff)+",
    re.IGNORECASE,
)


def module(place: Place) -> MemoryModule:
    """Of an empty socket only its name is said."""
    record = place.record
    names = (real(record.get(name)) for name in ("Locator", "Bank Locator"))
    slot = next((name for name in names if name and name.lower() != "no dimm"), None)
    if place.empty:
        return MemoryModule(slot=slot)
    kind = _kind(record, place.size)
    return MemoryModule(
        slot=slot,
        size_bytes=place.size,
        type=kind,
        form_factor=_named(record.get("Form Factor")),
        speed_mts=_speed(record, kind),
        manufacturer=maker(record.get("Manufacturer"), record.get("Module Manufacturer ID")),
        part_number=_part(record),
        serial=real(record.get("Serial Number")),
    )


def _kind(record: Record, size: int | None) -> str | None:
    """Some firmware calls all that came later by the old names."""
    kind = _named(record.get("Type"))
    largest = _LARGEST_OLD.get(kind or "")
    if kind is None or largest is None:
        return kind
    fits = (size or 0) <= largest and (number(record.get("Speed")) or 0) <= _SPEEDS[kind.lower()][1]
    return kind if fits else None


def _named(text: str | None) -> str | None:
    name = real(text)
    return None if name is None or name.lower() in _NO_KIND else name


def _speed(record: Record, kind: str | None) -> int | None:
    """Since SMBIOS 2.7 what it runs at, as "Configured Clock Speed", then "Configured Memory Speed" (dmidecode 3.2)."""
    limits = _SPEEDS.get((kind or "").lower(), _ANY_SPEED)
    names = ("Configured Memory Speed", "Configured Clock Speed", "Speed")
    return next((rate for name in names if (rate := _rate(record.get(name), limits))), None)


def _rate(text: str | None, limits: tuple[int, int]) -> int:
    """0 where nothing can be right."""
    least, most = limits
    value = number(text) or 0
    if least / 2 <= value + 1 and value < least:
        value = _full_rate(value * 2)
    return value if least <= value <= most else 0


def _full_rate(doubled: int) -> int:
    """Of clocks that were rounded to whole megahertz (667 is 666.67): rates are multiples of 66.67 or 100."""
    return next((rate for rate in (doubled - 1, doubled + 1) if rate % 100 in (33, 66, 67)), doubled)


def _part(record: Record) -> str | None:
    name = real(part_number(record))
    return None if name is None or _NO_PART.fullmatch(name) else name

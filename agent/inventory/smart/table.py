"""The tables of an ATA drive as smartctl prints them in JSON: SMART attributes, and the device statistics of ACS-3."""

import re
from collections.abc import Iterator, Mapping

from agent.inventory.values import count, dig, number

_MOST_ENTRIES, _MOST_PAGES = 256, 64
_UNUSED = re.compile(r"not_in_use", re.IGNORECASE)
_TIMEOUTS = 188

Attribute = Mapping[str, object]


def attributes(document: Mapping[str, object]) -> list[Attribute]:
    """The attributes that the drive uses."""
    return [entry for entry in entries(document, "ata_smart_attributes", "table") if not _UNUSED.search(name(entry))]


def entries(document: object, *keys: str) -> Iterator[Mapping[str, object]]:
    """The objects of the list under nested keys; nothing where there is none."""
    table = dig(document, *keys)
    for entry in table[:_MOST_ENTRIES] if isinstance(table, list) else ():
        if isinstance(entry, Mapping):
            yield entry


def name(entry: Attribute) -> str:
    """The name that smartmontools' drive database gives an attribute."""
    told = entry.get("name")
    return told if isinstance(told, str) else ""


def text(entry: Attribute) -> str:
    """The raw value as smartctl writes it: it knows the packed formats of the makers ("24 (Min/Max 12/51)")."""
    told = dig(entry, "raw", "string")
    return told if isinstance(told, str) else ""


def prefailure(entry: Attribute) -> bool:
    """Whether the drive counts the attribute as a sign of failure, not only of age."""
    return dig(entry, "flags", "prefailure") is True


def raw(entry: Attribute) -> int | None:
    """The count in a raw value. smartctl's text knows the format ("8 (0 12)") better than the 48-bit number.

    But of attribute 188, where Seagate packs three counts of timeouts, it writes all ("0 0 2"): the total stands in
    the lowest 16 bits.
    """
    told, value = number(text(entry)), count(dig(entry, "raw", "value"))
    if entry.get("id") == _TIMEOUTS and value is not None:
        return value & 0xFFFF if value > 0xFFFF else value
    return value if told is None else told


def statistics(document: Mapping[str, object]) -> dict[str, int]:
    """ATA device statistics (ACS-3, log 04h) by their names, those that the drive calls valid."""
    pages = dig(document, "ata_device_statistics", "pages")
    found = {}
    for page in pages[:_MOST_PAGES] if isinstance(pages, list) else ():
        for entry in entries(page, "table"):
            title, value = entry.get("name"), count(entry.get("value"))
            if isinstance(title, str) and value is not None and dig(entry, "flags", "valid") is True:
                found[title] = value
    return found

"""What kind of computer it is: the enclosure's type that SMBIOS gives, and all that knows better.

Makers fill the type in carelessly: all-in-ones and mini PCs call themselves laptops and desktops, and boards that are
sold alone always say desktop. Types that nobody writes by accident are believed; the common ones only where neither the
name of the family nor battery, lid, panel, processor and memory contradict.
"""

import re
from collections.abc import Callable

from agent.inventory.machine.chassis_evidence import Evidence
from agent.inventory.machine.chassis_names import certain, likely
from agent.inventory.machine.processor_kind import ProcessorKind
from agent.model.words import Chassis

# DSP0134, table 17: the number is the place in this list, counted from 1. dmidecode prints these names.
_TYPES = (
    "Other", "Unknown", "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower", "Portable", "Laptop",
    "Notebook", "Hand Held", "Docking Station", "All In One", "Sub Notebook", "Space-saving", "Lunch Box",
    "Main Server Chassis", "Expansion Chassis", "Sub Chassis", "Bus Expansion Chassis", "Peripheral Chassis",
    "RAID Chassis", "Rack Mount Chassis", "Sealed-case PC", "Multi-system", "CompactPCI", "AdvancedTCA", "Blade",
    "Blade Enclosing", "Tablet", "Convertible", "Detachable", "IoT Gateway", "Embedded PC", "Mini PC", "Stick PC",
)  # fmt: skip

_KINDS = {
    Chassis.DESKTOP: {
        "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower", "Space-saving", "Lunch Box",
        "Sealed-case PC",
    },
    Chassis.NOTEBOOK: {"Portable", "Laptop", "Notebook", "Sub Notebook"},
    Chassis.CONVERTIBLE: {"Convertible"},
    Chassis.TABLET: {"Tablet", "Detachable", "Hand Held"},
    Chassis.ALL_IN_ONE: {"All In One"},
    Chassis.MINI_PC: {"Mini PC"},
    Chassis.STICK_PC: {"Stick PC"},
    Chassis.SERVER: {
        "Main Server Chassis", "Rack Mount Chassis", "Blade", "Blade Enclosing", "Multi-system", "CompactPCI",
        "AdvancedTCA", "RAID Chassis",
    },
}  # fmt: skip
_BY_NAME = {name.lower(): kind for kind, names in _KINDS.items() for name in names}

_Rule = tuple[Chassis, Callable[[Evidence], bool]]

# Thin Mini-ITX boards, which are made to be screwed behind a panel, have these letters at the end of their names.
_THIN_BOARD = re.compile(r"-tm?i(?:\d\d)?(?: \||$)", re.IGNORECASE)
_EXAMPLE_BOARD = re.compile(r"\bcrb\b", re.IGNORECASE)
# Business lines with one very small case, whose name does not always say so (OptiPlex 3070, ThinkCentre M73).
_LINES_WITH_TINY = re.compile(r"\boptiplex\b|\bthinkcentre\b|\b(?:elite|pro)desk\b", re.IGNORECASE)


def _thin_board(evidence: Evidence) -> bool:
    return (
        evidence.processor is ProcessorKind.DESKTOP
        and evidence.small_memory
        and _THIN_BOARD.search(evidence.names) is not None
    )


def _example_board(evidence: Evidence) -> bool:
    return evidence.board_only and _EXAMPLE_BOARD.search(evidence.names) is not None


# Against the word "desktop". The first rule that fits counts.
_NO_DESKTOP: tuple[_Rule, ...] = (
    # A running system that sees a battery of its own is no desktop. (An uninterruptible supply is of another type.)
    (Chassis.NOTEBOOK, lambda e: e.battery),
    # A built-in panel without a battery; with a lid it is a notebook whose battery is missing.
    (Chassis.NOTEBOOK, lambda e: e.panel and e.lid),
    (Chassis.ALL_IN_ONE, lambda e: e.panel),
    # Who describes a battery or a touch pad beside a mobile processor means it; boards with a socket describe a battery
    # by mistake.
    (Chassis.NOTEBOOK, lambda e: (e.battery_record or e.carried) and e.mobile),
    (Chassis.NOTEBOOK, lambda e: e.processor is ProcessorKind.NETBOOK),
    (Chassis.ALL_IN_ONE, _thin_board),
    # Large workstations have them as well; those are nearer to a server than to what stands on an office's desk.
    (Chassis.SERVER, lambda e: e.processor is ProcessorKind.SERVER),
    # All cases of these lines but the smallest take desktop memory.
    (Chassis.MINI_PC, lambda e: e.small_memory and _LINES_WITH_TINY.search(e.names) is not None),
    # The firmware maker's unchanged example in a shop's box: boards that are sold alone bear their maker's name.
    (Chassis.MINI_PC, _example_board),
)

# Against the word "notebook".
_NO_NOTEBOOK: tuple[_Rule, ...] = ((Chassis.ALL_IN_ONE, _thin_board),)

# Where the case says nothing.
_WITHOUT_TYPE: tuple[_Rule, ...] = (
    (Chassis.NOTEBOOK, lambda e: e.battery or e.lid or e.carried),
    (Chassis.NOTEBOOK, lambda e: e.battery_record and e.processor is not ProcessorKind.DESKTOP),
    (Chassis.ALL_IN_ONE, lambda e: e.panel),
    (Chassis.MINI_PC, _example_board),
    (Chassis.SERVER, lambda e: e.processor is ProcessorKind.SERVER),
    # Mobile processors and memory are by far most often in notebooks.
    (Chassis.NOTEBOOK, lambda e: e.mobile or (e.small_memory and e.processor is None)),
    (Chassis.DESKTOP, lambda e: e.processor is ProcessorKind.DESKTOP or e.large_memory),
)


def chassis(evidence: Evidence) -> Chassis:
    """Never raises; OTHER where nothing tells."""
    by_family = certain(evidence.names)
    if by_family is not None:
        return by_family
    told = _told(evidence.kind)
    if told not in (Chassis.DESKTOP, Chassis.NOTEBOOK, Chassis.OTHER):
        return told
    by_name = likely(evidence.names, told)
    # A case that calls itself a notebook and describes its battery may be a special notebook, and nothing else.
    if by_name is not None and (by_name.portable or told is not Chassis.NOTEBOOK or not evidence.battery_record):
        return by_name
    rules = {Chassis.DESKTOP: _NO_DESKTOP, Chassis.NOTEBOOK: _NO_NOTEBOOK}.get(told, _WITHOUT_TYPE)
    return next((kind for kind, fits in rules if fits(evidence)), told)


def _told(kind: str | None) -> Chassis:
    """What the type alone means."""
    text = (kind or "").strip()
    if text.isdecimal() and len(text) < 4:
        # Bit 7 says that the case has a lock.
        index = int(text) & 0x7F
        text = _TYPES[index - 1] if 0 < index <= len(_TYPES) else ""
    return _BY_NAME.get(text.lower(), Chassis.OTHER)

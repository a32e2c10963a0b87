"""What kind of computer it is: the chassis type that SMBIOS gives, and what the model's name knows better."""

import re

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
        "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower", "Space-saving", "Sealed-case PC",
        "Expansion Chassis",
    },
    Chassis.NOTEBOOK: {"Portable", "Laptop", "Notebook", "Sub Notebook"},
    Chassis.CONVERTIBLE: {"Convertible"},
    Chassis.TABLET: {"Tablet", "Detachable", "Hand Held"},
    Chassis.ALL_IN_ONE: {"All In One"},
    Chassis.MINI_PC: {"Mini PC", "Lunch Box"},
    Chassis.STICK_PC: {"Stick PC"},
    Chassis.SERVER: {
        "Main Server Chassis", "Rack Mount Chassis", "Blade", "Blade Enclosing", "Multi-system", "CompactPCI",
        "AdvancedTCA", "RAID Chassis",
    },
}  # fmt: skip
_BY_NAME = {name.lower(): kind for kind, names in _KINDS.items() for name in names}

# Names that makers give to one kind of computer only, whatever their firmware calls the case.
_MODELS = (
    (re.compile(r"\ball[- ]?in[- ]?one\b|\baio\b|\bimac", re.IGNORECASE), Chassis.ALL_IN_ONE),
    (re.compile(r"macbook", re.IGNORECASE), Chassis.NOTEBOOK),
    (re.compile(r"\bsurface (pro|go)\b", re.IGNORECASE), Chassis.TABLET),
    (re.compile(r"\bmac ?mini|\bnuc\d|\bnuc\b|\bzbox|\bdesktop mini\b", re.IGNORECASE), Chassis.MINI_PC),
    (re.compile(r"(?<!mobile )\bthin client\b", re.IGNORECASE), Chassis.MINI_PC),
    (re.compile(r"\bmac ?pro\d", re.IGNORECASE), Chassis.DESKTOP),
)


def chassis(kind: str | None, model: str | None, *, battery: bool = False) -> Chassis:
    """From the type as dmidecode prints it or as its number, the model's name, and whether a battery is described."""
    for pattern, known in _MODELS:
        if pattern.search(model or ""):
            return known
    text = (kind or "").strip()
    if text.isdecimal() and len(text) < 4:
        # Bit 7 says that the case has a lock.
        index = int(text) & 0x7F
        text = _TYPES[index - 1] if 0 < index <= len(_TYPES) else ""
    found = _BY_NAME.get(text.lower(), Chassis.OTHER)
    return Chassis.NOTEBOOK if found is Chassis.OTHER and battery else found

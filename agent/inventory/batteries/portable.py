"""Batteries as the firmware tells of them: SMBIOS portable battery (DSP0134, 7.23).

Much firmware carries this structure from a pattern, filled in by nobody: without a capacity it says nothing.
"""

import re
from collections.abc import Sequence

from agent.inventory import dmidecode
from agent.inventory.dmidecode import Record
from agent.inventory.values import number, real
from agent.model.inventory import Battery

_LEAST_WH, _MOST_WH = 8.0, 110.0
"""From a small tablet to what may be sold: aeroplanes carry none above 100 Wh."""
_VOLTS = (3.0, 30.0)
_LEAST_AH = 1.0
"""No cell of a computer is smaller."""
# HP writes the numbers of the cells' makers ("333-54-2A-A").
_NO_MAKER = re.compile(r"[0-9A-F]{2,3}(-[0-9A-F]{1,2})+|-.*-", re.IGNORECASE)
_FAKE = re.compile(r"fake|virtual|battery (name|manufacturer)|location of the battery", re.IGNORECASE)
# As the kernel calls them.
_TECHNOLOGIES = (
    (r"lip|li-?p|lithium poly", "Li-poly"), (r"li-?(i|on)|lithium ion", "Li-ion"), (r"ni-?mh|nickel metal", "NiMH"),
    (r"ni-?cd|nickel cad", "NiCd"),
)  # fmt: skip


def read(records: Sequence[Record]) -> list[Battery]:
    """Those with a design capacity that can be."""
    found: list[Battery] = []
    for record in dmidecode.of_type(records, dmidecode.BATTERY):
        capacity = _watt_hours(record)
        if capacity is not None and not _FAKE.search(record.get("Location") or ""):
            found.append(_battery(record, capacity, len(found)))
    return found


def _battery(record: Record, capacity: float, place: int) -> Battery:
    maker = real(record.get("Manufacturer"))
    return Battery(
        name=real(record.get("Location")) or f"battery {place + 1}",
        manufacturer=None if maker is None or _NO_MAKER.fullmatch(maker) or _FAKE.search(maker) else maker,
        model=real(record.get("Name")),
        serial=real(record.get("SBDS Serial Number")) or real(record.get("Serial Number")),
        technology=_technology(record),
        design_wh=capacity,
    )


def _watt_hours(record: Record) -> float | None:
    found = re.fullmatch(r"(\d{1,9}) mWh", record.get("Design Capacity") or "", re.ASCII)
    if not found:
        return None
    capacity = int(found[1]) / 1000
    volts = (number(record.get("Design Voltage")) or 0) / 1000
    if _VOLTS[0] <= volts <= _VOLTS[1] and capacity / volts < _LEAST_AH:
        capacity *= volts  # so few watt-hours are ampere-hours
    return round(capacity, 2) if _LEAST_WH <= capacity <= _MOST_WH else None


def _technology(record: Record) -> str | None:
    """From the battery's own word ("LION"); many patterns say zinc air or nickel cadmium of them all."""
    text = real(record.get("SBDS Chemistry")) or ""
    return next((name for pattern, name in _TECHNOLOGIES if re.match(pattern, text, re.IGNORECASE)), None)

"""How much of its write endurance an SSD has used, from smartctl's JSON: what the standards define first (NVMe, ACS-3,
SBC-4), makers' attributes after.

Makers use one attribute number for different things, so the name that smartmontools' drive database gives decides.
"""

import re
from collections.abc import Mapping

from agent.inventory.smart.health import NVME_LOG
from agent.inventory.smart.table import Attribute, attributes, name, raw, statistics
from agent.inventory.values import count, dig

_MOST_WEAR = 255
"""NVMe counts percentage_used up to 255 and stops; ACS-3 has one byte for it."""
_MANY_ERASES = 100
"""No flash that stands in donated computers endures 100 times as many erasures, so 1 % is used after as many."""
_A_FLAG = 10
"""SandForce puts flags into the raw value beside a normalized one that counts: so few percent may be none."""

_USED = re.compile(r"(life|lifetime).*used|wear.*used|used.*(life|lifetime)|endurance_used", re.IGNORECASE)
_LEFT = re.compile(r"(life|lifetime|endurance).*(left|remain)|remain.*(life|endurance)", re.IGNORECASE)
_LEFT_IN_RAW = re.compile(r"life_left|remaining_lifetime|life_remaining|lifetime_left", re.IGNORECASE)
# Names without "life" whose normalized value runs from 100 down, with the number that they must have.
_COUNTING_DOWN = (
    (233, re.compile(r"media_wearout", re.IGNORECASE)),
    (177, re.compile(r"wear_leveling", re.IGNORECASE)),
    (173, re.compile(r"wear_leveling|(ave|avg).*erase", re.IGNORECASE)),
)


def wear(document: Mapping[str, object]) -> int | None:
    """Used part of the endurance in percent, above 100 where a drive says so; None where it is not told."""
    for told in (
        dig(document, NVME_LOG, "percentage_used"),
        statistics(document).get("Percentage Used Endurance Indicator"),
        dig(document, "endurance_used", "current_percent"),
        document.get("scsi_percentage_used_endurance_indicator"),
    ):
        if (used := count(told, _MOST_WEAR)) is not None:
            return used
    table = attributes(document)
    return next((used for used in (*map(_by_name, table), *_by_number(table)) if used is not None), None)


def _by_name(entry: Attribute) -> int | None:
    """Attributes whose name says which way they count. Some makers leave the normalized value at 100 and put the
    percentage into the raw one."""
    normalized = count(entry.get("value"), 100)
    in_raw = count(dig(entry, "raw", "value"), _MOST_WEAR)
    if _USED.search(name(entry)):
        # Normalized, what is left is told here too.
        return in_raw if in_raw is not None or normalized is None else 100 - normalized
    if not _LEFT.search(name(entry)):
        return None
    if _LEFT_IN_RAW.search(name(entry)) and normalized == 100 and in_raw and in_raw <= 100:
        return None if in_raw < _A_FLAG else 100 - in_raw
    return None if normalized is None else 100 - normalized


def _by_number(table: list[Attribute]) -> list[int | None]:
    return [
        100 - left
        for number, known in _COUNTING_DOWN
        for entry in table
        if entry.get("id") == number and known.search(name(entry)) and (left := _left(entry)) is not None
    ]


def _left(entry: Attribute) -> int | None:
    """None where the value stands still at 100 while the raw count of erasures (or of what else this drive counts
    there) has long moved on."""
    left = count(entry.get("value"), 100)
    return None if left == 100 and (raw(entry) or 0) > _MANY_ERASES else left

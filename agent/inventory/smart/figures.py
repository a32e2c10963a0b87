"""Hours, temperature and error counters from smartctl's JSON.

Old drives pack other things into the numbers (Seagate: milliseconds above the hours; Samsung: half-minutes; many: the
lowest and highest temperature). smartctl's text of the raw value knows most of these formats; what stays absurd is
left out.
"""

import re
from collections.abc import Iterator, Mapping

from agent.inventory.smart.health import NVME_LOG
from agent.inventory.smart.table import Attribute, attributes, name, raw, statistics, text
from agent.inventory.values import count, dig, number
from agent.model.inventory import SmartCounters

_MOST_HOURS = 24 * 366 * 40
_PACKED = 0xFFFF_FFFF
"""Hours above this have something else in their upper bits."""
_COLDEST, _HOTTEST = -40, 125
"""°C. What any drive is built for; beside it stand the makers' signs for "not known" (127, -128, 255)."""
_HOURS = re.compile(r"power.?on|hours", re.IGNORECASE)
_FINER = re.compile(r"minutes|seconds|msec", re.IGNORECASE)
_DEGREES = re.compile(r"temperature", re.IGNORECASE)
# Attributes whose raw value counts errors (ACS tables of the makers; smartmontools' drivedb keeps the numbers).
_COUNTED = {
    5: "reallocated",
    187: "reported_uncorrectable",
    188: "command_timeout",
    197: "pending",
    198: "offline_uncorrectable",
}
_STATISTICS = {
    "Number of Reallocated Logical Sectors": "reallocated",
    "Number of Reported Uncorrectable Errors": "reported_uncorrectable",
}


def power_on_hours(document: Mapping[str, object]) -> int | None:
    """Hours of operation; None where not told or beyond the age of any drive."""
    for told in _told_hours(document):
        if told is not None:
            return count(told & _PACKED if told > _PACKED else told, _MOST_HOURS)
    return None


def _told_hours(document: Mapping[str, object]) -> Iterator[int | None]:
    yield count(dig(document, "power_on_time", "hours"))
    yield count(dig(document, NVME_LOG, "power_on_hours"))
    yield statistics(document).get("Power-on Hours")
    for entry in attributes(document):
        if entry.get("id") == 9 and _HOURS.search(name(entry)):
            yield _hours(entry)


def _hours(entry: Attribute) -> int | None:
    """ "1338h+05m+52s" and "34013 (105 34 0)" begin with the hours, whatever the drive counts in."""
    if _FINER.search(name(entry)) and "h" not in text(entry):
        return None
    return raw(entry)


def power_cycles(document: Mapping[str, object]) -> int | None:
    for told in (document.get("power_cycle_count"), dig(document, NVME_LOG, "power_cycles")):
        if (cycles := count(told)) is not None:
            return cycles
    return statistics(document).get("Lifetime Power-On Resets")


def temperature(document: Mapping[str, object]) -> int | None:
    """°C; None where not told. 0 is what drives and adapters answer that cannot measure."""
    for told in _told_temperatures(document):
        if isinstance(told, int) and not isinstance(told, bool):
            return told if told and _COLDEST <= told <= _HOTTEST else None
    return None


def _told_temperatures(document: Mapping[str, object]) -> Iterator[object]:
    yield dig(document, "temperature", "current")
    yield dig(document, NVME_LOG, "temperature")
    table = attributes(document)
    for wanted in (194, 190):
        for entry in table:
            if entry.get("id") == wanted and _DEGREES.search(name(entry)):
                yield number(text(entry))


def counters(document: Mapping[str, object]) -> SmartCounters | None:
    """The counters that decide a grade; None where the drive tells none."""
    found: dict[str, int | None] = {field: statistics(document).get(title) for title, field in _STATISTICS.items()}
    found |= {
        field: value
        for entry in attributes(document)
        if (field := _COUNTED.get(count(entry.get("id"), 255) or 0)) and (value := raw(entry)) is not None
    }
    found |= {
        "media_errors": count(dig(document, NVME_LOG, "media_errors")),
        "critical_warning": count(dig(document, NVME_LOG, "critical_warning")),
        "available_spare_percent": count(dig(document, NVME_LOG, "available_spare"), 100),
        "spare_threshold_percent": count(dig(document, NVME_LOG, "available_spare_threshold"), 100),
    }
    if (grown := count(document.get("scsi_grown_defect_list"))) is not None:
        found["reallocated"] = grown
    if (waiting := count(dig(document, "scsi_pending_defects", "count"))) is not None:
        found["pending"] = waiting
    errors = [
        uncorrected
        for direction in ("read", "write", "verify")
        if (uncorrected := count(dig(document, "scsi_error_counter_log", direction, "total_uncorrected_errors")))
        is not None
    ]
    if errors:
        found["media_errors"] = count(sum(errors))
    told = {field: value for field, value in found.items() if value is not None}
    return SmartCounters.model_validate(told) if told else None

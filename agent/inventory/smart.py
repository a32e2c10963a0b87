"""A drive's health, as smartctl tells it in JSON (smartmontools 7), for whatever kind of drive."""

import re
from collections.abc import Iterator, Mapping

from agent.inventory.makers import maker
from agent.inventory.values import count, dig, fuller, number, real
from agent.model.inventory import Drive, SmartCounters
from agent.model.words import Health

# smartctl(8), exit status: bit 3 the drive says it is failing, bit 4 an attribute below its threshold.
_FAILING_BITS = 0x18
_MOST_HOURS = 24 * 366 * 40
_MOST_WEAR = 255
"""NVMe counts percentage_used up to 255 and stops."""
_COLDEST, _HOTTEST = -60, 150
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
_UNUSED = re.compile(r"not_in_use", re.IGNORECASE)
# Attributes that tell the part of life that is left: makers use the same number for different things, so the
# name that smartmontools gives decides. The first that is there wins; the surer ones come first.
_LIFE = (
    (None, re.compile(r"(life|lifetime).*(left|remain)|remain.*life", re.IGNORECASE)),
    (233, re.compile(r"media_wearout", re.IGNORECASE)),
    (177, re.compile(r"wear_leveling", re.IGNORECASE)),
    (173, re.compile(r"wear_leveling|(ave|avg).*erase", re.IGNORECASE)),
)
_RAW_IS_PERCENT_LEFT = re.compile(r"life_left|remaining_lifetime", re.IGNORECASE)


def with_smart(drive: Drive, document: Mapping[str, object] | None) -> Drive:
    """The drive with what its own answer adds. Fills gaps of the identity and never changes who the drive is.

    `document` is what `smartctl --json --all` printed; None where nobody could ask. Never raises.
    """
    if document is None:
        return drive
    attributes = list(_attributes(document))
    model = real(document.get("model_name")) or real(document.get("scsi_model_name"))
    rotational = _rotational(drive, document)
    facts: dict[str, object] = {
        "vendor": drive.vendor or maker(model, real(document.get("scsi_vendor"))),
        "model": fuller(drive.model, model),
        "serial": drive.serial or real(document.get("serial_number")),
        "firmware_version": drive.firmware_version
        or real(document.get("firmware_version"))
        or real(document.get("scsi_revision")),
        "rotational": rotational,
        "smart_supported": _supported(document, attributes),
        "health": _health(drive, document, attributes),
        "power_on_hours": count(dig(document, "power_on_time", "hours"), _MOST_HOURS),
        "power_cycles": count(document.get("power_cycle_count")),
        "wear_percent": None if rotational else _wear(document, attributes),
        "temperature_celsius": _temperature(document),
        "smart": _counters(document, attributes),
    }
    return Drive.model_validate({**dict(drive), **{name: value for name, value in facts.items() if value is not None}})


def _attributes(document: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    table = dig(document, "ata_smart_attributes", "table")
    for entry in table[:256] if isinstance(table, list) else ():
        if isinstance(entry, Mapping) and not _UNUSED.search(str(entry.get("name"))):
            yield entry


def _statistics(document: Mapping[str, object]) -> Mapping[str, int]:
    """ATA device statistics (ACS-3, log 04h), those that the drive calls valid."""
    pages = dig(document, "ata_device_statistics", "pages")
    tables = [dig(page, "table") for page in pages[:64]] if isinstance(pages, list) else []
    entries = [entry for table in tables if isinstance(table, list) for entry in table[:256]]
    return {
        str(name): value
        for entry in entries
        if (name := dig(entry, "name"))
        and dig(entry, "flags", "valid") is True
        and (value := count(dig(entry, "value"))) is not None
    }


def _rotational(drive: Drive, document: Mapping[str, object]) -> bool | None:
    rate = count(document.get("rotation_rate"))
    if rate is not None:
        return rate > 0
    return False if dig(document, "device", "protocol") == "NVMe" else drive.rotational


def _supported(document: Mapping[str, object], attributes: list[Mapping[str, object]]) -> bool | None:
    told = dig(document, "smart_support", "available")
    if isinstance(told, bool):
        return told
    answered = isinstance(dig(document, "smart_status", "passed"), bool)
    return True if answered or attributes or document.get("nvme_smart_health_information_log") else None


def _health(drive: Drive, document: Mapping[str, object], attributes: list[Mapping[str, object]]) -> Health:
    """One sign of failure in the drive's own words is enough; passed is only what says so and shows no such sign."""
    passed = dig(document, "smart_status", "passed")
    failing = [
        passed is False,
        bool((count(dig(document, "smartctl", "exit_status")) or 0) & _FAILING_BITS),
        bool(count(dig(document, "nvme_smart_health_information_log", "critical_warning"))),
        # Prefailure attributes only: a drive that is too warm is not broken.
        any(entry.get("when_failed") == "now" and dig(entry, "flags", "prefailure") is True for entry in attributes),
    ]
    if any(failing):
        return Health.FAILED
    return Health.PASSED if passed is True else drive.health


def _wear(document: Mapping[str, object], attributes: list[Mapping[str, object]]) -> int | None:
    """Used part of the endurance in percent: what the standards define first, makers' attributes after."""
    for told in (
        dig(document, "nvme_smart_health_information_log", "percentage_used"),
        _statistics(document).get("Percentage Used Endurance Indicator"),
        dig(document, "endurance_used", "current_percent"),
        document.get("scsi_percentage_used_endurance_indicator"),
    ):
        if (used := count(told, _MOST_WEAR)) is not None:
            return used
    for wanted, name in _LIFE:
        for entry in attributes:
            if wanted in (None, entry.get("id")) and name.search(str(entry.get("name"))):
                left = _life_left(entry)
                if left is not None:
                    return 100 - left
    return None


def _life_left(entry: Mapping[str, object]) -> int | None:
    """The normalized value runs from 100 down; some makers leave it there and put the percentage into the raw value."""
    normalized, raw = count(entry.get("value"), 100), count(dig(entry, "raw", "value"), 100)
    if _RAW_IS_PERCENT_LEFT.search(str(entry.get("name"))) and normalized == 100 and raw:
        return raw
    return normalized


def _temperature(document: Mapping[str, object]) -> int | None:
    told = dig(document, "temperature", "current")
    if isinstance(told, bool) or not isinstance(told, int):
        return None
    return told if _COLDEST <= told <= _HOTTEST else None


def _counters(document: Mapping[str, object], attributes: list[Mapping[str, object]]) -> SmartCounters | None:
    log = "nvme_smart_health_information_log"
    statistics = _statistics(document)
    found: dict[str, int | None] = {name: statistics.get(title) for title, name in _STATISTICS.items()}
    found |= {
        name: value
        for entry in attributes
        if (name := _COUNTED.get(count(entry.get("id"), 255) or 0)) and (value := _raw(entry)) is not None
    }
    found |= {
        "media_errors": count(dig(document, log, "media_errors")),
        "critical_warning": count(dig(document, log, "critical_warning")),
        "available_spare_percent": count(dig(document, log, "available_spare"), 100),
        "spare_threshold_percent": count(dig(document, log, "available_spare_threshold"), 100),
    }
    if (grown := count(document.get("scsi_grown_defect_list"))) is not None:
        found["reallocated"] = grown
    errors = [
        uncorrected
        for direction in ("read", "write", "verify")
        if (uncorrected := count(dig(document, "scsi_error_counter_log", direction, "total_uncorrected_errors")))
        is not None
    ]
    if errors:
        found["media_errors"] = sum(errors)
    told = {name: value for name, value in found.items() if value is not None}
    return SmartCounters.model_validate(told) if told else None


def _raw(entry: Mapping[str, object]) -> int | None:
    """The count in a raw value. smartctl's text knows the format ("8 (0 12)") better than the 48-bit number.

    Seagate packs three counts of timeouts into attribute 188, the total in the lowest 16 bits.
    """
    text = dig(entry, "raw", "string")
    value = number(text) if isinstance(text, str) else None
    if value is None:
        value = count(dig(entry, "raw", "value"))
    if value is not None and entry.get("id") == 188 and value > 0xFFFF:
        return value & 0xFFFF
    return count(value)

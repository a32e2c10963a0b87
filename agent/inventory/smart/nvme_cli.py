"""What nvme-cli's JSON (`nvme id-ctrl`, `nvme smart-log`, `-o json`) says of a drive, in the form of smartctl's.

So there is one reader for both. NVM Express 1.4, 5.15.2.2 (Identify Controller) and 5.14.1.2 (SMART / Health log).
nvme-cli writes numbers of 128 bits as numbers or as text, temperatures in kelvin, and from 2.0 on a warning as an
object of its bits.
"""

import re
from collections.abc import Mapping

from agent.inventory.smart.health import NVME_LOG
from agent.inventory.values import count

_CONTROLLER = ("mn", "sn", "fr", "tnvmcap")
_HEALTH = ("critical_warning", "percent_used", "avail_spare", "power_on_hours", "media_errors")
_KELVIN = 273
_COLDEST, _HOTTEST = 200, 400
"""Kelvin; outside it is no temperature of a drive that answers."""
_BITS = {
    "available_spare": 0x01,
    "temp_threshold": 0x02,
    "reliability_degraded": 0x04,
    "ro": 0x08,
    "vmbu_failed": 0x10,
    "pmr_ro": 0x20,
}
_UNKNOWN_BIT = 0x40
_DIGITS = re.compile(r"\d[\d,_ ]{0,60}", re.ASCII)


def as_smartctl(document: Mapping[str, object], node: str) -> dict[str, object]:
    """The same facts as smartctl would print them for the device `node`; what is not told is left out."""
    return {
        "device": {"name": f"/dev/{node}", "type": "nvme", "protocol": "NVMe"},
        **(_controller(document) if any(key in document for key in _CONTROLLER) else {}),
        **(_health(document) if any(key in document for key in _HEALTH) else {}),
    }


def _controller(document: Mapping[str, object]) -> dict[str, object]:
    return {
        "model_name": document.get("mn"),
        "serial_number": document.get("sn"),
        "firmware_version": document.get("fr"),
        "nvme_total_capacity": _whole(document.get("tnvmcap")),
    }


def _health(document: Mapping[str, object]) -> dict[str, object]:
    warning = _warning(document.get("critical_warning"))
    log = {
        "critical_warning": warning,
        "temperature": _celsius(document.get("temperature")),
        "available_spare": _whole(document.get("avail_spare")),
        "available_spare_threshold": _whole(document.get("spare_thresh")),
        "percentage_used": _whole(document.get("percent_used", document.get("percentage_used"))),
        "power_cycles": _whole(document.get("power_cycles")),
        "power_on_hours": _whole(document.get("power_on_hours")),
        "media_errors": _whole(document.get("media_errors")),
    }
    verdict = {} if warning is None else {"smart_status": {"passed": warning == 0}}
    return {NVME_LOG: {key: value for key, value in log.items() if value is not None}, **verdict}


def _warning(value: object) -> int | None:
    if not isinstance(value, Mapping):
        return _whole(value)
    told = _whole(value.get("value"))
    raised = [name for name, bit in value.items() if name != "value" and bit not in (0, False, None, "0")]
    bits = sum({_BITS.get(str(name), _UNKNOWN_BIT) for name in raised})
    return bits if told is None and value else (told or 0) | bits if value else None


def _celsius(value: object) -> int | None:
    kelvin = _whole(value)
    return None if kelvin is None or not _COLDEST <= kelvin <= _HOTTEST else kelvin - _KELVIN


def _whole(value: object) -> int | None:
    """The number, also from text with separators ("12,345")."""
    if isinstance(value, str):
        text = value.strip()
        return count(int(re.sub(r"\D", "", text))) if _DIGITS.fullmatch(text) else None
    return count(value)

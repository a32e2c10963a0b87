"""A drive's health, as smartctl tells it in JSON (smartmontools 7), for whatever kind of drive."""

from collections.abc import Mapping

from agent.inventory.smart import figures, identity, self_test
from agent.inventory.smart.health import NVME_LOG, verdict
from agent.inventory.smart.table import attributes
from agent.inventory.smart.wear import wear
from agent.inventory.values import dig, fuller
from agent.model.inventory import Drive, SmartCounters
from agent.model.words import Health


def with_smart(drive: Drive, document: Mapping[str, object] | None) -> Drive:
    """The drive with what its own answer adds. Fills gaps of the identity and never changes who the drive is.

    `document` is what `smartctl --json --all` printed; None where nobody could ask. Never raises.
    """
    if document is None:
        return drive
    turns = identity.rotational(document)
    if turns is None:
        turns = drive.rotational
    facts: dict[str, object] = {
        "vendor": drive.vendor or identity.vendor(document),
        "model": fuller(drive.model, identity.model(document)),
        "serial": drive.serial or identity.serial(document),
        "firmware_version": drive.firmware_version or identity.firmware_version(document),
        "rotational": turns,
        "rotation_rpm": identity.rotation_rpm(document),
        "form_factor": drive.form_factor or identity.form_factor(document),
        "smart_supported": _supported(document),
        "health": _worse(drive.health, verdict(document)),
        "power_on_hours": figures.power_on_hours(document),
        "power_cycles": figures.power_cycles(document),
        "wear_percent": None if turns else wear(document),
        "temperature_celsius": figures.temperature(document),
        "self_test_failed": self_test.failed(document),
        "self_test_block": self_test.first_bad_block(document) if self_test.failed(document) else None,
        "smart": _joined(drive.smart, figures.counters(document)),
    }
    return Drive.model_validate({**dict(drive), **{name: value for name, value in facts.items() if value is not None}})


def _supported(document: Mapping[str, object]) -> bool | None:
    told = document.get("smart_support")
    told = told if isinstance(told, bool) else dig(told, "available")
    if isinstance(told, bool):
        return told
    answered = isinstance(dig(document, "smart_status", "passed"), bool)
    return True if answered or attributes(document) or document.get(NVME_LOG) else None


def _worse(known: Health, told: Health | None) -> Health:
    """A word of failure is never taken back by another answer; without a word, what was known stays."""
    return known if told is None or known is Health.FAILED else told


def _joined(known: SmartCounters | None, told: SmartCounters | None) -> SmartCounters | None:
    """The counters of two answers: the later one's count, but a warning stays."""
    if known is None or told is None:
        return known or told
    joined = known.model_copy(update={name: value for name, value in dict(told).items() if value is not None})
    warnings = [each.critical_warning for each in (known, told) if each.critical_warning is not None]
    return joined.model_copy(update={"critical_warning": max(warnings) if warnings else None})

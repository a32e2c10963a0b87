"""Which checks a machine gets. What the profile disables is not listed; the grade then says that it is untested."""

from agent.checks import (
    battery,
    battery_discharge,
    bluetooth,
    camera,
    charging,
    clock_battery,
    gpu,
    memory,
    network,
    processor,
    sensors,
    sound,
    tpm,
    usb_ports,
    wifi,
)
from agent.checks.base import CheckModule, Missed, Several
from agent.checks.runner import CheckOrder
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.profile import Profile
from agent.model.words import Outcome

MODULES: tuple[CheckModule, ...] = (
    clock_battery,
    battery_discharge,
    sensors,
    charging,
    processor,
    memory,
    network,
    wifi,
    bluetooth,
    camera,
    sound,
    gpu,
    tpm,
    usb_ports,
)
"""The checks that run as child processes, in the order in which they start where they exclude each other."""


def enabled(profile: Profile, check: str) -> bool:
    """Whether the profile wants the check with this id."""
    return bool(getattr(profile.checks, check).enabled)


def orders(profile: Profile, inventory: Inventory) -> list[CheckOrder]:
    """The checks that have to be run: those that the profile wants and the machine has something for."""
    return [
        CheckOrder(
            check=module.ID,
            subject=subject,
            title=module.TITLE,
            loads=module.LOADS,
            expected_seconds=module.expected_seconds(profile.checks, inventory),
            checks=profile.checks,
            inventory=inventory,
        )
        for module in MODULES
        if enabled(profile, module.ID) and module.applies(inventory)
        for subject in _subjects(module, inventory)
    ]


def _subjects(module: CheckModule, inventory: Inventory) -> list[str | None]:
    return [*module.subjects(inventory)] if isinstance(module, Several) else [None]


def verdicts(profile: Profile, inventory: Inventory) -> list[CheckResult]:
    """The checks that need no work: what the inventory already answers, and what a volunteer would look for but the
    machine has nothing for. (Drives are judged one by one, by `drive_health.judge`, as soon as their health has been
    read.)"""
    return _batteries(profile, inventory) + _missed(profile, inventory)


def _batteries(profile: Profile, inventory: Inventory) -> list[CheckResult]:
    if not enabled(profile, battery.ID) or not battery.applies(inventory):
        return []
    return [battery.judge(one, profile.grade.battery) for one in inventory.batteries] or [battery.missing()]


def _missed(profile: Profile, inventory: Inventory) -> list[CheckResult]:
    return [
        CheckResult(id=module.ID, title=module.TITLE, outcome=Outcome.SKIPPED, reason=reason)
        for module in MODULES
        if enabled(profile, module.ID) and not module.applies(inventory) and isinstance(module, Missed)
        if (reason := module.missed(inventory)) is not None
    ]

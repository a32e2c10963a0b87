"""Which checks a machine gets. What the profile disables is not listed; the grade then says that it is untested."""

from collections.abc import Mapping

from agent.checks import battery, memory, processor
from agent.checks.base import Check
from agent.checks.runner import CheckOrder
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.profile import Profile

CHILDREN: Mapping[str, Check] = {processor.ID: processor.check, memory.ID: memory.check}
"""The checks that run as child processes."""

_TRIAL_SECONDS = 5  # starting, and the memory check's look at the speed


def orders(profile: Profile, inventory: Inventory) -> list[CheckOrder]:
    """The checks that have to be run, in the order in which they start where they exclude each other."""
    wanted = (
        (processor, profile.checks.processor),
        (memory, profile.checks.memory),
    )
    return [
        CheckOrder(
            check=module.ID,
            title=module.TITLE,
            loads=module.LOADS,
            expected_seconds=settings.seconds + _TRIAL_SECONDS,
            checks=profile.checks,
            inventory=inventory,
        )
        for module, settings in wanted
        if settings.enabled
    ]


def verdicts(profile: Profile, inventory: Inventory) -> list[CheckResult]:
    """The checks that the inventory already answers. (Drives are judged one by one, by `drive_health.judge`, as soon
    as their health has been read.)"""
    if not profile.checks.battery.enabled or not battery.applies(inventory):
        return []
    return [battery.judge(one, profile.grade.battery) for one in inventory.batteries] or [battery.missing()]

"""What a battery still holds, judged from what it tells of itself."""

import math

from agent.checks.base import figures
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Battery, Inventory
from agent.model.message import Message, say
from agent.model.profile import BatteryThresholds
from agent.model.words import Outcome

ID = "battery"
TITLE = say("Battery")

# A fresh battery may hold a little more than it says it was designed for; far more is a wrong reading.
_MOST_OVER_DESIGN = 1.3
_PLAUSIBLE_DESIGN_WH = (1, 1000)


def applies(inventory: Inventory) -> bool:
    """A computer without a battery that was never meant to have one gets no battery check."""
    return inventory.machine.chassis.portable or bool(inventory.batteries)


def missing() -> CheckResult:
    """For a portable computer in which no battery was found."""
    reason = say("No battery was found. Check that it is plugged in; without one the computer works on mains only.")
    return CheckResult(id=ID, title=TITLE, outcome=Outcome.FAILED, reason=reason)


def judge(battery: Battery, thresholds: BatteryThresholds | None = None) -> CheckResult:
    """Passed as long as it deserves an A, failed where only mains operation is left (D). Never raises."""
    limits = thresholds or BatteryThresholds()
    percent = _health(battery)
    measured = figures(
        design_wh=_finite(battery.design_wh),
        full_wh=_finite(battery.full_wh),
        cycles=battery.cycles,
        charge_percent=_finite(battery.charge_percent),
        status=battery.status,
    )
    if isinstance(percent, float):
        outcome, reason = _verdict(percent, limits)
        measured.insert(0, Figure(name="health_percent", value=percent, threshold=limits.a_percent))
    else:
        outcome, reason = percent
    return CheckResult(id=ID, subject=battery.name, title=TITLE, outcome=outcome, reason=reason, figures=measured)


def _health(battery: Battery) -> float | tuple[Outcome, Message]:
    """Percent of the original capacity, or why that cannot be said."""
    design, full, told = battery.design_wh, battery.full_wh, battery.health_percent
    if design is None or full is None:
        if told is None:
            return Outcome.SKIPPED, say("The battery does not tell how much it holds. Try how long it lasts.")
        ratio = told / 100
    else:
        low, high = _PLAUSIBLE_DESIGN_WH
        ratio = full / design if low <= design <= high else math.nan
    if not 0 <= ratio <= _MOST_OVER_DESIGN:  # false for nan, too
        return Outcome.ERROR, say("What the battery tells of itself makes no sense. Try how long it lasts.")
    return round(min(100.0, 100 * ratio), 1)


def _verdict(percent: float, limits: BatteryThresholds) -> tuple[Outcome, Message]:
    if percent >= limits.a_percent:
        return Outcome.PASSED, say("The battery still holds {health:percent} of what it held when new.", health=percent)
    if percent >= limits.c_percent:
        return Outcome.DEGRADED, say(
            "The battery holds only {health:percent} of what it held when new: it lasts less long.", health=percent
        )
    return Outcome.FAILED, say(
        "The battery holds only {health:percent} of what it held when new. Replace it, or give the computer away for "
        "use on mains.", health=percent,
    )  # fmt: skip


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None

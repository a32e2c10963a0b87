"""Whether power flows from the charger into the batteries."""

from time import sleep

from agent.checks.base import Bench, Recorder, against, figures
from agent.inventory.batteries import flow
from agent.inventory.batteries.flow import Flow
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "charging"
TITLE = say("Charging")
LOADS = frozenset({"processor"})
"""Under load some chargers give less than the computer takes."""

_PAUSE_SECONDS = 1.0
_LEAST_WATTS = 0.5
_NEARLY_FULL = 95
"""Percent from which on no maker charges before some days have gone by."""


def applies(inventory: Inventory) -> bool:
    return bool(inventory.batteries)


def expected_seconds(checks: Checks, _inventory: Inventory) -> float:
    return checks.charging.seconds


def check(bench: Bench) -> CheckResult:
    """Ends as soon as power flows. Never raises."""
    names = [battery.name for battery in bench.inventory.batteries]
    first: list[Flow] = []
    power, gone = Recorder("power_watts"), 0.0
    while True:
        flows = [flow.read(bench.source, name) for name in names]
        first = first or flows
        power.add(gone, sum(each.watts or 0 for each in flows if each.status == "Charging"))
        found = _settled(flows, first)
        if found or gone >= bench.checks.charging.seconds:
            break
        bench.report(100 * gone / bench.checks.charging.seconds, None, bench.checks.charging.seconds - gone)
        bench.draw(power.series())
        sleep(_PAUSE_SECONDS)
        gone += _PAUSE_SECONDS
    outcome, reason = found or _doubtful(flows)
    percents = [each.percent for each in flows if each.percent is not None]
    watts = sum(each.watts or 0 for each in flows if each.status == "Charging")
    return CheckResult(
        id=ID,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *against("power_watts", round(watts, 1) if watts else None, _LEAST_WATTS),
            *figures(
                charge_percent=min(percents, default=None), status=", ".join(each.status or "?" for each in flows)
            ),
        ],
        series=power.series(),
        seconds=gone,
    )


def _settled(flows: list[Flow], first: list[Flow]) -> tuple[Outcome, Message] | None:
    """What needs no more waiting."""
    if all(each.status is None for each in flows):
        return Outcome.SKIPPED, say("The battery does not tell whether it is charged.")
    if any(each.nonsense for each in flows):
        return Outcome.ERROR, say("What the battery tells of itself makes no sense. Try whether it charges.")
    if any(each.mains is False for each in flows) or all(each.mains is None and _drained(each) for each in flows):
        return Outcome.SKIPPED, say("The charger is not plugged in. Plug it in and start the check again.")
    if watts := sum(_flowing(now, then) for now, then in zip(flows, first, strict=True)):
        return Outcome.PASSED, say("The charger charges the battery with {watts} W.", watts=round(watts, 1))
    if all(each.status == "Full" or (each.percent or 0) >= _NEARLY_FULL for each in flows) and not _losing(flows):
        return Outcome.PASSED, say("The battery is full, and the computer runs on the charger.")
    return None


def _doubtful(flows: list[Flow]) -> tuple[Outcome, Message]:
    """No power flows, and something could be charged."""
    percent = min((each.percent for each in flows if each.percent is not None), default=0)
    if _losing(flows):
        return Outcome.FAILED, say(
            "The battery is emptied although a charger is plugged in. Try the charger that belongs to this computer; "
            "if that does not help, its charging is broken."
        )
    if any(each.status == "Charging" for each in flows):
        return Outcome.DEGRADED, say(
            "The battery says that it is charged, but no power was seen to flow. Look again in ten minutes whether it "
            "is fuller than {charge:percent}.", charge=percent,
        )  # fmt: skip
    if all(_held(each) for each in flows):
        return Outcome.PASSED, say(
            "The battery is at {charge:percent} and is held there: somebody has set a limit. The computer runs on the "
            "charger.", charge=percent,
        )  # fmt: skip
    return Outcome.FAILED, say(
        "The battery is at {charge:percent} and is not charged. Look for a limit in the firmware setup, try another "
        "charger; if nothing helps, battery or charging are broken.", charge=percent,
    )  # fmt: skip


def _flowing(now: Flow, then: Flow) -> float:
    """Watts that go into the battery; 0 where none are seen."""
    if now.status != "Charging":
        return 0
    if now.watts is not None:
        return now.watts if now.watts >= _LEAST_WATTS else 0
    risen = now.energy_wh is not None and then.energy_wh is not None and now.energy_wh > then.energy_wh
    return _LEAST_WATTS if risen else 0


def _held(each: Flow) -> bool:
    """Nothing is to be charged: it is full, or at or above where somebody lets charging begin."""
    if each.status == "Full" or (each.percent or 0) >= _NEARLY_FULL:
        return True
    limit = each.holds_from_percent or each.holds_to_percent
    return limit is not None and limit < 100 and each.percent is not None and each.percent >= limit - 1


def _drained(each: Flow) -> bool:
    return each.status == "Discharging"


def _losing(flows: list[Flow]) -> bool:
    return any(_drained(each) and (each.watts is None or each.watts >= _LEAST_WATTS) for each in flows)

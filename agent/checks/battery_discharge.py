"""How long the battery lasts under full load, measured on the way: while other checks load the processor.

It loads nothing itself. Where the charger is out, what the battery gives is measured for as long as the processor is
busy; where it is in, nothing is measured, and the check ends with that load.
"""

from time import sleep

from agent.checks import memory, processor
from agent.checks.base import Bench, Recorder, against, figures
from agent.checks.slope import Slope
from agent.host.load import Load
from agent.inventory.batteries import flow
from agent.inventory.batteries.flow import Flow
from agent.model.check import CheckResult, Series
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "battery_discharge"
TITLE = say("Battery under load")
LOADS = frozenset({"battery"})

_PAUSE_SECONDS = 1.0
_BUSY_PERCENT = 85
"""Of all threads' time: only a full load counts."""
_IDLE_SECONDS = 10
"""So long without load, after there was one: the other checks are over."""
_LEAST_SECONDS = 15
"""Under load; less says nothing."""
_PLAUSIBLE_WATTS = (1.0, 400.0)
_MOST_OVER_DESIGN = 1.3
_MOST_FASTER = 2.0
"""Times the power that flows: a charge that falls faster than this was never there."""


def applies(inventory: Inventory) -> bool:
    return bool(inventory.batteries)


def expected_seconds(checks: Checks, inventory: Inventory) -> float:
    """It lasts as long as what loads the processor, and runs beside it, so it makes nothing longer."""
    before = checks.charging.seconds + _IDLE_SECONDS
    working = processor.expected_seconds(checks, inventory) if checks.processor.enabled else 0
    return before + working + (memory.expected_seconds(checks, inventory) if checks.memory.enabled else 0)


def check(bench: Bench) -> CheckResult:
    """Never raises."""
    run = _Run(bench)
    while run.goes_on():
        sleep(_PAUSE_SECONDS)
        run.look()
    return run.result()


class _Run:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._names = [battery.name for battery in bench.inventory.batteries]
        self._load = Load(bench.source)
        self._gone = self._idle = 0.0
        self._loaded = self._unplugged = self._nonsense = False
        self._slope, self._power, self._percent = Slope(), Recorder("power_watts"), Recorder("charge_percent")
        self._watts: list[float] = []
        self._measured = 0.0

    def goes_on(self) -> bool:
        wanted, limit = self._bench.checks.battery_discharge.seconds, self._limit
        over = self._measured >= wanted or self._gone >= limit or (self._loaded and self._idle >= _IDLE_SECONDS)
        return not over and not self._nonsense

    @property
    def _limit(self) -> float:
        return expected_seconds(self._bench.checks, self._bench.inventory)

    def look(self) -> None:
        self._gone += _PAUSE_SECONDS
        flows = [flow.read(self._bench.source, name) for name in self._names]
        busy = (self._load.busy_percent() or 0) >= _BUSY_PERCENT
        self._loaded |= busy
        self._idle = 0 if busy else self._idle + _PAUSE_SECONDS
        drained = not any(each.mains for each in flows) and any(each.status == "Discharging" for each in flows)
        self._unplugged |= drained
        self._nonsense |= any(each.nonsense for each in flows)
        if drained and busy:
            self._keep(flows)
        elif not drained:  # what was charged in between would be taken for little use
            self._slope, self._watts, self._measured = Slope(), [], 0.0
        left = max(0.0, self._limit - self._gone)
        self._bench.report(min(99.0, 100 * self._gone / max(self._limit, 1)), _seen(flows, drained=drained), left)
        self._bench.draw(self._series())

    def _keep(self, flows: list[Flow]) -> None:
        self._measured += _PAUSE_SECONDS
        if (watts := _sum([each.watts for each in flows])) is not None:
            self._watts.append(watts)
            self._power.add(self._gone, watts)
        if (energy := _sum([each.energy_wh for each in flows])) is not None:
            self._slope.add(self._gone, energy)
        self._percent.add(self._gone, min((each.percent for each in flows if each.percent is not None), default=None))

    # ---- what it amounts to

    def result(self) -> CheckResult:
        watts, full = self._drawn(), _full_wh(self._bench.inventory)
        minutes = round(60 * full / watts) if full and watts and _plausible(watts) else None
        least = self._bench.checks.battery_discharge.least_minutes
        outcome, reason = self._verdict(watts, minutes)
        return CheckResult(
            id=ID,
            title=TITLE,
            outcome=outcome,
            reason=reason,
            figures=[
                *against("expected_minutes", minutes, least),
                *figures(power_watts=None if watts is None else round(watts, 1)),
                *figures(full_wh=full, measured_seconds=self._measured),
            ],
            series=self._series(),
            seconds=self._gone,
        )  # fmt: skip

    def _series(self) -> list[Series]:
        return self._power.series() + self._percent.series()

    def _verdict(self, watts: float | None, minutes: int | None) -> tuple[Outcome, Message]:
        if self._nonsense:
            return _nonsense()
        if not self._unplugged:
            return Outcome.SKIPPED, say(
                "The charger was plugged in. To measure how long the battery lasts, unplug it during the check of the "
                "processor."
            )
        if self._measured < _LEAST_SECONDS:
            return Outcome.SKIPPED, say(
                "The computer ran on its battery under full load for too short a time to measure it. Unplug the "
                "charger at the start of the check of the processor."
            )
        if watts is None:
            return Outcome.SKIPPED, say("The battery does not tell what it gives. Try how long it lasts.")
        if not _plausible(watts):
            return _nonsense()
        if minutes is None:
            return Outcome.SKIPPED, say(
                "The computer draws {watts} W under full load. The battery does not tell how much it holds: try how "
                "long it lasts.", watts=round(watts, 1),
            )  # fmt: skip
        return _judged(minutes, watts, self._bench.checks.battery_discharge.least_minutes, falls=self._falls())

    def _drawn(self) -> float | None:
        """Watts under load: by the falling charge, which is what counts in the end, or by the battery's own word."""
        told, fallen = self._told(), self._fallen()
        if told is None or fallen is None:
            return fallen if told is None else told
        # Many batteries count their charge down in rare, large steps.
        too_coarse = 0 <= fallen < told / _MOST_FASTER
        return told if too_coarse else fallen

    def _falls(self) -> bool:
        """The charge falls much faster than the power that flows can explain."""
        told, fallen = self._told(), self._fallen()
        return told is not None and fallen is not None and fallen > max(told, _PLAUSIBLE_WATTS[0]) * _MOST_FASTER

    def _told(self) -> float | None:
        return sum(self._watts) / len(self._watts) if self._watts else None

    def _fallen(self) -> float | None:
        rise = self._slope.per_hour()
        return None if rise is None else -rise


def _judged(minutes: int, watts: float, least: int, *, falls: bool) -> tuple[Outcome, Message]:
    if falls:
        return Outcome.DEGRADED, say(
            "The battery empties much faster than the computer draws power: it holds less than it says, {minutes} min "
            "at most under full load. Replace it soon.", minutes=minutes,
        )  # fmt: skip
    if minutes < least:
        return Outcome.DEGRADED, say(
            "Under full load ({watts} W) a full battery lasts {minutes} min only; {least} would be good.",
            minutes=minutes, watts=round(watts, 1), least=least,
        )  # fmt: skip
    return Outcome.PASSED, say(
        "Under full load ({watts} W) a full battery lasts {minutes} min; with ordinary work, longer.",
        minutes=minutes, watts=round(watts, 1),
    )  # fmt: skip


def _plausible(watts: float) -> bool:
    low, high = _PLAUSIBLE_WATTS
    return low <= watts <= high


def _nonsense() -> tuple[Outcome, Message]:
    return Outcome.ERROR, say("What the battery tells of itself makes no sense. Try how long it lasts.")


def _full_wh(inventory: Inventory) -> float | None:
    """What all batteries together hold when full; None where one does not tell, or tells what cannot be."""
    told = [battery.full_wh for battery in inventory.batteries]
    absurd = any(
        battery.full_wh is not None and battery.design_wh is not None
        and battery.full_wh > battery.design_wh * _MOST_OVER_DESIGN
        for battery in inventory.batteries
    )  # fmt: skip
    return None if absurd else _sum(told)


def _sum(values: list[float | None]) -> float | None:
    """None where one is missing."""
    known = [value for value in values if value is not None]
    return round(sum(known), 3) if known and len(known) == len(values) else None


def _seen(flows: list[Flow], *, drained: bool) -> Message | None:
    if not drained:
        return say("The charger is plugged in: nothing to measure")
    watts = _sum([each.watts for each in flows])
    return None if watts is None else say("{watts} W", watts=round(watts, 1))

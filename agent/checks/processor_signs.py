"""What a processor tells of itself while it works: heat, clock, slowing down, fan, power."""

import re
import time

from agent.checks.base import Bench, Recorder, against, figures
from agent.host.fans import Fans
from agent.host.rapl import Rapl
from agent.host.sensors import Sensors
from agent.model.check import Figure, Series
from agent.model.message import Message, say

_SETTLED_SECONDS = 2.0
"""Before that the clock is still that of a processor without work."""
_LEAST_LOOKS = 3
_IN_NAME = re.compile(r"@ (\d{1,2}\.\d{1,2}) ?GHz")
"""Intel writes the base clock into the name."""


class Signs:
    """Looks at the sensors again and again during one run, and keeps what they said. Nothing here raises."""

    def __init__(self, bench: Bench) -> None:
        self._sensors = Sensors(bench.source)
        self._fans = Fans(bench.source)
        self._rapl = Rapl(bench.source, time.monotonic)
        self._heat, self._clock = Recorder("temperature_celsius"), Recorder("frequency_mhz")
        self._slowing = {kind: Recorder(f"throttle_{kind}") for kind in ("", "core", "package")}
        self._fan, self._power = Recorder("fan_rpm"), Recorder("power_watts")
        self._working: list[float] = []
        self._base = _base_mhz(bench, self._sensors)
        self._least_percent = bench.checks.processor.least_clock_percent
        self._hot = bench.checks.sensors.hot_celsius

    def look(self, seconds: float) -> Message | None:
        """Read everything once, `seconds` after the start; what to show meanwhile."""
        celsius, mhz = self._sensors.celsius(), self._sensors.mhz()
        self._heat.add(seconds, celsius)
        self._clock.add(seconds, mhz)
        self._fan.add(seconds, self._fans.fastest())
        self._power.add(seconds, self._rapl.watts())
        self.look_for_throttling(seconds)
        if mhz is not None and seconds >= _SETTLED_SECONDS:
            self._working.append(mhz)
        return _seen(celsius, mhz)

    def look_for_throttling(self, seconds: float) -> None:
        """The last moment counts as well, when nothing works any more."""
        for kind, recorder in self._slowing.items():
            recorder.add(seconds, self._sensors.throttled(kind))

    @property
    def hottest(self) -> float | None:
        return self._heat.highest

    @property
    def throttled(self) -> int | None:
        """How often it slowed itself down; None where it does not tell."""
        return _whole(self._slowing[""].highest)

    @property
    def fan_stood(self) -> bool:
        """All fans that tell their speed stood still, and it was hot."""
        return self._fan.highest == 0 and (self.hottest or 0) >= self._hot

    @property
    def mean_mhz(self) -> int | None:
        """The average clock under load; None where it was not read often enough."""
        return round(sum(self._working) / len(self._working)) if len(self._working) >= _LEAST_LOOKS else None

    @property
    def least_mhz(self) -> int | None:
        """What it should reach on the average; None where the base clock is not known."""
        return None if self._base is None else round(self._base * self._least_percent / 100)

    @property
    def slow(self) -> bool:
        """It stayed far below the clock that its maker promises."""
        return self.mean_mhz is not None and self.least_mhz is not None and self.mean_mhz < self.least_mhz

    def figures(self) -> list[Figure]:
        return [
            *against("temperature_max_celsius", self.hottest, self._sensors.celsius_limit()),
            *figures(frequency_min_mhz=_whole(self._clock.lowest), frequency_max_mhz=_whole(self._clock.highest)),
            *against("frequency_mean_mhz", self.mean_mhz, self.least_mhz),
            *figures(rated_base_mhz=_whole(self._base), rated_max_mhz=_whole(self._sensors.max_mhz())),
            *against("throttle_events", self.throttled, 0),
            *figures(
                throttle_core_events=_whole(self._slowing["core"].highest),
                throttle_package_events=_whole(self._slowing["package"].highest),
                fan_min_rpm=_whole(self._fan.lowest),
                fan_max_rpm=_whole(self._fan.highest),
                power_max_watts=None if self._power.highest is None else round(self._power.highest, 1),
            ),
        ]

    def series(self) -> list[Series]:
        return [line for kept in (self._heat, self._clock, self._fan, self._power) for line in kept.series()]


def _base_mhz(bench: Bench, sensors: Sensors) -> float | None:
    """A virtual machine shows a clock that is not its own."""
    if bench.inventory.machine.virtual:
        return None
    if (told := sensors.base_mhz()) is not None:
        return told
    names = (_IN_NAME.search(processor.model or "") for processor in bench.inventory.processors)
    return next((float(found[1]) * 1000 for found in names if found), None)


def _seen(celsius: float | None, mhz: float | None) -> Message | None:
    if celsius is not None and mhz is not None:
        return say("{celsius} °C, {mhz} MHz", celsius=round(celsius), mhz=round(mhz))
    if celsius is not None:
        return say("{celsius} °C", celsius=round(celsius))
    return say("{mhz} MHz", mhz=round(mhz)) if mhz is not None else None


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)

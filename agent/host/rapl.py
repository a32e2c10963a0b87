"""The power that the processors draw, by their own count (kernel: Documentation/power/powercap/powercap.rst).

Intel's RAPL, which AMD's processors since Zen have as well, under the same name. Readable for root only.
"""

import re
from collections.abc import Callable

from agent.host.source import Source, integer

_POWERCAP = "/sys/class/powercap"
_MOST = 64
_MOST_WATTS = 2000.0
"""Of all processors of a machine together."""
_LEAST_SECONDS = 0.05
_JOULES = 1e-6


class Rapl:
    """Energy counters of all processor packages: found once, then read often. Nothing here raises."""

    def __init__(self, source: Source, now: Callable[[], float]) -> None:
        """`now` gives seconds that never go back (time.monotonic)."""
        self._source = source
        self._now = now
        self._packages = [
            f"{_POWERCAP}/{zone}"
            for zone in source.names(_POWERCAP)[:_MOST]
            if re.fullmatch(r"intel-rapl:\d{1,3}", zone)
            and re.fullmatch(r"package-\d{1,3}.*", source.text(f"{_POWERCAP}/{zone}/name") or "")
        ]
        self._last = self._read()
        self._when = now()

    def watts(self) -> float | None:
        """The average since the last call, of all packages together; None where it is not told or cannot be."""
        before, since = self._last, self._when
        self._last, self._when = self._read(), self._now()
        seconds = self._when - since
        if not self._last or before.keys() != self._last.keys() or seconds < _LEAST_SECONDS:
            return None
        used = [self._used(package, before[package], self._last[package]) for package in self._last]
        if None in used:
            return None
        watts = sum(each or 0 for each in used) * _JOULES / seconds
        return watts if 0 < watts <= _MOST_WATTS else None

    def _read(self) -> dict[str, int]:
        counts = {package: integer(self._source, f"{package}/energy_uj") for package in self._packages}
        return {package: count for package, count in counts.items() if count is not None and count >= 0}

    def _used(self, package: str, before: int, now: int) -> int | None:
        """Microjoules; the counter begins anew after max_energy_range_uj, which takes minutes under load."""
        if now >= before:
            return now - before
        span = integer(self._source, f"{package}/max_energy_range_uj")
        return now + span - before if span is not None and span >= before else None

"""What every check that runs as a child gets to work with, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass, field

from agent.host.sensors import KernelLog
from agent.host.source import Live, Source
from agent.model.check import CheckResult, Figure, Series
from agent.model.inventory import Inventory
from agent.model.message import Message
from agent.model.profile import Checks

Progress = Callable[[float | None, Message | None, float | None], None]
"""Called with percent done, what is being seen, and seconds left; each may be None."""


@dataclass(frozen=True)
class Bench:
    """One check's place of work. `report` must be called about twice a second: it also notices that the service
    has gone, and then ends the process."""

    checks: Checks
    inventory: Inventory
    report: Progress
    source: Source = field(default_factory=Live)
    kernel_log: Callable[[], KernelLog] = KernelLog


Check = Callable[[Bench], CheckResult]
"""A check may raise anything: its process makes a result `error` of it."""


def figures(**values: float | str | None) -> list[Figure]:
    """Figures for what is known, without a threshold."""
    return [Figure(name=name, value=value) for name, value in values.items() if value is not None]


class Recorder:
    """A time series that never grows beyond `LIMIT` points: when full, every second one goes, and fewer come."""

    LIMIT = 300

    def __init__(self, name: str) -> None:
        self._name = name
        self._points: list[tuple[float, float]] = []
        self._stride, self._skipped = 1, 0
        self.lowest: float | None = None
        self.highest: float | None = None

    def add(self, seconds: float, value: float | None) -> None:
        if value is None:
            return
        self.lowest = value if self.lowest is None else min(self.lowest, value)
        self.highest = value if self.highest is None else max(self.highest, value)
        self._skipped += 1
        if self._skipped < self._stride:
            return
        self._skipped = 0
        self._points.append((round(seconds, 1), round(value, 1)))
        if len(self._points) >= self.LIMIT:
            self._points = self._points[::2]
            self._stride *= 2

    def series(self) -> list[Series]:
        """One series, or none where nothing was ever read."""
        if not self._points:
            return []
        seconds, values = zip(*self._points, strict=True)
        return [Series(name=self._name, seconds=list(seconds), values=list(values))]

"""What every check that runs as a child is, gets to work with, and gives back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from agent.host.kernel_log import KernelLog
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
    subject: str | None = None
    """Which of several parts, for a check that has them one by one (see `Several`)."""
    source: Source = field(default_factory=Live)
    kernel_log: Callable[[], KernelLog] = KernelLog
    draw: Callable[[list[Series]], None] = lambda _series: None
    """Called with what was measured so far, as often as `report`: it is drawn while the check runs."""
    show: Callable[[bytes], None] = lambda _levels: None
    """Called with a camera's picture as coarse grey blocks (agent.checks.picture), for a look and never to be kept."""


Check = Callable[[Bench], CheckResult]
"""A check may raise anything: its process makes a result `error` of it."""


class CheckModule(Protocol):
    """A check is a module with these names. Its settings are the field `ID` of `agent.model.profile.Checks`."""

    ID: str
    TITLE: Message
    LOADS: frozenset[str]
    """What only one step may use at a time while it runs: `processor`, `memory`, `network`, `sound`, `camera`,
    `person` …"""

    def applies(self, inventory: Inventory) -> bool:
        """Whether the machine has what is checked. Pure; never raises."""

    def expected_seconds(self, checks: Checks, inventory: Inventory) -> float:
        """How long it takes, for the plan; beyond twice that and a minute it is stopped. Pure; never raises."""

    def check(self, bench: Bench) -> CheckResult:
        """Carry it out; may raise anything: its process makes a result `error` of it."""


@runtime_checkable
class Several(Protocol):
    """A check module that is carried out once for each part."""

    def subjects(self, inventory: Inventory) -> list[str]:
        """The parts, each at most once; the result's `subject` says which one was checked."""


@runtime_checkable
class Missed(Protocol):
    """A check module whose part a volunteer would look for where it is missing."""

    def missed(self, inventory: Inventory) -> Message | None:
        """Why there is nothing to check, where it does not apply; None where nobody would ask."""


def figures(**values: float | str | None) -> list[Figure]:
    """Figures for what is known, without a threshold."""
    return [Figure(name=name, value=value) for name, value in values.items() if value is not None]


def against(name: str, value: float | None, threshold: float | None) -> list[Figure]:
    """A figure beside what it was held against; none where it is not known."""
    return [] if value is None else [Figure(name=name, value=value, threshold=threshold)]


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

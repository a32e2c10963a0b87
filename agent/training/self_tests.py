"""The tests that a simulated drive carries out on itself: how far one is, how the last ones ended, what can go wrong.

The same for all command sets; what commands start one and how a log tells of it is the business of the firmware. Time
is only looked at when somebody asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agent.training.clock import Clock
from agent.training.description import Description
from agent.training.kept import Kept, State

MOST = 21
"""Entries of the log, the most that any of the command sets shows."""
_NEARLY = 1e-9
_STUCK_AT = 0.9


class Kind(StrEnum):
    SHORT = "short"
    EXTENDED = "extended"


class Ended(StrEnum):
    """How a test came to its end."""

    PASSED = "passed"
    HOST = "host"
    """Aborted by a command."""
    RESET = "reset"
    ERASE = "erase"
    READ = "read"
    """A sector that cannot be read."""
    PART = "part"
    """A part of the drive does not work."""


@dataclass(frozen=True)
class Entry:
    """One line of the log."""

    kind: Kind
    ended: Ended
    first_bad: int | None
    hours: int


@dataclass
class _Now(State):
    """Kept without current."""

    kind: str = ""
    """Empty: none runs."""
    fraction: float = 0.0
    log: list[list[Any]] = field(default_factory=list)
    """Newest first."""
    number: int = 0
    """How many have ended, as ATA's log has its index from it."""


class SelfTests:
    """Those of one drive that is switched on."""

    def __init__(self, drive: Description, kept: Kept, clock: Clock, *, at_start: bool) -> None:
        """`at_start`: the drive was without current, so what ran is over. Raises ValueError for what no drive keeps."""
        self._drive = drive
        self._faults = drive.faults
        self._kept = kept
        self._clock = clock
        self._now = _Now.load(kept.get("self_test"))
        self._since = clock.now()
        self.vanished = False
        """A fault of the drive: it is gone until it is switched on again."""
        if at_start:
            self.interrupt(Ended.RESET)

    @property
    def supported(self) -> bool:
        return self._drive.self_test.supported

    @property
    def running(self) -> Kind | None:
        return Kind(self._now.kind) if self._now.kind else None

    @property
    def fraction(self) -> float:
        """How far the running one is, 0 … 1."""
        return self._now.fraction

    @property
    def count(self) -> int:
        """How many have ever ended."""
        return self._now.number

    @property
    def log(self) -> Sequence[Entry]:
        """Newest first."""
        return [
            Entry(Kind(kind), Ended(ended), None if bad < 0 else bad, hours)
            for kind, ended, bad, hours in self._now.log
        ]

    def start(self, kind: Kind) -> bool:
        """Begin one; False where the drive refuses. One that runs is ended by it, as by a host."""
        if self._faults.self_test_refused:
            return False
        self.interrupt(Ended.HOST)
        if not self._faults.self_test_ignored:
            self._now.kind, self._now.fraction, self._since = kind.value, 0.0, self._clock.now()
            self._keep()
        return True

    def abort(self) -> None:
        """By the host's command."""
        if not self._faults.self_test_ignores_abort:
            self.interrupt(Ended.HOST)

    def interrupt(self, ended: Ended) -> None:
        """End the one that runs, if any, before its time."""
        if self._now.kind:
            self._end(ended)

    def settle(self) -> None:
        """Bring the test that runs to the present moment."""
        if not self._now.kind or self.vanished:
            return
        about, now = self._drive.self_test, self._clock.now()
        seconds = about.short_seconds if self._now.kind == Kind.SHORT else about.extended_seconds
        target = min(1.0, self._now.fraction + ((now - self._since) / seconds if seconds else 1.0) + _NEARLY)
        self._since = now
        for at, ended, bad in sorted(self._events(), key=lambda event: event[0]):
            if at <= target:
                self._strike(ended, bad)
                return
        stuck = self._faults.self_test_never_ends and target > _STUCK_AT
        self._now.fraction = _STUCK_AT if stuck else target
        if self._now.fraction >= 1.0:
            self._end(Ended.PASSED)

    def save(self) -> dict[str, Any]:
        return self._now.save()

    def _events(self) -> list[tuple[float, Ended | None, int | None]]:
        """(how far the test is then, how it ends; None: with the drive away, first bad sector)."""
        faults, sectors = self._faults, self._drive.size_bytes // self._drive.logical_sector_bytes
        found: list[tuple[float, Ended | None, int | None]] = []
        if faults.self_test_bad_sector is not None:
            found.append((0.5, Ended.READ, faults.self_test_bad_sector))
        if faults.unreadable and self._now.kind == Kind.EXTENDED:
            first = min(faults.unreadable)
            found.append((min(1.0, first / sectors), Ended.READ, first))
        if faults.self_test_part_fails:
            found.append((0.5, Ended.PART, None))
        for percent, ended in (
            (faults.self_test_aborted_at_percent, Ended.HOST),
            (faults.self_test_reset_at_percent, Ended.RESET),
            (faults.self_test_vanishes_at_percent, None),
        ):
            if percent is not None:
                found.append((percent / 100, ended, None))
        return found

    def _strike(self, ended: Ended | None, bad: int | None) -> None:
        if ended is None:
            self.vanished = True
        else:
            self._end(ended, bad)

    def _end(self, ended: Ended, bad: int | None = None) -> None:
        entry = [self._now.kind, ended.value, -1 if bad is None else bad, self._drive.hours]
        self._now.log = [entry, *self._now.log][:MOST]
        self._now.number += 1
        self._now.kind, self._now.fraction = "", 0.0
        self._keep()

    def _keep(self) -> None:
        self._kept.update(self_test=self.save())

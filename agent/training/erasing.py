"""An erase that a simulated drive carries out by itself: how far it has come, and everything that can go wrong.

The same for a sanitize, a security erase and a format; what commands start it and what they tell of it is the
business of the firmware. Time is only looked at when somebody asks, so nothing runs in the background.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from agent.training.cells import Cells
from agent.training.clock import Clock
from agent.training.description import Erased
from agent.training.faults import Faults
from agent.training.fills import fill, repeated
from agent.training.kept import State

_STEP = 1 / 64
"""How much progress may be forgotten where the process dies without a power cut of ours."""
_NEARLY = 1e-9
"""Rounding of the fractions."""


class Outcome(StrEnum):
    NONE = ""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass
class Erase(State):
    """The most recent erase, as the drive keeps it over power cycles. Bytes of the native address space."""

    what: str = ""
    start: int = 0
    end: int = 0
    sector_bytes: int = 512
    spare: bool = False
    """It reaches the cells that have no address."""
    pattern: str = ""
    """What it writes, in hexadecimal; empty: `erased` decides."""
    erased: str = Erased.ZEROS.value
    seconds: float = 0.0
    exits: bool = False
    """The host may leave a failure without another erase (failure mode, AUSE)."""
    fraction: float = 0.0
    """How far it has come, 0 … 1."""
    outcome: str = Outcome.NONE.value
    struck: list[str] = field(default_factory=list)
    """The faults that strike once, and have."""
    number: int = 0
    """How many there have been."""

    @property
    def running(self) -> bool:
        return self.outcome == Outcome.RUNNING

    @property
    def progress(self) -> int:
        """As drives tell it: of 65,536 parts."""
        return min(int(self.fraction * 0x10000), 0xFFFF)


class Eraser:
    """Carries out one erase after the other."""

    def __init__(self, faults: Faults, cells: Cells, clock: Clock, keep: Callable[[Erase], None]) -> None:
        """`keep` is called with what must survive a power cut."""
        self._faults = faults
        self._cells = cells
        self._clock = clock
        self._keep = keep
        self._since = clock.now()
        self._told = 0.0
        self.job = Erase()
        # What the faults have brought about since power-on; the firmware looks after each `settle`.
        self.hangs = False
        self.vanished = False
        self.reset = False
        self.power_fails = False

    def start(self, job: Erase) -> None:
        """Begin; the one before is forgotten."""
        job.outcome, job.number = Outcome.RUNNING, self.job.number + 1
        self.resume(job)
        self._keep(job)
        self.settle()

    def resume(self, job: Erase) -> None:
        """After power-on, go on where it was cut off."""
        self.job = job
        self._since, self._told = self._clock.now(), job.fraction

    def close(self, outcome: Outcome) -> None:
        """End it by command."""
        self.job.outcome = outcome
        self._keep(self.job)

    def settle(self) -> None:
        """Bring the media to where the clock says that the erase is."""
        if not self.job.running or self.hangs:
            return
        now = self._clock.now()
        ran = (now - self._since) / self.job.seconds if self.job.seconds else 1.0
        self._since = now
        target = min(1.0, self.job.fraction + ran + _NEARLY)
        for fraction, event in self._events():
            if fraction <= target:
                self._reach(max(fraction, self.job.fraction))
                if self._strike(event):
                    return
        self._reach(target)
        if target >= 1.0:
            if self._faults.erase_covers_percent == 100 and self.job.spare and not self._faults.erase_unmaps_only:
                self._cells.erase_spare()
            self._finish(Outcome.DONE)
        elif target - self._told >= _STEP:
            self._told = target
            self._keep(self.job)

    def seconds_left(self) -> float:
        """Until something happens: the end or a fault; math.inf where nothing ever will."""
        ahead = self._events()
        stuck = any(event == "stuck" and fraction <= self.job.fraction + _NEARLY for fraction, event in ahead)
        if self.hangs or stuck:
            return math.inf
        following = min([1.0, *(fraction for fraction, _ in ahead)])
        return max(0.0, following - self.job.fraction) * self.job.seconds

    def _events(self) -> list[tuple[float, str]]:
        """What is still to happen in this erase, in order."""
        percents = {
            "reset": self._faults.erase_resets_at_percent,
            "vanish": self._faults.erase_vanishes_at_percent,
            "power": self._faults.erase_cuts_power_at_percent,
            "hang": self._faults.erase_hangs_at_percent,
            "stuck": self._faults.erase_stuck_at_percent,
            "fail": self._faults.erase_fails_at_percent,
            "stop": self._faults.erase_stops_at_percent,
        }
        ahead = [(at / 100, event) for event, at in percents.items() if at is not None and event not in self.job.struck]
        return sorted(ahead, key=lambda one: one[0])

    def _strike(self, event: str) -> bool:
        """Let a fault happen; True where the erase does not go on for now."""
        if event == "stuck":
            return True
        if event in {"fail", "stop"}:
            self._finish(Outcome.FAILED if event == "fail" else Outcome.DONE)
            return True
        self.job.struck.append(event)
        self._keep(self.job)
        self.reset = self.reset or event == "reset"
        self.vanished = self.vanished or event == "vanish"
        self.power_fails = event == "power"
        self.hangs = event == "hang"
        return self.power_fails or self.hangs

    def _finish(self, outcome: Outcome) -> None:
        self._cells.sync()
        self.close(outcome)

    def _reach(self, fraction: float) -> None:
        first, last = self._address(self.job.fraction), self._address(fraction)
        self.job.fraction = fraction
        for start, end in self._parts(first, last):
            if self._faults.erase_unmaps_only:
                self._cells.unmap(start, end)
            elif self.job.pattern:
                self._cells.erase(start, end, repeated(bytes.fromhex(self.job.pattern), self.job.sector_bytes))
            else:
                self._cells.erase(start, end, fill(Erased(self.job.erased), f"key {self.job.number}"))

    def _parts(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """What of these bytes is truly erased."""
        skipped = sorted(self._faults.unwritable) if self._faults.erase_skips_unwritable else []
        size = self.job.sector_bytes
        for sector in skipped:
            if first <= sector * size < last:
                yield first, sector * size
                first = (sector + 1) * size
        yield first, last

    def _address(self, fraction: float) -> int:
        """Up to where the media are erased when the erase has come that far."""
        covered = min(fraction, self._faults.erase_covers_percent / 100)
        sectors = (self.job.end - self.job.start) // self.job.sector_bytes
        return self.job.start + int(sectors * covered + _NEARLY) * self.job.sector_bytes

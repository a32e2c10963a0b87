"""How quickly a drive reads: in sequence at three of its places, and small blocks at random."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from mmap import mmap
from secrets import SystemRandom

from agent.drivetests.scan import Alive
from agent.sanitize.medium import Medium
from agent.sanitize.overwrite import require_present
from agent.sanitize.readahead import PIECE
from agent.sanitize.talk import Clock

PLACES = ("outer", "middle", "inner")
"""A hard disk's first blocks are its outermost, and the quickest."""
WINDOW_PART = 8
"""In sequence at most this part of the drive is read at one place; then from the place's beginning again."""
RANDOM_BYTES = 4096
MOST_READS = 200_000
"""Of one measurement: what a drive without any delay comes to in some seconds."""
MOST_ERRORS = 8
"""Reads that may fail before a measurement is given up."""
_STEPS = 1000
"""Of the progress of one measurement."""


@dataclass
class _Measured:
    took: list[float] = field(default_factory=list)
    """Seconds of each read that succeeded."""
    errors: int = 0

    @property
    def usable(self) -> bool:
        return bool(self.took) and self.errors < MOST_ERRORS and sum(self.took) > 0


def measure(medium: Medium, seconds: float, clock: Clock, alive: Alive) -> Mapping[str, object]:
    """Four measurements of `seconds` each. Rates in MB (10^6 bytes) per second, times in ms; None where too many reads
    failed. One read at a time. Raises OSError only when the drive is gone."""
    meter = _Meter(medium, seconds, clock, alive)
    told: dict[str, object] = {"block_bytes": meter.block, "seconds_each": seconds}
    for turn, place in enumerate(PLACES):
        found = meter.in_sequence(turn)
        rate = len(found.took) * meter.piece / sum(found.took) / 1e6 if found.usable else None
        told[f"{place}_mb_per_second"] = None if rate is None else round(rate, 1)
    found = meter.at_random(len(PLACES))
    took = sorted(found.took)
    alive(meter.steps, meter.steps)
    return {
        **told,
        "read_errors": meter.errors,
        "random_iops": round(len(took) / sum(took), 1) if found.usable else None,
        "random_median_ms": _ms(took, 0.5) if found.usable else None,
        "random_p99_ms": _ms(took, 0.99) if found.usable else None,
        "random_worst_ms": _ms(took, 1.0) if found.usable else None,
    }


class _Meter:
    def __init__(self, medium: Medium, seconds: float, clock: Clock, alive: Alive) -> None:
        self._medium = medium
        self._seconds = seconds
        self._clock = clock
        self._alive = alive
        size, sector = medium.identity().size_bytes, medium.logical_sector_bytes
        self.piece = min(PIECE, size // sector * sector)
        self.block = max(RANDOM_BYTES, sector)
        self.steps = _STEPS * (len(PLACES) + 1)
        self.errors = 0
        self._blocks = max(1, size // self.block)
        window = max(self.piece, size // WINDOW_PART // PIECE * PIECE)
        self._pieces = window // self.piece
        self._starts = (0, (size - window) // 2 // sector * sector, (size - window) // sector * sector)

    def in_sequence(self, turn: int) -> _Measured:
        start = self._starts[turn]
        with mmap(-1, self.piece) as buffer:
            self._read(buffer, self.piece, start)  # the way there, and the spinning up, are no reading in sequence
            # From the second piece on: the first is in the drive's cache by now.
            return self._for(turn, buffer, self.piece, lambda n: start + (n + 1) % self._pieces * self.piece)

    def at_random(self, turn: int) -> _Measured:
        draw = SystemRandom()
        with mmap(-1, self.block) as buffer:
            return self._for(turn, buffer, self.block, lambda _: draw.randrange(self._blocks) * self.block)

    def _for(self, turn: int, buffer: mmap, length: int, place: Callable[[int], int]) -> _Measured:
        found = _Measured()
        started = self._clock.now()
        for number in range(MOST_READS):
            offset, begun = place(number), self._clock.now()
            gone = (begun - started) / self._seconds
            self._alive(round(_STEPS * (turn + min(1.0, gone))), self.steps)
            if gone >= 1 or found.errors >= MOST_ERRORS:
                break
            begun = self._clock.now()
            if self._read(buffer, length, offset):
                found.took.append(self._clock.now() - begun)
            else:
                found.errors += 1
        self.errors += found.errors
        return found

    def _read(self, buffer: mmap, length: int, offset: int) -> bool:
        try:
            return self._medium.read_into(buffer, length, offset) == length
        except OSError as error:
            require_present(self._medium, error)
            return False


def _ms(took: list[float], part: float) -> float:
    """The time within which `part` of the reads ended (nearest rank); `took` is sorted."""
    return round(took[max(0, math.ceil(part * len(took)) - 1)] * 1000, 3)

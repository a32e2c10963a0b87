"""How long reads of a drive took, by length and by place, and what could not be read: the facts about its surface.

A full reading back after an erase gathers them as well as a check of its own; whoever judges them sees no difference.
Bounded whatever the drive's size. Light: the drive's worker uses it.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from mmap import mmap

from agent.model.surface import CLASSES_MS, ZONES
from agent.sanitize.chunks import Span
from agent.sanitize.medium import Medium
from agent.sanitize.ranges import Ranges

AGAIN_TIMES = 2.0
"""A zone's slowest place is read once more if it took longer than so many medians."""
AGAIN_SECONDS = 60.0
"""All of these second readings together."""
_PER_OCTAVE = 4
"""Fineness of the medians: they are right to within a tenth (the eighth root of two)."""
_SHORTEST = 1e-6

Json = dict[str, object]


@dataclass
class Zone:
    """One of the equal parts of a drive. Seconds and bytes."""

    worst: float = 0.0
    """The slowest read."""
    at: Span = (0, 0)
    """Where that was."""
    again: float | None = None
    """How long the same took once more; None where it was not read again, or could not be."""
    bytes: int = 0
    seconds: float = 0.0
    ended: float = 0.0
    """When it was last read, counted from the start."""


class Latency:
    """How long reads took. `note` every read that succeeded, in one thread."""

    def __init__(self, size_bytes: int, now: Callable[[], float]) -> None:
        """`now` tells seconds, as the drive's clock goes."""
        self.now = now
        self.reads = 0
        self._size = max(1, size_bytes)
        self.started = now()
        self._fine: Counter[int] = Counter()
        self._classes = [0] * (len(CLASSES_MS) + 1)
        self._zones: dict[int, Zone] = {}

    def note(self, span: Span, seconds: float) -> None:
        offset, length = span
        self.reads += 1
        self._fine[round(_PER_OCTAVE * math.log2(max(seconds, _SHORTEST) / _SHORTEST))] += 1
        place = next((place for place, most in enumerate(CLASSES_MS) if seconds * 1000 <= most), len(CLASSES_MS))
        self._classes[place] += 1
        zone = self._zones.setdefault(offset * ZONES // self._size, Zone())
        zone.bytes += length
        zone.seconds += seconds
        zone.ended = self.now() - self.started
        if seconds > zone.worst:
            zone.worst, zone.at = seconds, span

    def quantile(self, part: float) -> float:
        """Seconds within which `part` (0 … 1) of the reads ended; 0 where there were none."""
        left = part * self.reads
        for step in sorted(self._fine):
            left -= self._fine[step]
            if left <= 0:
                return float(_SHORTEST * 2 ** (step / _PER_OCTAVE))
        return 0.0

    def look_again(self, medium: Medium, alive: Callable[[], None], seconds: float = AGAIN_SECONDS) -> None:
        """Read the slowest place of each slow zone once more, the slowest first: what the computer or a recalibration
        has held up once is quick then. It ends after `seconds`. `alive` may raise to stop; nothing else is raised."""
        limit, until = AGAIN_TIMES * self.quantile(0.5), self.now() + seconds
        slow = [zone for zone in self._zones.values() if zone.worst > limit]
        longest = max((zone.at[1] for zone in slow), default=0)
        if not longest:
            return
        with mmap(-1, longest) as buffer:
            for zone in sorted(slow, key=lambda zone: zone.worst, reverse=True):
                begun = self.now()
                if begun > until:
                    return
                alive()
                offset, length = zone.at
                try:
                    whole = medium.read_into(buffer, length, offset) == length
                except OSError:
                    continue
                zone.again = self.now() - begun if whole else None

    def facts(self) -> Json:
        """JSON: times in milliseconds, rates in MB per second."""
        zones = [
            [
                number,
                _ms(zone.worst),
                None if zone.again is None else _ms(zone.again),
                round(zone.bytes / max(zone.seconds, _SHORTEST) / 1e6, 1),
                round(zone.ended, 1),
            ]
            for number, zone in sorted(self._zones.items())
        ]
        return {
            "reads": self.reads,
            "median_ms": _ms(self.quantile(0.5)),
            "p99_ms": _ms(self.quantile(0.99)),
            "worst_ms": _ms(max((zone.worst for zone in self._zones.values()), default=0.0)),
            "classes": list(self._classes),
            "zones": zones,
        }


@dataclass(frozen=True)
class Read:
    """How far a reading of a drive came. Bytes."""

    size: int
    to_go_over: int
    gone_over: int
    late: bool = False
    """It took too long, and was ended for that."""


def facts(read: Read, unreadable: Ranges, latency: Latency) -> Mapping[str, object]:
    """What a reading showed, as JSON."""
    return {
        "size_bytes": read.size,
        "read_bytes": read.gone_over,
        "to_read_bytes": read.to_go_over,
        "late": read.late,
        "block_bytes": unreadable.block_bytes,
        "unreadable": unreadable.blocks(),
        "unreadable_bytes": unreadable.total_bytes,
        "seconds": round(latency.now() - latency.started, 3),
        **latency.facts(),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)

"""What the worker of a drive says to its service while it erases, and its sense of time."""

import time
from collections.abc import Mapping
from typing import Protocol

from agent.sanitize.firmware import Record


class Clock(Protocol):
    """Seconds since no particular moment; simulated drives bring time of their own."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class RealClock:
    def now(self) -> float:
        return time.monotonic()  # stands still while the machine is suspended, and so does an erase of its drives

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Talk(Protocol):
    @property
    def clock(self) -> Clock:
        """The time that passes for this drive."""

    def progress(self, phase: str, done: int, total: int) -> None:
        """`phase` is `write`, `verify` (bytes), `firmware` (seconds, or parts of 65,536) or `marks` (no numbers).
        Raises chunks.Stopped, but never in the phase `firmware`, which cannot be stopped."""

    def checkpoint(self, record: Record) -> None:
        """Returns once the record is durable in the journal. Raises chunks.Stopped where it never will be."""

    def silent(self, seconds: float) -> None:
        """The drive may show no sign of life for so long from now on; 0 ends it. Never raises."""

    def surface(self, found: Mapping[str, object]) -> None:
        """What a full reading back showed of the drive's surface (see sanitize.surface.facts), or a check's reading so
        far. Never raises but for what becomes of the service."""

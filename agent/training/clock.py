"""The drive's sense of time, so that tests need not wait for it."""

import math
import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Seconds since no particular moment."""

    def now(self) -> float: ...

    def wait(self, seconds: float, alarm: threading.Event) -> bool:
        """Let `seconds` pass (math.inf: for ever); True as soon as `alarm` is set."""


class RealClock:
    """Time as it passes, at `speed` times its pace: a drive that announces two minutes may take ten seconds."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed

    def now(self) -> float:
        return time.monotonic() * self._speed

    def wait(self, seconds: float, alarm: threading.Event) -> bool:
        return alarm.wait(None if seconds == math.inf else seconds / self._speed)


class SteppedClock:
    """Time that passes only when somebody waits, and then at once."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def wait(self, seconds: float, alarm: threading.Event) -> bool:
        if seconds == math.inf:
            return alarm.wait()
        self.advance(seconds)
        return alarm.is_set()

    def advance(self, seconds: float) -> None:
        self._now += seconds

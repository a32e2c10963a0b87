"""Percent, rate and time left of an erase, whose steps and passes are counted as one way."""

import time
from dataclasses import dataclass
from math import isfinite

from agent.model.message import Message, say
from agent.model.sanitization import PlanStep
from agent.model.words import Technique, Verify

SAMPLED_PART = 0.02
"""A sampled reading back against one whole pass: some thousand blocks, most of the time spent on seeking."""
BYTES_PER_SECOND = 100_000_000
"""For the share of a pass of which the plan gives no time; only its proportion to the other steps counts."""


@dataclass
class _Stretch:
    """A part of the way in which the drive does one thing."""

    phase: str
    seconds: float
    """As expected."""


class Pace:
    """The way of one drive. It is told what its worker tells, and says what a person wants to know."""

    def __init__(self, steps: list[PlanStep], size_bytes: int, verify: Verify) -> None:
        self._way = _stretches(steps, size_bytes, verify)
        self._total = sum(stretch.seconds for stretch in self._way)
        self._passes = max((len(step.passes) for step in steps), default=1)
        self._at = 0
        self._begun: tuple[float, int] | None = None
        """When the present stretch began, and at which of its bytes."""
        self._done = 0
        self._silent_until: str | None = None
        self._percent = 0.0
        self.rate: float | None = None
        """Bytes per second of the present stretch; None where no bytes are counted."""

    def silent(self, seconds: float) -> tuple[float, Message, float | None]:
        """The drive may show no sign of life for so long; 0 ends it. Answers as `told` does."""
        self._silent_until = _local_time(seconds) if seconds > 0 and isfinite(seconds) else None
        return self._percent, self._firmware(), seconds if self._silent_until else None

    def told(self, phase: str, done: int, total: int) -> tuple[float, Message, float | None]:
        """(percent, sentence, seconds left) after a progress line of the worker."""
        if phase == "marks":  # before and after an erase of the drive's own; short against it
            self.rate = None
            return self._percent, say("sample places of the drive are marked and looked at"), None
        now = time.monotonic()
        self._walk(phase, done)
        if self._begun is None:
            self._begun = now, done
        self._done = done
        began, first = self._begun
        part = min(1.0, done / total) if total > 0 else 0.0
        rate = (done - first) / max(now - began, 0.001)
        self.rate = rate if phase != "firmware" and now - began > 1 else None
        left = (total - done) / rate if rate > 0 and now - began > 1 else None
        gone = sum(stretch.seconds for stretch in self._way[: self._at]) + part * self._way[self._at].seconds
        # Never backwards: what is done again after a bad place or a return of the drive was counted before.
        self._percent = max(self._percent, min(100.0, 100 * gone / self._total))
        number = min(self._passes, int(part * self._passes) + 1)
        detail = self._sentence(phase, rate, number)
        return self._percent, detail, self._all_left(left, now - began, done - first, total)

    def _walk(self, phase: str, done: int) -> None:
        """Find the stretch that the worker speaks of: the present one, or one after it."""
        if self._begun is not None and phase == self._way[self._at].phase and done >= self._done:
            return
        after = self._at if self._begun is None else self._at + 1
        ahead = [at for at in range(after, len(self._way)) if self._way[at].phase == phase]
        if not ahead and phase != self._way[self._at].phase:  # more than was planned, such as a second attempt
            self._way.append(_Stretch(phase, self._way[-1].seconds))
            self._total += self._way[-1].seconds
            ahead = [len(self._way) - 1]
        self._at = ahead[0] if ahead else self._at
        self._begun = None

    def _all_left(self, left: float | None, elapsed: float, done: int, total: int) -> float | None:
        """`left` of this stretch, and what comes behind it at the speed that this one shows."""
        if left is None:
            return None
        present = self._way[self._at]
        slower = 1.0
        if present.phase != "firmware" and present.seconds > 0 and done > 0:
            slower = elapsed * total / done / present.seconds
        behind = self._way[self._at + 1 :]
        return left + sum(each.seconds * (1.0 if each.phase == "firmware" else slower) for each in behind)

    def _sentence(self, phase: str, rate: float, number: int) -> Message:
        if phase == "firmware":
            return self._firmware()
        if phase != "write":
            return say("reading back, {rate:bytes} per second", rate=round(rate))
        if self._passes < 2:
            return say("writing, {rate:bytes} per second", rate=round(rate))
        return say(
            "writing, pass {number} of {passes}, {rate:bytes} per second",
            number=number, passes=self._passes, rate=round(rate),
        )  # fmt: skip

    def _firmware(self) -> Message:
        if self._silent_until is None:
            return say("the drive erases itself and cannot be stopped: do not switch off")
        return say(
            "the drive erases itself and cannot be stopped, silent until {time}: do not switch off",
            time=self._silent_until,
        )


def _stretches(steps: list[PlanStep], size_bytes: int, verify: Verify) -> list[_Stretch]:
    one_pass = max(size_bytes / BYTES_PER_SECOND, 0.001)
    way: list[_Stretch] = []
    for step in steps:
        if step.technique is not Technique.OVERWRITE:
            way.append(_Stretch("firmware", max(step.seconds_expected, 0.001)))
            continue
        passes = max(len(step.passes), 1)
        if step.seconds_expected:
            one_pass = step.seconds_expected / (passes + (verify is Verify.FULL))
        way.append(_Stretch("write", one_pass * passes))
    if verify is not Verify.NONE:
        way.append(_Stretch("verify", one_pass * (1 if verify is Verify.FULL else SAMPLED_PART)))
    return way or [_Stretch("write", one_pass)]


def _local_time(seconds: float) -> str:
    """What the clock of this machine will show then."""
    return time.strftime("%H:%M", time.localtime(time.time() + min(seconds, 10 * 86400)))

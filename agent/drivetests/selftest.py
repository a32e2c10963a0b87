"""The test that a drive carries out by itself: the contract of its firmware, and following it to its end.

Evidence: passed is only what the drive's own last word says of a test that was seen at work, or that its log did not
know before. A drive whose firmware ignores the order shows an old success for ever.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agent.model.ports import NoAnswer
from agent.model.words import SelfTest
from agent.sanitize.overwrite import raise_if_gone
from agent.sanitize.talk import Clock, Talk

PARTS = 1000
LIMIT_TIMES, LIMIT_MARGIN_SECONDS = 2.0, 120.0
"""A test may take so many times what the drive announces, and so much more: then it is stopped. Ours; drives that have
other work to do meanwhile are slower than they announce."""
BEGIN_SECONDS = 30.0
"""An accepted test must be seen by then: some drives first end what they are at."""
_RESTED = 10.0
"""How long a test of somebody else's is given to end once it was told to."""


class Ending(StrEnum):
    """How a test ended, in words for the report's figures."""

    PASSED = "passed"
    READ_FAILURE = "read_failure"
    """A place that cannot be read."""
    PART_FAILED = "part_failed"
    """Electronics, mechanics, a part that the drive does not name."""
    DAMAGED = "handling_damage"
    ABORTED = "aborted_by_host"
    RESET = "aborted_by_reset"
    ERASED = "aborted_by_erase"
    INCOMPLETE = "could_not_complete"
    """The drive itself could not bring it to its end, and does not say that it has found a fault."""
    UNKNOWN = "unknown"
    # These are our words, not the drive's.
    ENDLESS = "did_not_end"
    IGNORED = "never_began"
    REFUSED = "refused"
    UNSUPPORTED = "not_offered"


@dataclass(frozen=True)
class Look:
    """How the drive stands. Where no test runs, `ending` is how the newest one ended."""

    running: bool
    left: float | None = None
    """0 … 1, of the running one."""
    ending: Ending | None = None
    first_bad: int | None = None
    """Logical block."""
    log: bytes = b""
    """Changes with each test that ends."""


class Refused(Exception):
    """The drive did not take the order. The text is for who looks it up."""


class Tester(Protocol):
    """The firmware of one open drive. Every method may raise NoAnswer and OSError."""

    @property
    def step(self) -> float:
        """How coarse the drive tells its progress, 0 … 1."""

    def announced(self, kind: SelfTest) -> float | None:
        """Seconds that the drive says it needs; None where it offers no such test."""

    def start(self, kind: SelfTest) -> None:
        """Returns at once; the drive goes on by itself. Raises Refused."""

    def look(self) -> Look: ...

    def abort(self) -> None: ...


def carry_out(tester: Tester, kind: SelfTest, talk: Talk) -> Mapping[str, object]:
    """Start the test and follow it. JSON: `ending`, `first_bad_block`, `announced_seconds`, `limit_seconds`, `seconds`,
    `code` (what a refusal said). Whatever ends this before the drive has ended its test also stops that.

    Raises chunks.Stopped where the talk does, OSError when the drive is gone, NoAnswer where it says nothing at all.
    """
    clock = talk.clock
    announced = tester.announced(kind)
    if announced is None:
        return {"ending": Ending.UNSUPPORTED}
    limit = announced * LIMIT_TIMES + LIMIT_MARGIN_SECONDS
    told: dict[str, object] = {"announced_seconds": announced, "limit_seconds": limit}
    before = _rested(tester, clock)
    begun = clock.now()
    over = False
    try:
        try:
            tester.start(kind)
        except Refused as refused:
            over = True
            return {**told, "ending": Ending.REFUSED, "code": str(refused)}
        except NoAnswer:
            pass  # nobody knows whether it has begun; that will be seen
        last = _follow(tester, before, _Times(begun, announced, limit), talk)
        over = last.ending is not Ending.ENDLESS
    finally:
        if not over:  # told to stop, without an end, or the service is gone: the drive is to have its peace
            with contextlib.suppress(NoAnswer, OSError):
                tester.abort()
    return {**told, "ending": last.ending, "first_bad_block": last.first_bad, "seconds": round(clock.now() - begun, 1)}


@dataclass(frozen=True)
class _Times:
    begun: float
    announced: float
    limit: float


def _rested(tester: Tester, clock: Clock) -> Look:
    """The drive as it is while it tests nothing: nobody else uses it, so whatever it still tests is of an earlier life
    of ours."""
    until = clock.now() + _RESTED
    look = tester.look()
    while look.running and clock.now() < until:
        tester.abort()
        clock.sleep(1.0)
        look = tester.look()
    return look


def _follow(tester: Tester, before: Look, times: _Times, talk: Talk) -> Look:
    clock, seen, left = talk.clock, False, None
    pause = min(2.0, max(0.2, times.announced / 200))
    while True:
        gone = clock.now() - times.begun
        look = _looked(tester)
        if look is not None and look.running:
            seen, left = True, look.left if look.left is not None else left
        elif look is not None and (seen or look.log != before.log):
            return look
        elif look is not None and gone > BEGIN_SECONDS:
            return Look(running=False, ending=Ending.IGNORED)
        if gone > times.limit:
            return Look(running=True, ending=Ending.ENDLESS)
        talk.progress("self_test", _done(gone / max(times.announced, 1.0), left, tester.step), PARTS)
        clock.sleep(pause)


def _looked(tester: Tester) -> Look | None:
    """None where the drive has no time to answer just now."""
    try:
        return tester.look()
    except (NoAnswer, OSError) as error:
        raise_if_gone(error)
        return None


def _done(by_time: float, left: float | None, step: float) -> int:
    """What the drive says, and between two of its steps what the clock does."""
    said = 0.0 if left is None else 1.0 - left
    most = 1.0 if left is None else said + step
    return round(PARTS * max(0.0, min(0.99, max(said, min(by_time, most)))))

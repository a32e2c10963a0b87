"""Tests of one drive, carried out by its worker: what came of them, whatever the drive or the worker does."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from agent.checks.base import Progress
from agent.checks.drive_tests import DriveTest, untested
from agent.drivelink import HUNG_SECONDS, DriveLink
from agent.host.child import ChildDied
from agent.model.check import CheckResult
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.sanitization import DriveIdentity
from agent.model.words import Outcome

log = logging.getLogger("ordis.drivetesting")
_MESSAGE = TypeAdapter(Message)
_ENOUGH = 0.05
"""From this part on the time that is left follows the pace so far, before it the expectation."""


@dataclass(frozen=True)
class Ears:
    """Who hears what a test tells while it runs."""

    progress: Progress
    seen: Callable[[Mapping[str, object]], None] = lambda _found: None
    """Gets what a reading has shown so far, as the worker tells it."""


@dataclass(frozen=True)
class Pace:
    """Turns what a worker tells into what a person reads."""

    expected_seconds: float
    ears: Ears
    started: float

    def heard(self, done: int, total: int) -> None:
        part = min(1.0, done / total) if total > 0 else 0.0
        gone = time.monotonic() - self.started
        left = gone * (1 - part) / part if part >= _ENOUGH else max(0.0, self.expected_seconds - gone)
        self.ears.progress(100 * part, None, left)


async def run(test: DriveTest, drive: Drive, identity: DriveIdentity, checks: Checks, ears: Ears) -> CheckResult:
    """Have the drive tested and judge it. Cancelling stops the worker, and with it a test of the drive's own; nothing
    else is raised: a drive that goes away or hangs, and a worker that dies, give the outcome `error`."""
    started = time.monotonic()
    pace = Pace(test.expected_seconds(checks, drive), ears, started)
    result = await _result(test, drive, identity, checks, pace)
    return result.model_copy(update={"seconds": round(time.monotonic() - started, 1)})


async def _result(test: DriveTest, drive: Drive, identity: DriveIdentity, checks: Checks, pace: Pace) -> CheckResult:
    if drive.obstacles:  # the guard would refuse it as well
        return untested(test, drive, Outcome.SKIPPED, drive.obstacles[0])
    try:
        async with await DriveLink.start(identity) as link:
            last = await link.test({"check": test.ID, **test.settings(checks)}, pace.heard, pace.ears.seen)
        if isinstance(found := last.get("document"), Mapping) and last.get("event") == "tested":
            return test.judge(drive, found, checks)
        return untested(test, drive, *_why(last))
    except TimeoutError:
        reason = say(
            "The drive gave no answer for {seconds:duration}. Check its cable; if it happens again, replace the drive.",
            seconds=HUNG_SECONDS,
        )
    except (ChildDied, OSError, ValidationError) as error:
        log.warning("%s of %s: %s", test.ID, drive.path, error)
        reason = say("The test broke off ({cause}). Repeat it.", cause=_cause(error))
    return untested(test, drive, Outcome.ERROR, reason)


def _cause(error: Exception) -> str:
    return "unreadable answer" if isinstance(error, ValidationError) else str(error) or type(error).__name__


def _why(last: Mapping[str, object]) -> tuple[Outcome, Message]:
    """Why there is no result. Raises ValidationError for what no worker says."""
    match last:
        case {"event": "not_now", "reason": reason}:
            return Outcome.SKIPPED, _MESSAGE.validate_python(reason)
        case {"event": "refused", "reason": reason}:
            return Outcome.ERROR, _MESSAGE.validate_python(reason)
        case {"event": "broken", "gone": True}:
            return Outcome.ERROR, say("The drive went away while it was tested. Check its cable and its power.")
        case {"event": "broken", "error": error}:
            return Outcome.ERROR, say("The drive did not answer as it should ({error}). Repeat this.", error=str(error))
    return Outcome.ERROR, say("The test broke off ({cause}). Repeat it.", cause="unreadable answer")

"""The test that a drive carries out by itself (SMART self-test, NVMe and SCSI device self-test), judged."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from agent.checks.base import figures
from agent.checks.drive_tests import subject
from agent.model.base import MAX_INTEGER, Model, Seconds, Text
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome, SelfTest

ID = "drive_self_test"
TITLE = say("Drive's own test")

_SHORT_SECONDS = 120.0
"""What NVMe Base 2.0, 8.6 and SPC-4, 5.14.3 allow a short test, and most ATA drives announce."""
_EXTENDED_BYTES_PER_SECOND = 100_000_000
"""An extended test reads everything. What the drive announces corrects this as soon as it is asked."""


class Found(Model):
    """What the worker tells: see agent.drivetests.selftest.carry_out."""

    ending: Text
    first_bad_block: Annotated[int, Field(ge=0)] | None = None
    announced_seconds: Seconds | None = None
    limit_seconds: Seconds | None = None
    seconds: Seconds = 0
    code: Text | None = None


def expected_seconds(checks: Checks, drive: Drive) -> float:
    if checks.drive_self_test.test is SelfTest.SHORT:
        return _SHORT_SECONDS
    return _SHORT_SECONDS + drive.size_bytes / _EXTENDED_BYTES_PER_SECOND


def settings(checks: Checks) -> dict[str, object]:
    return {"test": checks.drive_self_test.test.value}


def judge(drive: Drive, found: Mapping[str, object], checks: Checks) -> CheckResult:
    """Judge a test that has ended, or did not. Raises pydantic.ValidationError."""
    told = Found.model_validate(found)
    block = told.first_bad_block
    known = block if block is not None and block <= MAX_INTEGER else None  # drives fill the field with ones
    outcome, reason = _verdict(told, known)
    took = Figure(name="test_seconds", value=told.seconds, threshold=told.limit_seconds)
    return CheckResult(
        id=ID,
        subject=subject(drive),
        title=TITLE,
        outcome=outcome,
        reason=reason,
        seconds=told.seconds,
        figures=[
            *figures(test=checks.drive_self_test.test.value, ending=told.ending),
            *figures(first_bad_block=known, announced_seconds=told.announced_seconds, code=told.code),
            *([took] if told.limit_seconds is not None else []),
        ],
    )


def _verdict(told: Found, block: int | None) -> tuple[Outcome, Message]:
    if told.ending == "read_failure":
        if block is None:
            return Outcome.FAILED, say("The drive has tested itself and found a place that it cannot read. Replace it.")
        return Outcome.FAILED, say(
            "The drive has tested itself and found a place that it cannot read (block {block}). Replace it.",
            block=block,
        )
    if told.ending == "did_not_end":
        return Outcome.ERROR, say(
            "The drive's own test did not end within {limit:duration}, so it was stopped. Repeat it; if that happens "
            "again, replace the drive.",
            limit=told.limit_seconds or 0,
        )
    if told.ending == "refused":
        return Outcome.ERROR, say(
            "The drive refused to test itself ({code}). Switch it off and on, then repeat this.", code=told.code or "?"
        )
    return _ENDINGS.get(told.ending, _UNKNOWN)


_UNKNOWN = (
    Outcome.ERROR,
    say("The drive does not say clearly how its own test ended. Repeat it."),
)
_ENDINGS = {
    "passed": (Outcome.PASSED, say("The drive has tested itself and found no fault.")),
    "part_failed": (
        Outcome.FAILED,
        say("The drive has tested itself and found a part of it that does not work. Replace it."),
    ),
    "handling_damage": (
        Outcome.FAILED,
        say("The drive has tested itself and says that a fall or a blow has damaged it. Replace it."),
    ),
    "could_not_complete": (
        Outcome.ERROR,
        say("The drive could not bring its own test to an end. Repeat it; if that happens again, replace the drive."),
    ),
    "aborted_by_host": (
        Outcome.ERROR,
        say("Something else has stopped the drive's own test. Repeat it."),
    ),
    "aborted_by_reset": (
        Outcome.ERROR,
        say("The drive was reset in the middle of its own test. Check its cable and its power, then repeat the test."),
    ),
    "aborted_by_erase": (
        Outcome.ERROR,
        say("The drive's own test was ended by an erase of the drive. Repeat it."),
    ),
    "never_began": (
        Outcome.ERROR,
        say("The drive took the order to test itself, but was never seen doing so: nothing is known of it."),
    ),
    "not_offered": (Outcome.SKIPPED, say("The drive has no test of its own, or it cannot be reached.")),
}

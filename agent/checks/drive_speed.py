"""How quickly a drive reads, judged.

The thresholds are ours: the slowest SATA link carries 150 MB per second, and every SATA SSD fills most of that, so one
that does not reach 100 anywhere has a fault, or its cable has; laptop disks of the last fifteen years read 60 to 160 MB
per second at their beginning, so one that does not reach 30 is worn or badly connected. In an outside case the cable
decides, and nothing is asked for.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from agent.checks.base import against, figures
from agent.checks.drive_tests import subject
from agent.model.base import Count, Model
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome, Transport

ID = "drive_speed"
TITLE = say("Speed of the drive")

_MEASUREMENTS = 4
_WAY_SECONDS = 2.0
"""Starting, and the ways between the places."""
_Positive = Annotated[float, Field(ge=0)]


class Found(Model):
    """What the worker tells: see agent.drivetests.speed.measure."""

    block_bytes: Count
    seconds_each: _Positive
    outer_mb_per_second: _Positive | None
    middle_mb_per_second: _Positive | None
    inner_mb_per_second: _Positive | None
    read_errors: Count
    random_iops: _Positive | None
    random_median_ms: _Positive | None
    random_p99_ms: _Positive | None
    random_worst_ms: _Positive | None


def expected_seconds(checks: Checks, drive: Drive) -> float:  # noqa: ARG001 - the same for every drive
    return checks.drive_speed.seconds * _MEASUREMENTS + _WAY_SECONDS


def settings(checks: Checks) -> dict[str, object]:
    return {"seconds": checks.drive_speed.seconds}


def judge(drive: Drive, found: Mapping[str, object], checks: Checks) -> CheckResult:
    """Judge the four measurements. Raises pydantic.ValidationError."""
    told = Found.model_validate(found)
    rates = [told.outer_mb_per_second, told.middle_mb_per_second, told.inner_mb_per_second]
    best = max((rate for rate in rates if rate is not None), default=None)
    least = _least(drive, checks)
    outcome, reason = _verdict(told, best, least)
    return CheckResult(
        id=ID,
        subject=subject(drive),
        title=TITLE,
        outcome=outcome,
        reason=reason,
        seconds=told.seconds_each * _MEASUREMENTS,
        figures=[
            *against("best_mb_per_second", best, least),
            *figures(
                outer_mb_per_second=told.outer_mb_per_second,
                middle_mb_per_second=told.middle_mb_per_second,
                inner_mb_per_second=told.inner_mb_per_second,
                random_iops=told.random_iops,
                random_median_ms=told.random_median_ms,
                random_p99_ms=told.random_p99_ms,
                random_worst_ms=told.random_worst_ms,
                random_block_bytes=told.block_bytes,
                seconds_each=told.seconds_each,
            ),
            Figure(name="read_errors", value=told.read_errors, threshold=0),
        ],
    )


def _least(drive: Drive, checks: Checks) -> int | None:
    """MB per second; None where nothing can be asked for."""
    if drive.external or drive.transport is Transport.USB:
        return None
    ssd = drive.rotational is False and drive.transport is not Transport.MMC
    return checks.drive_speed.least_ssd_mb_per_second if ssd else checks.drive_speed.least_hdd_mb_per_second


def _verdict(told: Found, best: float | None, least: int | None) -> tuple[Outcome, Message]:
    if told.read_errors:
        return Outcome.FAILED, say(
            "While the drive's speed was measured, {count} places could not be read. Replace it.",
            count=told.read_errors,
        )
    if best is None or told.random_iops is None:
        return Outcome.ERROR, say("The drive's speed could not be measured. Repeat this.")
    if least is not None and best < least:
        return Outcome.DEGRADED, say(
            "The drive reads {rate} MB per second at best; {least} is the least for one of its kind. Check its cable; "
            "if it stays slow, use it for nothing important.",
            rate=best,
            least=least,
        )
    return Outcome.PASSED, say(
        "It reads {rate} MB per second, and {count} small blocks per second from all over.",
        rate=best,
        count=round(told.random_iops),
    )

"""What a drive says of its own health (SMART, NVMe health log), judged by the drive row of the grading rubric.

Passed needs evidence: the drive's own verdict, or the counters that decide. The counters weigh more than the verdict,
since most drives call themselves healthy until they are dead.
"""

from agent.checks.base import figures
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Drive, SmartCounters
from agent.model.message import Message, say
from agent.model.profile import DriveThresholds
from agent.model.words import Health, Outcome

ID = "drive_health"
TITLE = say("Drive health")


def judge(drive: Drive, thresholds: DriveThresholds | None = None) -> CheckResult:
    """Judge one drive, whose SMART has been read into the model. Never raises."""
    limits = thresholds or DriveThresholds()
    counters = drive.smart or SmartCounters()
    outcome, reason = (
        _failed(drive, counters, limits) or _degraded(drive, counters, limits) or _undoubted(drive, counters)
    )
    return CheckResult(
        id=ID,
        subject=drive.serial or drive.path,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=_figures(drive, counters, limits),
    )


_Verdict = tuple[Outcome, Message]


def _failed(drive: Drive, counters: SmartCounters, limits: DriveThresholds) -> _Verdict | None:
    if drive.self_test_failed and drive.self_test_block is not None:
        return Outcome.FAILED, say(
            "An earlier test of the drive's own found a place that it cannot read (block {block}). Replace it.",
            block=drive.self_test_block,
        )
    if drive.self_test_failed:
        return Outcome.FAILED, say("An earlier test of the drive's own found a fault. Replace it.")
    if drive.health is Health.FAILED:
        return Outcome.FAILED, say("The drive says of itself that it is failing. Replace it.")
    if counters.critical_warning:
        return Outcome.FAILED, say("The drive gives a critical warning. Replace it.")
    if lost := max(counters.pending or 0, counters.offline_uncorrectable or 0):
        return Outcome.FAILED, say("The drive has sectors that it cannot read ({count}). Replace it.", count=lost)
    if _spare_used_up(counters):
        return Outcome.FAILED, say(
            "The drive's spare blocks are nearly used up ({spare:percent} left). Replace it.",
            spare=counters.available_spare_percent or 0,
        )
    if (counters.reallocated or 0) > limits.d_reallocated:
        return Outcome.FAILED, say(
            "The drive has replaced many bad sectors by spare ones ({count}). Replace it.",
            count=counters.reallocated or 0,
        )
    return None


def _degraded(drive: Drive, counters: SmartCounters, limits: DriveThresholds) -> _Verdict | None:
    if counters.reallocated:
        return Outcome.DEGRADED, say(
            "The drive has replaced bad sectors by spare ones ({count}). It may fail: use it for nothing important.",
            count=counters.reallocated,
        )
    if errors := max(counters.reported_uncorrectable or 0, counters.media_errors or 0):
        return Outcome.DEGRADED, say(
            "The drive has met errors that it could not correct ({count}). Use it for nothing important.", count=errors
        )
    if counters.command_timeout:
        return Outcome.DEGRADED, say(
            "The drive has not answered in time ({count} times). Check its cable.", count=counters.command_timeout
        )
    if drive.wear_percent is not None and drive.wear_percent >= limits.b_wear_percent:
        return Outcome.DEGRADED, say(
            "{wear:percent} of the drive's writing life is used up. It will not last long under much writing.",
            wear=drive.wear_percent,
        )
    return None


def _undoubted(drive: Drive, counters: SmartCounters) -> _Verdict:
    """No sign of a fault was found; is that because there is none?"""
    if drive.smart_supported is False:
        return Outcome.SKIPPED, say("The drive does not watch its own health (no SMART).")
    if _counted(counters):
        return Outcome.PASSED, say("The drive reports no errors.")
    if drive.health is Health.PASSED:
        return Outcome.PASSED, say("The drive says of itself that it is healthy; it does not tell all error counts.")
    return Outcome.SKIPPED, say("The drive's health could not be read.")


def _counted(counters: SmartCounters) -> bool:
    """Whether the counters that decide are there: of a hard disk's or SATA SSD's attributes, or of NVMe's log."""
    ata = counters.reallocated is not None and counters.pending is not None
    nvme = counters.critical_warning is not None and counters.media_errors is not None
    return ata or nvme


def _spare_used_up(counters: SmartCounters) -> bool:
    spare, least = counters.available_spare_percent, counters.spare_threshold_percent
    return spare is not None and least is not None and spare < least


def _figures(drive: Drive, counters: SmartCounters, limits: DriveThresholds) -> list[Figure]:
    """What is known, with the highest value that is still good (for the spare: the lowest)."""
    known = (
        ("reallocated", counters.reallocated, 0),
        ("reported_uncorrectable", counters.reported_uncorrectable, 0),
        ("command_timeout", counters.command_timeout, 0),
        ("pending", counters.pending, 0),
        ("offline_uncorrectable", counters.offline_uncorrectable, 0),
        ("media_errors", counters.media_errors, 0),
        ("critical_warning", counters.critical_warning, 0),
        ("self_test_first_bad_block", drive.self_test_block, None),
        ("available_spare_percent", counters.available_spare_percent, counters.spare_threshold_percent),
        ("wear_percent", drive.wear_percent, limits.b_wear_percent),
        ("power_on_hours", drive.power_on_hours, limits.old_hours if drive.rotational else None),
    )
    told = [Figure(name=name, value=value, threshold=limit) for name, value, limit in known if value is not None]
    return figures(health=drive.health.value) + told + figures(temperature_celsius=drive.temperature_celsius)

"""What one drive's facts allow at best: each rule of the design's table names its letter and its reason."""

from collections.abc import Iterator

from agent.grading.evidence import KERNEL_LOG, label
from agent.model.check import CheckResult
from agent.model.inventory import Drive, SmartCounters
from agent.model.message import Message, say
from agent.model.profile import DriveThresholds
from agent.model.words import GradeLetter, Health, Outcome, Transport

Cap = tuple[GradeLetter, Message]
"""The best letter that one fact allows, and why."""


def caps(drive: Drive, found: CheckResult | None, others: list[CheckResult], limits: DriveThresholds) -> Iterator[Cap]:
    """Every rule that speaks against an A, in the order in which they are to be told. `found`: its health check;
    `others`: its self-test, surface and speed checks, and what the kernel's log says of it."""
    for reason in _unfit(drive, found, limits):
        yield GradeLetter.PARTS, reason
    for result in others:
        yield from _checked(drive, result)
    if is_ssd(drive):
        yield from _kind(drive, limits)
        yield from _media_errors(drive)
        if drive.wear_percent is None:
            yield (
                GradeLetter.C,
                say("SSD {drive} does not tell how worn it is; grade B needs that.", drive=label(drive)),
            )
    else:
        for reason in _old(drive, limits):
            yield GradeLetter.D, reason
        yield GradeLetter.C, _no_ssd(drive)
    yield from _wear(drive, limits)
    if drive.smart is None or drive.smart_supported is False:
        reason = say("Drive {drive} tells too little of its health (SMART); grade B needs more.", drive=label(drive))
        yield GradeLetter.C, reason
    if found and found.outcome is Outcome.DEGRADED:
        yield GradeLetter.B, say("Drive {drive} passed its health check only in part.", drive=label(drive))


def is_ssd(drive: Drive) -> bool:
    """Flash of any kind. A drive that does not say whether it turns is taken for a hard disk, the lesser one."""
    return drive.transport in (Transport.NVME, Transport.MMC) or drive.rotational is False


def _no_ssd(drive: Drive) -> Message:
    if drive.rotational is None:
        return say("Drive {drive} does not say that it is an SSD; grade B needs one.", drive=label(drive))
    return say("Drive {drive} is a hard disk; grade B needs an SSD.", drive=label(drive))


def _unfit(drive: Drive, found: CheckResult | None, limits: DriveThresholds) -> Iterator[Message]:
    """What makes a drive unfit whatever its kind: replace it."""
    smart, name = drive.smart or SmartCounters(), label(drive)
    if drive.health is Health.FAILED or (found and found.outcome is Outcome.FAILED):
        yield say("Drive {drive} failed its health check: replace it.", drive=name)
    if smart.critical_warning:
        yield say("Drive {drive} gives a critical warning: replace it.", drive=name)
    if lost := max(smart.pending or 0, smart.offline_uncorrectable or 0):
        yield say("Drive {drive} has {count} unreadable sectors: replace it.", drive=name, count=lost)
    if smart.reallocated and smart.reallocated > limits.d_reallocated:
        yield say("Drive {drive} has {count} bad sectors: replace it.", drive=name, count=smart.reallocated)
    spare, least = smart.available_spare_percent, smart.spare_threshold_percent
    if spare is not None and least is not None and spare < least:
        yield say("Drive {drive} has used up its spare blocks ({spare:percent} left): replace it.",
                  drive=name, spare=spare)  # fmt: skip


def _checked(drive: Drive, result: CheckResult) -> Iterator[Cap]:
    name, title = label(drive), result.title.text
    if result.id == KERNEL_LOG and result.outcome is not Outcome.PASSED:  # in its own words, which name the drive
        yield GradeLetter.PARTS if result.outcome is Outcome.FAILED else GradeLetter.B, result.reason
    elif result.outcome is Outcome.FAILED:
        yield GradeLetter.PARTS, say("Drive {drive} failed the check “{check}”: replace it.", drive=name, check=title)
    elif result.outcome is Outcome.DEGRADED:
        yield GradeLetter.B, say("Drive {drive} passed the check “{check}” only in part.", drive=name, check=title)


def _kind(drive: Drive, limits: DriveThresholds) -> Iterator[Cap]:
    if drive.transport is Transport.MMC:
        yield GradeLetter.C, say("Drive {drive} is an eMMC or a card, which is slow; grade B needs an SSD.",
                                 drive=label(drive))  # fmt: skip
    if drive.size_bytes < limits.small_ssd_bytes:
        yield GradeLetter.C, say("SSD {drive} has only {size:bytes}; grade B needs {least:bytes}.",
                                 drive=label(drive), size=drive.size_bytes, least=limits.small_ssd_bytes)  # fmt: skip


def _media_errors(drive: Drive) -> Iterator[Cap]:
    smart = drive.smart or SmartCounters()
    counts = (smart.media_errors, smart.reallocated, smart.reported_uncorrectable)
    if any(counts):
        yield GradeLetter.B, say("SSD {drive} has had media errors; grade A needs none.", drive=label(drive))
    elif counts == (None, None, None):
        yield GradeLetter.B, say("SSD {drive} does not tell whether it had media errors; grade A needs none.",
                                 drive=label(drive))  # fmt: skip


def _wear(drive: Drive, limits: DriveThresholds) -> Iterator[Cap]:
    """Of any drive that tells its wear: one on a USB bridge may not tell that it is an SSD."""
    wear = drive.wear_percent
    if wear is None:
        return
    for letter, better, most in (
        (GradeLetter.B, GradeLetter.A, limits.a_wear_percent),
        (GradeLetter.C, GradeLetter.B, limits.b_wear_percent),
        (GradeLetter.D, GradeLetter.C, limits.c_wear_percent),
    ):
        if wear > most:
            yield letter, say("Drive {drive} has used up {wear:percent} of its life; grade {better} needs at most "
                              "{most:percent}.", drive=label(drive), wear=wear, better=better, most=most)  # fmt: skip


def _old(drive: Drive, limits: DriveThresholds) -> Iterator[Message]:
    """What a hard disk of grade C has not."""
    smart, name = drive.smart or SmartCounters(), label(drive)
    if smart.reallocated:
        yield say("Hard disk {drive} has {count} bad sectors; grade C needs none.", drive=name, count=smart.reallocated)
    if smart.reported_uncorrectable or smart.command_timeout:
        yield say("Hard disk {drive} has had errors or time-outs; grade C needs none.", drive=name)
    hours = drive.power_on_hours
    if hours is not None and hours > limits.old_hours:
        yield say("Hard disk {drive} has run for {hours} hours; grade C needs at most {most}.",
                  drive=name, hours=hours, most=limits.old_hours)  # fmt: skip

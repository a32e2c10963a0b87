"""What checks and sanitizations say of one part: finding the results that belong to it."""

from collections.abc import Iterable

from agent.model.check import CONCLUSIVE, CheckResult
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.sanitization import DriveIdentity, Sanitization
from agent.model.words import Outcome, SanitizationStatus

KERNEL_LOG = "kernel_log"
"""The check whose `subject` is the part that the kernel complains of."""


def conclude(checks: Iterable[CheckResult], check: str, subjects: Iterable[str] = ()) -> CheckResult | None:
    """The worst result of check `check`, on its parts `subjects` if given; None where it found nothing out.

    Of a check that was repeated on the same part, the last time that it found something out counts.
    """
    named = {None, *subjects}
    last = {
        result.subject: result
        for result in checks
        if result.id == check and result.outcome in CONCLUSIVE and (len(named) == 1 or result.subject in named)
    }
    return worst(last.values())


def worst(results: Iterable[CheckResult | None]) -> CheckResult | None:
    """The worst of those that found something out; the first of several that are alike."""
    found = [result for result in results if result and result.outcome in CONCLUSIVE]
    return max(found, key=lambda result: CONCLUSIVE.index(result.outcome), default=None)


def complaint(checks: Iterable[CheckResult], parts: Iterable[str]) -> CheckResult | None:
    """The worst that the kernel's log says of one of these parts, by its subject or its kind (the figure `part`); None
    where it says nothing, which proves nothing."""
    wanted = set(parts)
    about = [
        result
        for result in checks
        if result.id == KERNEL_LOG and (result.subject in wanted or figure([result], "part") in wanted)
    ]
    return conclude(about, KERNEL_LOG)


def figure(checks: Iterable[CheckResult], name: str) -> float | int | str | None:
    """The last figure of this name in results that found something out."""
    values = [
        each.value for result in checks if result.outcome in CONCLUSIVE for each in result.figures if each.name == name
    ]
    return values[-1] if values else None


def mended(checks: list[CheckResult]) -> list[Message]:
    """What failed at first and did not when it was repeated: it counts as said last, and is said."""
    tried: dict[tuple[str, str | None], list[Outcome]] = {}
    titles = {}
    for result in checks:
        about = (result.id, result.subject)
        titles[about] = result.title
        outcomes = [each.outcome for each in result.tries] or [result.outcome]
        tried.setdefault(about, []).extend(each for each in outcomes if each in CONCLUSIVE)
    return [
        say(
            "The check “{check}” failed at first and did not when it was repeated: watch that part.",
            check=titles[about].text,
        )
        for about, outcomes in tried.items()
        if Outcome.FAILED in outcomes and outcomes[-1] is not Outcome.FAILED
    ]


def names(drive: Drive, drives: list[Drive]) -> list[str]:
    """What a result may call this drive: its path, and its serial where no other drive of the machine repeats it."""
    alone = drive.serial and sum(other.serial == drive.serial for other in drives) == 1
    return [drive.path, drive.serial] if alone and drive.serial else [drive.path]


def label(drive: Drive | DriveIdentity) -> str:
    """The drive as a person finds it in the machine."""
    return " ".join(filter(None, (drive.model or drive.path, f"({drive.serial})" if drive.serial else "")))


def is_about(result: Sanitization, drive: Drive, drives: list[Drive]) -> bool:
    """Whether a sanitization is that of this drive, and beyond doubt of no other.

    A drive may come back under another path, so a serial that nobody repeats decides; without one, the path and
    the kernel's number of the disk's appearance. SMART may have told a fuller model, or the serial, since the drive
    was confirmed: what was not known then is no contradiction.
    """
    done = result.drive
    if (done.size_bytes, done.transport) != (drive.size_bytes, drive.transport):
        return False
    if (done.simulated, done.virtual) != (drive.simulated, drive.virtual) or not _same_model(done.model, drive.model):
        return False
    if done.serial and done.serial != drive.serial:
        return False
    if done.serial and done.serial in names(drive, drives):
        return True
    alone = sum(other.path == drive.path for other in drives) == 1
    return alone and (done.path, done.diskseq) == (drive.path, drive.diskseq)


def _same_model(one: str | None, other: str | None) -> bool:
    """The kernel cuts a model's name after 16 characters (SCSI INQUIRY)."""
    return not one or not other or one.startswith(other) or other.startswith(one)


def last_about(drive: Drive, drives: list[Drive], results: list[Sanitization]) -> Sanitization | None:
    """What became of this drive in the end: a repeated erase replaces the one before."""
    return next((result for result in reversed(results) if is_about(result, drive, drives)), None)


def is_removed(drive: Drive, drives: list[Drive], results: list[Sanitization]) -> bool:
    last = last_about(drive, drives, results)
    return last is not None and last.status is SanitizationStatus.REMOVED

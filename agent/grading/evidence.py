"""What checks and sanitizations say of one part: finding the results that belong to it."""

from collections.abc import Iterable

from agent.model.check import CONCLUSIVE, CheckResult
from agent.model.inventory import Drive
from agent.model.sanitization import DriveIdentity, Sanitization
from agent.model.words import SanitizationStatus


def conclude(checks: Iterable[CheckResult], check: str, subjects: Iterable[str] = ()) -> CheckResult | None:
    """The worst result of check `check`, on its parts `subjects` if given; None where it found nothing out. Of several
    results about one part the last one counts: it was repeated."""
    named = {None, *subjects}
    results = {
        result.subject: result
        for result in checks
        if result.id == check and result.outcome in CONCLUSIVE and (len(named) == 1 or result.subject in named)
    }
    return max(results.values(), key=lambda result: CONCLUSIVE.index(result.outcome), default=None)


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

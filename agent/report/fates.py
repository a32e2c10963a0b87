"""What became of each drive: the inventory and the sanitizations of a report, brought together."""

from dataclasses import dataclass

from agent.model.inventory import Drive
from agent.model.report import Report
from agent.model.sanitization import DriveIdentity, Sanitization
from agent.model.words import SanitizationStatus


@dataclass(frozen=True)
class Fate:
    """One drive, or one attempt on it. Either part may be missing: a drive that nobody treated, one removed."""

    drive: Drive | None
    sanitization: Sanitization | None

    @property
    def identity(self) -> Drive | DriveIdentity:
        """Whatever tells path, model, serial and size."""
        if self.drive is not None:
            return self.drive
        assert self.sanitization is not None
        return self.sanitization.drive

    @property
    def sanitized(self) -> bool:
        """True for the one status that is a clean certificate; what is not recorded is not sanitized."""
        return self.sanitization is not None and self.sanitization.status is SanitizationStatus.SANITIZED

    @property
    def removed(self) -> bool:
        return self.sanitization is not None and self.sanitization.status is SanitizationStatus.REMOVED


def fates(report: Report) -> list[Fate]:
    """Every drive of the inventory in its order, then what was done to drives that the inventory does not show."""
    done: dict[tuple[str, str | None, int], list[Sanitization]] = {}
    for item in report.sanitizations:
        done.setdefault(_who(item.drive), []).append(item)
    found: list[Fate] = []
    for drive in report.inventory.drives:
        found += [Fate(drive, item) for item in done.pop(_who(drive), [])] or [Fate(drive, None)]
    return found + [Fate(None, item) for items in done.values() for item in items]


def all_sanitized(report: Report) -> bool:
    """True only when nothing stands against it: a drive at least, every one sanitized, none suspected unseen."""
    found = [fate for fate in fates(report) if not fate.removed]
    return bool(found) and all(fate.sanitized for fate in found) and not report.inventory.unseen_drives


def _who(drive: Drive | DriveIdentity) -> tuple[str, str | None, int]:
    return (drive.path, drive.serial, drive.size_bytes)

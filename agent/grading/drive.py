"""The axis `drive`: of what kind each drive is, how worn, and whether it loses data. The worst drive counts."""

from dataclasses import dataclass
from pathlib import PurePath

from agent.grading.drive_caps import caps, is_ssd
from agent.grading.evidence import complaint, conclude, is_removed, label, names
from agent.grading.facts import Facts
from agent.grading.scale import better
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.profile import DriveThresholds
from agent.model.words import GradeLetter, Outcome


def judge(facts: Facts, limits: DriveThresholds) -> AxisGrade:
    """Grade the drives that stay in the machine by section 7 of the design; without one, the axis does not apply."""
    drives = facts.inventory.drives
    kept = staying(facts)
    if not kept:
        return _none(empty=facts.empty_bay_confirmed or bool(drives))
    graded = [_one(drive, _Found.of(drive, drives, facts.checks), limits) for drive in kept]
    worst = max(graded, key=lambda axis: axis.letter.rank if axis.letter else 0)
    missing = next((axis.missing for axis in graded if axis.missing), None)
    return worst.model_copy(update={"tested": missing is None, "missing": missing})


def staying(facts: Facts) -> list[Drive]:
    """The drives that nobody took out."""
    drives = facts.inventory.drives
    return [drive for drive in drives if not is_removed(drive, drives, facts.sanitizations)]


def letter(drive: Drive, facts: Facts, limits: DriveThresholds) -> GradeLetter:
    """What this drive alone would allow."""
    found = _Found.of(drive, facts.inventory.drives, facts.checks)
    return _one(drive, found, limits).letter or GradeLetter.PARTS


@dataclass(frozen=True)
class _Found:
    """What the checks found of one drive. Only the health check makes it tested: the others read it, or let it read
    itself, and can only worsen it."""

    health: CheckResult | None
    others: list[CheckResult]

    @classmethod
    def of(cls, drive: Drive, drives: list[Drive], checks: list[CheckResult]) -> "_Found":
        own = names(drive, drives)
        others = [conclude(_named(checks, own), check) for check in _OTHERS]
        told = complaint(checks, [*own, PurePath(drive.path).name])
        return cls(_health(drive, own, checks), [result for result in (*others, told) if result])


_OTHERS = ("drive_self_test", "drive_surface", "drive_speed")


def _named(checks: list[CheckResult], own: list[str]) -> list[CheckResult]:
    return [result for result in checks if result.subject in own]


def _health(drive: Drive, own: list[str], checks: list[CheckResult]) -> CheckResult | None:
    """What the drive's health check found. A failure under a serial that several drives share counts for each."""
    if drive.serial:
        shared = conclude(checks, "drive_health", [drive.serial])
        if shared and shared.outcome is Outcome.FAILED:
            return shared
    return conclude(checks, "drive_health", own)


def _none(*, empty: bool) -> AxisGrade:
    return AxisGrade(
        axis="drive",
        letter=None,
        tested=empty,
        applies=not empty,
        value=say("none"),
        reason=say("A drive is needed.") if empty else say("No drive was seen."),
    )


def _one(drive: Drive, found: _Found, limits: DriveThresholds) -> AxisGrade:
    good = (GradeLetter.A, say("SSD {drive} is healthy and little worn.", drive=label(drive)))
    letter, reason = max(caps(drive, found.health, found.others, limits), key=lambda cap: cap[0].rank, default=good)
    needs = _needs(limits)
    return AxisGrade(
        axis="drive",
        letter=letter,
        tested=found.health is not None,
        value=_value(drive),
        threshold=needs.get(letter),
        next_threshold=needs.get(better(letter)),
        reason=reason,
        missing=None if found.health else say("The health of drive {drive} was not tested.", drive=label(drive)),
    )


def _value(drive: Drive) -> Message:
    name, size = label(drive), drive.size_bytes
    if not is_ssd(drive):
        if drive.rotational is None:
            return say("{drive}: of unknown kind, {size:bytes}", drive=name, size=size)
        return say("{drive}: hard disk, {size:bytes}", drive=name, size=size)
    if drive.wear_percent is None:
        return say("{drive}: SSD, {size:bytes}", drive=name, size=size)
    return say("{drive}: SSD, {size:bytes}, {wear:percent} of its life used up",
               drive=name, size=size, wear=drive.wear_percent)  # fmt: skip


def _needs(limits: DriveThresholds) -> dict[GradeLetter | None, Message]:
    return {
        GradeLetter.A: say("SSD, at most {wear:percent} used up, no media errors", wear=limits.a_wear_percent),
        GradeLetter.B: say("SSD, at most {wear:percent} used up", wear=limits.b_wear_percent),
        GradeLetter.C: say("SSD, at most {wear:percent} used up, or hard disk without errors",
                           wear=limits.c_wear_percent),
        GradeLetter.D: say("at most {count} bad sectors, none unreadable", count=limits.d_reallocated),
    }  # fmt: skip

"""What may be said of each drive. The one place of the certificate that decides `sanitized`; in doubt, it is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.report import Report
from agent.model.sanitization import DriveIdentity, Sanitization
from agent.model.words import SanitizationStatus
from agent.report.certificate.doubts import contradictions
from agent.report.fates import Fate, fates
from agent.report.naming import STATUS, UNRECORDED


class Finding(IntEnum):
    """The sections of a certificate, the worst first: as they are printed, and as one outdoes another."""

    NOT_SANITIZED = 0
    EXCEPTIONS = 1
    REMOVED = 2
    SANITIZED = 3


_FINDINGS = {
    SanitizationStatus.SANITIZED: Finding.SANITIZED,
    SanitizationStatus.SANITIZED_WITH_EXCEPTIONS: Finding.EXCEPTIONS,
    SanitizationStatus.REMOVED: Finding.REMOVED,
}
"""Every status that is not here is not sanitized."""

_LESS = {
    Finding.NOT_SANITIZED: say("NOT sanitized"),
    Finding.EXCEPTIONS: STATUS[SanitizationStatus.SANITIZED_WITH_EXCEPTIONS],
    Finding.REMOVED: STATUS[SanitizationStatus.REMOVED],
}


@dataclass(frozen=True)
class Claim:
    """One drive of one report, or one attempt on it, and what is said of it."""

    drive: Drive | DriveIdentity
    record: Sanitization | None
    finding: Finding
    doubts: tuple[Message, ...] = ()
    """Why less is said than the record says, and what went before."""

    @property
    def facts(self) -> Drive | None:
        """The drive as the inventory knows it, where it does."""
        return self.drive if isinstance(self.drive, Drive) else None


@dataclass(frozen=True)
class Claims:
    """Everything that one report supports."""

    drives: tuple[Claim, ...]
    """By section, in each in the order of the report."""
    sticks: tuple[Drive, ...]
    """Ordis sticks in outside sockets: no part of the machine."""
    complete: bool
    """True only where "all drives of the machine" may be said."""

    def of(self, finding: Finding) -> list[Claim]:
        return [claim for claim in self.drives if claim.finding is finding]


def claims(reports: Sequence[Report]) -> list[Claims]:
    """What each of the reports on one certificate supports, in their order.

    Where records of one drive differ, in one report or between two, the worst counts for all of them: on paper they
    cannot be told apart.
    """
    found = [_of_report(report) for report in reports]
    worst: dict[tuple[str, ...], Finding] = {}
    for report, several in zip(reports, found, strict=True):
        for claim in several:
            name = _name(claim, report)
            worst[name] = min(claim.finding, worst.get(name, claim.finding))
    agreed = [
        [_at_most(worst[_name(claim, report)], claim) for claim in several]
        for report, several in zip(reports, found, strict=True)
    ]
    unsure = {
        machine_of(report)
        for report, several in zip(reports, agreed, strict=True)
        if report.inventory.unseen_drives or not _settled(several)
    }
    return [
        Claims(
            drives=tuple(sorted(several, key=lambda claim: claim.finding)),
            sticks=tuple(drive for drive in report.inventory.drives if _is_stick(drive)),
            complete=machine_of(report) not in unsure,
        )
        for report, several in zip(reports, agreed, strict=True)
    ]


def machine_of(report: Report) -> tuple[str, ...]:
    """What a machine is recognised by; one that tells nothing of itself is like no other."""
    machine = report.inventory.machine
    if machine.machine_id:
        return ("id", machine.machine_id)
    if machine.serial:
        return ("serial", machine.vendor or "", machine.model or "", machine.serial)
    return ("report", str(report.report_id))


def _of_report(report: Report) -> list[Claim]:
    """The drives of one report. One that was taken out in the end is that, whatever was tried before."""
    found = [_claim(fate) for fate in fates(report) if not _is_stick(fate.drive)]
    named = [(_name(claim, report), claim) for claim in found]
    last = dict(named)
    kept = []
    for name, claim in named:
        if last[name].finding is not Finding.REMOVED:
            kept.append(claim)
        elif claim is last[name]:
            before = [other for same, other in named if same == name and other is not claim]
            kept.append(replace(claim, doubts=tuple(_tried(before))))
    return kept


def _tried(claims_before: Iterable[Claim]) -> list[Message]:
    return [
        say("Before it was taken out: {status}.", status=STATUS[claim.record.status].text)
        for claim in claims_before
        if claim.record is not None and claim.finding is not Finding.REMOVED
    ]


def _claim(fate: Fate) -> Claim:
    record = fate.sanitization
    if record is None:
        return Claim(fate.identity, None, Finding.NOT_SANITIZED, (UNRECORDED,))
    finding = _FINDINGS.get(record.status, Finding.NOT_SANITIZED)
    against = contradictions(record) if finding is Finding.SANITIZED else []
    if against:
        return Claim(fate.identity, record, Finding.NOT_SANITIZED, tuple(against))
    return Claim(fate.identity, record, finding)


def _at_most(worst: Finding, claim: Claim) -> Claim:
    """The claim, or less where another record of the same drive says less."""
    if worst >= claim.finding:
        return claim
    doubt = say(
        "Another record of this drive says: {status}. The worse one counts. If it is outdated, make the certificate "
        "without that report.",
        status=_LESS[worst].text,
    )
    return replace(claim, finding=worst, doubts=(*claim.doubts, doubt))


def _name(claim: Claim, report: Report) -> tuple[str, ...]:
    """What a reader tells a drive apart by; where it has no serial, nothing beyond its own report."""
    drive = claim.drive
    if drive.serial:
        return ("serial", drive.serial, drive.model or "")
    return ("path", str(report.report_id), drive.path, str(drive.diskseq))


def _settled(several: list[Claim]) -> bool:
    kinds = {claim.finding for claim in several}
    return Finding.SANITIZED in kinds and kinds <= {Finding.SANITIZED, Finding.REMOVED}


def _is_stick(drive: Drive | None) -> bool:
    return drive is not None and drive.ordis_stick and drive.external

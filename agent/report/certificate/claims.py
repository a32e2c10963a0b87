"""What may be said of each drive. The one place of the certificate that decides `sanitized`; in doubt, it is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.report import Report
from agent.model.sanitization import DriveIdentity, Sanitization
from agent.model.words import SanitizationStatus, Technique, Verify
from agent.report.fates import Fate, fates
from agent.report.naming import STATUS, UNRECORDED


class Finding(Enum):
    """The sections of a certificate, the worst first, as they are printed."""

    NOT_SANITIZED = 0
    EXCEPTIONS = 1
    SANITIZED = 2
    REMOVED = 3


_FINDINGS = {
    SanitizationStatus.SANITIZED: Finding.SANITIZED,
    SanitizationStatus.SANITIZED_WITH_EXCEPTIONS: Finding.EXCEPTIONS,
    SanitizationStatus.REMOVED: Finding.REMOVED,
}
"""Every status that is not here is not sanitized."""


@dataclass(frozen=True)
class Claim:
    """One drive of one report, and what is said of it."""

    drive: Drive | DriveIdentity
    record: Sanitization | None
    finding: Finding
    doubts: tuple[Message, ...] = ()
    """Why less is said than the record says."""

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

    Where records of one drive differ, in one report or between two, the worst counts for all of them.
    """
    single = [_claims(report) for report in reports]
    worst: dict[tuple[str, ...], Finding] = {}
    for number, found in enumerate(single):
        for claim in found:
            for name in _names(claim, number):
                worst[name] = min(claim.finding, worst.get(name, claim.finding), key=lambda item: item.value)
    agreed = [
        [_agreed(claim, [worst[name] for name in _names(claim, number)]) for claim in found]
        for number, found in enumerate(single)
    ]
    unsure = {
        _machine(report)
        for report, found in zip(reports, agreed, strict=True)
        if report.inventory.unseen_drives or not _settled(found)
    }
    return [
        Claims(
            tuple(sorted(found, key=lambda claim: claim.finding.value)),
            tuple(_sticks(report)),
            complete=_machine(report) not in unsure,
        )
        for report, found in zip(reports, agreed, strict=True)
    ]


def repeated(reports: Sequence[Report]) -> list[bool]:
    """For each report, whether another one is about the same machine, as far as the machines tell."""
    machines = [_machine(report) for report in reports]
    return [machines.count(machine) > 1 for machine in machines]


def contradictions(record: Sanitization) -> list[Message]:
    """What in a record stands against its own status `sanitized` (section 6 of the design)."""
    evidence, size = record.evidence, max(record.bytes_total, record.drive.size_bytes)
    native = evidence.native_size_bytes
    overwritten = record.technique is Technique.OVERWRITE
    short = record.bytes_verified < size if record.verification is Verify.FULL else not record.bytes_verified
    found = (
        (record.level is None, say("no level was reached")),
        (record.technique is None, say("no technique is recorded")),
        (record.verification is Verify.NONE, say("nothing was read back")),
        (bool(record.exceptions), say("it names exceptions")),
        (bool(evidence.unwritable), say("some blocks could not be written")),
        (bool(evidence.unreadable), say("some blocks could not be read")),
        (bool(evidence.mismatched), say("some blocks did not hold what was written")),
        (not evidence.identity_reread, say("the drive was not identified again at the end")),
        (size == 0 or record.bytes_total < size, say("its size is not known or has changed")),
        (native is not None and native != size, say("a part of the drive is hidden")),
        (overwritten and not evidence.flushed, say("the drive did not confirm that it had stored what was written")),
        (overwritten and record.bytes_written < size, say("not all of it was written")),
        (short, say("less was read back than is said")),
        (
            evidence.kernel_bytes_read is not None and evidence.kernel_bytes_read < record.bytes_verified,
            say("what was read back may have come from memory"),
        ),
    )
    return [message for wrong, message in found if wrong]


def _claims(report: Report) -> list[Claim]:
    return [_claim(fate) for fate in fates(report) if not _is_stick(fate.drive)]


def _claim(fate: Fate) -> Claim:
    record = fate.sanitization
    if record is None:
        return Claim(fate.identity, None, Finding.NOT_SANITIZED, (UNRECORDED,))
    finding = _FINDINGS.get(record.status, Finding.NOT_SANITIZED)
    against = contradictions(record) if finding is Finding.SANITIZED else []
    if not against:
        return Claim(fate.identity, record, finding)
    return Claim(fate.identity, record, Finding.NOT_SANITIZED, (_CONTRADICTED, *against))


_CONTRADICTED = say("The report contradicts itself, so the erase does not count:")


def _agreed(claim: Claim, others: list[Finding]) -> Claim:
    """The claim, or less where another record of the same drive says less."""
    worst = min(others, key=lambda item: item.value, default=claim.finding)
    if worst.value >= claim.finding.value:
        return claim
    doubt = say(
        "Another record of this drive says less ({status}); the worse one counts. If it is outdated, make a new "
        "certificate without the outdated report.",
        status=_SAYS_LESS[worst].text,
    )
    return replace(claim, finding=worst, doubts=(*claim.doubts, doubt))


_SAYS_LESS = {
    Finding.NOT_SANITIZED: say("NOT sanitized"),
    Finding.EXCEPTIONS: STATUS[SanitizationStatus.SANITIZED_WITH_EXCEPTIONS],
    Finding.SANITIZED: STATUS[SanitizationStatus.SANITIZED],
}


def _names(claim: Claim, number: int) -> Iterator[tuple[str, ...]]:
    """What a certificate tells a drive apart by: its serial anywhere, its path within one report."""
    drive = claim.drive
    if drive.serial:
        yield ("serial", drive.serial, str(drive.size_bytes))
    yield ("path", str(number), drive.path)


def _settled(found: list[Claim]) -> bool:
    kinds = {claim.finding for claim in found}
    return Finding.SANITIZED in kinds and kinds <= {Finding.SANITIZED, Finding.REMOVED}


def _is_stick(drive: Drive | None) -> bool:
    return drive is not None and drive.ordis_stick and drive.external


def _sticks(report: Report) -> list[Drive]:
    return [drive for drive in report.inventory.drives if _is_stick(drive)]


def _machine(report: Report) -> tuple[str, ...]:
    """What a machine is recognised by; a machine that gives nothing is like no other."""
    machine = report.inventory.machine
    if machine.machine_id:
        return ("id", machine.machine_id)
    if machine.serial:
        return ("serial", machine.vendor or "", machine.model or "", machine.serial)
    return ("report", str(report.report_id))

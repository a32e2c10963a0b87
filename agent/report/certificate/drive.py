"""One drive on the certificate, with the fields of NIST SP 800-88 Rev. 2, section 4.6."""

from functools import partial

from agent.model.message import Message, say, size
from agent.model.report import Report
from agent.model.sanitization import Sanitization
from agent.model.words import SanitizationStatus, Subject, Technique, Verify
from agent.report.certificate.claims import Claim, Finding
from agent.report.certificate.content import Card, Entry
from agent.report.certificate.words import FIRMWARE, METHOD, SECTION, media_type, moment
from agent.report.naming import METHOD as METHODS
from agent.report.naming import PATTERN, TECHNIQUE, VERIFY
from agent.report.wording import tell


def card(claim: Claim, report: Report, number: int, count: int, language: str) -> Card:
    """What is said of one drive; `number` of `count` in its machine."""
    serial = claim.drive.serial
    name = (
        say("Drive {number} of {count} – serial number {serial}", number=number, count=count, serial=serial)
        if serial
        else say("Drive {number} of {count} – no serial number ({path})",
                 number=number, count=count, path=claim.drive.path)
    )  # fmt: skip
    return Card(
        heading=tell(name, language),
        status=tell(SECTION[claim.finding], language),
        entries=[*_medium(claim, report, language), *_work(claim, report, language)],
        notes=_notes(claim, language),
    )


def _medium(claim: Claim, report: Report, language: str) -> list[Entry]:
    word = partial(tell, language=language)
    drive = claim.drive
    bare = report.subject is Subject.DRIVE
    tag = say("Asset tag of the drive") if bare else say("Asset tag of the machine")
    return [
        Entry(word(say("Manufacturer")), (claim.facts and claim.facts.vendor) or "–"),
        Entry(word(say("Model")), drive.model or "–"),
        Entry(word(say("Serial number")), drive.serial or "–"),
        Entry(word(say("Capacity")), _size(drive.size_bytes, language)),
        Entry(word(say("Media type")), media_type(drive, language)),
        Entry(word(tag), report.asset_tag or "–"),
        Entry(word(say("Media source")), report.lot or "–"),
        # For the organisation to fill in, where its policy asks for it.
        Entry(word(say("Category before (optional)"))),
    ]  # fmt: skip


def _work(claim: Claim, report: Report, language: str) -> list[Entry]:
    """What was done. Method and verification are said only of what was carried out to its end."""
    record = claim.record
    if record is None or claim.finding is Finding.REMOVED:
        return []
    word = partial(tell, language=language)
    tool = Entry(word(say("Tool")), f"Ordis {report.software.version}")
    if claim.finding is Finding.NOT_SANITIZED:
        tried = [Entry(word(say("Technique tried")), _technique(record, language))] if record.technique else []
        return [*tried, tool, Entry(word(say("Written")), _part(record.bytes_written, record, language))]
    return [
        Entry(word(say("Method (level reached)")), word(METHOD[record.level]) if record.level else "–"),
        Entry(word(say("Technique")), _technique(record, language)),
        Entry(word(say("Verification")), word(VERIFY[record.verification])),
        Entry(word(say("Read back")), _part(record.bytes_verified, record, language)),
        tool,
        Entry(word(say("Date")), moment(report.created_at, language)),
        Entry(word(say("Duration")), word(say("{time:duration}", time=record.seconds))),
        # Where the firmware erases, nothing is written from outside.
        Entry(word(say("Written")), _part(record.bytes_written, record, language) if record.bytes_written else "–"),
    ]


def _size(count: int, language: str) -> str:
    """Rounded as it is sold, and to the byte, in groups that no line break divides."""
    exact = f"{count:,}".replace(",", "\u202f")
    unit = tell(say("bytes"), language)
    return f"{size(count, language)} ({exact} {unit})"


def _technique(record: Sanitization, language: str) -> str:
    parts = [TECHNIQUE[record.technique]] if record.technique else []
    parts += [METHODS[record.method]] if record.method else []
    overwritten = record.technique is not Technique.OVERWRITE and record.bytes_written
    parts += [TECHNIQUE[Technique.OVERWRITE]] if overwritten else []
    parts += [PATTERN[record.pattern]] if record.pattern else []
    return ", ".join(tell(part, language) for part in parts) or "–"


def _part(count: int, record: Sanitization, language: str) -> str:
    return tell(say("{count:bytes} of {size:bytes}", count=count, size=record.bytes_total), language)


def _notes(claim: Claim, language: str) -> list[Entry]:
    """Everything that a reader must not miss, each with what it is."""
    record = claim.record
    notes = [(say("Why"), doubt) for doubt in claim.doubts]
    if record is not None:
        # The reason of a record that says `sanitized` is that it was erased: nothing to quote where that is doubted.
        notes += [] if record.status is SanitizationStatus.SANITIZED else [(say("Why"), record.reason)]
        notes += [(say("What to do"), record.hint)] if record.hint else []
        notes += [(say("Exception"), exception) for exception in _exceptions(claim, record)]
        notes += _statements(claim, record)
        notes += _circumstances(record)
    return [Entry(tell(label, language), tell(text, language)) for label, text in notes]


def _exceptions(claim: Claim, record: Sanitization) -> list[Message]:
    if claim.finding is Finding.EXCEPTIONS and not record.exceptions:
        return [say("The report does not say which. Take the drive for one that is not erased.")]
    return list(record.exceptions)


def _statements(claim: Claim, record: Sanitization) -> list[tuple[Message, Message]]:
    if claim.finding not in (Finding.SANITIZED, Finding.EXCEPTIONS):
        return []
    notes: list[tuple[Message, Message]] = []
    if record.verification is Verify.SAMPLED:
        nothing = say("Nothing is stated about the blocks that were not read.")
        notes.append((say("Sample"), record.evidence.statement or nothing))
    if record.technique not in (None, Technique.OVERWRITE):
        notes.append((say("Firmware"), FIRMWARE))
    return notes


def _circumstances(record: Sanitization) -> list[tuple[Message, Message]]:
    """What a reader wants to know of how it came to that, whatever it came to."""
    evidence = record.evidence
    notes = [(say("Not reached"), part) for part in evidence.untouched]
    notes += [
        (say("Passes"), say("{count}: {passes}", count=len(step.passes), passes=", ".join(step.passes)))
        for step in record.steps
        if len(step.passes) > 1
    ]
    notes += [
        (say("Hidden area"), say("{bytes:bytes} ({kind}) were made reachable before the erase.",
                                 bytes=area.bytes, kind=area.kind))
        for area in evidence.revealed
    ]  # fmt: skip
    for step in record.steps:
        if not step.succeeded and step.reason and step.technique is not record.technique:
            notes += [(say("Also tried"), TECHNIQUE[step.technique]), (say("Why it failed"), step.reason)]
    if evidence.resumed_at_bytes is not None:
        resumed = say("The erase was cut off and taken up again at {bytes:bytes}.", bytes=evidence.resumed_at_bytes)
        notes.append((say("Interruption"), resumed))
    return notes

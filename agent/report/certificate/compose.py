"""From accepted reports to the content of the certificate, in one language."""

from collections.abc import Sequence
from functools import partial

from agent.model.message import Message, say
from agent.model.words import Level, Subject
from agent.report.certificate.accept import Accepted
from agent.report.certificate.claims import Claims, Finding, claims, machine_of
from agent.report.certificate.content import Document, Entry, Issuer, Line, Person
from agent.report.certificate.machine import machine_part, repeats
from agent.report.certificate.words import CHECK, LEGEND, NO_DRIVE, STANDARDS, TRAINING, moment, tally, told_moment
from agent.report.summary import subject_of
from agent.report.wording import tell

_RECORD = say("Record of storage media – certifies no erase")
_NOTHING_REAL = say("TRAINING: no real drive is certified here.")


def compose(accepted: Sequence[Accepted], issuer: Issuer, language: str) -> Document:
    """The certificate on these reports: one at least, as `accept` gives them."""
    word = partial(tell, language=language)
    reports = [item.report for item in accepted]
    supported = claims(reports)
    machines = [machine_of(report) for report in reports]
    training = reports[0].training
    bare = sum(report.subject is Subject.DRIVE for report in reports)
    finding, headline = _verdict(supported, len(set(machines)), bare)
    last = max(reports, key=lambda report: report.created_at)
    tool = "Ordis " + ", ".join(sorted({report.software.version for report in reports}))
    several = len(reports) > 1
    return Document(
        title=word(say("Certificate of sanitization") if _count(supported, Finding.SANITIZED) else _RECORD),
        subtitle=word(say("Storage media, by NIST SP 800-88 Rev. 2, section 4.6")),
        overprint=word(TRAINING) if training else "",
        issuer=_issuer(issuer, language),
        entries=_entries(accepted, language),
        finding=Finding.NOT_SANITIZED if training else finding,
        headline=word(_NOTHING_REAL if training else headline),
        tallies=_tallies(supported, language),
        notices=[word(repeats(len(machines) - len(set(machines))))] if len(set(machines)) < len(machines) else [],
        table_head=[word(head) for head in _HEAD],
        table=[_line(*each, language) for each in zip(accepted, supported, strict=True)] if several else [],
        machines=[
            machine_part(item, found, language, number=number if several else 0, repeated=machines.count(machine) > 1)
            for number, (item, found, machine) in enumerate(zip(accepted, supported, machines, strict=True), 1)
        ],
        people=_people(issuer, language),
        notes=[word(text) for text in (*(LEGEND[level] for level in _levels(supported)), STANDARDS, CHECK)],
        footer=" · ".join([tool, str(last.report_id) if not several else moment(last.created_at, language)]),
        creator=tool,
        created_at=last.created_at,
    )


def _count(supported: Sequence[Claims], finding: Finding) -> int:
    return sum(len(found.of(finding)) for found in supported)


def _tallies(supported: Sequence[Claims], language: str) -> list[tuple[Finding, str]]:
    """How many drives each section holds; a single drive needs no count."""
    counts = {finding: _count(supported, finding) for finding in Finding}
    if sum(counts.values()) < 2:
        return []
    return [(finding, tell(tally(finding, count), language)) for finding, count in counts.items() if count]


def _levels(supported: Sequence[Claims]) -> list[Level]:
    """Those that are said to be reached."""
    said = {
        claim.record.level
        for found in supported
        for claim in (*found.of(Finding.SANITIZED), *found.of(Finding.EXCEPTIONS))
        if claim.record
    }
    return [level for level in Level if level in said]


def _verdict(supported: Sequence[Claims], machines: int, bare: int) -> tuple[Finding, Message]:
    """The sentence at the top, no better than the worst drive. `bare`: so many reports are about drives without a
    machine."""
    good, failed, doubtful, removed = (
        _count(supported, finding)
        for finding in (Finding.SANITIZED, Finding.NOT_SANITIZED, Finding.EXCEPTIONS, Finding.REMOVED)
    )
    if not good:
        return Finding.NOT_SANITIZED, say("This document certifies no erase.")
    if failed or doubtful:
        return Finding.NOT_SANITIZED if failed else Finding.EXCEPTIONS, say(
            "Not everything is certified: {bad} of {count} drives are not. Read on before anything is passed on.",
            bad=failed + doubtful, count=good + failed + doubtful,
        )  # fmt: skip
    if not all(found.complete for found in supported):
        return Finding.EXCEPTIONS, say("Certified are the drives listed here. Whether these are all cannot be said.")
    if bare:
        return Finding.SANITIZED, _all_bare(good, removed=bool(removed))
    return Finding.SANITIZED, _all(machines, removed=bool(removed))


def _all_bare(drives: int, *, removed: bool) -> Message:
    """Nothing is said of any machine: who holds the drive does not know what else was in it."""
    if removed:
        return say("All drives listed here are sanitized or were taken out.")
    return say("The drive is sanitized.") if drives == 1 else say("All drives listed here are sanitized.")


def _all(machines: int, *, removed: bool) -> Message:
    if machines > 1 and removed:
        return say("All drives of these {count} machines are sanitized or were taken out.", count=machines)
    if machines > 1:
        return say("All drives of these {count} machines are sanitized.", count=machines)
    if removed:
        return say("All drives of this machine are sanitized or were taken out.")
    return say("All drives of this machine are sanitized.")


def _issuer(issuer: Issuer, language: str) -> list[str]:
    """Name, address and registration; who issues it is left free where ordis.toml does not say it."""
    lines = [issuer.name or tell(say("Organisation: ______________________________"), language)]
    if issuer.address:
        lines.append(issuer.address)
    if issuer.registration:
        lines.append(tell(say("Registration: {number}", number=issuer.registration), language))
    return lines


def _entries(accepted: Sequence[Accepted], language: str) -> list[Entry]:
    reports = [item.report for item in accepted]
    lots = sorted({report.lot for report in reports if report.lot})
    donor = Entry(tell(say("Donor or lot"), language), ", ".join(lots) or "–")
    if len(reports) == 1:
        date = told_moment(reports[0].created_at, reports[0].time_source, language)
        return [donor, Entry(tell(say("Date"), language), date),
                Entry(tell(say("Report"), language), str(reports[0].report_id))]  # fmt: skip
    dates = sorted(report.created_at for report in reports)
    span = " – ".join(dict.fromkeys(moment(date, language) for date in (dates[0], dates[-1])))
    return [donor, Entry(tell(say("Date"), language), span), Entry(tell(say("Reports"), language), str(len(reports)))]


_HEAD = (say("Asset tag"), say("Machine"), say("Serial number"), say("Drives"))


def _line(item: Accepted, found: Claims, language: str) -> Line:
    """A machine in the overview, in the colour of its worst drive."""
    machine = item.report.inventory.machine
    said = [tell(tally(kind, len(found.of(kind))), language) for kind in Finding if found.of(kind)]
    worst = min((claim.finding for claim in found.drives), default=Finding.NOT_SANITIZED)
    if worst is Finding.SANITIZED and not found.complete:
        worst = Finding.EXCEPTIONS
        said.append(tell(say("whether these are all cannot be said"), language))
    return Line(
        worst,
        [
            item.report.asset_tag or "–",
            subject_of(item.report) or "–",
            machine.serial or "–",
            ", ".join(said) or tell(NO_DRIVE, language),
        ],
    )


def _people(issuer: Issuer, language: str) -> list[Person]:
    """Verifier and validator: name, title, date, location, contact and signature, as section 4.6 asks."""
    fields = (say("Name"), say("Title"), say("Date"), say("Location"), say("Contact"), say("Signature"))
    captions = (say("Verified by"), say("Validated for the organisation by"))
    people = []
    for caption, name in zip(captions, ("", issuer.signatory or ""), strict=True):
        entries = [Entry(tell(label, language), "" if number else name) for number, label in enumerate(fields)]
        people.append(Person(tell(caption, language), entries))
    return people

"""One machine on the certificate: what it is, its drives by section, and what ties this to the signed report."""

from functools import partial

from agent.model.message import Message, say
from agent.model.report import Report
from agent.model.words import Subject
from agent.report.certificate.accept import Accepted
from agent.report.certificate.claims import Claims, Finding
from agent.report.certificate.content import Entry, MachinePart, Proof, Section
from agent.report.certificate.drive import card
from agent.report.certificate.words import CONTINUED, NO_DRIVE, SECTION, told_moment
from agent.report.naming import CHASSIS
from agent.report.summary import subject_of
from agent.report.wording import tell


def machine_part(item: Accepted, found: Claims, language: str, *, number: int, repeated: bool) -> MachinePart:
    """`number` is its place on the certificate, 0 where it stands alone."""
    word = partial(tell, language=language)
    report = item.report
    bare = report.subject is Subject.DRIVE
    name = subject_of(report) or word(say("Drive") if bare else say("Machine"))
    place = {id(claim): index for index, claim in enumerate(found.drives, 1)}
    return MachinePart(
        heading=" · ".join(filter(None, [str(number or ""), report.asset_tag, name])),
        entries=[
            *_who(report, name, language),
            Entry(word(say("Donor or lot")), report.lot or "–"),
            Entry(word(say("Date of the report")), told_moment(report.created_at, report.time_source, language)),
        ],
        claim=_claim(found, language, bare=bare) if number and not report.training else "",
        notices=[word(message) for message in _notices(item, found, repeated=repeated)],
        sections=[
            Section(
                finding=finding,
                heading=word(SECTION[finding]),
                continued=word(CONTINUED[finding]),
                cards=[card(claim, report, place[id(claim)], len(found.drives), language) for claim in claims],
            )
            for finding in Finding
            if (claims := found.of(finding))
        ],
        proof=Proof(
            code=item.code,
            entries=[
                Entry(word(say("Report")), str(report.report_id)),
                Entry(word(say("Checksum of the report (SHA-256)")), item.checksum),
                Entry(word(say("Fingerprint of the key (SHA-256)")), item.fingerprint),
                Entry(word(say("Signature of the report (Ed25519)")), item.signature),
            ],
        ),
    )


def repeats(count: int) -> Message:
    """How many reports are about a machine that another report is about too."""
    return say("Reports about a machine that another report here is about too: {count}.", count=count)


def _who(report: Report, name: str, language: str) -> list[Entry]:
    word = partial(tell, language=language)
    if report.subject is Subject.DRIVE:
        alone = word(say("without a machine"))
        return [Entry(word(say("Drive")), f"{name}, {alone}"),
                Entry(word(say("Asset tag")), report.asset_tag or "–")]  # fmt: skip
    machine = report.inventory.machine
    return [
        Entry(word(say("Machine")), f"{name}, {word(CHASSIS[machine.chassis])}"),
        Entry(word(say("Serial number")), machine.serial or "–"),
    ]


def _claim(found: Claims, language: str, *, bare: bool) -> str:
    if not found.complete:
        return ""
    if bare:
        return tell(say("The drive is sanitized."), language)
    if found.of(Finding.REMOVED):
        return tell(say("All drives of this machine are sanitized or were taken out."), language)
    return tell(say("All drives of this machine are sanitized."), language)


def _notices(item: Accepted, found: Claims, *, repeated: bool) -> list[Message]:
    report = item.report
    notices = [] if found.drives else [NO_DRIVE]
    for unseen in report.inventory.unseen_drives:
        notices += [unseen.sign, unseen.remedy]
    if report.inventory.unseen_drives:
        notices.append(say("So this certificate does not speak of all drives of the machine."))
    if repeated:
        notices.append(say("Another report on this certificate is about the same machine."))
    notices += [
        say("The Ordis stick {serial} was plugged in; it is no part of the machine.", serial=stick.serial or stick.path)
        for stick in found.sticks
    ]
    return notices + list(report.remarks)

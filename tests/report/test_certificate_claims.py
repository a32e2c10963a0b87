"""No drive that is not sanitized stands on a certificate as sanitized. Asked of the PDFs themselves."""

import itertools
import re
from collections.abc import Iterable

import certificate_pages as pdf
import pytest
import sample_report as sample
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.inventory import UnseenDrive
from agent.model.message import say
from agent.model.report import Report
from agent.model.sanitization import BlockRange, Evidence, Sanitization
from agent.model.words import Level, Method, SanitizationStatus, Technique, Verify
from agent.report.certificate.claims import Finding, claims
from agent.report.certificate.doubts import contradictions

ALL = re.compile(r"All drives of th(is|ese)")
Status = SanitizationStatus
GOOD = {"status": Status.SANITIZED, "level": Level.CLEAR, "technique": Technique.OVERWRITE, "verification": Verify.FULL}
FINDINGS = {
    Status.SANITIZED: Finding.SANITIZED,
    Status.SANITIZED_WITH_EXCEPTIONS: Finding.EXCEPTIONS,
    Status.REMOVED: Finding.REMOVED,
}


def record(serial: str, **facts: object) -> Sanitization:
    """A good record with some of its facts changed."""
    technique = facts.get("technique")
    if technique not in (None, Technique.OVERWRITE):
        facts = {"steps": [sample.OWN_ERASE.model_copy(update={"technique": technique})], **facts}
    return sample.erased(sample.drive(serial)).model_copy(update=facts)


def report_of(records: Iterable[Sanitization], **facts: object) -> Report:
    records = list(records)
    serials = dict.fromkeys(item.drive.serial or "" for item in records)
    return sample.report(
        drives=[sample.drive(serial, path=f"/dev/{serial}") for serial in serials],
        sanitizations=[
            item.model_copy(update={"drive": item.drive.model_copy(update={"path": f"/dev/{item.drive.serial}"})})
            for item in records
        ],
        **facts,  # type: ignore[arg-type]
    )


def with_inventory(report: Report, **facts: object) -> Report:
    return report.model_copy(update={"inventory": report.inventory.model_copy(update=facts)})


# ---- every status, level, verification and technique


def test_every_combination() -> None:
    wanted, records = {}, []
    choices = itertools.product(Status, [None, *Level], Verify, [None, Technique.OVERWRITE, Technique.NVME_SANITIZE])
    for number, (status, level, verification, technique) in enumerate(choices):
        serial = f"SER-{number:03d}"
        proved = level is not None and technique is not None and verification is not Verify.NONE
        finding = FINDINGS.get(status, Finding.NOT_SANITIZED)
        wanted[serial] = {finding if proved or finding is not Finding.SANITIZED else Finding.NOT_SANITIZED}
        records.append(record(serial, status=status, level=level, verification=verification, technique=technique))
    assert len(records) == 7 * 3 * 3 * 3
    assert sum(kinds == {Finding.SANITIZED} for kinds in wanted.values()) == 8
    data = pdf.made(report_of(records))
    assert pdf.placed(data) == wanted
    assert not ALL.search(pdf.joined(data))


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SANITIZED])
@pytest.mark.parametrize("level", [None, *Level])
def test_alone_it_is_never_called_sanitized(status: Status, level: Level | None) -> None:
    """The word does not stand on the whole certificate but in “NOT sanitized” and “sanitized with exceptions”."""
    report = report_of([record("SER-1", status=status, level=level, reason=say("It stopped."))])
    text = pdf.joined(pdf.made(report)).casefold()
    rest = text.replace("not sanitized", "")
    if status is Status.SANITIZED_WITH_EXCEPTIONS:
        rest = rest.replace("sanitized with exceptions", "")
    assert "sanitized" not in rest
    assert "certificate of" not in text
    assert "this document certifies no erase." in text


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.SANITIZED])
def test_alone_it_is_never_called_sanitized_in_french(status: Status) -> None:
    report = report_of([record("SER-1", status=status, reason=say("It stopped."))])
    text = pdf.joined(pdf.made(report, language="fr"))
    rest = re.sub(r"(?i)non effacée?s?|effacée?s? avec réserves", "", text)
    assert not re.search(r"(?i)\beffacée?s?\b", rest)


# ---- records that contradict themselves

BLOCKS = [BlockRange(first=7, count=1)]
EVIDENCE = Evidence(flushed=True, identity_reread=True)
LIES: list[dict[str, object]] = [
    {"level": None},
    {"technique": None},
    {"verification": Verify.NONE},
    {"exceptions": [say("A hidden area was not reached.")]},
    {"technique": Technique.ATA_SANITIZE, "steps": []},
    {"technique": Technique.ATA_SANITIZE, "steps": [sample.OWN_ERASE]},
    {"technique": Technique.NVME_SANITIZE, "steps": [sample.OWN_ERASE.model_copy(update={"marks_left": 1})]},
    {"technique": Technique.NVME_SANITIZE, "steps": [sample.OWN_ERASE.model_copy(update={"marks_planted": 0})]},
    {"technique": Technique.NVME_SANITIZE, "method": Method.CRYPTO, "bytes_written": 0,
     "steps": [sample.OWN_ERASE.model_copy(update={"method": Method.CRYPTO})]},
    {"bytes_total": 0},
    {"bytes_total": 499 * sample.GB},
    {"bytes_written": 500 * sample.GB - 512},
    {"bytes_verified": 500 * sample.GB - 512},
    {"verification": Verify.SAMPLED, "bytes_verified": 0},
    {"evidence": Evidence(flushed=False, identity_reread=True)},
    {"evidence": Evidence(flushed=True, identity_reread=False)},
    *(
        {"evidence": EVIDENCE.model_copy(update=lie)}
        for lie in (
            {"unwritable": BLOCKS}, {"unreadable": BLOCKS}, {"mismatched": BLOCKS},
            {"native_size_bytes": 501 * sample.GB}, {"kernel_bytes_read": 4096},
        )
    ),
]  # fmt: skip


def test_a_good_record_is_believed() -> None:
    assert contradictions(record("SER-1")) == []
    assert contradictions(record("SER-1", technique=Technique.ATA_SANITIZE, bytes_written=0)) == []


@pytest.mark.parametrize("lie", LIES, ids=str)
def test_a_record_that_contradicts_itself_is_not_sanitized(lie: dict[str, object]) -> None:
    good = record("SER-2")
    data = pdf.made(report_of([record("SER-1", **lie), good]))
    assert pdf.placed(data) == {"SER-1": {Finding.NOT_SANITIZED}, "SER-2": {Finding.SANITIZED}}
    assert "The report contradicts itself" in pdf.joined(data)
    assert not ALL.search(pdf.joined(data))


# ---- anything at all

evidence = st.builds(
    Evidence,
    native_size_bytes=st.none() | st.sampled_from([0, 500 * sample.GB, 501 * sample.GB]),
    unwritable=st.sampled_from([[], BLOCKS]), unreadable=st.sampled_from([[], BLOCKS]),
    mismatched=st.sampled_from([[], BLOCKS]), flushed=st.booleans(), identity_reread=st.booleans(),
    kernel_bytes_read=st.none() | st.sampled_from([0, 500 * sample.GB]),
)  # fmt: skip
sizes = st.sampled_from([0, 4096, 500 * sample.GB])
facts = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(Status), "level": st.none() | st.sampled_from(Level),
        "technique": st.none() | st.sampled_from(Technique), "verification": st.sampled_from(Verify),
        "bytes_total": sizes, "bytes_written": sizes, "bytes_verified": sizes, "evidence": evidence,
        "exceptions": st.sampled_from([[], [say("Something is left.")]]),
    },
)  # fmt: skip
serials = st.sampled_from(["SER-1", "SER-2", "SER-3"])
records = st.lists(st.tuples(serials, facts), max_size=6).map(
    lambda each: [record(name, **more) for name, more in each]
)


def judge(several: list[list[Sanitization]], found: dict[str, set[Finding]], *, said_all: bool, unseen: bool) -> None:
    """What must hold whatever the reports say; `found` is where each serial stands."""
    assert set(found) == {item.drive.serial for each in several for item in each}, "a drive is missing"
    for serial, kinds in found.items():
        about = [item for each in several for item in each if item.drive.serial == serial]
        if Finding.SANITIZED in kinds:
            assert kinds == {Finding.SANITIZED}
            assert all(item.status is Status.SANITIZED and not contradictions(item) for item in about)
    kinds = set().union(*found.values())
    assert not said_all or (Finding.SANITIZED in kinds and kinds <= {Finding.SANITIZED, Finding.REMOVED} and not unseen)


def reports_of(several: list[list[Sanitization]], *, unseen: bool) -> list[Report]:
    """Reports of one machine; where `unseen`, the first has a sign of a hidden drive."""
    signs = [UnseenDrive(sign=say("A sign."), remedy=say("A remedy."))] if unseen else []
    first, *rest = map(report_of, several)
    return [with_inventory(first, unseen_drives=signs), *rest]


any_reports = st.lists(records, min_size=1, max_size=3)


@settings(max_examples=100)
@given(any_reports, st.booleans())
def test_whatever_the_reports_say(several: list[list[Sanitization]], unseen: bool) -> None:
    """Several reports, several records of one drive in any order: sanitized only where nothing says otherwise."""
    supported = claims(reports_of(several, unseen=unseen))
    found: dict[str, set[Finding]] = {}
    for claim in (claim for each in supported for claim in each.drives):
        found.setdefault(claim.drive.serial or "", set()).add(claim.finding)
    judge(several, found, said_all=any(each.complete for each in supported), unseen=unseen)


@settings(max_examples=8)
@given(any_reports, st.booleans())
def test_whatever_the_reports_say_on_paper(several: list[list[Sanitization]], unseen: bool) -> None:
    data = pdf.made(*reports_of(several, unseen=unseen))
    judge(several, pdf.placed(data), said_all=bool(ALL.search(pdf.joined(data))), unseen=unseen)


# ---- several records of one drive


def found(*reports: Report) -> list[list[Finding]]:
    return [[claim.finding for claim in each.drives] for each in claims(reports)]


def test_the_worse_of_two_records_counts() -> None:
    failed, good = record("SER-1", status=Status.FAILED), record("SER-1")
    for order in ([failed, good], [good, failed]):
        assert found(report_of(order)) == [[Finding.NOT_SANITIZED] * 2]
        assert found(report_of(order[:1]), report_of(order[1:])) == [[Finding.NOT_SANITIZED]] * 2
    assert "Another record of this drive says: NOT sanitized." in pdf.joined(
        pdf.made(report_of([good]), report_of([failed]))
    )


def test_a_drive_taken_out_in_the_end_is_that() -> None:
    failed, out = record("SER-1", status=Status.FAILED), record("SER-1", status=Status.REMOVED, reason=say("By Jo."))
    assert found(report_of([failed, out])) == [[Finding.REMOVED]]
    assert found(report_of([out, failed])) == [[Finding.NOT_SANITIZED] * 2]
    text = pdf.joined(pdf.made(report_of([failed, out, record("SER-2")])))
    assert "By Jo." in text
    assert "Before it was taken out: NOT sanitized: failed." in text
    assert "All drives of this machine are sanitized or were taken out." in text


def test_a_drive_that_nobody_treated() -> None:
    report = sample.report(drives=[sample.drive("SER-1"), sample.drive("SER-2")], sanitizations=[record("SER-1")])
    data = pdf.made(report)
    assert pdf.placed(data)["SER-2"] == {Finding.NOT_SANITIZED}
    assert "NOT sanitized: nothing is recorded" in pdf.joined(data)


def test_drives_without_a_serial_are_told_apart_by_their_report() -> None:
    bare = sample.drive("x").model_copy(update={"serial": None})
    good = sample.report(drives=[bare])
    bad = sample.report(drives=[bare], sanitizations=[sample.erased(bare, Status.FAILED)])
    assert found(good, bad) == [[Finding.SANITIZED], [Finding.NOT_SANITIZED]]
    assert "no serial number (/dev/x)" in pdf.joined(pdf.made(good))


# ---- all drives


def test_all_drives_is_said_where_it_is_so() -> None:
    assert "All drives of this machine are sanitized." in pdf.joined(pdf.made(report_of([record("A1"), record("B2")])))


def test_a_sign_of_a_hidden_drive_forbids_it() -> None:
    sign = UnseenDrive(sign=say("A drive hides behind Intel RST."), remedy=say("Set AHCI in the BIOS."))
    text = pdf.joined(pdf.made(with_inventory(report_of([record("A1")]), unseen_drives=[sign])))
    assert not ALL.search(text)
    for words in ("A drive hides behind Intel RST.", "Set AHCI in the BIOS.", "does not speak of all drives",
                  "Whether these are all cannot be said."):  # fmt: skip
        assert words in text


def test_a_machine_without_drives_certifies_nothing() -> None:
    text = pdf.joined(pdf.made(sample.report(drives=[])))
    assert "This document certifies no erase." in text
    assert "No drive was seen in this machine." in text
    assert not ALL.search(text)


def test_the_stick_in_its_socket_is_no_drive_of_the_machine() -> None:
    stick = sample.drive("STICK-9", ordis_stick=True, external=True)
    good = sample.drive("SER-1")
    text = pdf.joined(pdf.made(sample.report(drives=[stick, good], sanitizations=[sample.erased(good)])))
    assert "All drives of this machine are sanitized." in text
    assert "The Ordis stick STICK-9 was plugged in; it is no part of the machine." in text
    inside = sample.drive("STICK-9", ordis_stick=True)
    data = pdf.made(sample.report(drives=[inside, good], sanitizations=[sample.erased(good)]))
    assert pdf.placed(data)["STICK-9"] == {Finding.NOT_SANITIZED}


def test_one_doubtful_report_of_a_machine_forbids_it_for_the_other() -> None:
    """The machine is recognised by its serial."""
    good, other = report_of([record("SER-1")]), report_of([record("SER-2", status=Status.NOT_REQUESTED)])
    text = pdf.joined(pdf.made(good, other))
    assert not ALL.search(text)
    assert "Another report on this certificate is about the same machine." in text
    assert "Reports about a machine that another report here is about too: 1." in text


@pytest.mark.parametrize("status", [Status.FAILED, Status.SANITIZED_WITH_EXCEPTIONS])
def test_one_bad_drive_stands_in_the_headline(status: Status) -> None:
    text = pdf.joined(pdf.made(report_of([record("SER-1"), record("SER-2", status=status)])))
    assert "Not everything is certified: 1 of 2 drives are not." in text
    assert not ALL.search(text)


def test_a_lot_says_it_only_for_all_machines() -> None:
    def machine(number: int, *drives: Sanitization) -> Report:
        report = report_of(drives, asset_tag=f"TAG-{number}")
        return with_inventory(
            report, machine=report.inventory.machine.model_copy(update={"serial": f"M{number}"})
        )  # fmt: skip

    good = [machine(number, record(f"SER-{number}")) for number in range(3)]
    assert "All drives of these 3 machines are sanitized." in pdf.joined(pdf.made(*good))
    bad = machine(9, record("SER-9", status=Status.INTERRUPTED))
    text = pdf.joined(pdf.made(*good, bad))
    assert "these 4 machines" not in text
    assert "Not everything is certified: 1 of 4 drives are not." in text
    assert text.count("All drives of this machine are sanitized.") == 3

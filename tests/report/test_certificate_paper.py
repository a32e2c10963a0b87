"""The PDF: what must stand on it, hostile text, training, long lists, the same bytes each time."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import certificate_pages as pdf
import pypdf
import pytest
import sample_report as sample
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.message import Message, say
from agent.model.report import Report
from agent.model.sanitization import Evidence, RevealedArea, Sanitization, StepDone
from agent.model.words import Level, Mode, SanitizationStatus, Technique, Transport, Verify
from agent.report.certificate import fonts
from agent.report.certificate.content import Issuer
from agent.report.certificate.rows import qr
from agent.report.certificate.sheet import Sheet

needs_dejavu = pytest.mark.skipif(not pdf.HAS_DEJAVU, reason="the package fonts-dejavu-core is not installed")
BOTH = [pytest.param(pdf.PLAIN, id="standard"), pytest.param(fonts.DEJAVU, id="dejavu", marks=needs_dejavu)]
Status = SanitizationStatus


def certified(drive: dict[str, Any] | None = None, **facts: object) -> Report:
    """A report of one drive, its record changed."""
    item = sample.drive("SER-1", **(drive or {}))
    return sample.report(drives=[item], sanitizations=[sample.erased(item).model_copy(update=facts)])


# ---- what must stand on it


@pytest.mark.parametrize("folder", BOTH)
def test_the_fields_of_nist_800_88_rev_2(folder: Path) -> None:
    text = pdf.text(pdf.made(certified({"vendor": "Western Digital"}), folder=folder))
    for words in (
        # organisation
        "Les Ordis de Nantes", "12 rue de la Réparation, 44000 Nantes", "Registration: RNA W442000000",
        "Camille Œuvrard",
        # medium: section 4.6
        "Manufacturer\nWestern Digital", "Model\nExample 500 Blue", "Serial number\nSER-1",
        "Media type\nhard disk (magnetic)",
        "Asset tag of the machine\nNTS-0042", "Media source\nMairie 2026-05", "Category before (optional)",
        # work
        "Method (level reached)\nClear", "Technique\noverwrite, with zeros", "Verification\nfully read back",
        "Read back\n500 GB of 500 GB", "Tool\nOrdis ",
        # people
        "Verified by", "Validated for the organisation by", "Name", "Title", "Date", "Location", "Contact", "Signature",
        # the rest
        "NIST SP 800-88 Rev. 2", "2026-05-04 09:42 UTC, by network time", "Clear: everything",
    ):  # fmt: skip
        assert words in text
    assert "Purge:" not in text


def test_what_ties_it_to_the_report() -> None:
    report = certified()
    text = pdf.text(pdf.made(report))
    (item,) = pdf.accepted(report)
    for words in (str(report.report_id), item.checksum, item.fingerprint, item.signature):
        assert words in text


def test_a_sampled_verification_comes_with_its_statement() -> None:
    evidence = Evidence(
        flushed=True, identity_reread=True, statement=say("Less than {part:percent} is left.", part=0.1)
    )
    text = pdf.joined(pdf.made(certified(verification=Verify.SAMPLED, bytes_verified=4096, evidence=evidence)))
    assert "read back in samples" in text
    assert "Sample Less than 0.1% is left." in text
    silent = pdf.made(certified(verification=Verify.SAMPLED, bytes_verified=4096))
    assert "Nothing is stated about the blocks that were not read." in pdf.joined(silent)


def test_an_erase_by_firmware_says_on_whose_word_it_rests() -> None:
    own = {"level": Level.PURGE, "technique": Technique.NVME_SANITIZE, "pattern": None, "steps": [sample.OWN_ERASE]}
    text = pdf.joined(pdf.made(certified(**own)))
    assert "Method (level reached) Purge" in text
    assert "rests on its word" in text
    assert "Purge: recovery" in text
    assert "rests on its word" not in pdf.joined(pdf.made(certified()))


def test_every_exception_is_printed() -> None:
    exceptions = [say("Exception number {number}.", number=number) for number in range(40)]
    data = pdf.made(certified(status=Status.SANITIZED_WITH_EXCEPTIONS, exceptions=exceptions, hint=say("Ask Jo.")))
    text = pdf.joined(data)
    for number in range(40):
        assert f"Exception Exception number {number}." in text
    assert "What to do Ask Jo." in text
    unnamed = pdf.made(certified(status=Status.SANITIZED_WITH_EXCEPTIONS))
    assert "The report does not say which. Take the drive for one that is not erased." in pdf.joined(unnamed)


def test_a_failure_says_why_and_what_to_do() -> None:
    text = pdf.joined(pdf.made(certified(status=Status.FAILED, reason=say("It burnt."), hint=say("Shred it."))))
    assert "Why It burnt." in text
    assert "What to do Shred it." in text
    assert "Method (level reached)" not in text


def test_an_unconfirmed_date_says_so() -> None:
    report = certified().model_copy(update={"time_source": "unconfirmed"})
    assert "09:42 UTC, DATE UNCONFIRMED" in pdf.joined(pdf.made(report))


def test_remarks_of_the_report_are_kept() -> None:
    report = certified().model_copy(update={"remarks": [say("The clock was wrong.")]})
    assert "The clock was wrong." in pdf.joined(pdf.made(report))


@pytest.mark.parametrize(
    ("drive", "words"),
    [
        ({"transport": Transport.NVME, "rotational": None}, "SSD (flash memory), NVMe"),
        ({"transport": Transport.MMC, "rotational": None}, "SSD (flash memory), eMMC or SD card"),
        ({"transport": Transport.ATA, "rotational": False}, "SSD (flash memory), SATA or IDE"),
        ({"transport": Transport.USB, "rotational": None}, "USB"),
    ],
)
def test_the_type_of_medium(drive: dict[str, Any], words: str) -> None:
    assert f"Media type {words} Asset" in pdf.joined(pdf.made(certified(drive)))


def test_without_an_organisation_there_is_a_line_to_write_on() -> None:
    assert "Organisation: ____" in pdf.text(pdf.made(certified(), issuer=Issuer()))


# ---- training


def test_training_is_printed_over_every_page() -> None:
    drives = [sample.drive(f"SER-{number}", simulated=True) for number in range(9)]
    data = pdf.made(sample.report(Mode.TRAINING, drives=drives))
    reader = pypdf.PdfReader(BytesIO(data))
    assert len(reader.pages) > 2
    for page in reader.pages:
        assert page.extract_text().count("TRAINING – NO VALUE") >= 3
    assert reader.metadata is not None
    assert (reader.metadata.title or "").startswith("TRAINING – NO VALUE")
    text = pdf.joined(data)
    assert "TRAINING: no real drive is certified here." in text
    assert "All drives of this machine" not in text


def test_a_real_one_says_nothing_of_training() -> None:
    assert "TRAINING" not in pdf.text(pdf.made(certified())).upper()


# ---- the same bytes


@pytest.mark.parametrize("folder", BOTH)
def test_the_same_reports_give_the_same_bytes(folder: Path) -> None:
    reports = [sample.report(asset_tag=f"T-{number}") for number in range(2)]
    first = pdf.made(*reports, folder=folder)
    assert pdf.made(*reports, folder=folder) == first
    assert pdf.made(*reports[::-1], folder=folder) == first
    date = pypdf.PdfReader(BytesIO(first)).metadata
    assert date is not None
    assert date.creation_date == reports[0].created_at


# ---- hostile text

NASTY = [
    "\x1b[31mred\x07\x00",
    "\u202egnissim\u2066",
    "<b>bold</b><script>x</script>",
    "**bold** __u__ --s--",
    "{nb} {0} %s %(x)s",
    "(\\) Tj ET Q endstream endobj",
    "x" * 10_240,
    "a " * 5_000,
    "e" + "\u0301" * 90,
    "\u05e9\u05dc\u05d5\u05dd \u0633\u0644\u0627\u0645",  # Hebrew, Arabic
    "\ud800",
    "\U0001d54f\U0001f600",
    "\n\r\t\x85\u2028",
    "SANITIZED",
    "",
]


def hostile(text: str) -> Report:
    """The text wherever a report has room for one."""
    safe = text.encode("utf-8", "replace").decode()  # a file cannot hold half a surrogate pair
    message = Message(safe + " {a}", {"a": safe})
    item = sample.drive("SER-1", vendor=safe, model=safe)
    record = Sanitization.model_validate(
        {
            **sample.erased(item, Status.FAILED).model_dump(),
            "reason": message, "hint": message, "exceptions": [message] * 3,
        }
    )  # fmt: skip
    nameless = sample.drive(safe, path=safe or "/dev/x", model=safe)
    report = sample.report(drives=[item, nameless], sanitizations=[record, sample.erased(nameless, Status.REFUSED)])
    machine = dict.fromkeys(("vendor", "model", "serial", "machine_id"), safe)
    inventory = report.inventory.model_dump() | {"machine": machine}
    more = {"inventory": inventory, "asset_tag": safe, "lot": safe, "remarks": [message], "profile": safe}
    return Report.model_validate({**report.model_dump(by_alias=True), **more})


CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\u0300-\u036f]")
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff]")


def nasty_issuer(text: str) -> Issuer:
    return Issuer(name=text, address=text, registration=text, signatory=text)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_hostile_text_is_harmless(text: str) -> None:
    data = pdf.made(hostile(text), issuer=nasty_issuer(text))
    shown = pdf.pages(data)
    assert len(shown) < 12
    assert pdf.placed(data)["SER-1"] == {pdf.Finding.NOT_SANITIZED}
    assert not CONTROLS.search("".join(shown))
    assert not RIGHT_TO_LEFT.search("".join(shown))


@needs_dejavu
def test_hostile_text_is_harmless_in_dejavu_too() -> None:
    short = [text for text in NASTY if len(text) < 100]
    data = pdf.made(*map(hostile, short), issuer=nasty_issuer("".join(short)), folder=fonts.DEJAVU)
    assert pdf.placed(data)["SER-1"] == {pdf.Finding.NOT_SANITIZED}
    assert not CONTROLS.search(pdf.text(data))
    assert not RIGHT_TO_LEFT.search(pdf.text(data))


def test_markup_is_shown_as_it_is() -> None:
    text = pdf.joined(pdf.made(hostile("<b>x</b> **y** {nb} (\\) ET")))
    assert "<b>x</b> **y** {nb} (\\) ET" in text


@settings(max_examples=8)
@given(st.text(max_size=300))
def test_any_text_at_all(text: str) -> None:
    data = pdf.made(hostile(text), issuer=nasty_issuer(text))
    assert pdf.placed(data)["SER-1"] == {pdf.Finding.NOT_SANITIZED}


def test_a_very_long_list_flows_over_pages_under_its_heading() -> None:
    long = [say("w" * 300 + " {number}", number=number) for number in range(150)]
    item = sample.drive("SER-1")
    record = sample.erased(item, Status.SANITIZED_WITH_EXCEPTIONS).model_copy(update={"exceptions": long})
    shown = pdf.pages(pdf.made(sample.report(drives=[item], sanitizations=[record])))
    assert 5 < len(shown) < 30
    for page in shown[:-1]:
        assert "SANITIZED WITH EXCEPTIONS – not a clean erase" in page
    assert len(re.findall(r"w \d+$", "\n".join(shown), re.MULTILINE)) == 150


def test_a_section_is_not_continued_before_it_began() -> None:
    report = certified().model_copy(update={"remarks": [say("w" * 300)] * 40})
    text = pdf.text(pdf.made(report))
    assert text.count("SANITIZED (continued)") == 0
    assert pdf.placed(pdf.made(report)) == {"SER-1": {pdf.Finding.SANITIZED}}


def test_a_lot_of_machines_with_long_names() -> None:
    reports = [sample.report(asset_tag=f"{number:02d}" + "T" * 150) for number in range(12)]
    text = pdf.joined(pdf.made(*reports)).replace(" ", "")
    assert all(text.count(report.asset_tag or "") >= 2 for report in reports)


# ---- the QR code


def test_the_dots_drawn_are_those_of_the_code() -> None:
    boxes: list[tuple[float, float, float]] = []

    class Recorder(Sheet):
        def fill(self, box: Any, colour: Any) -> None:
            boxes.append((box.x, box.y, box.width))

    text = pdf.accepted(certified())[0].code
    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    side = len(matrix)
    qr(Recorder(pdf.PLAIN), text, 0, side).draw(0)
    drawn = {(round(x) + step, round(y)) for x, y, width in boxes for step in range(round(width))}
    assert drawn == {(x, y) for y, line in enumerate(matrix) for x, dark in enumerate(line) if dark}
    assert side <= 53, "too fine to be read from paper"


def test_how_it_came_to_that_stands_on_the_paper() -> None:
    """Passes, a hidden area that was opened, parts that nothing reaches, what was tried first, a power cut."""
    overwritten = StepDone(technique=Technique.OVERWRITE, passes=["zero", "ff", "random"], succeeded=True)
    lied = StepDone(technique=Technique.ATA_SANITIZE, succeeded=False, reason=say("The marks were still there."))
    evidence = Evidence(
        flushed=True, identity_reread=True, untouched=[say("The boot partitions.")], resumed_at_bytes=4096,
        revealed=[RevealedArea(kind="hpa", bytes=1 << 20)],
    )  # fmt: skip
    text = pdf.joined(pdf.made(certified(steps=[lied, overwritten], evidence=evidence)))
    assert "Passes 3: zero, ff, random" in text
    assert "Not reached The boot partitions." in text
    assert "1 MB (HPA) were made reachable before the erase." in text
    assert "Also tried ATA sanitize" in text
    assert "Why it failed The marks were still there." in text
    assert "taken up again at 4.1 kB" in text

"""Reports about a bare drive: no machine, no grade, and nothing said of a machine's drives."""

import certificate_pages as pdf
import pytest
import sample_report as sample
from pydantic import ValidationError

from agent.model.inventory import Machine
from agent.model.report import Report
from agent.model.words import SanitizationStatus, Subject
from agent.report.summary import summary


def test_there_is_no_machine_and_no_grade_in_one() -> None:
    good = sample.bare_report(sample.drive("ONE"))
    assert good.subject is Subject.DRIVE
    inventory = good.inventory
    for wrong in (
        {"grade": sample.grade()},
        {"inventory": inventory.model_copy(update={"machine": Machine(serial="PF0ABCDE")})},
        {"inventory": inventory.model_copy(update={"drives": []})},
        {"inventory": inventory.model_copy(update={"drives": [*inventory.drives, sample.drive("TWO")]})},
    ):
        with pytest.raises(ValidationError):
            Report.model_validate(good.model_dump(by_alias=True) | wrong)


def test_a_report_about_a_machine_may_have_none_of_these_limits() -> None:
    assert sample.report().subject is Subject.MACHINE


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_certificate_speaks_of_the_drive_alone(language: str) -> None:
    text = pdf.joined(pdf.made(sample.bare_report(sample.drive("ONE")), language=language))
    assert {"en": "The drive is sanitized.", "fr": "Le disque est effacé."}[language] in text
    for said in ("without a machine", "sans machine"):
        text = text.replace(said, "")
    assert "machine" not in text.lower(), text[max(0, text.lower().index("machine") - 60) :][:120]


def test_several_drives_on_one_certificate() -> None:
    good = [sample.bare_report(sample.drive(serial), asset_tag=serial) for serial in ("ONE", "TWO")]
    text = pdf.joined(pdf.made(*good))
    assert "All drives listed here are sanitized." in text
    assert "of these" not in text
    mixed = pdf.joined(pdf.made(*good, sample.report(drives=[sample.drive("THREE")])))
    assert "All drives listed here are sanitized." in mixed


@pytest.mark.parametrize("status", [each for each in SanitizationStatus if each is not SanitizationStatus.SANITIZED])
def test_no_other_status_is_called_sanitized(status: SanitizationStatus) -> None:
    text = pdf.joined(pdf.made(sample.bare_report(sample.drive("ONE"), status)))
    assert "The drive is sanitized" not in text


def test_the_summary_names_drive_and_tag() -> None:
    lines = summary(sample.bare_report(sample.drive("ONE"), asset_tag="D-7"), "en")
    assert lines[0] == "Bare drive, tag D-7"
    assert not [line for line in lines if line.startswith(("Grade", "Machine", "Memory"))]

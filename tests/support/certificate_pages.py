"""Making certificates of invented reports, and reading the PDFs again."""

import itertools
import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pypdf
import sample_report as sample

from agent.model.report import Report
from agent.model.words import Mode
from agent.report import keys
from agent.report.certificate import fonts
from agent.report.certificate.accept import Accepted, accept
from agent.report.certificate.claims import Finding
from agent.report.certificate.content import Issuer
from agent.report.certificate.pdf import certificate
from agent.report.certificate.words import CONTINUED, SECTION
from agent.report.sign import sign, to_bytes

REAL, TRAINING = keys.ephemeral(Mode.REAL), keys.ephemeral(Mode.TRAINING)
TRUSTED = [str(REAL.public), str(TRAINING.public)]
ISSUER = Issuer(
    name="Les Ordis de Nantes",
    address="12 rue de la Réparation, 44000 Nantes",
    registration="RNA W442000000",
    signatory="Camille Œuvrard",
)
PLAIN = Path("/nowhere")
"""A folder without typefaces: the PDF then uses the standard ones, which is many times quicker."""
HAS_DEJAVU = (fonts.DEJAVU / "DejaVuSans.ttf").is_file()
_HEADS = {str(word): finding for words in (SECTION, CONTINUED) for finding, word in words.items()}
_HEADING = re.compile(rf"Drive \d+ of \d+ – serial number (\S+) ({'|'.join(map(str, SECTION.values()))})")


def file_of(report: Report) -> bytes:
    return to_bytes(sign(report, TRAINING if report.training else REAL))


def accepted(*reports: Report) -> list[Accepted]:
    return accept([(f"{number}.json", file_of(report)) for number, report in enumerate(reports)], TRUSTED)


def made(*reports: Report, issuer: Issuer = ISSUER, language: str = "en", folder: Path = PLAIN) -> bytes:
    return certificate(accepted(*reports), issuer, language, folder)


@lru_cache(maxsize=4)
def pages(data: bytes) -> list[str]:
    """The text of each page, its lines in the order in which they were drawn."""
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]


def text(data: bytes) -> str:
    return "\n".join(pages(data))


def joined(data: bytes) -> str:
    """The text without its line breaks, to look for whole sentences."""
    return " ".join(text(data).split())


def placed(data: bytes) -> dict[str, set[Finding]]:
    """By serial: the sections of an English certificate in which the drive stands.

    By the section's head and by the words at the drive itself, which must agree.
    """
    found: dict[str, set[Finding]] = {}
    for page in pages(data):
        section = None
        lines = page.splitlines()
        for line, following in itertools.pairwise([*lines, ""]):
            if following.startswith("Drive "):  # a value that reads like a head is followed by a label
                section = _HEADS.get(line, section)
            if heading := _HEADING.fullmatch(line):
                assert _HEADS[heading[2]] is section, f"wrong or no head above {line!r}"
                found.setdefault(heading[1], set()).add(section)
    return found


def one(**facts: object) -> Report:
    return sample.report(**facts)  # type: ignore[arg-type]

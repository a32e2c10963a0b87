"""The file of a certificate."""

from collections.abc import Sequence
from pathlib import Path

from agent.report.certificate import fonts
from agent.report.certificate.accept import Accepted
from agent.report.certificate.compose import compose
from agent.report.certificate.content import Document, Issuer
from agent.report.certificate.layout import blocks
from agent.report.certificate.pages import draw, paginate
from agent.report.certificate.sheet import Sheet


def certificate(accepted: Sequence[Accepted], issuer: Issuer, language: str, folder: Path = fonts.DEJAVU) -> bytes:
    """A PDF about these reports, as `accept` gives them; `folder` is that of the typeface.

    The same reports, issuer, language and typeface give the same bytes.
    """
    return write(compose(accepted, issuer, language), language, folder)


def write(document: Document, language: str, folder: Path = fonts.DEJAVU) -> bytes:
    """The document as a PDF."""
    sheet = Sheet(folder)
    draw(sheet, paginate(blocks(sheet, document)), document)
    pdf = sheet.pdf
    pdf.set_title(document.full_title)
    pdf.set_author(document.issuer[0])
    pdf.set_creator(document.creator)
    pdf.set_producer(document.creator)
    pdf.set_lang(language)
    pdf.set_creation_date(document.created_at)
    return bytes(pdf.output())

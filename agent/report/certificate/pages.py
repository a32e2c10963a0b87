"""Dividing blocks among pages, and what stands at the edges of each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from agent.report.certificate.content import Document
from agent.report.certificate.rows import Block, Row
from agent.report.certificate.sheet import HEIGHT, INNER, MARGIN, OVERPRINT, QUIET, WIDTH, Sheet, Style

TOP, BOTTOM = 19.0, HEIGHT - 18.0
_EDGE = Style(points=7, colour=QUIET)


@dataclass
class Page:
    """Rows with the height at which each begins."""

    placed: list[tuple[float, Row]]
    free: float = TOP
    """Where the next row begins."""

    def put(self, row: Row) -> None:
        self.placed.append((self.free, row))
        self.free += row.height


def paginate(blocks: Iterable[Block]) -> list[Page]:
    """Blocks go to the next page whole where they fit there; a longer one is divided between rows."""
    pages = [Page([])]
    for block in blocks:
        whole = pages[-1].free + block.height <= BOTTOM
        if not whole and pages[-1].placed and _starts_page(block, pages[-1]):
            pages.append(_continued(block) if not block.begins else Page([]))
        for number, row in enumerate(block.rows):
            if pages[-1].free + row.height > BOTTOM and pages[-1].placed:
                pages.append(_continued(block) if number > block.head else Page([]))
            pages[-1].put(row)
        pages[-1].free += block.gap
    return pages


def _starts_page(block: Block, page: Page) -> bool:
    """Worth a new page: it then fits whole, or hardly anything of it would fit here."""
    room = BOTTOM - page.free
    return block.height <= BOTTOM - TOP - 10 or sum(row.height for row in block.rows[:4]) > room


def _continued(block: Block) -> Page:
    page = Page([])
    if block.again:
        page.put(block.again)
    return page


def draw(sheet: Sheet, pages: list[Page], document: Document) -> None:
    """Draw every page with its edges; a training one is overprinted last, above everything."""
    for number, page in enumerate(pages, 1):
        sheet.pdf.add_page()
        for top, row in page.placed:
            row.draw(top)
        _edges(sheet, document, number, len(pages))
        if document.overprint:
            _overprint(sheet, document.overprint)


def _edges(sheet: Sheet, document: Document, number: int, count: int) -> None:
    if number > 1:
        head = " · ".join(filter(None, [document.issuer[0], document.full_title]))
        sheet.text(MARGIN, 13, sheet.fit(head, _EDGE, INNER), _EDGE)
        sheet.line((MARGIN, 15), (MARGIN + INNER, 15))
    place = f"{number} / {count}"
    width = sheet.width(place, _EDGE)
    foot = HEIGHT - 11
    sheet.line((MARGIN, foot - 4), (MARGIN + INNER, foot - 4))
    sheet.text(MARGIN, foot, sheet.fit(document.footer, _EDGE, INNER - width - 4), _EDGE)
    sheet.text(WIDTH - MARGIN - width, foot, place, _EDGE)


def _overprint(sheet: Sheet, text: str) -> None:
    """Diagonally across the page and straight along its head, so that no part of it can be cut off as real."""
    style = Style("bold", 10, OVERPRINT)
    sheet.text(MARGIN, 7.5, sheet.fit(text, style, INNER), style)
    style = Style("bold", 46, OVERPRINT)
    text = sheet.fit(text, replace(style, points=20), INNER)
    size = min(46.0, 46.0 * 225 / max(sheet.width(text, style), 1))
    style = replace(style, points=size)
    with sheet.pdf.local_context(fill_opacity=0.3, text_color=OVERPRINT):
        for middle in (0.30, 0.72):
            with sheet.pdf.rotation(36, WIDTH / 2, HEIGHT * middle):
                sheet.text(WIDTH / 2 - sheet.width(text, style) / 2, HEIGHT * middle, text, style)

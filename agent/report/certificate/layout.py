"""The content of a certificate as blocks of rows."""

from collections.abc import Iterator
from dataclasses import replace

from agent.report.certificate.claims import Finding
from agent.report.certificate.content import Card, Document, Line, MachinePart, Person, Section
from agent.report.certificate.look import LOOKS, Look
from agent.report.certificate.rows import (
    CODE,
    LABEL,
    STRONG,
    VALUE,
    Block,
    Row,
    baseline,
    beside,
    form,
    grid,
    paragraph,
    qr,
    rule,
    space,
)
from agent.report.certificate.sheet import INK, INNER, MARGIN, OVERPRINT, PAGE, QUIET, Box, Column, Sheet, Style

_TITLE = Style("bold", 19)
_NAME = Style("bold", 10.5)
_SMALL = Style(points=8, colour=QUIET)
_HEADLINE = Style("bold", 11.5)
_SECTION = Style("bold", 9.5)
_MACHINE = Style("bold", 11)
_NOTE = Style(points=7, colour=QUIET)
_QR = 26.0
_COLUMNS = (0.16, 0.33, 0.22, 0.29)
"""Of the overview, as parts of the width."""


def blocks(sheet: Sheet, document: Document) -> Iterator[Block]:
    """Everything in reading order."""
    yield Block(_masthead(sheet, document), 5)
    yield Block(_verdict(sheet, document))
    if document.notices:
        yield Block([row for text in document.notices for row in _warning(sheet, text)])
    if document.table:
        yield from _overview(sheet, document)
    for machine in document.machines:
        yield from _machine(sheet, machine)
    yield Block([_people(sheet, document.people)])
    yield Block([row for text in document.notes for row in paragraph(sheet, text, _NOTE)])


def _masthead(sheet: Sheet, document: Document) -> list[Row]:
    name, *rest = document.issuer
    return [
        *paragraph(sheet, name, _NAME),
        *(row for text in rest for row in paragraph(sheet, text, _SMALL)),
        space(5),
        *(paragraph(sheet, document.overprint, replace(_TITLE, colour=OVERPRINT)) if document.overprint else []),
        *paragraph(sheet, document.title, _TITLE),
        *paragraph(sheet, document.subtitle, _SMALL),
        space(3.5),
        rule(sheet, INK, 0.5),
        space(3),
        *grid(sheet, document.entries, (0.25, 0.36, 0.39)),
    ]


def _verdict(sheet: Sheet, document: Document) -> list[Row]:
    """The one sentence that nobody may miss, and how many drives stand behind it."""
    look = LOOKS[document.finding]
    style = replace(_HEADLINE, colour=look.on_ground)
    lines = paragraph(sheet, document.headline, style, Column(MARGIN + 13, INNER - 17))
    height = sum(row.height for row in lines) + 6

    def draw(top: float) -> None:
        _field(sheet, Box(MARGIN, top, INNER, height), look)
        look.sign(sheet, MARGIN + 4, top + height / 2 - 2.5, 5, look.on_ground)

    return [beside([Row(height, draw)], [space(3), *lines]), space(2.5), *_tallies(sheet, document)]


def _field(sheet: Sheet, box: Box, look: Look) -> None:
    sheet.fill(box, look.ground)
    sheet.frame(box, look.ink, look.thick)


def _tallies(sheet: Sheet, document: Document) -> list[Row]:
    def draw(top: float) -> None:
        x = MARGIN
        for finding, text in document.tallies:
            look = LOOKS[finding]
            style = replace(STRONG, colour=look.ink)
            look.sign(sheet, x, top + 0.6, 2.8, look.ink)
            told = sheet.fit(text, style, INNER / 3)
            sheet.text(x + 4.2, baseline(top, style), told, style)
            x += 4.2 + sheet.width(told, style) + 7

    return [Row(STRONG.line, draw)] if document.tallies else []


def _warning(sheet: Sheet, text: str) -> list[Row]:
    """A sentence that stands out, with the sign of an exception."""
    look = LOOKS[Finding.EXCEPTIONS]
    lines = paragraph(sheet, text, replace(STRONG, colour=look.ink), PAGE.indented(5))

    def draw(top: float) -> None:
        look.sign(sheet, MARGIN, top + 0.5, 3, look.ink)

    return [beside([Row(lines[0].height, draw)], lines[:1]), *lines[1:]]


def _overview(sheet: Sheet, document: Document) -> Iterator[Block]:
    head = Line(Finding.REMOVED, document.table_head)
    again = _overview_row(sheet, head, LABEL)
    for number, line in enumerate(document.table):
        row = _overview_row(sheet, line, VALUE)
        last = number == len(document.table) - 1
        yield Block([again, row] if number == 0 else [row], 5 if last else 0, again, begins=number == 0)


def _overview_row(sheet: Sheet, line: Line, style: Style) -> Row:
    look = LOOKS[line.finding]
    *facts, outcome = line.cells
    styles = [style] * len(facts) + [style if style is LABEL else replace(STRONG, points=7.5, colour=look.ink)]
    cells, x = [], MARGIN
    for part, text, own in zip(_COLUMNS, [*facts, outcome], styles, strict=True):
        indent = 4.0 if own not in (VALUE, LABEL) else 0.0
        cells.append(paragraph(sheet, text, own, Column(x, INNER * part - 3).indented(indent)))
        x += INNER * part
    marked = style is not LABEL

    def draw(top: float) -> None:
        if marked:
            look.sign(sheet, MARGIN + INNER * sum(_COLUMNS[:-1]), top + 1.4, 2.6, look.ink)
        sheet.line((MARGIN, top), (MARGIN + INNER, top))

    row = beside(*([space(1.1), *cell, space(1.1)] for cell in cells))
    return beside([Row(0, draw)], [row])


def _machine(sheet: Sheet, machine: MachinePart) -> Iterator[Block]:
    """Its heading stays with its first drive, the proof with its last."""
    cards = [block for section in machine.sections for block in _section(sheet, section)]
    proof = [row for entry in machine.proof.entries for row in paragraph(sheet, entry.value, CODE, label=entry.label)]
    if not cards:
        yield Block([*_machine_head(sheet, machine), *proof], 6)
        return
    head = _machine_head(sheet, machine)
    cards[0] = replace(cards[0], rows=[*head, *cards[0].rows], head=len(head))
    cards[-1] = replace(cards[-1], rows=[*cards[-1].rows, space(2), *proof], gap=6)
    yield from cards


def _machine_head(sheet: Sheet, machine: MachinePart) -> list[Row]:
    where = Column(MARGIN, INNER - _QR - 6)
    look = LOOKS[Finding.SANITIZED]
    claim = paragraph(sheet, machine.claim, replace(STRONG, colour=look.ink), where) if machine.claim else []
    facts = [
        space(2.5),
        *paragraph(sheet, machine.heading, _MACHINE, where),
        space(1),
        *grid(sheet, machine.entries, (0.5, 0.5), where),
        *claim,
    ]
    code = qr(sheet, machine.proof.code, MARGIN + INNER - _QR, _QR)
    notices = [row for text in machine.notices for row in _warning(sheet, text)]
    return [rule(sheet, INK, 0.3), beside(facts, [space(2.5), code, space(2)]), *notices, space(1)]


def _section(sheet: Sheet, section: Section) -> list[Block]:
    again = _ribbon(sheet, section, section.continued)
    cards = [_card(sheet, section.finding, card) for card in section.cards]
    cards[0].insert(0, _ribbon(sheet, section, section.heading))
    return [Block(rows, 2, again, begins=number == 0) for number, rows in enumerate(cards)]


def _ribbon(sheet: Sheet, section: Section, text: str) -> Row:
    look = LOOKS[section.finding]
    style = replace(_SECTION, colour=look.on_ground)

    def draw(top: float) -> None:
        _field(sheet, Box(MARGIN, top, INNER, 6.4), look)
        look.sign(sheet, MARGIN + 2, top + 1.5, 3.4, look.on_ground)
        sheet.text(MARGIN + 8, top + 4.4, sheet.fit(text, style, INNER - 10), style)

    return Row(7.4, draw)


def _card(sheet: Sheet, finding: Finding, card: Card) -> list[Row]:
    look = LOOKS[finding]
    where = PAGE.indented(4)
    style = replace(STRONG, points=7, colour=look.ink)
    said = sheet.fit(card.status, style, where.width / 2)
    width = sheet.width(said, style)
    status = Row(STRONG.line, lambda top: sheet.text(where.x + where.width - width, baseline(top, STRONG), said, style))
    rows = [
        beside(paragraph(sheet, card.heading, STRONG, Column(where.x, where.width - width - 4)), [status]),
        space(1),
        *grid(sheet, card.entries, (0.25,) * 4, where),
    ]
    for note in card.notes:
        rows += paragraph(sheet, note.value, VALUE, where, note.label)
    return [_barred(sheet, row, finding) for row in rows]


def _barred(sheet: Sheet, row: Row, finding: Finding) -> Row:
    """With a bar before it, so that every part of a drive shows what it belongs to."""
    look = LOOKS[finding]

    def draw(top: float) -> None:
        sheet.fill(Box(MARGIN, top, 1 + look.thick, row.height), look.ink)
        row.draw(top)

    return Row(row.height, draw)


def _people(sheet: Sheet, people: list[Person]) -> Row:
    width = (INNER - 10) / len(people)
    places = [Column(MARGIN + number * (width + 10), width) for number in range(len(people))]
    return beside(
        *(
            [*paragraph(sheet, person.caption, STRONG, where), *form(sheet, person.entries, where)]
            for person, where in zip(people, places, strict=True)
        )
    )

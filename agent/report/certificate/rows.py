"""What a page is made of: rows that are never cut, and blocks of rows that stay together where they can."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import segno

from agent.report.certificate.content import Entry
from agent.report.certificate.sheet import INNER, MARGIN, PAGE, POINT, QUIET, RULE, Box, Colour, Column, Sheet, Style

VALUE = Style(points=8)
LABEL = Style(points=6.4, colour=QUIET)
STRONG = Style("bold", 8)
CODE = Style("mono", 6.4, QUIET)


@dataclass(frozen=True)
class Row:
    """As high as it says; drawn from the given height of the page downwards."""

    height: float
    draw: Callable[[float], None]


@dataclass(frozen=True)
class Block:
    rows: list[Row]
    gap: float = 4.0
    """Left free below, unless the page ends there."""
    again: Row | None = None
    """Put above whatever of the block begins another page."""
    begins: bool = True
    """False where `again` belongs above the block too when it begins a page."""
    head: int = 0
    """How many rows stand above the one that `again` repeats."""

    @property
    def height(self) -> float:
        return sum(row.height for row in self.rows)


def space(height: float) -> Row:
    return Row(height, lambda _: None)


def baseline(top: float, style: Style) -> float:
    """Where to write so that the line of text stands in the middle of its height."""
    return top + style.line * 0.5 + style.points * POINT * 0.36


def paragraph(sheet: Sheet, text: str, style: Style = VALUE, where: Column = PAGE, label: str = "") -> list[Row]:
    """A row for each line; a label stands bold before the first."""
    strong = replace(style, face="bold")
    label = sheet.fit(label, strong, where.width / 2)
    inner = where.indented(sheet.width(label, strong) + 1.6 if label else 0)
    rows = []
    for number, line in enumerate(sheet.wrap(text, style, inner.width)):

        def draw(top: float, line: str = line, head: str = "" if number else label) -> None:
            sheet.text(where.x, baseline(top, style), head, strong)
            sheet.text(inner.x, baseline(top, style), line, style)

        rows.append(Row(style.line, draw))
    return rows


def grid(
    sheet: Sheet, entries: Sequence[Entry], shares: Sequence[float], where: Column = PAGE, style: Style = VALUE
) -> list[Row]:
    """Entries side by side in columns by their shares of the width; an empty value is a line to write on."""
    places = [
        Column(where.x + where.width * sum(shares[:number]), where.width * share - 3)
        for number, share in enumerate(shares)
    ]
    return [
        beside(
            *(_cell(sheet, *each, style) for each in zip(entries[start : start + len(places)], places, strict=False))
        )
        for start in range(0, len(entries), len(places))
    ]


def _cell(sheet: Sheet, entry: Entry, where: Column, style: Style) -> list[Row]:
    value = paragraph(sheet, entry.value, style, where)
    if not entry.value:
        value = [line_to_write_on(sheet, where, style.line)]
    return [*paragraph(sheet, sheet.fit(entry.label, LABEL, where.width), LABEL, where), *value, space(1.5)]


def line_to_write_on(sheet: Sheet, where: Column, height: float) -> Row:
    foot = height - 0.4
    return Row(height, lambda top: sheet.line((where.x, top + foot), (where.x + where.width, top + foot)))


def form(sheet: Sheet, entries: Sequence[Entry], where: Column) -> list[Row]:
    """Lines to be filled in by hand; the last is higher, for a signature."""
    labels = [sheet.fit(entry.label, LABEL, where.width / 3) for entry in entries]
    inner = where.indented(max(sheet.width(label, LABEL) for label in labels) + 3)
    rows = []
    for number, (label, entry) in enumerate(zip(labels, entries, strict=True), 1):
        height = 14.0 if number == len(entries) else 7.0

        def draw(top: float, label: str = label, entry: Entry = entry, height: float = height) -> None:
            foot = top + height - 1.6
            sheet.text(where.x, foot, label, LABEL)
            sheet.text(inner.x, foot, sheet.fit(entry.value, VALUE, inner.width), VALUE)

        rows.append(beside([Row(height, draw)], [line_to_write_on(sheet, inner, height)]))
    return rows


def beside(*columns: Sequence[Row]) -> Row:
    """Columns of rows as one row."""

    def draw(top: float) -> None:
        for rows in columns:
            y = top
            for row in rows:
                row.draw(y)
                y += row.height

    return Row(max(sum(row.height for row in rows) for rows in columns), draw)


def qr(sheet: Sheet, text: str, x: float, size: float) -> Row:
    """A QR code (ISO/IEC 18004) of `size` millimetres, its quiet zone left out: what is around it must be white."""
    # Level M: a tenth of it may be stained. Not boosted, so that every certificate has the same size of dots.
    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    dot = size / len(matrix)

    def draw(top: float) -> None:
        for number, line in enumerate(matrix):
            for start, length in _runs(line):
                sheet.fill(Box(x + start * dot, top + number * dot, length * dot, dot), (0, 0, 0))

    return Row(size, draw)


def _runs(line: bytearray) -> list[tuple[int, int]]:
    """(start, length) of each row of dark dots."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(line):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs


def rule(sheet: Sheet, colour: Colour = RULE, thick: float = 0.2) -> Row:
    return Row(0, lambda top: sheet.line((MARGIN, top), (MARGIN + INNER, top), colour, thick))

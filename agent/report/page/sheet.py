"""The page on paper: headings, labels in one column, what belongs to them beside, and tables among the rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby

from agent.report.cells import cells, padded, plain, unbroken, wrapped

NARROWEST = 40
"""Columns; on a narrower terminal the lines fold."""
_MARGIN = 2
_GAP = 2
_LONGEST_LABEL = 20
_WIDEST_COLUMN = 24
"""Cells: one module with a name of 200 letters must not push the others off the page."""
_RESET = "\x1b[0m"
_BOLD = "1"


class Mark(Enum):
    """What a row means. The value is its colour (ECMA-48, SGR); what is to be seen to has a sign beside it, too."""

    NONE = ""
    GOOD = "32"
    DOUBT = "33"
    BAD = "1;31"

    @property
    def sign(self) -> str:
        return "!" if self in (Mark.DOUBT, Mark.BAD) else ""


@dataclass(frozen=True)
class Row:
    """A label with a text, a list of items that stay whole, or the cells of a table; without any an empty line.

    A text without a label belongs to the row above; one that is `wide` stands for itself, across the page.
    """

    label: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    mark: Mark = Mark.NONE
    strong: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Section:
    title: str
    rows: Sequence[Row] = field(default_factory=list)

    @property
    def marked(self) -> bool:
        return any(row.mark.sign for row in self.rows)


class Sheet:
    """Lines of at most `width` cells, at least NARROWEST; all is printable but our own colours."""

    def __init__(self, *, colour: bool, width: int) -> None:
        self._colour = colour
        self._width = max(width, NARROWEST)

    def title(self, text: str) -> list[str]:
        return [self._painted(line, _BOLD) for line in wrapped(plain(text), self._width)]

    def notice(self, text: str) -> list[str]:
        """A sentence to be seen, after everything else."""
        return ["", *self._row(Row(text=text, mark=Mark.BAD, wide=True), 0, [])]

    def sections(self, sections: Sequence[Section]) -> Iterator[str]:
        """The sections one below the other, their labels in the same column."""
        most = min(_LONGEST_LABEL, self._width // 3)
        lengths = [cells(plain(row.label)) for section in sections for row in section.rows]
        column = max((length for length in lengths if length <= most), default=0)
        for section in sections:
            yield ""
            yield self._heading(section.title)
            for table, rows in groupby(section.rows, key=lambda row: len(row.columns)):
                group = list(rows)
                widths = _widths(group) if table else []
                for row in group:
                    yield from self._row(row, column, widths)

    def _heading(self, title: str) -> str:
        head = f"── {plain(title)} "
        return self._painted(head + "─" * (self._width - cells(head)), _BOLD)

    def _row(self, row: Row, column: int, widths: list[int]) -> Iterator[str]:
        label = plain(row.label)
        indent = _MARGIN if row.wide else _MARGIN + column + _GAP
        room = self._width - indent
        values = _flowed(row.columns, widths, room) if row.columns else wrapped(_text(row), room)
        style = row.mark.value or (_BOLD if row.strong else "")
        margin = padded(row.mark.sign, _MARGIN)
        if cells(label) > column:
            for line in wrapped(label, self._width - _MARGIN):
                yield self._painted(margin + line, style).rstrip()
                margin = " " * _MARGIN
            label = ""
        start = padded(margin + label, indent)
        for value in values:
            # Beside a mark the label is painted as well; else it stays quiet.
            if row.mark.sign:
                yield self._painted((start + value).rstrip(), style)
            else:
                yield (start + self._painted(value.rstrip(), style)).rstrip()
            start = " " * indent

    def _painted(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}{_RESET}" if self._colour and style and text.strip() else text


def _text(row: Row) -> str:
    return ", ".join(unbroken(plain(item)) for item in row.items) or plain(row.text)


def _widths(rows: Sequence[Row]) -> list[int]:
    """Of each column the longest cell that is not too long to wait for."""
    columns = zip(*(row.columns for row in rows), strict=True)
    lengths = ([cells(plain(cell)) for cell in column] for column in columns)
    return [max((length for length in column if length <= _WIDEST_COLUMN), default=0) for column in lengths]


def _flowed(row: Sequence[str], widths: Sequence[int], room: int) -> list[str]:
    """The cells each in its column; what finds no room in the line begins the next one."""
    lines = [""]
    place = 0
    for cell, width in zip(map(plain, row), widths, strict=True):
        if cell:
            if place + cells(cell) > room:
                place = 0
                lines += [""] if lines[-1] else []
            first, *more = wrapped(cell, room - place)
            lines[-1] = padded(lines[-1], place) + first
            lines += more
            place = max(place + width, cells(lines[-1])) + _GAP
        elif width:
            place += width + _GAP
    return lines

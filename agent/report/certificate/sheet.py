"""An A4 sheet to write and draw on: millimetres from the top left, text by its baseline."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from fpdf import FPDF

from agent.report.certificate import fonts

WIDTH, HEIGHT = 210.0, 297.0
MARGIN = 18.0
INNER = WIDTH - 2 * MARGIN
POINT = 25.4 / 72
"""Millimetres."""

Colour = tuple[int, int, int]
OVERPRINT: Colour = (190, 30, 40)
"""Of what proves nothing."""
Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle by its top left corner."""

    x: float
    y: float
    width: float
    height: float


class Column(NamedTuple):
    """Where text stands from left to right."""

    x: float
    width: float

    def indented(self, by: float) -> "Column":
        return Column(self.x + by, self.width - by)


PAGE = Column(MARGIN, INNER)
INK: Colour = (26, 28, 31)
QUIET: Colour = (96, 101, 108)
RULE: Colour = (196, 200, 205)
WHITE: Colour = (255, 255, 255)


@dataclass(frozen=True)
class Style:
    face: Literal["sans", "bold", "mono"] = "sans"
    points: float = 8.5
    colour: Colour = INK

    @property
    def line(self) -> float:
        """From one baseline to the next."""
        return self.points * POINT * 1.28


class Sheet:
    """One PDF being drawn. Text is taken literally: nothing in it is markup."""

    def __init__(self, folder: Path = fonts.DEJAVU) -> None:
        self.pdf = FPDF(unit="mm", format="A4")
        self.pdf.set_auto_page_break(False)
        # fpdf2 would put the number of pages wherever a text says {nb}.
        self.pdf.alias_nb_pages(None)  # type: ignore[arg-type]
        self._typeface = fonts.load(self.pdf, folder)
        self._widths: dict[tuple[str, str], float] = {}

    def width(self, text: str, style: Style) -> float:
        """Of text that `wrap` or `fit` has given."""
        return sum(self._advance(char, style.face) for char in text) * style.points

    def _advance(self, char: str, face: str) -> float:
        if (char, face) not in self._widths:
            self._use(face, 1000)
            self._widths[char, face] = self.pdf.get_string_width(char) / 1000
        return self._widths[char, face]

    def _use(self, face: str, points: float) -> None:
        family, style = self._typeface.names[face]
        self.pdf.set_font(family, style, points)

    def wrap(self, text: str, style: Style, width: float) -> list[str]:
        """The text in lines of at most `width`; a word that is longer is cut. At least one line."""
        lines = [""]
        for word in self._typeface.harmless(text).split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if self.width(longer, style) <= width:
                lines[-1] = longer
                continue
            *whole, rest = self._cut(word, style, width)
            if lines[-1]:
                lines.append("")
            lines[-1:] = [*whole, rest]
        return lines

    def _cut(self, word: str, style: Style, width: float) -> Iterable[str]:
        start, used = 0, 0.0
        for place, char in enumerate(word):
            advance = self.width(char, style)
            if used + advance > width and place > start:
                yield word[start:place]
                start, used = place, 0.0
            used += advance
        yield word[start:]

    def fit(self, text: str, style: Style, width: float) -> str:
        """One line, shortened with … where it is too long."""
        text = self._typeface.harmless(text)
        if self.width(text, style) <= width:
            return text
        room = width - self.width("…", style)
        kept = 0
        while (room := room - self.width(text[kept], style)) >= 0:
            kept += 1
        return f"{text[:kept]}…"

    def text(self, x: float, y: float, text: str, style: Style) -> None:
        """A line that `wrap` or `fit` has given, from `x` on."""
        if text:
            self._use(style.face, style.points)
            self.pdf.set_text_color(*style.colour)
            self.pdf.text(x, y, text)

    def line(self, start: Point, end: Point, colour: Colour = RULE, thick: float = 0.2) -> None:
        self._pen(colour, thick)
        self.pdf.line(*start, *end)

    def fill(self, box: Box, colour: Colour) -> None:
        self.pdf.set_fill_color(*colour)
        self.pdf.rect(*box, style="F")

    def frame(self, box: Box, colour: Colour, thick: float) -> None:
        self._pen(colour, thick)
        self.pdf.rect(*box, style="D")

    def _pen(self, colour: Colour, thick: float) -> None:
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(thick)

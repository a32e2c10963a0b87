"""What stands on the screen as a small SVG, one line of the file for each row, so that a difference names its row.

Textual's own picture holds ids that change from run to run, an address of a font, and is ten times as large.
"""

import html
import itertools
import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from rich.color import Color, ColorType
from rich.style import Style
from textual.strip import Strip

from agent.tui.charset import BLOCKS, BOX

FOLDER = Path(__file__).resolve().parents[1] / "tui" / "snapshots"
RENEW = "RENEW_SNAPSHOTS" in os.environ
"""Read when the tests are loaded. The pictures are written anew instead of being compared."""
_LIGHT, _DARK = 7, 0
_CONSOLE = (
    "000000", "aa0000", "00aa00", "aa5500", "0000aa", "aa00aa", "00aaaa", "aaaaaa",
    "555555", "ff5555", "55ff55", "ffff55", "5555ff", "ff55ff", "55ffff", "ffffff",
)  # fmt: skip
"""The Linux console's own colours (drivers/tty/vt/vt.c)."""
_COLUMN, _ROW, _BASE = 10, 20, 15
"""Units of the picture: a column's width, a row's height, and how far down in its row the text stands."""
_BLANK = " \xa0"
_DRAWN = frozenset(BOX + BLOCKS)
_HEAD = 2
"""Lines before the first row."""


class Run(NamedTuple):
    """Characters of one look beside each other."""

    column: int
    text: str
    ink: str
    paper: str
    bold: bool


def _shade(color: Color | None, otherwise: int) -> str:
    if color is None or color.type is ColorType.DEFAULT:
        return _CONSOLE[otherwise]
    if color.type is ColorType.TRUECOLOR:
        assert color.triplet is not None
        return color.triplet.hex.removeprefix("#")
    assert color.number is not None, color
    assert color.number < len(_CONSOLE), f"{color} is none of the console's colours"
    return _CONSOLE[color.number]


@cache
def _look(style: Style | None) -> tuple[str, str, bool]:
    style = style or Style.null()
    ink, paper = _shade(style.color, _LIGHT), _shade(style.bgcolor, _DARK)
    return (paper, ink, bool(style.bold)) if style.reverse else (ink, paper, bool(style.bold))


def runs(row: Strip) -> Iterator[Run]:
    """The row in pieces of one look."""
    column = 0
    for look, group in itertools.groupby(row, key=lambda segment: _look(segment.style)):
        text = "".join(segment.text for segment in group)
        yield Run(column, text, *look)
        column += len(text)


def picture(rows: Sequence[Strip]) -> str:
    """The whole screen."""
    width, height = rows[0].cell_length * _COLUMN, len(rows) * _ROW
    drawn = [_row(number, row) for number, row in enumerate(rows)]
    looks = "".join(f".{_name(ink)}{{fill:#{ink}}}" for ink in _CONSOLE) + ".B{font-weight:bold}"
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="monospace" '
        f'font-size="16.6" xml:space="preserve"><style>{looks}</style>',
        f'<path d="M0 0h{width}v{height}H0z"/>',
    ]
    return "\n".join([*head, *drawn, "</svg>", ""])


def _name(ink: str) -> str:
    """A letter for each of the console's colours."""
    return chr(ord("a") + _CONSOLE.index(ink))


def _row(number: int, row: Strip) -> str:
    top, papers, texts = number * _ROW, "", ""
    pieces = list(runs(row))
    for paper, group in itertools.groupby(pieces, key=lambda run: run.paper):
        same = list(group)
        if paper != _CONSOLE[_DARK]:
            width = sum(len(run.text) for run in same) * _COLUMN
            papers += f'<path fill="#{paper}" d="M{same[0].column * _COLUMN} {top}h{width}v{_ROW}h-{width}z"/>'
    for run in pieces:
        text = run.text.rstrip(_BLANK)
        if bare := text.lstrip(_BLANK):
            x = (run.column + len(text) - len(bare)) * _COLUMN
            # What is drawn must meet, whatever the font's own width.
            wide = f' textLength="{len(bare) * _COLUMN}"' if len(bare) > 1 and not _DRAWN.isdisjoint(bare) else ""
            look = _name(run.ink) + " B" * run.bold
            texts += f'<tspan x="{x}"{wide} class="{look}">{html.escape(bare, quote=False)}</tspan>'
    return papers + (f'<text y="{top + _BASE}">{texts}</text>' if texts else "")


def _read(line: str) -> str:
    """The text of one row of a picture."""
    row = ""
    for column, text in re.findall(r'<tspan x="(\d+)"[^>]*>([^<]*)</tspan>', line):
        row = row.ljust(int(column) // _COLUMN) + html.unescape(text)
    return row


def differences(name: str, drawn: str) -> list[str]:
    """Row for row what is not as in the picture that is kept under this name; that one is renewed where asked for."""
    file = FOLDER / f"{name}.svg"
    if RENEW:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(drawn)
    if not file.exists():
        return [f"{name}: there is no picture of it yet"]
    pairs = itertools.zip_longest(file.read_text().split("\n"), drawn.split("\n"), fillvalue="")
    found = []
    for number, (kept, now) in enumerate(pairs, start=1 - _HEAD):
        if kept != now:
            was, is_now = _read(kept), _read(now)
            if was == is_now:  # the text is the same: its place or its look is not
                was, is_now = kept, now
            found.append(f"{name}, row {number}:\n  - {was}\n  + {is_now}")
    return found

"""Small pictures of the console's sixteen colours: each character shows two points, one above the other."""

from collections.abc import Sequence

from textual.content import Content

from agent.tui.lines.layout import Lines, plain

PALETTE = (
    "ansi_black", "ansi_red", "ansi_green", "ansi_yellow", "ansi_blue", "ansi_magenta", "ansi_cyan", "ansi_white",
)  # fmt: skip
"""Colours 0 to 7; 8 to 15 are their bright ones. The console shows bright ones in the foreground only."""
_DIM = 8


def colour_name(colour: int) -> str:
    """Textual's name of one of the sixteen."""
    name = PALETTE[colour % _DIM]
    return name if colour < _DIM else name.replace("ansi_", "ansi_bright_")


def half_blocks(rows: Sequence[Sequence[int]]) -> Lines:
    """Lines of characters, each for two rows of points; a last odd row stands on black. Points are colours 0 to 15."""
    padded = [*rows, [0] * len(rows[0])] if len(rows) % 2 else rows
    return [_line(upper, lower) for upper, lower in zip(padded[::2], padded[1::2], strict=True)]


def whole_blocks(rows: Sequence[Sequence[int]], columns: int) -> Lines:
    """The same with each point `columns` characters wide and one high."""
    return [Content.assemble(*(plain("█" * columns, colour_name(each)) for each in row)) for row in rows]


def _line(upper: Sequence[int], lower: Sequence[int]) -> Content:
    return Content.assemble(*(_two(above, below) for above, below in zip(upper, lower, strict=True)))


def _two(above: int, below: int) -> Content:
    """Of two bright colours, the one that lies behind is shown as its dim one."""
    if above == below:
        return plain("█", colour_name(above))
    if below < _DIM:
        return plain("▀", f"{colour_name(above)} on {colour_name(below)}")
    return plain("▄", f"{colour_name(below)} on {colour_name(above % _DIM)}")

"""The curves of a step beside what is said of it, or below where there is no room."""

from collections.abc import Callable, Sequence

from textual.content import Content

from agent.model.check import Series
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, plain
from agent.tui.lines.measured import KINDS, headline
from agent.tui.lines.plot import plot_lines

_ROWS = 6
"""What the place below the list has."""
_TEXT = 33
"""Columns of the text where a curve stands beside it."""
_LEAST = 64
"""Columns below which nothing stands beside anything."""
_HIGH, _MOST = 8, 3
"""Rows of a curve in a place that is narrow and high, and how many there are below each other."""


def with_curves(
    text: Callable[[int], Lines], series: Sequence[Series], width: int, tell: Tell, *, running: bool
) -> Lines:
    """`text` gives its lines for a number of columns. Where it is long, the curves stand below."""

    def curve(one: Series, room: tuple[int, int]) -> Lines:
        return plot_lines(one, headline(one, running=running, short=True), KINDS[one.name].unit, room, tell)

    if not series:
        return text(width)
    left = text(_TEXT)
    if width >= _LEAST and len(left) <= _ROWS:
        left += [plain("")] * (_ROWS - len(left))
        right = curve(series[0], (width - _TEXT - 2, _ROWS))
        right += [plain("")] * (_ROWS - len(right))
        return [_row(*pair) for pair in zip(left, right, strict=True)]
    return text(width) + [row for one in series[:_MOST] for row in (plain(""), *curve(one, (width, _HIGH)))]


def _row(left: Content, right: Content) -> Content:
    return Content.assemble(left, " " * max(1, _TEXT + 2 - left.cell_length), right)

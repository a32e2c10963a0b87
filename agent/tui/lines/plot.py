"""A time series as a curve, drawn with the half blocks of the console's font: two points above each other in a cell."""

from collections.abc import Sequence

from textual.content import Content

from agent.model.check import Series
from agent.model.message import Message, say
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, plain, spread, wrapped
from agent.tui.theme import BUSY, QUIET, STRONG

_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_LEAST_COLUMNS = 10
Span = tuple[float, float]


def plot_lines(series: Series, title: Message, unit: Message, room: tuple[int, int], tell: Tell) -> Lines:
    """The curve with its axes within `room`, in columns and rows (title and time axis included). A series without a
    point that can be drawn gives its title and says so."""
    width, height = room
    points = [(at, value) for at, value in zip(series.seconds, series.values, strict=False) if sane(at) and sane(value)]
    lines = wrapped(tell(title), width, style=STRONG)
    if not points:
        return [*lines, plain(tell(say("Nothing was measured.")), QUIET)]
    low, high = _bounds([value for _, value in points])
    marks = (high, (high + low) / 2, low)
    labels = [tell(Message("{value} {unit}", {"value": _said(each), "unit": unit.text})) for each in marks]
    margin = max(map(len, labels)) + 1
    columns, rows = max(_LEAST_COLUMNS, width - margin - 1), max(2, height - 2 - len(lines))
    cells = _cells(points, (low, high), columns, rows)
    named = {0: labels[0], rows // 2: labels[1], rows - 1: labels[2]}
    for row in range(rows):
        label = named.get(row, "")
        lines.append(
            Content.assemble(
                plain(label.rjust(margin - 1), QUIET), plain(" ┤" if label else " │", QUIET), plain(cells[row], BUSY)
            )
        )
    begin, end = points[0][0], points[-1][0]
    axis = plain(" " * margin + "└" + "─" * columns, QUIET)
    times = spread(
        plain(" " * (margin + 1) + tell(say("{seconds:duration}", seconds=begin)), QUIET),
        plain(tell(say("{seconds:duration}", seconds=end)), QUIET),
        margin + 1 + columns,
    )
    return [*lines, axis, times]


def sane(value: float) -> bool:
    """Whether it can be drawn."""
    return -1e12 < value < 1e12


def _said(value: float) -> float:
    """Of small numbers a digit behind the comma."""
    return round(value) if abs(value) >= 100 or value == round(value) else round(value, 1)


def _bounds(values: Sequence[float]) -> Span:
    """A flat curve lies in the middle of something."""
    low, high = min(values), max(values)
    if high - low < max(1.0, abs(high) * 0.02):
        middle = max(1.0, abs(high) * 0.05)
        return max(0.0, low - middle) if low >= 0 else low - middle, high + middle
    return low, high


def _cells(points: Sequence[tuple[float, float]], bounds: Span, columns: int, rows: int) -> list[str]:
    """Each column shows all values of its time, from the lowest to the highest, and reaches to the column before, so
    that no peak is lost and the curve hangs together."""
    spans = _spans(points, columns)
    dots = [[False] * columns for _ in range(2 * rows)]
    low, high = bounds
    before: int | None = None
    for column, span in enumerate(spans):
        if span is None:
            continue
        top, bottom = (_row(value, low, high, 2 * rows) for value in (span[1], span[0]))
        if before is not None:
            top, bottom = min(top, before), max(bottom, before)
        for row in range(top, bottom + 1):
            dots[row][column] = True
        before = _row(span[2], low, high, 2 * rows)
    return [
        "".join(_BLOCKS[high_dot, low_dot] for high_dot, low_dot in zip(dots[row], dots[row + 1], strict=True))
        for row in range(0, 2 * rows, 2)
    ]


def _row(value: float, low: float, high: float, rows: int) -> int:
    return min(rows - 1, max(0, round((high - value) / (high - low) * (rows - 1))))


def _spans(points: Sequence[tuple[float, float]], columns: int) -> list[tuple[float, float, float] | None]:
    """Of each column: the lowest, the highest and the last value; where no point falls, the last one goes on."""
    begin, end = points[0][0], points[-1][0]
    length = max(end - begin, 1e-9)
    spans: list[tuple[float, float, float] | None] = [None] * columns
    for at, value in points:
        column = min(columns - 1, max(0, int((at - begin) / length * columns)))
        found = spans[column]
        spans[column] = (value, value, value) if found is None else (min(found[0], value), max(found[1], value), value)
    last: float | None = None
    for column, span in enumerate(spans):
        if span is not None:
            last = span[2]
        elif last is not None:
            spans[column] = (last, last, last)
    return spans

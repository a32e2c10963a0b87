"""The touchpad: where the finger went, the strokes and the buttons that are still wanted."""

from textual.content import Content

from agent.manual.touchpad import WAYS
from agent.model.manual import TRACE_COLUMNS, TRACE_ROWS, TouchpadView
from agent.model.message import say
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, plain
from agent.tui.lines.lights import FELT, HELD, UNTRIED, Light, caps
from agent.tui.theme import GOOD, QUIET, STRONG

SIDES = {"left": say("left"), "right": say("right"), "up": say("up"), "down": say("down"), "middle": say("middle")}
_LEAST_ROWS = 4
_ABOVE_AND_BELOW = 4
"""Two lines of the frame, one of strokes, one of buttons."""


def touchpad_lines(view: TouchpadView, columns: int, rows: int, tell: Tell) -> Lines:
    """A field as wide as it can be told, and as high as there is room; below it what was felt of what is wanted."""
    high = max(_LEAST_ROWS, min(TRACE_ROWS // 2, rows - _ABOVE_AND_BELOW))
    wide = min(TRACE_COLUMNS, columns - 2)
    strokes = [(tell(SIDES[way]), FELT if way in view.moved else UNTRIED) for way in WAYS]
    buttons = [(tell(SIDES[name]), _button(view, name)) for name in view.buttons if name in SIDES]
    lines = [plain(f"┌{'─' * wide}┐", QUIET), *_field(view, wide, high), plain(f"└{'─' * wide}┘", QUIET)]
    lines.append(Content.assemble(tell(say("Strokes:")), " ", caps(strokes)))
    if buttons:
        lines.append(Content.assemble(tell(say("Buttons:")), " ", caps(buttons)))
    return lines


def _button(view: TouchpadView, name: str) -> Light:
    if name in view.down:
        return HELD
    return FELT if name in view.clicked else UNTRIED


def _field(view: TouchpadView, wide: int, high: int) -> Lines:
    """Each character shows the two halves of its height; where the finger is now, a ring."""
    points = {_point(cell, wide, high) for cell in view.trace}
    now = None if view.at is None else _point(view.at, wide, high)
    lines = []
    for row in range(high):
        parts = []
        for column in range(wide):
            upper, lower = (column, 2 * row), (column, 2 * row + 1)
            if now in (upper, lower):
                parts.append(plain("O", STRONG))
            else:
                parts.append(plain(_SHAPES[upper in points, lower in points], GOOD))
        lines.append(Content.assemble(plain("│", QUIET), *parts, plain("│", QUIET)))
    return lines


_SHAPES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def _point(cell: int, wide: int, high: int) -> tuple[int, int]:
    row, column = divmod(cell, TRACE_COLUMNS)
    return column * wide // TRACE_COLUMNS, row * 2 * high // TRACE_ROWS

"""How a finding looks: a colour, and a sign and a weight that say the same in a black-and-white print."""

from collections.abc import Callable
from dataclasses import dataclass

from agent.report.certificate.claims import Finding
from agent.report.certificate.sheet import WHITE, Box, Colour, Sheet


@dataclass(frozen=True)
class Look:
    ink: Colour
    """Of its text, its sign and its frame."""
    ground: Colour
    on_ground: Colour
    """Of text on the ground."""
    thick: float
    """Of its frame, in millimetres."""
    sign: Callable[[Sheet, float, float, float, Colour], None]


def _tick(sheet: Sheet, x: float, y: float, size: float, colour: Colour) -> None:
    thick = size / 6
    sheet.line((x + 0.12 * size, y + 0.55 * size), (x + 0.40 * size, y + 0.84 * size), colour, thick)
    sheet.line((x + 0.40 * size, y + 0.84 * size), (x + 0.92 * size, y + 0.18 * size), colour, thick)


def _cross(sheet: Sheet, x: float, y: float, size: float, colour: Colour) -> None:
    near, far, thick = 0.14 * size, 0.86 * size, size / 6
    sheet.line((x + near, y + near), (x + far, y + far), colour, thick)
    sheet.line((x + near, y + far), (x + far, y + near), colour, thick)


def _stroke(sheet: Sheet, x: float, y: float, size: float, colour: Colour) -> None:
    """An exclamation mark."""
    left, width = x + 0.39 * size, 0.22 * size
    sheet.fill(Box(left, y, width, 0.62 * size), colour)
    sheet.fill(Box(left, y + 0.76 * size, width, 0.24 * size), colour)


def _away(sheet: Sheet, x: float, y: float, size: float, colour: Colour) -> None:
    """An arrow upwards and out."""
    thick = size / 7
    sheet.line((x + 0.12 * size, y + 0.88 * size), (x + 0.86 * size, y + 0.14 * size), colour, thick)
    sheet.line((x + 0.36 * size, y + 0.14 * size), (x + 0.86 * size, y + 0.14 * size), colour, thick)
    sheet.line((x + 0.86 * size, y + 0.14 * size), (x + 0.86 * size, y + 0.64 * size), colour, thick)


_RED, _OCHRE, _SLATE, _GREEN = (139, 20, 26), (140, 82, 0), (74, 80, 88), (20, 92, 56)

LOOKS = {
    Finding.NOT_SANITIZED: Look(_RED, _RED, WHITE, 0.5, _cross),
    Finding.EXCEPTIONS: Look(_OCHRE, (250, 241, 224), _OCHRE, 0.7, _stroke),
    Finding.REMOVED: Look(_SLATE, (236, 238, 240), _SLATE, 0.3, _away),
    Finding.SANITIZED: Look(_GREEN, (228, 241, 233), _GREEN, 0.3, _tick),
}

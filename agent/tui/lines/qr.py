"""The address of the report's page as a QR code (ISO/IEC 18004), for the volunteer's telephone."""

from collections.abc import Sequence

from agent.tui.lines.layout import Lines, plain

INK = "ansi_bright_white on ansi_black"
"""What is light of the code is drawn, so that the console's own black is its dark."""
_MOST = 300
"""Characters of an address; a longer one gives dots too small for any screen."""
_BORDERS = (4, 3, 2)
"""Dots of light around it: the standard wants four, telephones do with two."""
_HALVES = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def qr_lines(address: str, columns: int, rows: int) -> Lines:
    """The code in at most that many columns and rows; nothing where it does not fit, or would be no page's."""
    if len(address) > _MOST or not address.startswith(("http://", "https://")):
        return []
    import segno  # noqa: PLC0415 - takes its time, and most screens need none

    # Level L: nothing stains a screen, and the dots get larger; where a better one fits as well, it is taken.
    dark = [[bool(dot) for dot in row] for row in segno.make_qr(address, error="l").matrix]
    for border in _BORDERS:
        drawn = _drawn(dark, border)
        if len(drawn) <= rows and len(drawn[0]) <= columns:
            return [plain(row, INK) for row in drawn]
    return []


def _drawn(dark: Sequence[Sequence[bool]], border: int) -> list[str]:
    width = len(dark[0]) + 2 * border
    around = [[True] * width] * border
    light = [*around, *([True] * border + [not dot for dot in row] + [True] * border for row in dark), *around]
    if len(light) % 2:
        light.append([False] * width)
    return [
        "".join(_HALVES[pair] for pair in zip(top, bottom, strict=True))
        for top, bottom in zip(light[::2], light[1::2], strict=True)
    ]

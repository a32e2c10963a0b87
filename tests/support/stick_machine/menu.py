"""GRUB's menu, as a person sees it before any system runs: what is chosen is the bar of light."""

import time

from PIL import Image

from stick_machine.computer import Computer

SECONDS = 120.0
LIGHT = 150
"""Of 255."""
WIDE = 0.5
"""Of a row's width: no text is as bright."""
HIGH = 6
"""Rows at least: the line round the menu is lower."""


def bar(picture: Image.Image) -> int | None:
    """The first row of the bar of light, in pixels; None where there is none."""
    grey = picture.convert("L").point(lambda value: 255 if value >= LIGHT else 0)
    rows = [value >= 255 * WIDE for value in grey.resize((1, grey.height), Image.Resampling.BOX).tobytes()]
    return next((number for number in range(len(rows) - HIGH) if all(rows[number : number + HIGH])), None)


def wait_for(computer: Computer) -> None:
    """Until the menu is there. The key that is pressed again and again stops its countdown, and moves nothing, as the
    first line is chosen."""
    end = time.monotonic() + SECONDS
    while bar(computer.picture("menu")) is None:
        assert time.monotonic() < end, "no menu"
        computer.qmp.press("up")


def down(computer: Computer, lines: int) -> None:
    """Go down that many lines, each seen before the next."""
    row = bar(computer.picture("menu"))
    for _ in range(lines):
        computer.qmp.press("down")
        end = time.monotonic() + SECONDS
        while (now := bar(computer.picture("menu"))) in (row, None):
            assert time.monotonic() < end, "the menu does not move"
        row = now

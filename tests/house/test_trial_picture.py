"""Pictures of the screen: only what the console can show is drawn, and it is drawn in the console's colours."""

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def picture(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(ROOT / "tools" / "trial")
    monkeypatch.syspath_prepend(ROOT / "boot" / "make")
    import picture

    return picture


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("a", [("a", 7, 0)]),
        ("\x1b[1ma", [("a", 15, 0)]),
        ("\x1b[1;32ma\x1b[0mb", [("a", 10, 0), ("b", 7, 0)]),
        ("\x1b[92ma\x1b[39mb", [("a", 10, 0), ("b", 7, 0)]),
        ("\x1b[37;44ma\x1b[49mb", [("a", 7, 4), ("b", 7, 0)]),
        ("\x1b[7ma\x1b[27mb", [("a", 0, 7), ("b", 7, 0)]),
        ("\x1b(B\x1b[ma", [("a", 7, 0)]),
    ],
)
def test_colours_are_those_that_the_console_would_show(
    picture: Any, row: str, cells: list[tuple[str, int, int]]
) -> None:
    assert list(picture.cells(row)) == cells


@pytest.mark.parametrize("codes", ["38;5;208", "48;2;1;2;3", "101", "3"])
def test_what_the_console_lacks_is_refused(picture: Any, codes: str) -> None:
    with pytest.raises(picture.Strange):
        list(picture.cells(f"\x1b[{codes}ma"))


def test_glyphs_stand_in_their_cells(picture: Any) -> None:
    font = picture.Font(8, 2, [b"\x00\x00", b"\x80\x01"], [[" "], ["a"]])
    drawn = picture.draw([" \x1b[92ma", "a"], (2, 2), font)
    assert drawn.size == (16, 4)
    lit = {(x, y): drawn.getpixel((x, y)) for x in range(16) for y in range(4) if drawn.getpixel((x, y))}
    assert lit == {(8, 0): 10, (15, 1): 10, (0, 2): 7, (7, 3): 7}
    assert drawn.getpalette()[30:33] == [0x55, 0xFF, 0x55]
    with pytest.raises(picture.Strange):
        picture.draw(["é"], (2, 2), font)

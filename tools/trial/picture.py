"""A picture of a terminal's rows, drawn as our stick's console would: its font, its sixteen colours, nothing else."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "boot/make"))

from font import SOURCES, Font, ours, read  # noqa: E402  (found through the line above)

NAME = "ordis24"
FOLDERS = ("/usr/share/consolefonts", "build/image/tools/usr/share/consolefonts")
"""Where Debian's console-setup-linux puts the font that ours is made from, and where `make image` has it."""
_COLOURS = (
    0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA,
    0x555555, 0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF,
)  # fmt: skip
"""Of the Linux console (default_red, default_grn, default_blu in drivers/tty/vt/vt.c), in the order of ECMA-48."""
_WHITE, _BLACK, _BRIGHT = 7, 0, 8
_SEQUENCE = re.compile("\x1b\\[([0-9;]*)m|\x1b[()][A-Z0-9]|[\x0e\x0f]")

Cell = tuple[str, int, int]
"""A character, its colour and the one behind it."""


class Strange(Exception):
    """A character or a colour that the console does not have."""


def console_font() -> Font:
    """Raises FileNotFoundError."""
    for folder in FOLDERS:
        if (file := ROOT / folder / f"{SOURCES[NAME]}.psf.gz").exists():
            return ours(read(file.read_bytes()))
    raise FileNotFoundError(f"No {SOURCES[NAME]}.psf.gz: install console-setup-linux")


class _Pen:
    def __init__(self) -> None:
        self.front, self.back, self.bold, self.turned = _WHITE, _BLACK, False, False

    def obey(self, codes: Sequence[int]) -> None:
        """Select Graphic Rendition, as far as console_codes(4) has it. Raises Strange."""
        for code in codes:
            match code:
                case 0:
                    self.__init__()  # type: ignore[misc]
                case 1 | 22:
                    self.bold = code == 1
                case 7 | 27:
                    self.turned = code == 7
                case 39 | 49:
                    self.front, self.back = (_WHITE, self.back) if code == 39 else (self.front, _BLACK)
                case _ if 30 <= code <= 37 or 90 <= code <= 97:
                    self.front = code - 30 if code < 90 else code - 90 + _BRIGHT
                case _ if 40 <= code <= 47:
                    self.back = code - 40
                case _:
                    raise Strange(f"the console has no colour or style {code}")

    def draws(self, char: str) -> Cell:
        front = self.front | _BRIGHT if self.bold else self.front
        return (char, self.back, front) if self.turned else (char, front, self.back)


def cells(row: str) -> Iterator[Cell]:
    """Raises Strange."""
    pen, at = _Pen(), 0
    while at < len(row):
        if found := _SEQUENCE.match(row, at):
            if found[1] is not None:
                pen.obey([int(code or 0) for code in found[1].split(";")])
            at = found.end()
        else:
            yield pen.draws(row[at])
            at += 1


def draw(rows: Sequence[str], size: tuple[int, int], font: Font) -> Image.Image:
    """`size`: columns, rows. Raises Strange."""
    picture = Image.new("P", (size[0] * font.width, size[1] * font.height), _BLACK)
    picture.putpalette([part for colour in _COLOURS for part in colour.to_bytes(3, "big")])
    pen: dict[str, Image.Image] = {}
    for y, row in enumerate(rows[: size[1]]):
        for x, (char, front, back) in enumerate(cells(row)):
            if char not in pen:
                pen[char] = _mask(font, char)
            box = (x * font.width, y * font.height, (x + 1) * font.width, (y + 1) * font.height)
            picture.paste(back, box)
            picture.paste(front, box, pen[char])
    return picture


def _mask(font: Font, char: str) -> Image.Image:
    try:
        glyph = font.glyphs[font.place_of(char)]
    except StopIteration:
        raise Strange(f"our font has no {char!r}") from None
    return Image.frombytes("1", (font.width, font.height), glyph)

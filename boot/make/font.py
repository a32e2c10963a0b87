"""The console's font: Terminus (package console-setup-linux), with half blocks, ticks and bars in the place of
characters that no screen of ours shows.

256 glyphs, not 512: the Linux console takes one of its colours' bits for the second half of a larger font, and eight of
the sixteen foreground colours would be lost. Format: PC Screen Font 2, as kbd's psf-formats describes it.
"""

import gzip
import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

SOURCES = {"ordis16": "Lat15-Terminus16", "ordis24": "Lat15-Terminus24x12", "ordis32": "Lat15-Terminus32x16"}
"""Our name, and the font that it is made from: 8x16, 12x24 and 16x32 points."""
GIVEN_UP = "₧ƒ∩≡∈ⁿ∅₮ĞğİıŞş"
ALSO = {"\u202f": " ", "\u2009": " ", "\xa0": " ", "\u2011": "-", "\u2212": "-"}
"""Characters that look like another one."""
_PSF1, _PSF2 = b"\x36\x04", b"\x72\xb5\x4a\x86"

Shape = Callable[[float, float], bool]
"""Whether a point is set: x and y from 0 to 1, from the upper left corner."""


def _between(points: list[tuple[float, float]], thick: float) -> Shape:
    """A line of some thickness through these points."""

    def shape(x: float, y: float) -> bool:
        return any(_distance(x, y, one, two) < thick for one, two in pairwise(points))

    return shape


def _distance(x: float, y: float, one: tuple[float, float], two: tuple[float, float]) -> float:
    """From a line between two points, in widths; a glyph is twice as high as wide."""
    ax, ay, bx, by = one[0], 2 * one[1], two[0], 2 * two[1]
    px, py = x - ax, 2 * y - ay
    along = max(0.0, min(1.0, (px * (bx - ax) + py * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)))
    return float(((px - along * (bx - ax)) ** 2 + (py - along * (by - ay)) ** 2) ** 0.5)


def _cross(x: float, y: float) -> bool:
    return _between([(0.08, 0.24), (0.92, 0.72)], 0.13)(x, y) or _between([(0.92, 0.24), (0.08, 0.72)], 0.13)(x, y)


DRAWN: dict[str, Shape] = {
    "▀": lambda _, y: y < 0.5,
    "▄": lambda _, y: y >= 0.5,
    "▌": lambda x, _: x < 0.5,
    "▐": lambda x, _: x >= 0.5,
    "▁": lambda _, y: y >= 7 / 8,
    "▂": lambda _, y: y >= 6 / 8,
    "▃": lambda _, y: y >= 5 / 8,
    "▅": lambda _, y: y >= 3 / 8,
    "▆": lambda _, y: y >= 2 / 8,
    "▇": lambda _, y: y >= 1 / 8,
    "✓": _between([(0.1, 0.52), (0.38, 0.7), (0.9, 0.26)], 0.12),
    "✗": _cross,
    "–": lambda x, y: 0.05 < x < 0.95 and 0.5 <= y < 0.5625,
}


@dataclass
class Font:
    """`glyphs`: the rows of each, padded to whole bytes. `means`: the characters that each stands for."""

    width: int
    height: int
    glyphs: list[bytes]
    means: list[list[str]]

    def place_of(self, char: str) -> int:
        """Raises StopIteration for a character that the font lacks."""
        return next(place for place, chars in enumerate(self.means) if char in chars)


def read(packed: bytes) -> Font:
    """Raises ValueError for anything but a PC Screen Font with a table of characters."""
    data = gzip.decompress(packed)
    if data[:2] == _PSF1:
        count, height = (512 if data[2] & 1 else 256), data[3]
        glyphs = [data[4 + at * height : 4 + (at + 1) * height] for at in range(count)]
        words = struct.unpack(f"<{(len(data) - 4 - count * height) // 2}H", data[4 + count * height :])
        return Font(8, height, glyphs, [_single(entry) for entry in _split(words, 0xFFFF, count)])
    if data[:4] == _PSF2:
        start, flags, count, size, height, width = struct.unpack_from("<6I", data, 8)
        if flags & 1:
            glyphs = [data[start + at * size : start + (at + 1) * size] for at in range(count)]
            table = data[start + count * size :].split(b"\xff")[:count]
            return Font(width, height, glyphs, [list(entry.split(b"\xfe")[0].decode()) for entry in table])
    raise ValueError("not a PC Screen Font with a table of characters")


def _split(words: tuple[int, ...], end: int, count: int) -> list[list[int]]:
    entries: list[list[int]] = [[]]
    for word in words:
        if word == end:
            entries.append([])
        else:
            entries[-1].append(word)
    return entries[:count]


def _single(entry: list[int]) -> list[str]:
    """The characters of an entry, without its sequences of several."""
    upto = entry.index(0xFFFE) if 0xFFFE in entry else len(entry)
    return [chr(code) for code in entry[:upto]]


def ours(font: Font) -> Font:
    """The same font with what is DRAWN in the places of what is GIVEN_UP."""
    for (char, shape), old in zip(DRAWN.items(), GIVEN_UP, strict=False):
        place = font.place_of(old)
        font.glyphs[place], font.means[place] = _draw(shape, font.width, font.height), [char]
    for char, like in ALSO.items():
        place = font.place_of(like)
        for chars in font.means:
            if char in chars:
                chars.remove(char)
        font.means[place].append(char)
    return font


def _draw(shape: Shape, width: int, height: int) -> bytes:
    rows = b""
    for y in range(height):
        bits = sum(1 << (width - 1 - x) for x in range(width) if shape((x + 0.5) / width, (y + 0.5) / height))
        rows += (bits << (-width % 8)).to_bytes((width + 7) // 8, "big")
    return rows


def packed(font: Font) -> bytes:
    """As a file of the format PSF 2."""
    size = (font.width + 7) // 8 * font.height
    head = _PSF2 + struct.pack("<7I", 0, 32, 1, len(font.glyphs), size, font.height, font.width)
    return head + b"".join(font.glyphs) + b"".join("".join(chars).encode() + b"\xff" for chars in font.means)


def install(consolefonts: Path, target: Path) -> None:
    """Make our fonts out of those of a folder. Raises OSError, ValueError."""
    target.mkdir(parents=True, exist_ok=True)
    for name, source in SOURCES.items():
        font = ours(read((consolefonts / f"{source}.psf.gz").read_bytes()))
        (target / f"{name}.psf").write_bytes(packed(font))

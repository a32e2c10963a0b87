"""The base block of a monitor's description of itself (VESA E-EDID 1.4). Extensions are not read."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = bytes.fromhex("00ffffffffffff00")
_BLOCK = 128
_DESCRIPTORS = range(54, 126, 18)
_NAME, _TEXT = 0xFC, 0xFE
"""Tags of display descriptors: product name, and free text (where panels in laptops put theirs)."""
_LARGEST_MM = 5000
_MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Edid:
    """`manufacturer` is the three-letter PNP id. Sizes in mm and pixels; None where not told."""

    manufacturer: str
    product: int
    name: str | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    width_px: int | None = None
    height_px: int | None = None

    @property
    def diagonal_inches(self) -> float | None:
        if not self.width_mm or not self.height_mm:
            return None
        return round(math.hypot(self.width_mm, self.height_mm) / _MM_PER_INCH, 1)


def parse(data: bytes) -> Edid | None:
    """Read the base block; None for what is none (wrong header or checksum). Never raises."""
    block = data[:_BLOCK]
    if len(block) < _BLOCK or not block.startswith(_HEADER) or sum(block) % 256:
        return None
    # Five bits a letter, A is 1 (section 3.4.1).
    letters = int.from_bytes(block[8:10], "big")
    codes = [letters >> shift & 31 for shift in (10, 5, 0)]
    timings = [part for part in _parts(block) if part[0] or part[1]]
    timing = timings[0] if timings else None
    width_mm, height_mm = _size(block, timing)
    return Edid(
        manufacturer="".join(chr(64 + code) if 1 <= code <= 26 else "?" for code in codes),
        product=int.from_bytes(block[10:12], "little"),
        name=_name(block),
        width_mm=width_mm,
        height_mm=height_mm,
        # The first timing is the preferred one, on flat panels the native one (section 3.10.1): low byte, and
        # four more bits in a byte shared with the blanking.
        width_px=(timing[2] | (timing[4] & 0xF0) << 4) or None if timing else None,
        height_px=_lines(timing) or None if timing else None,
    )


def _lines(timing: bytes) -> int:
    lines = timing[5] | (timing[7] & 0xF0) << 4
    return lines * 2 if timing[17] & 0x80 else lines  # interlaced: the timing counts one field


def _parts(block: bytes) -> Iterator[bytes]:
    for start in _DESCRIPTORS:
        yield block[start : start + 18]


def _size(block: bytes, timing: bytes | None) -> tuple[int | None, int | None]:
    """From the basic parameters in cm, made exact by the timing's mm where both agree. A projector says 0.

    The timing is not trusted alone: many give the picture's ratio there (16 × 9 mm), or another picture's size.
    """
    width, height = block[21] * 10, block[22] * 10
    if timing:
        wide, high = timing[12] | (timing[14] & 0xF0) << 4, timing[13] | (timing[14] & 0x0F) << 8
        agrees = abs(wide - width) <= 10 and abs(high - height) <= 10
        if wide and high and (agrees or (not (width and height) and wide > 100)):
            width, height = wide, high
    # One of them 0: the other is a ratio (section 3.6.2).
    return (width, height) if 0 < width <= _LARGEST_MM and 0 < height <= _LARGEST_MM else (None, None)


def _name(block: bytes) -> str | None:
    texts = {_NAME: [], _TEXT: []}  # type: dict[int, list[str]]
    for part in _parts(block):
        if part[:3] == b"\0\0\0" and part[3] in texts:
            text = re.split(rb"[\n\0]", part[5:])[0].decode("ascii", "replace").strip()
            # Laptop makers put codes of their own into free text, with bytes that are no letters.
            if text and text.isprintable() and text.isascii():
                texts[part[3]].append(text)
    # Of a panel's two texts the first is often its maker, the last its type.
    return next(iter(texts[_NAME]), None) or next(iter(texts[_TEXT][::-1]), None)

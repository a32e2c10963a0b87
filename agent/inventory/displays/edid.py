"""A monitor's description of itself (VESA E-EDID 1.4): the first block, and what the blocks after it add.

Native is the first timing, which EDID calls preferred (1.3) or native (1.4). A larger one counts where the display
itself says so: see `_native`.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.inventory.displays import extensions, panel_makers
from agent.inventory.displays.extensions import BLOCK, Extensions
from agent.inventory.displays.size import could_be, size
from agent.inventory.displays.timing import DTD_BYTES, Picture, detailed, established, standard
from agent.inventory.values import real

_HEADER = bytes.fromhex("00ffffffffffff00")
_HEADER_ERRORS = 2
"""Wrong bytes of the header that are put right, as Linux does, if the checksum then is."""
_FIRST_IS_NATIVE = 0x02
_FIRST_WITH_RATIO = 4
_DESCRIPTORS = range(54, 126, 18)
_NAME, _STANDARD, _TEXT, _SERIAL = 0xFC, 0xFA, 0xFE, 0xFF
"""Tags of display descriptors: product name, more standard timings, free text (where panels put theirs), serial."""
_MM_PER_INCH = 25.4
_FIRST_YEAR = 1994
"""E-EDID's first edition; 1990, which 0 stands for, was before it."""
_NO_SERIALS = {0x5445, 0x01000E00}
"""What whole series carry in the place of a number: BenQ's "TE", Samsung's televisions."""
_SMALLEST_SERIAL = 16
"""Whole series carry a 1; a display with a lower true number will hardly come by."""
_PANEL_PART = re.compile(rb"[A-Z0-9 ]{5}[^ -~]([A-Z0-9]{5,7})")
"""SPWG's form for laptops: five letters of the computer's maker, a revision, the start of the panel's type."""


@dataclass(frozen=True)
class Edid:
    """`manufacturer` is the three-letter PNP id. Sizes in mm and pixels; None where not told."""

    manufacturer: str | None
    product: int | None
    name: str | None = None
    serial: str | None = None
    year: int | None = None
    """As the display says it; later than today is for the caller to judge."""
    width_mm: int | None = None
    height_mm: int | None = None
    width_px: int | None = None
    height_px: int | None = None
    tiled: bool = False
    """Several connectors may show parts of this panel."""

    @property
    def diagonal_inches(self) -> float | None:
        if not self.width_mm or not self.height_mm:
            return None
        return round(math.hypot(self.width_mm, self.height_mm) / _MM_PER_INCH, 1)


def parse(data: bytes) -> Edid | None:
    """Read what /sys gives of a display; None for what is no EDID. Never raises.

    A first block whose checksum is wrong is believed only where size and picture still fit each other, and only these
    and known letters of a maker: one wrong bit in name or number is another monitor's, and nothing else would show it.
    """
    block = data[:BLOCK]
    wrong = sum(one != other for one, other in zip(block, _HEADER, strict=False))
    if len(block) < BLOCK or wrong > _HEADER_ERRORS:
        return None
    block = _HEADER + block[len(_HEADER) :]
    right = sum(block) % 256 == 0
    if not right and (wrong or not _fits_itself(block)):
        return None
    more = extensions.read(block + data[BLOCK:])
    timings = _timings(block)
    native = _native(block, timings, more)
    exact = next(((one.width_mm, one.height_mm) for one in [*timings, *more.detailed]), (0, 0))
    mm = size(_centimetres(block), more.unit, exact, native)
    return Edid(
        manufacturer=_manufacturer(block),
        product=int.from_bytes(block[10:12], "little") if right else None,
        name=_name(block) if right else None,
        serial=_serial(block) if right else None,
        year=_year(block) if right else None,
        width_mm=mm[0] if mm else None,
        height_mm=mm[1] if mm else None,
        width_px=native.width_px if native else None,
        height_px=native.height_px if native else None,
        tiled=more.tiled,
    )


def _fits_itself(block: bytes) -> bool:
    """Independent places tell the same story: version, maker's letters, size and the first timing's shape."""
    timings = _timings(block)
    known = panel_makers.name(_manufacturer(block)) is not None
    return block[18] == 1 and block[19] <= 4 and known and bool(timings) and could_be(_centimetres(block), timings[0])


def _centimetres(block: bytes) -> tuple[int, int]:
    """With one zero, the other is the picture's ratio in version 1.4; before, nothing is known."""
    width, height = block[21], block[22]
    return (width, height) if (width and height) or block[19] >= _FIRST_WITH_RATIO else (0, 0)


def _native(block: bytes, timings: list[Picture], more: Extensions) -> Picture | None:
    """The largest of the pictures that the display calls its own, the first timing above all.

    Also its own: what a DisplayID block calls so; the other timings of the first block where that says that its first
    one is not; one with the first one's lines and twice its width, since then the first is one half of a split screen.
    Larger pictures that televisions only accept are not. Old tubes have no timing of their own: then the largest.
    """
    own = timings[:1] if block[24] & _FIRST_IS_NATIVE else timings
    if timings:
        whole = 2 * timings[0].width_px, timings[0].height_px
        own = [one for one in [*timings, *more.detailed] if (one.width_px, one.height_px) == whole] or own
    own = [*own, *more.claims] or more.detailed[:1] or more.video_native[:1] or more.video[:1]
    return max(own or _lesser(block), key=lambda one: one.area, default=None)


def _lesser(block: bytes) -> list[Picture]:
    found = [*standard(block[38:54], block[19]), *established(block[35:38])]
    for part in _parts(block):
        if _tag(part) == _STANDARD:
            found += standard(part[5:17], block[19])
    return found


def _timings(block: bytes) -> list[Picture]:
    return [one for part in _parts(block) if (one := detailed(part))]


def _parts(block: bytes) -> Iterator[bytes]:
    for start in _DESCRIPTORS:
        yield block[start : start + DTD_BYTES]


def _tag(part: bytes) -> int | None:
    """What kind of descriptor this is; None for a timing."""
    return part[3] if part[:3] == b"\0\0\0" else None


def _manufacturer(block: bytes) -> str | None:
    """Five bits a letter, A is 1 (section 3.4.1). Others than letters are kept if most of it is letters."""
    packed = int.from_bytes(block[8:10], "big")
    signs = "".join(chr(64 + (packed >> shift & 31)) for shift in (10, 5, 0))
    return signs if sum(sign.isalpha() for sign in signs) >= 2 else None


def _year(block: bytes) -> int | None:
    year = 1990 + block[17]
    return year if year >= _FIRST_YEAR else None


def _serial(block: bytes) -> str | None:
    for text in _texts(block, _SERIAL):
        if (found := real(text)) and not _filled_in(found):
            return found
    number = int.from_bytes(block[12:16], "little")
    # One byte four times (01 01 01 01) is a placeholder too.
    if number in _NO_SERIALS or len(set(block[12:16])) == 1 or _filled_in(str(number)):
        return None
    return real(str(number))


def _filled_in(serial: str) -> bool:
    """Numbers that nobody counted: 0000000000001, 0123."""
    digits = serial.lstrip("0")
    return not digits or (digits.isdecimal() and (int(digits) < _SMALLEST_SERIAL or "123456789".startswith(digits)))


def _name(block: bytes) -> str | None:
    """The product's name, else the type that a panel's free text gives: its last one, the first is often its maker."""
    if names := list(_texts(block, _NAME)):
        return names[0]
    types = [text for text in _texts(block, _TEXT) if _is_type(text)]
    if types:
        return types[-1]
    for part in _parts(block):
        found = _PANEL_PART.match(part[5:]) if _tag(part) == _TEXT else None
        if found and _is_type(text := found[1].decode()):
            return text
    return None


def _is_type(text: str) -> bool:
    return len(text) >= 5 and any(sign.isdigit() for sign in text) and any(sign.isalpha() for sign in text)


def _texts(block: bytes, tag: int) -> Iterator[str]:
    """Up to 13 characters, ended by a line feed. Codes that makers hide there, with bytes beyond ASCII, are none."""
    for part in _parts(block):
        if _tag(part) == tag:
            text = re.split(rb"[\n\0]", part[5:])[0].decode("ascii", "replace").strip()
            if text and text.isprintable() and text.isascii():
                yield text

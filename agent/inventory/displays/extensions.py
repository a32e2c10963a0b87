"""What the blocks after the first add to a display's description: CTA-861 (televisions, HDMI) and DisplayID 1.x.

A block whose checksum is wrong is left out, and no more blocks are read than the display announces.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from agent.inventory.displays.timing import DTD_BYTES, DTD_WIDEST, Picture, detailed, picture, video_code

BLOCK = 128
_CTA, _DISPLAY_ID = 0x02, 0x70
_VIDEO, _VENDOR, _EXTENDED = 2, 3, 7
"""Tags of CTA data blocks; the extended ones have their own tag in the next byte."""
_MORE_BLOCKS, _TYPE_VII = 0x78, 0x22
_HDMI = bytes.fromhex("030c00")
_PARAMETERS, _TILED = (0x01, 0x21), (0x12, 0x28)
_TIMINGS = (0x03, 0x22)
"""Tags of DisplayID data blocks, of version 1 and 2: display parameters, tiled display, detailed timings I and VII."""
_TIMING_BYTES = 20
_MOST_BLOCKS = 255


class Unit(Enum):
    """What the numbers for the picture's size in the first block mean, after HDMI 1.4b (section 8.3.2, Image_Size)."""

    CM = 1
    FIVE_CM = 5
    RATIO = 0


@dataclass
class Extensions:
    """`claims`: pictures that a block calls the display's own. The others are in the order in which they stand."""

    detailed: list[Picture] = field(default_factory=list)
    video: list[Picture] = field(default_factory=list)
    video_native: list[Picture] = field(default_factory=list)
    claims: list[Picture] = field(default_factory=list)
    unit: Unit = Unit.CM
    tiled: bool = False
    """One of several parts of a panel that is driven through more than one stream."""


def read(data: bytes) -> Extensions:
    """All extension blocks of a whole E-EDID. Never raises."""
    found = Extensions()
    for block in _blocks(data):
        if block[0] == _CTA:
            _cta(block, found)
        elif block[0] == _DISPLAY_ID:
            _display_id(block, found)
    return found


def _blocks(data: bytes) -> Iterator[bytes]:
    count = min(data[BLOCK - 2], _MOST_BLOCKS)
    number = 1
    while number <= count:
        block = data[number * BLOCK : (number + 1) * BLOCK]
        if len(block) < BLOCK:
            return
        if number == 1 and block[0] == _CTA:
            count = max(count, _announced(block))
        if sum(block) % 256 == 0:
            yield block
        number += 1


def _announced(block: bytes) -> int:
    """HDMI 2.1 (section 10.3.6): the first block may announce 1 for old sources, and the next one all."""
    for tag, payload in _data_blocks(block):
        if tag == _EXTENDED and payload[:1] == bytes([_MORE_BLOCKS]) and len(payload) > 1:
            return payload[1]
    return 0


def _data_blocks(block: bytes) -> Iterator[tuple[int, bytes]]:
    """CTA-861 data blocks: three bits of tag, five of length."""
    end = min(block[2], BLOCK - 1)
    at = 4
    while at < end and block[1] >= 3:
        tag, size = block[at] >> 5, block[at] & 31
        yield tag, block[at + 1 : min(at + 1 + size, end)]
        at += 1 + size


def _cta(block: bytes, found: Extensions) -> None:
    for tag, payload in _data_blocks(block):
        if tag == _VIDEO:
            _videos(payload, found)
        elif tag == _VENDOR and payload.startswith(_HDMI):
            found.unit = _unit(payload)
        elif tag == _EXTENDED and payload[:1] == bytes([_TYPE_VII]):
            # The bit that means "preferred" elsewhere is about colours here (CTA-861-H, section 7.5.17.1).
            _timing(payload[2:], found, flagged=False)
    if block[2] < 4:
        return
    for at in range(block[2], BLOCK - DTD_BYTES, DTD_BYTES):
        if one := detailed(block[at : at + DTD_BYTES]):
            found.detailed.append(one)


def _videos(payload: bytes, found: Extensions) -> None:
    for code in payload:
        # Codes 1 to 64 carry "native" in the highest bit, the later ones have no room for it.
        native = 129 <= code <= 192
        if one := video_code(code & 127 if native else code):
            found.video.append(one)
            if native:
                found.video_native.append(one)


def _unit(payload: bytes) -> Unit:
    """HDMI's vendor block: latencies come in pairs, if announced, before the byte that is wanted."""
    if len(payload) < 8 or not payload[7] & 0x20:
        return Unit.CM
    at = 8 + (2 if payload[7] & 0x80 else 0) + (2 if payload[7] & 0xC0 == 0xC0 else 0)
    code = payload[at] >> 3 & 3 if at < len(payload) else 0
    return (Unit.CM, Unit.RATIO, Unit.CM, Unit.FIVE_CM)[code]


def _display_id(block: bytes, found: Extensions) -> None:
    """A DisplayID section: version, length, use, count of further ones, then tag, revision, length, content."""
    end = min(5 + block[2], BLOCK - 2)
    at = 5
    while at + 3 <= end:
        tag, size = block[at], block[at + 2]
        payload = block[at + 3 : min(at + 3 + size, end)]
        if tag in _TIMINGS:
            for start in range(0, len(payload) - _TIMING_BYTES + 1, _TIMING_BYTES):
                _timing(payload[start : start + _TIMING_BYTES], found)
        elif tag in _PARAMETERS and len(payload) >= 8:
            _claim(found, picture(_word(payload, 4), _word(payload, 6)))
        elif tag in _TILED and len(payload) >= 8:
            _tiles(payload, found)
        at += 3 + size


def _timing(part: bytes, found: Extensions, *, flagged: bool = True) -> None:
    """Detailed timing type I or VII (DisplayID 1.3, section 4.4.1): preferred ones are the display's own picture.

    So are those wider than any timing of the first block could be, whatever that one calls native.
    """
    if len(part) < _TIMING_BYTES or part[3] & 0x10:  # interlaced: no panel's own
        return
    one = picture(_word(part, 4) + 1, _word(part, 12) + 1)
    if one and ((flagged and part[3] & 0x80) or one.width_px > DTD_WIDEST):
        found.claims.append(one)


def _tiles(payload: bytes, found: Extensions) -> None:
    """Tiled display topology (DisplayID 1.3, section 4.14): the whole panel is tiles × the size of one."""
    across = (payload[1] >> 4 | payload[3] >> 2 & 0x30) + 1
    down = (payload[1] & 15 | payload[3] & 0x30) + 1
    if across * down > 1:
        found.tiled = True
        _claim(found, picture(across * (_word(payload, 4) + 1), down * (_word(payload, 6) + 1)))


def _claim(found: Extensions, one: Picture | None) -> None:
    if one:
        found.claims.append(one)


def _word(part: bytes, at: int) -> int:
    return int.from_bytes(part[at : at + 2], "little")

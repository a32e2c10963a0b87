"""Pictures that a display says it can show: the ways in which E-EDID 1.4 and CTA-861 write down their sizes.

Each reader gives None for what cannot be a picture on a computer's screen.
"""

from dataclasses import dataclass

_SMALLEST_PX, _LARGEST_PX = 100, 16384
DTD_WIDEST = 4095
"""A detailed timing has 12 bits for the width; wider pictures need DisplayID."""
DTD_BYTES = 18


@dataclass(frozen=True)
class Picture:
    """Whole frames, never fields. The size in mm is 0 where not told."""

    width_px: int
    height_px: int
    width_mm: int = 0
    height_mm: int = 0

    @property
    def area(self) -> int:
        return self.width_px * self.height_px


def picture(width: int, height: int, width_mm: int = 0, height_mm: int = 0) -> Picture | None:
    if not (_SMALLEST_PX <= width <= _LARGEST_PX and _SMALLEST_PX <= height <= _LARGEST_PX):
        return None
    return Picture(width, height, width_mm, height_mm)


def detailed(part: bytes) -> Picture | None:
    """A detailed timing descriptor (E-EDID 1.4, section 3.10.2); None for one without a pixel clock: no timing."""
    if len(part) < DTD_BYTES or not (part[0] or part[1]):
        return None
    # Low bytes, each with four more bits in a byte shared with its neighbour.
    lines = part[5] | (part[7] & 0xF0) << 4
    return picture(
        part[2] | (part[4] & 0xF0) << 4,
        lines * 2 if part[17] & 0x80 else lines,  # interlaced: the timing counts one field
        part[12] | (part[14] & 0xF0) << 4,
        part[13] | (part[14] & 0x0F) << 8,
    )


def standard(codes: bytes, revision: int) -> list[Picture]:
    """Standard timings, two bytes each (section 3.9): width / 8 - 31, and the ratio in the highest two bits."""
    found = []
    for first, second in zip(codes[::2], codes[1::2], strict=False):
        wide, high = ((16, 10) if revision >= 3 else (1, 1), (4, 3), (5, 4), (16, 9))[second >> 6]
        width = (first + 31) * 8
        # 01 01 fills what is not used, some makers write zeros.
        if first and (first, second) != (1, 1) and (one := picture(width, width * high // wide)):
            found.append(one)
    return found


# Established timings I and II (section 3.8), the largest first: byte, bits, picture.
_ESTABLISHED = (
    (1, 0x01, (1280, 1024)),
    (2, 0x80, (1152, 870)),
    (1, 0x1E, (1024, 768)),
    (1, 0x20, (832, 624)),
    (1, 0xC0, (800, 600)),
    (0, 0x03, (800, 600)),
    (0, 0x3C, (640, 480)),
)


def established(flags: bytes) -> list[Picture]:
    """The pictures of the three bytes of established timings, the largest first."""
    return [Picture(*size) for byte, bits, size in _ESTABLISHED if byte < len(flags) and flags[byte] & bits]


# Video identification codes (CTA-861-I, table 3), first to last code: the progressive ones that are some screen's own.
_VIC_RANGES = (
    (1, 1, (640, 480)), (2, 3, (720, 480)), (4, 4, (1280, 720)), (16, 16, (1920, 1080)), (17, 18, (720, 576)),
    (19, 19, (1280, 720)), (31, 34, (1920, 1080)), (41, 41, (1280, 720)), (47, 47, (1280, 720)),
    (60, 62, (1280, 720)), (63, 64, (1920, 1080)), (65, 71, (1280, 720)), (72, 78, (1920, 1080)),
    (79, 85, (1680, 720)), (86, 92, (2560, 1080)), (93, 97, (3840, 2160)), (98, 102, (4096, 2160)),
    (103, 107, (3840, 2160)), (108, 109, (1280, 720)), (110, 110, (1680, 720)), (111, 112, (1920, 1080)),
    (113, 113, (2560, 1080)), (114, 114, (3840, 2160)), (115, 115, (4096, 2160)), (116, 120, (3840, 2160)),
    (121, 127, (5120, 2160)), (193, 193, (5120, 2160)), (194, 209, (7680, 4320)), (210, 217, (10240, 4320)),
    (218, 219, (4096, 2160)),
)  # fmt: skip


def video_code(code: int) -> Picture | None:
    """The picture of a CTA-861 video identification code; None for interlaced and unknown ones."""
    return next((Picture(*size) for first, last, size in _VIC_RANGES if first <= code <= last), None)

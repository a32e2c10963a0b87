"""A camera's picture in the sixteen colours of the console, as coarse as the checks make it (agent.checks.picture)."""

import io
from collections.abc import Callable, Sequence

from agent.checks.picture import averages
from agent.host.video import Frame
from agent.model.messages import GLANCE_HEIGHT, GLANCE_WIDTH

_PALETTE: tuple[tuple[int, int, int], ...] = (
    (0x00, 0x00, 0x00), (0xAA, 0x00, 0x00), (0x00, 0xAA, 0x00), (0xAA, 0x55, 0x00),
    (0x00, 0x00, 0xAA), (0xAA, 0x00, 0xAA), (0x00, 0xAA, 0xAA), (0xAA, 0xAA, 0xAA),
    (0x55, 0x55, 0x55), (0xFF, 0x55, 0x55), (0x55, 0xFF, 0x55), (0xFF, 0xFF, 0x55),
    (0x55, 0x55, 0xFF), (0xFF, 0x55, 0xFF), (0x55, 0xFF, 0xFF), (0xFF, 0xFF, 0xFF),
)  # fmt: skip
"""The Linux console's own (drivers/tty/vt/vt.c: default_red and the others)."""
_PACKED = {"YUYV": (1, 3), "UYVY": (0, 2)}
"""Where blue and red differences stand among the four bytes of two points."""

_Line = Callable[[int], bytes]


def colours(frame: Frame, greys: Sequence[int]) -> list[int]:
    """0 to 15 for each of the greys of the same picture; empty where it has no colours, or is not whole."""
    width, height, lines = _differences(frame)
    if lines is None or width < GLANCE_WIDTH or height < GLANCE_HEIGHT:
        return []
    blue, red = (averages(width, height, line) for line in lines)
    return [nearest(*_rgb(*point)) for point in zip(greys, blue, red, strict=True)]


def nearest(red: float, green: float, blue: float) -> int:
    """The colour of the console that is least far away."""
    return min(range(len(_PALETTE)), key=lambda each: _far((red, green, blue), _PALETTE[each]))


def _far(one: Sequence[float], other: Sequence[float]) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _rgb(grey: int, blue: int, red: int) -> tuple[float, float, float]:
    """From brightness and colour differences (ITU-R BT.601, full range)."""
    b, r = blue - 128, red - 128
    return grey + 1.402 * r, grey - 0.344 * b - 0.714 * r, grey + 1.772 * b


def _differences(frame: Frame) -> tuple[int, int, tuple[_Line, _Line] | None]:
    """Width and height of the two planes of colour differences, and how to get a line of each."""
    if frame.kind == "MJPG":
        return _of_jpeg(frame.data)
    half, plane = frame.width // 2, frame.stride * frame.height
    data = frame.data
    if frame.kind in _PACKED and len(data) >= plane and frame.stride >= 2 * frame.width:
        blue, red = (_every(data, at, frame.stride, half, 4) for at in _PACKED[frame.kind])
        return half, frame.height, (blue, red)
    if frame.kind in ("NV12", "YU12") and len(data) >= plane * 3 // 2 and frame.stride >= frame.width:
        if frame.kind == "NV12":
            blue, red = (_every(data, plane + at, frame.stride, half, 2) for at in (0, 1))
        else:
            blue, red = (_every(data, at, frame.stride // 2, half, 1) for at in (plane, plane + plane // 4))
        return half, frame.height // 2, (blue, red)
    return 0, 0, None


def _every(data: bytes, start: int, stride: int, count: int, step: int) -> _Line:
    def line(number: int) -> bytes:
        at = start + number * stride
        return data[at : at + count * step : step]

    return line


def _of_jpeg(data: bytes) -> tuple[int, int, tuple[_Line, _Line] | None]:
    """The brightness was read from the same bytes before, so it is known that they are a picture of bearable size."""
    from PIL import Image  # noqa: PLC0415 - other aids need no pictures

    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        _, blue, red = image.convert("YCbCr").split()
    width, height = blue.size
    lines = (_every(blue.tobytes(), 0, width, width, 1), _every(red.tobytes(), 0, width, width, 1))
    return width, height, lines

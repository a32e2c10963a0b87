"""A camera's picture as a few grey blocks: enough to tell light from dark, and no face from another."""

import io
import itertools
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from agent.host.video import Frame
from agent.model.messages import GLANCE_HEIGHT as HEIGHT
from agent.model.messages import GLANCE_WIDTH as WIDTH

_MOST_PIXELS = 4096 * 4096
# Where the brightness of a line stands among its bytes: first byte and step.
_LUMA = {"YUYV": (0, 2), "UYVY": (1, 2), "GREY": (0, 1), "NV12": (0, 1), "YU12": (0, 1)}


class Broken(Exception):
    """The picture is not whole."""


@dataclass(frozen=True)
class Blocks:
    """WIDTH x HEIGHT grey levels, line by line, 0 black to 255 white: the average of each part of the picture."""

    levels: bytes = field(repr=False)

    @property
    def brightest(self) -> int:
        return max(self.levels)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.levels)

    @property
    def spread(self) -> float:
        """The standard deviation, in grey levels; the camera's noise is averaged out."""
        return statistics.pstdev(self.levels)


def blocks(frame: Frame) -> Blocks:
    """The picture made coarse. Raises Broken."""
    width, height, line = _jpeg(frame.data) if frame.kind == "MJPG" else _lines(frame)
    if width < WIDTH or height < HEIGHT:
        raise Broken("too small")
    return Blocks(averages(width, height, line))


_Picture = tuple[int, int, Callable[[int], bytes]]
"""Width, height, and the grey levels of a line."""


def _lines(frame: Frame) -> _Picture:
    if frame.kind not in _LUMA:
        raise Broken(frame.kind)
    first, step = _LUMA[frame.kind]
    length = frame.width * step
    if frame.stride < length or len(frame.data) < frame.stride * frame.height:
        raise Broken("too short")

    def line(number: int) -> bytes:
        at = number * frame.stride
        return frame.data[at + first : at + length : step]

    return frame.width, frame.height, line


def _jpeg(data: bytes) -> _Picture:
    """Raises Broken for whatever is no whole picture."""
    from PIL import Image  # noqa: PLC0415 - the service lists the checks, and needs no pictures

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise Broken("too large")
            grey = image.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Broken(str(error)) from error
    pixels, width = grey.tobytes(), grey.width
    return width, grey.height, lambda number: pixels[number * width : (number + 1) * width]


def averages(width: int, height: int, line: Callable[[int], bytes]) -> bytes:
    """WIDTH x HEIGHT averages of a plane of bytes, at least so large, whose lines `line` gives."""
    return bytes(_levels(width, height, line))


def _levels(width: int, height: int, line: Callable[[int], bytes]) -> Iterator[int]:
    edges = [width * column // WIDTH for column in range(WIDTH + 1)]
    for row in range(HEIGHT):
        # Every second line is enough, and half the work.
        lines = [line(number) for number in range(height * row // HEIGHT, height * (row + 1) // HEIGHT, 2)]
        for left, right in itertools.pairwise(edges):
            yield sum(sum(each[left:right]) for each in lines) // (len(lines) * (right - left))

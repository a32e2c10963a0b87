"""One picture of a camera, by v4l2-ctl(1), in memory only."""

import re
from dataclasses import dataclass, field

from agent.host.run import ToolTimeout, run, run_in_memory

FORMATS = ("YUYV", "UYVY", "NV12", "YU12", "GREY", "MJPG")
"""Pixel formats that can be read here, the simplest first (Documentation/userspace-api/media/v4l of the kernel)."""
_WIDTH, _HEIGHT = 640, 480
_MOST_PIXELS = 4096
_SKIPPED = 20
"""Pictures left out, in which a camera finds out how bright it is: two thirds of a second at 30 a second."""
_SECONDS = 10
_STREAM_SECONDS = 20
_SIZE = re.compile(r"^\s*Width/Height\s*: (\d{1,5})/(\d{1,5})$", re.MULTILINE)
_FORMAT = re.compile(r"^\s*Pixel Format\s*: '(.{4})'", re.MULTILINE)
_LINE = re.compile(r"^\s*Bytes per Line\s*: (\d{1,6})$", re.MULTILINE)


class NoPicture(Exception):
    """The camera gave none. The text says why, in the words of the program."""


class InUse(NoPicture):
    """Another program has the camera."""


class UnknownFormat(NoPicture):
    """It gives pictures only in formats that are not read here."""


@dataclass(frozen=True)
class Frame:
    """A picture as the camera gave it; lines of `stride` bytes, but for MJPG."""

    kind: str
    width: int
    height: int
    stride: int
    data: bytes = field(repr=False)


def frame(node: str) -> Frame:
    """Take one picture with the camera behind `node` (/dev/video0). Raises NoPicture, ToolMissing, OSError."""
    offered = set(re.findall(r"^\s*\[\d+\]: '(.{4})'", _told(["--list-formats"], node), re.MULTILINE))
    kind = next((each for each in FORMATS if each in offered), None)
    if kind is None:
        raise UnknownFormat(", ".join(sorted(offered)[:8]) or "-")
    choice = f"--set-fmt-video=width={_WIDTH},height={_HEIGHT},pixelformat={kind}"
    told = _told([choice, "--get-fmt-video"], node)
    size, line, given = _SIZE.search(told), _LINE.search(told), _FORMAT.search(told)
    if size is None or line is None or given is None or given[1] != kind:
        raise NoPicture("it does not take a format that it offers")
    width, height = int(size[1]), int(size[2])
    if not (0 < width <= _MOST_PIXELS and 0 < height <= _MOST_PIXELS):
        raise NoPicture(f"{width}x{height}")
    return Frame(kind, width, height, int(line[1]), _picture(node, choice))


def _picture(node: str, choice: str) -> bytes:
    streaming = ["--stream-mmap=4", f"--stream-skip={_SKIPPED}", "--stream-count=1", "--stream-to=-"]
    try:
        ran, data = run_in_memory(["v4l2-ctl", "--device", node, choice, *streaming], timeout=_STREAM_SECONDS)
    except ToolTimeout as hung:
        raise NoPicture("no picture came") from hung
    if ran.code != 0 or not data:
        raise _refusal(ran.err)
    return data


def _told(arguments: list[str], node: str) -> str:
    try:
        ran = run(["v4l2-ctl", "--device", node, *arguments], timeout=_SECONDS)
    except ToolTimeout as hung:
        raise NoPicture("it does not answer") from hung
    if ran.code != 0:
        raise _refusal(ran.err)
    return ran.out


def _refusal(said: str) -> NoPicture:
    line = (said.strip().splitlines() or ["-"])[-1]
    return InUse(line) if "resource busy" in line else NoPicture(line)

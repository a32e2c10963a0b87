"""What of the running system lies in memory.

Where its root does, every cable may be pulled and the computer may sleep without losing the ground under its feet.
Where a folder does, what is written to it is gone with the power. Both doubts fall to the safe side.
"""

import re
from dataclasses import dataclass

from agent.host.source import Source

_MEMORY = {"tmpfs", "ramfs", "rootfs"}
_PACKED = {"squashfs", "erofs"}
_DEPTH = 6
"""Overlay over a packed image in a loop device over a file in memory is three."""


@dataclass(frozen=True)
class _Mount:
    point: str
    kind: str
    origin: str
    options: str


def root_in_ram(source: Source) -> bool:
    """True where `/` is memory, or an overlay whose layers all are, packed images in memory included (live-boot with
    `toram`). What cannot be followed to its end counts as a drive."""
    return _in_ram(source, _mounts(source), "/", _DEPTH)


def folder_in_ram(source: Source, folder: str) -> bool:
    """True where what is written below `folder` is lost with the power, as far as the mounts tell: it need not exist.

    What cannot be followed to its end counts as memory.
    """
    mounts = _mounts(source)
    place = folder
    while (real := source.link(place)) is None and place not in ("/", ""):
        place = place.rpartition("/")[0] or "/"
    return _loses(source, mounts, (real or "/") + folder[len(place) :], _DEPTH)


def _loses(source: Source, mounts: list[_Mount], path: str, depth: int) -> bool:
    mount = _under(mounts, path)
    if mount is None or not depth or mount.kind in _MEMORY:
        return True
    if mount.kind == "overlay":
        # What is written goes to the upper layer alone. One that is nowhere to be seen lies below this very overlay.
        upper = [value for key, value in _options(mount.options) if key == "upperdir"]
        return not upper or _loses(source, mounts, upper[0], depth - 1)
    if re.fullmatch(r"/dev/z?ram\d+", mount.origin):
        return True
    if re.fullmatch(r"/dev/loop\d+", mount.origin):
        file = _backing_file(source, mount.origin)
        return not file or _loses(source, mounts, file, depth - 1)
    return False


def _in_ram(source: Source, mounts: list[_Mount], path: str, depth: int) -> bool:
    mount = _under(mounts, path)
    if mount is None or not depth:
        return False
    if mount.kind in _MEMORY:
        return True
    if mount.kind in _PACKED:
        file = _backing_file(source, mount.origin)
        return bool(file) and _in_ram(source, mounts, str(file), depth - 1)
    if mount.kind == "overlay":
        layers = _layers(mount.options)
        return bool(layers) and all(_in_ram(source, mounts, layer, depth - 1) for layer in layers)
    return False


def _layers(options: str) -> list[str]:
    """All folders that an overlay is made of."""
    return [
        layer
        for key, value in _options(options)
        if key in {"lowerdir", "lowerdir+", "datadir+", "upperdir", "workdir"}
        for layer in value.split(":")
        if layer
    ]


def _options(options: str) -> list[tuple[str, str]]:
    pairs = (option.partition("=") for option in options.split(","))
    return [(key, value) for key, _, value in pairs]


def _backing_file(source: Source, origin: str) -> str | None:
    """The file behind a loop device; None where `origin` is none."""
    loop = re.fullmatch(r"/dev/(loop\d+)", origin)
    return source.text(f"/sys/block/{loop[1]}/loop/backing_file") if loop else None


def _mounts(source: Source) -> list[_Mount]:
    return [mount for line in (source.text("/proc/self/mountinfo") or "").splitlines() if (mount := _mount(line))]


def _under(mounts: list[_Mount], path: str) -> _Mount | None:
    """The mount that `path` lies in; of several at one point the last one covers the others."""
    under = [mount for mount in mounts if _holds(mount.point, path)]
    longest = max((len(mount.point) for mount in under), default=0)
    return next((mount for mount in reversed(under) if len(mount.point) == longest), None)


def _holds(point: str, path: str) -> bool:
    return point in {"/", path} or path.startswith(point + "/")


def _mount(line: str) -> _Mount | None:
    """A line of mountinfo (proc(5)): … MOUNT-POINT OPTIONS [TAGS] - TYPE ORIGIN SUPER-OPTIONS."""
    left, _, right = line.partition(" - ")
    fields, rest = left.split(), right.split()
    if len(fields) < 5 or len(rest) < 3:
        return None
    return _Mount(_plain(fields[4]), rest[0], _plain(rest[1]), _plain(rest[2]))


def _plain(field: str) -> str:
    r"""The kernel writes blanks as \040."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8) & 0xFF), field)

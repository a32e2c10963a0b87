"""Whether the running system needs no drive at all: its root lies in memory, so that every cable may be pulled and
the computer may sleep without losing the ground under its feet."""

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
    mounts = [mount for line in (source.text("/proc/self/mountinfo") or "").splitlines() if (mount := _mount(line))]
    return _in_ram(source, mounts, "/", _DEPTH)


def _in_ram(source: Source, mounts: list[_Mount], path: str, depth: int) -> bool:
    under = [mount for mount in mounts if _holds(mount.point, path)]
    if not under or not depth:
        return False
    # Of several mounts at one point the last one covers the others.
    longest = max(len(mount.point) for mount in under)
    mount = next(mount for mount in reversed(under) if len(mount.point) == longest)
    if mount.kind in _MEMORY:
        return True
    if mount.kind in _PACKED:
        loop = re.fullmatch(r"/dev/(loop\d+)", mount.origin)
        file = source.text(f"/sys/block/{loop[1]}/loop/backing_file") if loop else None
        return bool(file) and _in_ram(source, mounts, str(file), depth - 1)
    if mount.kind == "overlay":
        layers = _layers(mount.options)
        return bool(layers) and all(_in_ram(source, mounts, layer, depth - 1) for layer in layers)
    return False


def _layers(options: str) -> list[str]:
    """All folders that an overlay is made of."""
    pairs = (option.partition("=") for option in options.split(","))
    return [
        layer
        for key, _, value in pairs
        if key in {"lowerdir", "lowerdir+", "datadir+", "upperdir", "workdir"}
        for layer in value.split(":")
        if layer
    ]


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

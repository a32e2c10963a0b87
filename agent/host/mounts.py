"""What is mounted, and mounting: by the device's number, proved after the fact, never by a name alone."""

import contextlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.host.run import Ran, ToolMissing, ToolTimeout, run
from agent.host.source import Source

MOUNT_SECONDS = 30.0
"""For one mount or unmount: a healthy stick needs well below a second, also to replay a journal."""

Number = tuple[int, int]


@dataclass(frozen=True)
class Node:
    """A block device by its path and by its number; the number is what counts."""

    path: str
    number: Number


class MountFailed(Exception):
    """The program said why."""


@dataclass(frozen=True)
class Mount:
    """A line of mountinfo (proc_pid_mountinfo(5))."""

    number: Number
    """The device's MAJOR, MINOR."""
    point: str
    kind: str
    options: frozenset[str]
    """Of the mount and of the file system together: `ro` is in it when either is."""


def mounts(source: Source) -> list[Mount]:
    """All mounts that this process sees, in their order: what is mounted later covers what was there."""
    return [found for line in (source.text("/proc/self/mountinfo") or "").splitlines() if (found := _mount(line))]


def mounted_at(source: Source, point: str | Path) -> Mount | None:
    """The uppermost mount at exactly this place."""
    found = [mount for mount in mounts(source) if mount.point == str(point)]
    return found[-1] if found else None


def vanished(source: Source, mount: Mount) -> bool:
    """Whether the mount's device has been pulled: its number is no device's any more. Major 0 stands for none."""
    major, minor = mount.number
    return major != 0 and source.link(f"/sys/dev/block/{major}:{minor}") is None


def mount(node: Node, point: Path, kind: str, options: Sequence[str], *, write: bool) -> None:
    """Mount the file system of a device at `point`. Never executable, never a device node, never setuid.

    Raises MountFailed, ToolMissing, ToolTimeout, OSError.
    """
    point.mkdir(mode=0o700, parents=True, exist_ok=True)
    # -w: never fall back to read-only without saying so.
    argv = ["mount", "-t", kind, "-w" if write else "-r", "-o", ",".join(("nosuid", "nodev", "noexec", *options))]
    _good(run([*argv, "--", node.path, str(point)], timeout=MOUNT_SECONDS))
    found = os.stat(point).st_dev
    if (os.major(found), os.minor(found)) != node.number:  # the name had become another device's
        unmount(point)
        raise MountFailed(f"{node.path} is another device now")


def remount(point: Path, options: Sequence[str], *, write: bool) -> None:
    """Let what is mounted at `point` be written, or read only; the rest as `mount`. Raises MountFailed, ToolMissing,
    ToolTimeout, OSError."""
    how = ",".join(("remount", "rw" if write else "ro", "nosuid", "nodev", "noexec", *options))
    _good(run(["mount", "-o", how, "--", str(point)], timeout=MOUNT_SECONDS))


def unmount(point: Path, *, lazy: bool = False) -> None:
    """Take a mount away; `lazy` also where its device is gone or files are still open. Raises as `mount` does."""
    _good(run(["umount", *(["--lazy"] if lazy else []), "--", str(point)], timeout=MOUNT_SECONDS))


def let_go(point: Path) -> bool:
    """Lazily take away a mount whose device has vanished; whether that worked. Never raises."""
    with contextlib.suppress(MountFailed, ToolMissing, ToolTimeout, OSError):
        unmount(point, lazy=True)
        return True
    return False


def _good(ran: Ran) -> None:
    if ran.code:
        lines = (ran.err or ran.out).strip().splitlines()
        raise MountFailed(lines[0][:200] if lines else f"exit code {ran.code}")


def _mount(line: str) -> Mount | None:
    left, _, right = line.partition(" - ")
    fields, rest = left.split(), right.split()
    number = re.fullmatch(r"(\d{1,7}):(\d{1,7})", fields[2]) if len(fields) > 5 and len(rest) > 2 else None
    if number is None:
        return None
    options = frozenset((*fields[5].split(","), *rest[2].split(",")))
    return Mount((int(number[1]), int(number[2])), unescaped(fields[4]), rest[0], options)


def unescaped(field: str) -> str:
    r"""The kernel writes blanks in paths as \040."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8) & 0xFF), field)

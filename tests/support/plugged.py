"""A stick over a file in a loop device, and this machine seen with no other drives than such."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from agent.host.source import Live


def may_resize() -> bool:
    """Whether a mounted file system may be made larger here: CAP_SYS_RESOURCE (bit 24), which containers lack."""
    status = Path("/proc/self/status").read_text()
    return bool(int(status.split("CapEff:")[1].split()[0], 16) >> 24 & 1)


@dataclass
class Plugged:
    """A stick in its loop device."""

    path: str
    file: Path
    name: str

    @property
    def nodes(self) -> tuple[str, str]:
        return f"{self.path}p1", f"{self.path}p2"


class OneStick(Live):
    """This machine, seen with no other drives than these: nothing else is as much as opened."""

    def __init__(self, *plugged: Plugged, command_line: str = "", mountinfo: str | None = None) -> None:
        super().__init__()
        self.drives = [one.name for one in plugged]
        self.command_line = command_line

    def text(self, path: str) -> str | None:
        return self.command_line if path == "/proc/cmdline" else super().text(path)

    def names(self, path: str) -> list[str]:
        return self.drives if path == "/sys/block" else super().names(path)


def unplug(one: Plugged) -> None:
    """Take every mount and the loop device away; twice does no harm."""
    while point := _mounted(one):
        run_good("umount", "--lazy", point)
    if Path(f"/sys/class/block/{one.name}/loop").exists():
        run_good("losetup", "--detach", one.path)


def _mounted(one: Plugged) -> str | None:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        origin, point, *_ = line.split()
        if origin in one.nodes:
            return point
    return None


def run_good(*argv: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(argv, check=check, capture_output=True, text=True)

"""A computer with four drives, as far as programs can tell: a /sys and a /dev of our own, which only they see.

The drives' nodes are loop devices over files of our own, so that the workers open something. Their firmware answers
nothing; `smartctl` is a stand-in that prints what a simulated drive tells, after the time that a real one takes.
Processor, memory and all of /proc are this computer's.
"""

import contextlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from figures import MIB
from loops import Loop, attached, folder_in_memory

from agent.training.bench import BENCH, make_bench
from agent.training.drive import open_drive

_MEMORY = 128 * MIB
_PCI = "devices/pci0000:00"


class Like(NamedTuple):
    """One of the four."""

    name: str
    device: str
    bus: str
    kind: str
    """Whose answer it gives, of the training drives."""
    seconds: float
    """What a real one takes for `smartctl --all`: each of some ten commands some tens of milliseconds, more where a
    disk has to move its heads for its logs."""


DRIVES = (
    Like("nvme0n1", f"{_PCI}/0000:00:1d.0/0000:03:00.0/nvme/nvme0", "nvme", "nvme", 0.3),
    Like("sda", f"{_PCI}/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0", "scsi", "ssd", 0.3),
    Like("sdb", f"{_PCI}/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0", "scsi", "hdd", 0.8),
    Like("sdc", f"{_PCI}/0000:00:14.0/usb1/1-2/1-2:1.0/host2/target2:0:0/2:0:0:0", "scsi", "hdd", 0.8),
)

_SMARTCTL = """#!/bin/sh
for device; do :; done
read -r seconds < {folder}/bin/${{device##*/}}.seconds
sleep "$seconds"
exec cat {folder}/bin/${{device##*/}}.json
"""
_INSIDE = (
    'mount --bind /sys/devices/system "$0/sys/devices/system" && mount --bind "$0/sys" /sys && '
    'mount --bind "$0/dev" /dev && PATH="$0/bin:$PATH" SYSTEMD_DEVICE_VERIFY_SYSFS=0 exec "$@"'
)
"""The variable lets libudev take a /sys that is no sysfs (systemd, docs/ENVIRONMENT.md)."""


@contextlib.contextmanager
def four_drives(dmidecode: Path | None) -> Iterator[list[str]]:
    """Yields what to put before a command for it to run on that computer, whose dmidecode prints the file.

    Raises CalledProcessError, OSError, NotOurs.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(folder_in_memory(_MEMORY))
        answers = _answers(folder / "training")
        for part in ("bin", "dev", "sys/devices/system"):
            (folder / part).mkdir(parents=True)
        for name in ("null", "zero", "full", "random", "urandom"):
            os.mknod(folder / "dev" / name, stat.S_IFCHR | 0o666, os.stat(f"/dev/{name}").st_rdev)
        for like in DRIVES:
            loop = stack.enter_context(attached(folder, f"{like.name}.img", MIB))
            _plug(folder, like, loop, answers[like.kind])
        _program(folder, "smartctl", _SMARTCTL.format(folder=folder))
        if dmidecode is not None:
            _program(folder, "dmidecode", f"#!/bin/sh\nexec cat '{dmidecode}'\n")
        yield ["unshare", "--mount", "--propagation", "private", "sh", "-c", _INSIDE, str(folder)]


def _answers(folder: Path) -> dict[str, dict[str, object]]:
    """What smartctl would print of each training drive."""
    make_bench(folder)
    found = {}
    for kind in BENCH:
        with closing(open_drive(str(folder / f"{kind}.img"))) as drive:
            found[kind] = drive.smart() or {}
    return found


def _plug(folder: Path, like: Like, loop: Loop, answer: dict[str, object]) -> None:
    """The drive's entries in /sys and /dev, and its answer to smartctl."""
    about, number = BENCH[like.kind], os.stat(loop.own()).st_rdev
    shown = f"{os.major(number)}:{os.minor(number)}"
    serial = f"{about.serial}-{like.name}"
    os.mknod(folder / "dev" / like.name, stat.S_IFBLK | 0o600, number)
    node = f"{like.device}/{like.name}" if like.bus == "nvme" else f"{like.device}/block/{like.name}"
    real = Path("/sys/class/block", os.path.basename(loop.path))
    files = {
        f"{node}/dev": shown,
        f"{node}/size": str(about.size_bytes // 512),
        f"{node}/diskseq": (real / "diskseq").read_text(),
        f"{node}/uevent": f"MAJOR={os.major(number)}\nMINOR={os.minor(number)}\nDEVNAME={like.name}\nDEVTYPE=disk",
        f"{node}/queue/rotational": str(int(about.kind.turns)),
        f"{node}/queue/logical_block_size": "512",
        f"{like.device}/model": about.model,
        f"{like.device}/serial": serial,
        f"{like.device}/transport": "pcie",
        f"{like.device}/type": "0",
        f"{like.device}/vendor": "ATA",
        f"{like.device}/firmware_rev": about.firmware,
    }
    for name, content in files.items():
        path = folder / "sys" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{content}\n")
    links = {
        f"block/{like.name}": node,
        f"class/block/{like.name}": node,
        f"dev/block/{shown}": node,
        f"{node}/device": like.device,
        f"{node}/subsystem": "class/block",
        f"{like.device}/subsystem": f"bus/{like.bus}",
    }
    (folder / "sys/bus" / like.bus).mkdir(parents=True, exist_ok=True)
    for name, target in links.items():
        path = folder / "sys" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(os.path.relpath(folder / "sys" / target, path.parent))
    place = folder / "bin" / like.name
    place.with_suffix(".seconds").write_text(f"{like.seconds}\n")
    place.with_suffix(".json").write_text(json.dumps({**answer, "serial_number": serial}))


def _program(folder: Path, name: str, text: str) -> None:
    path = folder / "bin" / name
    path.write_text(text)
    path.chmod(0o755)

"""Loop devices over files of our own: the only thing that the benchmark ever writes to."""

import array
import contextlib
import fcntl
import os
import stat
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.host.blockdevice import LOOP_GET_STATUS64, LOOP_INFO_BYTES

LOOP_MAJOR = 7
SECTOR_BYTES = 4096
"""nwipe 0.34 writes as much at a time as st_blksize says, which follows the loop device's sector: at 512 bytes it would
look twenty times slower than it is on a drive."""


class NotOurs(Exception):
    """The device is no loop device over the file that we made; nothing was done to it."""


@dataclass(frozen=True)
class Loop:
    path: str
    file: Path

    def own(self) -> str:
        """The device's path, proved to be over our file right now. Raises NotOurs, OSError."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            about = os.fstat(descriptor)
            answer = array.array("B", bytes(LOOP_INFO_BYTES))
            if not stat.S_ISBLK(about.st_mode) or os.major(about.st_rdev) != LOOP_MAJOR:
                raise NotOurs(self.path)
            fcntl.ioctl(descriptor, LOOP_GET_STATUS64, answer)
        finally:
            os.close(descriptor)
        file = self.file.lstat()
        if struct.unpack_from("<QQ", answer)[1] != file.st_ino or not stat.S_ISREG(file.st_mode):
            raise NotOurs(self.path)
        shown = Path(f"/sys/class/block/{os.path.basename(self.path)}/loop/backing_file").read_text().rstrip("\n")
        if shown != str(self.file):
            raise NotOurs(self.path)
        return self.path


@contextlib.contextmanager
def folder_in_memory(size_bytes: int) -> Iterator[Path]:
    """A tmpfs of its own, gone at the end. Raises CalledProcessError, OSError."""
    with tempfile.TemporaryDirectory(prefix="ordis-bench-") as scratch:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_bytes}", "ordis-bench", scratch], check=True)
        try:
            yield Path(scratch)
        finally:
            subprocess.run(["umount", scratch], check=True)


@contextlib.contextmanager
def folder_on_disk(where: Path) -> Iterator[Path]:
    where.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ordis-bench-", dir=where) as scratch:
        yield Path(scratch).resolve()


@contextlib.contextmanager
def attached(folder: Path, name: str, size_bytes: int) -> Iterator[Loop]:
    """A loop device with direct I/O over a new file all of whose blocks are allocated. Raises CalledProcessError."""
    file = folder / name
    with file.open("xb") as new:
        os.posix_fallocate(new.fileno(), 0, size_bytes)
    options = ["--find", "--show", f"--sector-size={SECTOR_BYTES}", "--direct-io=on", str(file)]
    path = subprocess.run(["losetup", *options], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    loop = Loop(path, file)
    try:
        yield loop
    finally:
        subprocess.run(["losetup", "--detach", loop.own()], check=True)
        file.unlink()

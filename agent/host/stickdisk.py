"""A stick in use: its first sector replaced, its last partition made longer, while file systems on it are mounted.

The erase claims a drive by O_EXCL; here that is impossible, since the system may be running from this very disk. In its
place stand: the descriptor on which the disk was identified, and that the first sector is still what was read then.
"""

import array
import errno
import fcntl
import os
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from mmap import mmap

from agent.host.blockdevice import BlockDevice

SECTOR = 512
# linux/blkpg.h
_BLKRRPART = 0x125F
_BLKPG = 0x1269
_RESIZE_PARTITION = 3
_PARTITION = struct.Struct("qqi64s64s4x")
_ARGUMENT = struct.Struct("iiiP")


@contextmanager
def undisturbed(disk: BlockDevice, seconds: float = 10.0) -> Iterator[None]:
    """Keep udev from reading the partition table in the meantime, by the lock that it respects
    (systemd: "Locking block device access"). Raises TimeoutError where another program holds it for so long."""
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(disk.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "another program holds the stick") from error
            time.sleep(0.1)
    try:
        yield
    finally:
        fcntl.flock(disk.descriptor, fcntl.LOCK_UN)


@contextmanager
def _writable(disk: BlockDevice) -> Iterator[int]:
    """A descriptor to write with, past the page cache. Through the open descriptor, not by the name: it is the same
    disk, whatever is plugged in and out meanwhile."""
    descriptor = os.open(f"/proc/self/fd/{disk.descriptor}", os.O_RDWR | os.O_DIRECT | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def write_sectors(disk: BlockDevice, sectors: Mapping[int, bytes]) -> None:
    """Write single sectors, by their numbers, and have them on the medium. Raises OSError."""
    with _writable(disk) as descriptor, mmap(-1, SECTOR) as buffer:
        for number, data in sectors.items():
            buffer[:] = data
            if os.pwrite(descriptor, buffer, number * SECTOR) != SECTOR:
                raise OSError(errno.EIO, "a sector was not written")
        os.fsync(descriptor)


def replace_first_sector(disk: BlockDevice, old: bytes, new: bytes) -> None:
    """Write `new` over the disk's first sector, which must still be `old`, and have it on the medium. One sector is the
    least that a medium writes: a power cut leaves the one or the other. Raises OSError."""
    if disk.window(0, SECTOR) != old:
        raise OSError(errno.ESTALE, "the first sector has changed since it was read")
    write_sectors(disk, {0: new})
    if disk.window(0, SECTOR) != new:
        raise OSError(errno.EIO, "the first sector does not keep what is written to it")


def read_table_again(disk: BlockDevice) -> None:
    """Have the kernel read the partition table anew, which works where nothing on the disk is in use. Never raises: a
    stick that is plugged in again is read in any case."""
    with suppress(OSError):
        fcntl.ioctl(disk.descriptor, _BLKRRPART)


def resize_partition(disk: BlockDevice, number: int, first: int, count: int) -> None:
    """Tell the kernel that a partition has so many sectors; unlike a new reading of the table this works while the
    disk's partitions are mounted. Raises OSError."""
    data = array.array("b", _PARTITION.pack(first * SECTOR, count * SECTOR, number, b"", b""))
    address, length = data.buffer_info()
    fcntl.ioctl(disk.descriptor, _BLKPG, _ARGUMENT.pack(_RESIZE_PARTITION, 0, length, address))

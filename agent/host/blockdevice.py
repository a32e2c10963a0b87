"""One open block device, and what the kernel says of the disk behind the open descriptor.

Everything is asked through the descriptor or the device number that it holds, never through the path again:
after a drive is pulled another may sit under the same name.
"""

import array
import errno
import fcntl
import os
import stat
import struct
from mmap import mmap

from agent.host.source import Live, Source, integer

# linux/fs.h, linux/loop.h
BLKGETSIZE64 = 0x80081272
BLKSSZGET = 0x1268
BLKGETDISKSEQ = 0x80081280
BLKDISCARD = 0x1277
LOOP_GET_STATUS64 = 0x4C05
LOOP_INFO_BYTES = 232
"""struct loop_info64, of which the first two fields are the file's device and inode."""

STAT_SECTOR = 512
"""/sys/block/X/stat counts in units of 512 bytes whatever the drive's sector (kernel: Documentation/block/stat.rst)."""


class NotABlockDevice(Exception):
    """The path names something else; nothing was opened for writing."""


def device_number(path: str) -> tuple[int, int]:
    """Major and minor of the block device node at `path`. Raises OSError, NotABlockDevice."""
    return _block_number(os.stat(path), path)


def _block_number(found: os.stat_result, path: str) -> tuple[int, int]:
    if not stat.S_ISBLK(found.st_mode):
        raise NotABlockDevice(path)
    return os.major(found.st_rdev), os.minor(found.st_rdev)


def kernel_name(source: Source, number: tuple[int, int]) -> str | None:
    """The kernel's name of the device (`sda`, `sda1`, `loop3`); None where it has none."""
    real = source.link(f"/sys/dev/block/{number[0]}:{number[1]}")
    return real.rsplit("/", 1)[-1] if real else None


def trigger(attribute: str) -> None:
    """Write 1 into an attribute of /sys, which makes the kernel do something. Raises OSError."""
    descriptor = os.open(attribute, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, b"1")
    finally:
        os.close(descriptor)


class BlockDevice:
    """A whole disk, held exclusively, read and written past the page cache. Satisfies sanitize.medium.Medium
    together with the identity that `agent.sanitize.guard` adds."""

    def __init__(self, path: str, *, source: Source | None = None, look_only: bool = False) -> None:
        """Open for reading and writing, exclusively; with `look_only` for reading, beside whoever else holds it.

        Raises OSError (EBUSY: somebody holds it), NotABlockDevice.
        """
        self._source = source or Live()
        expected = device_number(path)
        # O_EXCL without O_CREAT claims the disk against mounts, md, dm and other openers of this kind.
        # No O_CREAT ever: where a pulled drive's node is gone, a file would appear in its place.
        held = os.O_RDONLY | os.O_NONBLOCK if look_only else os.O_RDWR | os.O_EXCL
        flags = held | os.O_DIRECT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(path, flags)
        try:
            # The node may have been replaced between the look and the opening.
            self.number = _block_number(os.fstat(self._descriptor), path)
            self.logical_sector_bytes = self._number_from(BLKSSZGET, "i")
        except BaseException:
            self.close()
            raise
        if self.number != expected:
            self.close()
            raise NotABlockDevice(path)

    @property
    def descriptor(self) -> int:
        return self._descriptor

    def _number_from(self, request: int, kind: str) -> int:
        answer = array.array(kind, [0])
        fcntl.ioctl(self._descriptor, request, answer)
        return int(answer[0])

    def size_bytes(self) -> int:
        """The size that the kernel has for the open disk (BLKGETSIZE64)."""
        return self._number_from(BLKGETSIZE64, "Q")

    def diskseq(self) -> int | None:
        """The number of this appearance of the disk (BLKGETDISKSEQ, Linux 5.15); None on older kernels."""
        try:
            return self._number_from(BLKGETDISKSEQ, "Q")
        except OSError:
            return None

    def name(self) -> str | None:
        """The kernel's name for the disk behind the descriptor, proved by its sequence number.

        None where the name now belongs to another disk, or the kernel cannot prove it.
        """
        name = kernel_name(self._source, self.number)
        if name is None or (sequence := self.diskseq()) is None:
            return None
        return name if integer(self._source, f"/sys/class/block/{name}/diskseq") == sequence else None

    def loop_file(self) -> tuple[int, int] | None:
        """(device, inode) of the file behind the open loop device; None for what is no loop device."""
        answer = array.array("B", bytes(LOOP_INFO_BYTES))
        try:
            fcntl.ioctl(self._descriptor, LOOP_GET_STATUS64, answer)
        except OSError:
            return None
        device, inode = struct.unpack_from("<QQ", answer)
        return int(device), int(inode)

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        with memoryview(buffer) as view, view[:length] as part:
            return os.preadv(self._descriptor, [part], offset)

    def write(self, buffer: mmap, length: int, offset: int) -> int:
        with memoryview(buffer) as view, view[:length] as part:
            return os.pwrite(self._descriptor, part, offset)

    def flush(self) -> None:
        # On a block device fsync also sends the drive's own cache flush.
        os.fsync(self._descriptor)

    def rescan(self) -> None:
        """Have the kernel ask the drive for its size again, by the attribute of SCSI and libata. Raises OSError."""
        name = self.name()
        if name is None:
            raise OSError(errno.ENODEV, "the name now belongs to another disk, or to none")
        trigger(f"/sys/class/block/{name}/device/rescan")

    def discard(self) -> bool:
        """Tell the drive that all its blocks are free; False where it does not know that. Raises OSError."""
        try:
            fcntl.ioctl(self._descriptor, BLKDISCARD, struct.pack("QQ", 0, self.size_bytes()))
        except OSError as error:
            if error.errno in (errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL):
                return False
            raise
        return True

    def bytes_read(self) -> int | None:
        """What the kernel counted as read from this disk (third field of its stat file, in 512-byte units)."""
        name = self.name()
        fields = (self._source.text(f"/sys/class/block/{name}/stat") or "").split() if name else []
        return int(fields[2]) * STAT_SECTOR if len(fields) > 2 and fields[2].isdigit() else None

    def window(self, offset: int, length: int) -> bytes:
        """A few bytes anywhere, read in whole sectors as O_DIRECT wants it."""
        if length <= 0:  # a damaged partition table of no entries asks for nothing
            return b""
        sector = max(self.logical_sector_bytes, 512)
        first = offset // sector * sector
        whole = -(-(offset + length - first) // sector) * sector
        with mmap(-1, whole) as buffer:
            got = self.read_into(buffer, whole, first)
            return bytes(buffer[offset - first : min(got, offset - first + length)])

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

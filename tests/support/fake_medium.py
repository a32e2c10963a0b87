"""A drive in memory whose faults a test chooses."""

import errno
import os
from collections.abc import Callable
from mmap import mmap

from agent.host.run import Run, run
from agent.model.ports import Ports
from agent.sanitize.medium import Coverage, Identity


class FakeMedium:
    """Satisfies sanitize.medium.Medium. Every call can be made to fail through the hooks."""

    reads_ahead = 0

    def __init__(self, content: bytes, sector: int = 512) -> None:
        self.content = bytearray(content)
        self.logical_sector_bytes = sector
        self.read = 0
        self.flushes = 0
        self.bad_write: set[int] = set()
        self.bad_read: set[int] = set()
        self.on_write: Callable[[int, int], None] = lambda offset, length: None
        self.on_flush: Callable[[], None] = lambda: None
        self.serial: str | None = "FAKE-1"
        self.native: int | None = len(content)
        self.counts = True
        self.ports = Ports()

    def identity(self) -> Identity:
        return Identity(self.serial, "Fake", len(self.content))

    def _check(self, bad: set[int], offset: int, length: int) -> None:
        for sector in bad:
            if offset <= sector * self.logical_sector_bytes < offset + length:
                raise OSError(errno.EIO, os.strerror(errno.EIO))

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        self._check(self.bad_read, offset, length)
        buffer[:length] = bytes(self.content[offset : offset + length])
        self.read += length
        return length

    def write(self, buffer: mmap, length: int, offset: int) -> int:
        self.on_write(offset, length)
        self._check(self.bad_write, offset, length)
        self.content[offset : offset + length] = buffer[:length]
        return length

    def flush(self) -> None:
        self.on_flush()
        self.flushes += 1

    def bytes_read(self) -> int | None:
        return self.read if self.counts else None

    def node(self) -> str:
        return "/dev/fake"

    def sedutil_runner(self) -> Run:
        return run

    def rescan(self) -> None:
        pass

    def discard(self) -> bool:
        return False

    def coverage(self) -> Coverage:
        return Coverage(self.native)

    def window(self, offset: int, length: int) -> bytes:
        return bytes(self.content[offset : offset + length])

    def smart(self) -> dict[str, object] | None:
        return None

    def close(self) -> None:
        pass

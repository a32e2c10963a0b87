"""Where the sectors of a simulated drive are kept: a sparse file, and never anything but a file."""

import errno
import fcntl
import os
import stat
from typing import Protocol, Self

from agent.model.message import say
from agent.sanitize.medium import Refused


class Sectors(Protocol):
    """Sectors of a fixed number. Offsets and lengths are bytes and stay inside the size; all may raise OSError."""

    def read_into(self, buffer: memoryview, offset: int) -> None:
        """Fill `buffer` with what stands at `offset`; what was never written reads as zeros."""

    def write(self, data: memoryview, offset: int) -> None:
        """Write all of `data` at `offset`."""

    def sync(self) -> None:
        """Make all that was written durable."""


class Store(Sectors, Protocol):
    """The sectors as whoever switched the drive on holds them."""

    def close(self) -> None:
        """Let go of them. Never raises; closing twice is harmless."""


class FileStore:
    """A store in a sparse file that this process holds exclusively until `close`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def open(cls, path: str, size_bytes: int | None = None) -> Self:
        """Open an existing file, of that size where one is given.

        Raises Refused where it is no regular file or of another size, OSError (EBUSY: somebody holds it).
        """
        # Looked at before opening, since opening a device can already act on it; and again on the open
        # descriptor, since another thing may have taken the name in between.
        _require_file(os.lstat(path), path)
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            found = os.fstat(descriptor)
            _require_file(found, path)
            _require_size(found, path, size_bytes)
            _hold(descriptor, path)
            return cls(descriptor)
        except BaseException:
            os.close(descriptor)
            raise

    @classmethod
    def create(cls, path: str, size_bytes: int) -> Self:
        """Make a new file of `size_bytes`, all holes. Raises OSError (EEXIST: there is something already)."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            _hold(descriptor, path)
            os.ftruncate(descriptor, size_bytes)
            return cls(descriptor)
        except BaseException:
            os.close(descriptor)
            raise

    def read_into(self, buffer: memoryview, offset: int) -> None:
        done = 0
        while done < len(buffer):
            with buffer[done:] as rest:
                got = os.preadv(self._descriptor, [rest], offset + done)
            if not got:  # somebody cut the file short
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            done += got

    def write(self, data: memoryview, offset: int) -> None:
        done = 0
        while done < len(data):
            with data[done:] as rest:
                done += os.pwrite(self._descriptor, rest, offset + done)

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _require_file(status: os.stat_result, path: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Refused(
            say("{path} is no ordinary file, so it cannot be a simulated drive.", path=path),
            say("Training mode only ever touches files that it has made itself."),
        )


def _require_size(status: os.stat_result, path: str, size_bytes: int | None) -> None:
    if size_bytes is not None and status.st_size != size_bytes:
        raise Refused(
            say("The simulated drive {path} is not as large as its description says.", path=path),
            say("Delete the folder with the training drives; the next start makes them again."),
        )


def _hold(descriptor: int, path: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), path) from error

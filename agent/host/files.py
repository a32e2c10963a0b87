"""Files that survive a pulled stick: written aside, made durable, then named; and read with bounds."""

import contextlib
import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path


def write_safely(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Put `data` under `path`, wholly or not at all, whenever the power fails; an older file is replaced.

    Once it returns, the file is on the medium. A crash may leave a hidden `.….tmp` beside it. Raises OSError.
    """
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        try:
            os.fchmod(descriptor, mode)
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    sync_folder(path.parent)


def move_safely(source: Path, target: Path) -> None:
    """Rename within one file system, durable when it returns. Raises OSError."""
    os.replace(source, target)
    # The new name first: should the power fail between the two, both names may exist, never none.
    sync_folder(target.parent)
    sync_folder(source.parent)


def make_folder(folder: Path) -> None:
    """Make one folder for this user alone, durable when it returns, unless it is there. Raises OSError."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_bounded(path: Path, limit: int) -> bytes:
    """The whole of a regular file. Raises OSError: EINVAL for anything else than a file, EFBIG beyond `limit` bytes."""
    # O_NONBLOCK: a pipe with nobody behind it must not hang us.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(data) > limit:
        raise OSError(errno.EFBIG, "file too large", str(path))
    return data


@contextlib.contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the folder's lock; it ends with the process, whatever becomes of it.

    The folder itself is locked, not a file in it: that works where nothing can be written.
    Raises BlockingIOError when another process holds it and `wait` is false, OSError when there is no such folder.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)

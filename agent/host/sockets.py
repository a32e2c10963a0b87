"""The unix socket between the service and its faces: ours alone, and one service at a time."""

import asyncio
import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[None]:
    """Be the only one that serves `path`, until the process ends. Raises BlockingIOError, OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def listen(path: Path) -> socket.socket:
    """A listening socket at `path` that only our own user can reach. The caller has `claimed` it, so what is
    left there is from a service that is gone. Raises OSError."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    old = os.umask(0o177)  # the node must never exist with wider rights, not even for a moment
    try:
        listening.bind(str(path))
    finally:
        os.umask(old)
    listening.listen(16)
    listening.setblocking(False)
    return listening


async def reachable(path: Path, limit: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    """A connection to the service behind `path`; None where none answers."""
    try:
        return await asyncio.open_unix_connection(str(path), limit=limit)
    except OSError:
        return None

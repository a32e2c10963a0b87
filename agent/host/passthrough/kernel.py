"""One ioctl with memory of our own: what the four transports have in common."""

import ctypes
import errno
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from mmap import mmap

from agent.model.ports import NoAnswer

Ioctl = Callable[[int, int, ctypes.Structure], int]
"""fcntl.ioctl or what stands in for it: (descriptor, request, structure to read and change) → the value returned."""

# How the kernel tells that a command ended without the drive's own word: the driver gave it up (ETIMEDOUT; EINTR:
# NVMe), the link failed (ENOLINK, EREMOTEIO; EILSEQ: a checksum on the MMC bus), or nobody knows (EIO, EAGAIN).
_UNANSWERED = {
    errno.EINTR, errno.ETIMEDOUT, errno.EIO, errno.EILSEQ, errno.ENOLINK, errno.EREMOTEIO, errno.EAGAIN
}  # fmt: skip

_LONGEST_MS = 2**31 - 1
"""The kernel takes a greater number for "without end" (msecs_to_jiffies)."""


def ask(ioctl: Ioctl, descriptor: int, request: int, command: ctypes.Structure) -> int:
    """Carry out the ioctl and return what it returned. Raises NoAnswer, OSError."""
    try:
        return ioctl(descriptor, request, command)
    except OSError as error:
        if error.errno in _UNANSWERED:
            raise NoAnswer(f"the command got no answer ({error.strerror or error})") from error
        raise


def milliseconds(timeout: float) -> int:
    """Seconds for a kernel field in which 0 would mean "the usual": at least 1 ms, at most 24.8 days."""
    return max(1, math.ceil(min(timeout, _LONGEST_MS / 1000) * 1000))


@contextmanager
def memory(length: int, content: bytes = b"") -> Iterator[tuple[mmap, int]]:
    """At least `length` bytes that begin with `content` and are zero otherwise, and their address.

    Pages of their own, so that the drive can put its data there by DMA, and a drive that sends more than it was
    asked for does not reach our objects.
    """
    with mmap(-1, max(length, 1)) as pages:
        pages[: len(content)] = content
        first = ctypes.c_char.from_buffer(pages)
        try:
            yield pages, ctypes.addressof(first)
        finally:
            del first  # pages cannot be given back while something points to them

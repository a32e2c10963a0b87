"""Technique: write over the whole address space, chunk by chunk, past every cache of ours."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from mmap import mmap

from agent.sanitize.chunks import Span, filled, narrow, spans
from agent.sanitize.medium import Medium
from agent.sanitize.pattern import CHUNK, Pattern
from agent.sanitize.ranges import Ranges

GONE = (errno.ENODEV, errno.ENXIO, errno.ENOMEDIUM, errno.ESHUTDOWN, errno.EBADF)
"""The drive is away, as opposed to a block of it being bad."""


@dataclass
class Written:
    """What one pass did. `complete` only when every byte was written and the flush at the end succeeded."""

    unwritable: Ranges
    bytes_written: int = 0
    flushed: bool = False


def overwrite(medium: Medium, size: int, pattern: Pattern, progress: Callable[[int], None]) -> Written:
    """Write `pattern` over the first `size` bytes, then flush.

    `progress` gets the bytes gone over so far and may raise to stop. A chunk that fails is halved down to
    single sectors, so that all that can be written is. Raises OSError only when the drive is gone.
    """
    sector = medium.logical_sector_bytes
    written = Written(Ranges(sector))
    failed: list[Span] = []
    with mmap(-1, CHUNK) as one, mmap(-1, CHUNK) as two:
        for buffer, length, offset in filled(pattern, spans(size), (one, two)):
            if _write(medium, buffer, length, offset):
                written.bytes_written += length
            else:
                failed.append((offset, length))
            progress(offset + length)

        def again(offset: int, length: int) -> bool:
            if written.unwritable.full:
                return False
            pattern.fill(one, length, offset)
            progress(size)
            if done := _write(medium, one, length, offset):
                written.bytes_written += length
            return done

        # After the pass, so that one bad place does not hold up the rest of the drive.
        for span in failed:
            if written.unwritable.full:
                written.unwritable.add(*span)
                continue
            for bad in narrow(span, sector, again):
                written.unwritable.add(*bad)
    written.flushed = _flush(medium)
    return written


def _write(medium: Medium, buffer: mmap, length: int, offset: int) -> bool:
    """True when all of it was written; a short write is as good as none, since it is gone over again."""
    try:
        return medium.write(buffer, length, offset) == length
    except OSError as error:
        require_present(medium, error)
        return False


def _flush(medium: Medium) -> bool:
    try:
        medium.flush()
    except OSError as error:
        require_present(medium, error)
        return False
    return True


def require_present(medium: Medium, error: OSError) -> None:
    """After `error`, go on only if the drive is still there. Raises OSError where it is away.

    Linux answers EIO for what was under way when a drive is pulled, and for everything after it on some paths:
    without the question a pulled drive would look like one of which every single block is bad.
    """
    if error.errno in GONE:
        raise error
    try:
        medium.identity()
    except OSError as away:
        if away.errno in GONE:
            raise away from error

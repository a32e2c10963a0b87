"""Technique: write over the whole address space, chunk by chunk, past every cache of ours."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from mmap import mmap

from agent.sanitize.chunks import Span, filled, narrow, spans
from agent.sanitize.medium import Medium
from agent.sanitize.pattern import CHUNK, Pattern
from agent.sanitize.ranges import Ranges

GONE = (errno.ENODEV, errno.ENXIO, errno.ENOMEDIUM, errno.ESHUTDOWN, errno.EBADF)
"""The drive is away, as opposed to a block of it being bad."""


@dataclass
class Written:
    """What one pass did. `complete` only when every byte was written and every flush succeeded."""

    unwritable: Ranges
    bytes_written: int = 0
    """Bytes that the drive took, those of an earlier life of this pass included."""
    flushed: bool = False


@dataclass
class Held:
    """How far a pass is safe on the media."""

    offset: int = 0
    """Bytes from the start that were gone over and flushed."""
    failed: list[Span] = field(default_factory=list)
    """Chunks before it that could not be written yet."""


class Keeper:
    """Knows where a pass begins, when it flushes on its way, and keeps how far it is. This one begins at the start and
    never flushes before the end."""

    def __init__(self, begins: Held | None = None) -> None:
        self.begins = begins or Held()

    def due(self) -> bool:
        return False

    def keep(self, held: Held) -> None:
        """Called after a flush that succeeded."""


NO_KEEPER = Keeper()


def overwrite(
    medium: Medium,
    size: int,
    pattern: Pattern,
    progress: Callable[[int], None],
    keeper: Keeper = NO_KEEPER,
) -> Written:
    """Write `pattern` over the first `size` bytes, or what `keeper` says is left of them, then flush.

    `progress` gets the bytes gone over so far and may raise to stop. A chunk that fails is halved down to
    single sectors, so that all that can be written is. Raises OSError only when the drive is gone.
    """
    begins = keeper.begins
    failed = list(begins.failed)
    written = Written(Ranges(medium.logical_sector_bytes), begins.offset - sum(length for _, length in failed))
    lost = False
    with mmap(-1, CHUNK) as one, mmap(-1, CHUNK) as two:
        for buffer, length, offset in filled(pattern, spans(size, begins.offset), (one, two)):
            if _write(medium, buffer, length, offset):
                written.bytes_written += length
            else:
                failed.append((offset, length))
            progress(offset + length)
            if keeper.due() and not lost:
                # What a failed flush has lost no later one brings back: from then on nothing counts as held.
                lost = not _flush(medium)
                if not lost:
                    keeper.keep(Held(offset + length, list(failed)))

        def again(offset: int, length: int) -> bool:
            pattern.fill(one, length, offset)
            progress(size)
            return _write(medium, one, length, offset)

        # After the pass, so that one bad place does not hold up the rest of the drive.
        _go_over(failed, written, again)
    written.flushed = _flush(medium) and not lost
    return written


def _go_over(failed: list[Span], written: Written, again: Callable[[int, int], bool]) -> None:
    """Write the chunks that failed once more, in ever smaller pieces."""

    def attempt(offset: int, length: int) -> bool:
        if written.unwritable.full or not again(offset, length):
            return False
        written.bytes_written += length
        return True

    for span in failed:
        if written.unwritable.full:
            written.unwritable.add(*span)
            continue
        for bad in narrow(span, written.unwritable.block_bytes, attempt):
            written.unwritable.add(*bad)


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


def raise_if_gone(error: Exception) -> None:
    """Raise the error where it says that the drive is away; any other error of the link is as good as no answer."""
    if isinstance(error, OSError) and error.errno in GONE:
        raise error


def require_present(medium: Medium, error: OSError) -> None:
    """After `error`, go on only if the drive is still there. Raises OSError where it is away.

    Linux answers EIO for what was under way when a drive is pulled, and for everything after it on some paths:
    without the question a pulled drive would look like one of which every single block is bad.
    """
    raise_if_gone(error)
    try:
        medium.identity()
    except OSError as away:
        if away.errno in GONE:
            raise away from error

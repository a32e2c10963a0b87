"""Reading back what was written, from the drive and not from a cache."""

import contextlib
import itertools
import math
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from mmap import mmap

from agent.model.message import Message, say
from agent.model.words import Verify
from agent.sanitize.chunks import Span, filled, narrow, spans
from agent.sanitize.medium import Medium
from agent.sanitize.overwrite import require_present
from agent.sanitize.pattern import Pattern
from agent.sanitize.ranges import Ranges
from agent.sanitize.readahead import PIECE, read_ahead
from agent.sanitize.surface import Latency

CONFIDENCE = 0.999
RESIDUE = 0.001
SAMPLE_BYTES = 4096
"""One sampled block; a sector where that is larger."""
EDGE = 1024 * 1024
"""Bytes at both ends of a drive that are always read: partition tables, superblocks, RAID metadata."""

SAMPLE_COUNT = math.ceil(math.log(1 - CONFIDENCE) / math.log(1 - RESIDUE))
"""Blocks to draw so that a residue of RESIDUE of all blocks is hit with CONFIDENCE: ln 0.001 / ln 0.999 = 6,905.
Drawing without replacement only makes the hit more likely."""


@dataclass(frozen=True)
class Extent:
    """What is read back: everything (`full`), or (`sampled`) both ends, a random sample, and the blocks on both sides
    of each of the `boundaries` (byte addresses at which hidden areas began)."""

    mode: Verify = Verify.FULL
    boundaries: tuple[int, ...] = ()
    latency: Latency | None = None
    """Gets how long the reads took."""


@dataclass
class Verified:
    """What reading back showed."""

    unreadable: Ranges
    mismatched: Ranges
    bytes_verified: int = 0
    bytes_gone_over: int = 0
    """With what could not be read, or was not what it should be."""
    kernel_bytes_read: int | None = None
    statement: Message | None = None


def verify(
    medium: Medium,
    size: int,
    pattern: Pattern,
    extent: Extent,
    progress: Callable[[int, int], None],
) -> Verified:
    """Compare the drive with `pattern`, as much of it as `extent` says.

    `progress` gets the bytes gone over and the bytes to go over in all, and may raise to stop.
    Raises OSError only when the drive is gone.
    """
    sector = medium.logical_sector_bytes
    work, total, statement = _work(size, extent, max(SAMPLE_BYTES, sector))
    result = Verified(Ranges(sector), Ranges(sector), statement=statement)
    before, done = medium.bytes_read(), 0
    # A bad place is read again and again for minutes: without a word the drive would seem to hang.
    reading = _Reading(medium, result, lambda: progress(done, total))
    made_of, read_of = itertools.tee(work)
    expectations = filled(pattern, made_of, (bytearray(PIECE), bytearray(PIECE)))
    with contextlib.closing(read_ahead(medium, read_of, extent.latency)) as reads:
        for (expected, length, offset), (found, whole) in zip(expectations, reads, strict=True):
            reading.compare(found, expected, (offset, length), whole=whole)
            done += length
            progress(done, total)
            if result.unreadable.full or result.mismatched.full:
                break
    result.bytes_gone_over = done
    after = medium.bytes_read()
    if before is not None and after is not None and after >= before:
        result.kernel_bytes_read = after - before
    return result


def _work(size: int, extent: Extent, block: int) -> tuple[Iterable[Span], int, Message | None]:
    if extent.mode is Verify.FULL:
        return spans(size, step=PIECE), size, None
    drawn = _sample(size, block, extent.boundaries)
    if drawn is None:
        return spans(size, step=PIECE), size, say("The drive is so small that all of it was read.")
    statement = say(
        "{count} blocks of {block:bytes} drawn at random and both ends were read: with {confidence:percent} "
        "confidence less than {residue:percent} of the drive holds anything else.",
        count=SAMPLE_COUNT,
        block=block,
        confidence=CONFIDENCE * 100,
        residue=RESIDUE * 100,
    )
    return drawn, sum(length for _, length in drawn), statement


def _sample(size: int, block: int, boundaries: Iterable[int]) -> list[Span] | None:
    """Both ends, SAMPLE_COUNT blocks between them, and the boundaries' neighbours, ascending; None where that is the
    whole drive."""
    middle = (size - 2 * EDGE) // block
    if middle <= SAMPLE_COUNT:
        return None
    chosen = set(secrets.SystemRandom().sample(range(middle), SAMPLE_COUNT))
    near = ((edge - EDGE) // block + side for edge in boundaries for side in (-1, 0))
    drawn = sorted(chosen | {number for number in near if 0 <= number < middle})
    # The last, partial block of the middle belongs to the end piece.
    tail = EDGE + middle * block
    return [(0, EDGE), *((EDGE + number * block, block) for number in drawn), *spans(size, tail, PIECE)]


class _Reading:
    """Reads chunks of one drive, compares them, and notes what it finds in `result`."""

    def __init__(self, medium: Medium, result: Verified, alive: Callable[[], None]) -> None:
        """`alive` is called before each new attempt at a bad place, and may raise to stop."""
        self._medium = medium
        self._result = result
        self._alive = alive

    def compare(self, found: mmap, expected: bytearray, span: Span, *, whole: bool) -> None:
        """`found` is what was read of the span, if all of it was (`whole`); else it is read again, in ever smaller
        parts, into `found`."""
        offset, length = span
        if whole:
            # bytearray == mmap is one memcmp; a slice would copy first, so only odd chunks are sliced.
            same = (
                expected == found  # type: ignore[comparison-overlap]
                if length == PIECE
                else expected[:length] == found[:length]
            )
            self._result.bytes_verified += length
            if not same:
                self._note_differences(found, expected, span)
            return

        def again(at: int, part: int) -> bool:
            if self._result.unreadable.full:
                return False
            self._alive()
            if not self._read(found, part, at):
                return False
            self._result.bytes_verified += part
            self._note_differences(found, expected[at - offset :], (at, part))
            return True

        for bad in narrow((offset, length), self._medium.logical_sector_bytes, again):
            self._result.unreadable.add(*bad)

    def _read(self, found: mmap, length: int, offset: int) -> bool:
        try:
            return self._medium.read_into(found, length, offset) == length
        except OSError as error:
            require_present(self._medium, error)
            return False

    def _note_differences(self, found: mmap, expected: bytearray, span: Span) -> None:
        offset, length = span
        sector = self._medium.logical_sector_bytes
        for at in range(0, length, sector):
            if found[at : at + sector] != expected[at : at + sector]:
                self._result.mismatched.add(offset + at, sector)

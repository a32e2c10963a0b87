"""Reading back what was written, from the drive and not from a cache."""

import math
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from mmap import mmap

from agent.model.message import Message, say
from agent.sanitize.chunks import Span, filled, narrow, spans
from agent.sanitize.medium import Medium
from agent.sanitize.overwrite import GONE
from agent.sanitize.pattern import CHUNK, Pattern
from agent.sanitize.ranges import Ranges

CONFIDENCE = 0.999
RESIDUE = 0.001
SAMPLE_BYTES = 4096
"""One sampled block."""
EDGE = 1024 * 1024
"""Bytes at both ends of a drive that are always read: partition tables, superblocks, RAID metadata."""

SAMPLE_COUNT = math.ceil(math.log(1 - CONFIDENCE) / math.log(1 - RESIDUE))
"""Blocks to draw so that a residue of RESIDUE of all blocks is hit with CONFIDENCE: ln 0.001 / ln 0.999 = 6,905.
Drawing without replacement only makes the hit more likely."""


@dataclass
class Verified:
    """What reading back showed."""

    unreadable: Ranges
    mismatched: Ranges
    bytes_verified: int = 0
    kernel_bytes_read: int | None = None
    gave_up: bool = False
    statement: Message | None = None


def verify(medium: Medium, size: int, pattern: Pattern, mode: str, progress: Callable[[int, int], None]) -> Verified:
    """Compare the drive with `pattern`: everything (`full`) or both ends and a random sample (`sampled`).

    `progress` gets the bytes gone over and the bytes to go over in all, and may raise to stop.
    Raises OSError only when the drive is gone.
    """
    work, total, statement = _work(size, mode)
    sector = medium.logical_sector_bytes
    result = Verified(Ranges(sector), Ranges(sector), statement=statement)
    before, done = medium.bytes_read(), 0
    with mmap(-1, CHUNK) as found:
        reading = _Reading(medium, result, found)
        for expected, length, offset in filled(pattern, work, (bytearray(CHUNK), bytearray(CHUNK))):
            reading.compare(expected, length, offset)
            done += length
            progress(done, total)
            if result.unreadable.full or result.mismatched.full:
                result.gave_up = True
                break
    after = medium.bytes_read()
    if before is not None and after is not None:
        result.kernel_bytes_read = after - before
    return result


def _work(size: int, mode: str) -> tuple[Iterable[Span], int, Message | None]:
    if mode == "full":
        return spans(size), size, None
    drawn = _sample(size)
    if drawn is None:
        return spans(size), size, say("The drive is so small that all of it was read.")
    statement = say(
        "{count} blocks of {block:bytes} drawn at random and both ends were read: with {confidence:percent} "
        "confidence less than {residue:percent} of the drive holds anything else.",
        count=SAMPLE_COUNT,
        block=SAMPLE_BYTES,
        confidence=CONFIDENCE * 100,
        residue=RESIDUE * 100,
    )
    return drawn, sum(length for _, length in drawn), statement


def _sample(size: int) -> list[Span] | None:
    """Both ends and SAMPLE_COUNT blocks between them, ascending; None where that is the whole drive."""
    middle = (size - 2 * EDGE) // SAMPLE_BYTES
    if middle <= SAMPLE_COUNT:
        return None
    blocks = sorted(secrets.SystemRandom().sample(range(middle), SAMPLE_COUNT))
    # The last, partial block of the middle belongs to the end piece.
    tail = EDGE + middle * SAMPLE_BYTES
    return [(0, EDGE), *((EDGE + block * SAMPLE_BYTES, SAMPLE_BYTES) for block in blocks), (tail, size - tail)]


class _Reading:
    """Reads chunks of one drive, compares them, and notes what it finds in `result`."""

    def __init__(self, medium: Medium, result: Verified, found: mmap) -> None:
        self._medium = medium
        self._result = result
        self._found = found

    def compare(self, expected: bytearray, length: int, offset: int) -> None:
        if self._read(length, offset):
            # bytearray == mmap is one memcmp; a slice would copy first, so only odd chunks are sliced.
            same = (
                expected == self._found  # type: ignore[comparison-overlap]
                if length == CHUNK
                else expected[:length] == self._found[:length]
            )
            self._result.bytes_verified += length
            if not same:
                self._note_differences(expected, length, offset)
            return

        def again(at: int, part: int) -> bool:
            if self._result.unreadable.full or not self._read(part, at):
                return False
            self._result.bytes_verified += part
            self._note_differences(expected[at - offset :], part, at)
            return True

        for bad in narrow((offset, length), self._medium.logical_sector_bytes, again):
            self._result.unreadable.add(*bad)

    def _read(self, length: int, offset: int) -> bool:
        try:
            return self._medium.read_into(self._found, length, offset) == length
        except OSError as error:
            if error.errno in GONE:
                raise
            return False

    def _note_differences(self, expected: bytearray, length: int, offset: int) -> None:
        sector = self._medium.logical_sector_bytes
        for at in range(0, length, sector):
            if self._found[at : at + sector] != expected[at : at + sector]:
                self._result.mismatched.add(offset + at, sector)

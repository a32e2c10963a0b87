"""Reading a drive, wholly or in many places, for what is slow or cannot be read."""

from collections.abc import Callable, Iterable, Mapping
from mmap import mmap

from agent.model.surface import LIVE_SECONDS
from agent.sanitize import surface
from agent.sanitize.chunks import Span, narrow, spans
from agent.sanitize.medium import Medium
from agent.sanitize.overwrite import require_present
from agent.sanitize.ranges import Ranges
from agent.sanitize.readahead import PIECE
from agent.sanitize.talk import Clock

ENOUGH = 64
"""Bad places after which nobody looks for more: each may cost half a minute, and the first has decided already."""
SLOWEST_BYTES_PER_SECOND = 3_000_000
GRACE_SECONDS = 300.0
"""What is not read at this speed, plus this, is left unread, and the result says so. Ours: the slowest sound drive, on
USB 1.1 not counted, reads ten times as fast."""
Alive = Callable[[int, int], None]
"""Gets what is done and what there is to do; may raise to stop."""


def scan(
    medium: Medium,
    regions: int | None,
    clock: Clock,
    alive: Alive,
    tell: Callable[[Mapping[str, object]], None] = lambda _found: None,
) -> Mapping[str, object]:
    """Read `regions` evenly spread places of 2 MiB, or without a number all of the drive; see surface.facts, which
    `tell` gets from time to time as far as they are known.

    One read at a time, so that each one's time is its own. Raises OSError only when the drive is gone.
    """
    size, sector = medium.identity().size_bytes, medium.logical_sector_bytes
    work, total = _work(size, sector, regions)
    latency, unreadable = surface.Latency(size, clock.now), Ranges(sector)
    until = clock.now() + total / SLOWEST_BYTES_PER_SECOND + GRACE_SECONDS
    done, late, told = 0, False, clock.now()
    with mmap(-1, PIECE) as buffer:

        def again(offset: int, length: int) -> bool:
            if unreadable.pieces >= ENOUGH:
                return True  # as if it were good: no more of these are told
            alive(done, total)
            return _read(medium, buffer, length, offset)

        for offset, length in work:
            alive(done, total)
            begun = clock.now()
            late = begun > until
            if late or unreadable.pieces >= ENOUGH:
                break
            if _read(medium, buffer, length, offset):
                latency.note((offset, length), clock.now() - begun)
            else:
                for bad in narrow((offset, length), sector, again):
                    unreadable.add(*bad)
            done += length
            if clock.now() - told >= LIVE_SECONDS:
                told = clock.now()
                tell(surface.facts(surface.Read(size, total, done), unreadable, latency))
    latency.look_again(medium, lambda: alive(done, total))
    alive(done, total)
    return surface.facts(surface.Read(size, total, done, late), unreadable, latency)


def spread(size: int, regions: int, sector: int, length: int = PIECE) -> list[Span]:
    """`regions` stretches of `length` bytes, the first at the drive's beginning, the last at its end."""
    last = (size - length) // sector
    return [(last * number // (regions - 1) * sector, length) for number in range(regions)]


def _work(size: int, sector: int, regions: int | None) -> tuple[Iterable[Span], int]:
    if regions is None or size <= regions * PIECE:
        return spans(size, step=PIECE), size
    return spread(size, regions, sector), regions * PIECE


def _read(medium: Medium, buffer: mmap, length: int, offset: int) -> bool:
    try:
        return medium.read_into(buffer, length, offset) == length
    except OSError as error:
        require_present(medium, error)
        return False

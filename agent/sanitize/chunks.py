"""Walking over a drive in chunks, what belongs on the next one made while the current one is on its way."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from mmap import mmap
from typing import TypeVar

from agent.sanitize.pattern import CHUNK, Pattern

B = TypeVar("B", bytearray, mmap)
Span = tuple[int, int]
"""Offset and length in bytes."""


class Stopped(Exception):
    """The service asked to stop, or is gone: the work ends between two chunks."""


def spans(size: int, start: int = 0, step: int = CHUNK) -> Iterator[Span]:
    """The pieces of a drive of `size` bytes from byte `start` on, in order, `step` bytes each."""
    for offset in range(start, size, step):
        yield offset, min(step, size - offset)


def filled(pattern: Pattern, work: Iterable[Span], buffers: tuple[B, B]) -> Iterator[tuple[B, int, int]]:
    """Yield (buffer, length, offset) with what `pattern` puts there, one chunk ahead in a thread.

    Two buffers take turns; one is filled anew only after the consumer has come back for the next chunk,
    so neither side can overtake the other or wait for ever, whatever either of them raises.
    """
    if pattern.constant:
        pattern.fill(buffers[0], len(buffers[0]), 0)
        for offset, length in work:
            yield buffers[0], length, offset
        return
    with ThreadPoolExecutor(1) as thread:
        ahead: tuple[Future[None], B, int, int] | None = None
        for turn, (offset, length) in enumerate(work):
            buffer = buffers[turn % 2]
            following = (thread.submit(pattern.fill, buffer, length, offset), buffer, length, offset)
            if ahead is not None:
                yield _ready(*ahead)
            ahead = following
        if ahead is not None:
            yield _ready(*ahead)


def _ready(future: Future[None], buffer: B, length: int, offset: int) -> tuple[B, int, int]:
    future.result()
    return buffer, length, offset


def narrow(span: Span, smallest: int, attempt: Callable[[int, int], bool]) -> Iterator[Span]:
    """Yield the parts of `span`, no larger than `smallest`, at which `attempt(offset, length)` fails.

    Halves what fails, so that a chunk with one bad sector costs a dozen attempts and not thousands.
    """
    todo = [span]
    while todo:
        offset, length = todo.pop()
        if length > CHUNK:
            todo += [(offset + CHUNK, length - CHUNK), (offset, CHUNK)]
        elif not attempt(offset, length):
            if length <= smallest:
                yield offset, length
                continue
            half = max(smallest, length // 2 // smallest * smallest)
            todo += [(offset + half, length - half), (offset, half)]

"""Reading ahead: while one piece is compared, the next ones are on their way."""

import contextlib
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from mmap import mmap

from agent.sanitize.chunks import Span
from agent.sanitize.medium import Medium

PIECE = 2 * 1024 * 1024
"""Bytes per read. With two reads under way: measured to be as quick as dd, which one read at a time is not, since the
comparing then stands between two reads."""

Read = tuple[mmap, bool]
"""What was read, at its start; False: it could not be read, or not all of it."""


def read_ahead(medium: Medium, work: Iterable[Span]) -> Generator[Read, None, None]:
    """Read each piece of `work`, none of them larger than PIECE, in order. An error is only told by False: whoever
    wants to know more reads again. A buffer holds what it does until the next one is asked for."""
    ahead = medium.reads_ahead
    with contextlib.ExitStack() as stack:
        buffers = [stack.enter_context(mmap(-1, PIECE)) for _ in range(ahead + 1)]
        if not ahead:
            for offset, length in work:
                yield buffers[0], _read(medium, buffers[0], length, offset)
            return
        threads = stack.enter_context(ThreadPoolExecutor(ahead))
        under_way: deque[tuple[mmap, Future[bool]]] = deque()
        for number, (offset, length) in enumerate(work):
            buffer = buffers[number % len(buffers)]
            under_way.append((buffer, threads.submit(_read, medium, buffer, length, offset)))
            if len(under_way) > ahead:
                yield _ended(under_way)
        while under_way:
            yield _ended(under_way)


def _ended(under_way: deque[tuple[mmap, Future[bool]]]) -> Read:
    buffer, future = under_way.popleft()
    return buffer, future.result()


def _read(medium: Medium, buffer: mmap, length: int, offset: int) -> bool:
    try:
        return medium.read_into(buffer, length, offset) == length
    except OSError:
        return False

"""Reading ahead: while one piece is compared, the next ones are on their way."""

import contextlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from mmap import mmap

from agent.sanitize.chunks import Span
from agent.sanitize.medium import Medium
from agent.sanitize.surface import Latency

PIECE = 2 * 1024 * 1024
"""Bytes per read. With two reads under way: measured to be as quick as dd, which one read at a time is not, since the
comparing then stands between two reads."""

Read = tuple[mmap, bool]
"""What was read, at its start; False: it could not be read, or not all of it."""


def read_ahead(medium: Medium, work: Iterable[Span], latency: Latency | None = None) -> Generator[Read, None, None]:
    """Read each piece of `work`, none of them larger than PIECE, in order. An error is only told by False: whoever
    wants to know more reads again. A buffer holds what it does until the next one is asked for. `latency` gets how
    long each read took that succeeded, the waiting for those before it included."""
    ahead = medium.reads_ahead
    now = latency.now if latency else time.monotonic
    with contextlib.ExitStack() as stack:
        buffers = [stack.enter_context(mmap(-1, PIECE)) for _ in range(ahead + 1)]
        if not ahead:
            for offset, length in work:
                took = _read(medium, buffers[0], (offset, length), now)
                yield buffers[0], _noted(latency, (offset, length), took)
            return
        threads = stack.enter_context(ThreadPoolExecutor(ahead))
        under_way: deque[tuple[mmap, Span, Future[float | None]]] = deque()

        def ended() -> Read:
            buffer, span, future = under_way.popleft()
            return buffer, _noted(latency, span, future.result())

        for number, span in enumerate(work):
            buffer = buffers[number % len(buffers)]
            under_way.append((buffer, span, threads.submit(_read, medium, buffer, span, now)))
            if len(under_way) > ahead:
                yield ended()
        while under_way:
            yield ended()


def _noted(latency: Latency | None, span: Span, seconds: float | None) -> bool:
    if latency is not None and seconds is not None:
        latency.note(span, seconds)
    return seconds is not None


def _read(medium: Medium, buffer: mmap, span: Span, now: Callable[[], float]) -> float | None:
    """Seconds that it took; None where it failed."""
    offset, length = span
    begun = now()
    try:
        whole = medium.read_into(buffer, length, offset) == length
    except OSError:
        return None
    return now() - begun if whole else None

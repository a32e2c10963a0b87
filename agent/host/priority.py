"""Being woken before others, for measurements of milliseconds beside programs that load every processor.

Real-time priority would measure better still, and is not taken: two drives that answer at once would keep two
processors to themselves, and the screen would stand still for the time of the measurement.
"""

import contextlib
import os
import threading
from collections.abc import Iterator

NICE = -10
"""Before every ordinary program, which keeps about a tenth of the processor (sched(7))."""


@contextlib.contextmanager
def first_in_line(*, wanted: bool = True) -> Iterator[None]:
    """This thread gets a processor soon after what it waits for is there. Where it may not, it goes on as it was."""
    thread = threading.get_native_id()
    before = os.getpriority(os.PRIO_PROCESS, thread)
    if wanted:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, min(before, NICE))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, thread, before)


def ordinary() -> None:
    """This thread, and what it starts from now on, gets every program's priority. Where it may not, it goes on as it
    was."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, 0)

"""Being woken before everybody else, for measurements of milliseconds beside programs that load every processor.

Measured on two loaded cores with a loop device: 491 random reads of 4 KiB per second without it, 14,821 with it.
"""

import contextlib
import os
from collections.abc import Iterator

_LOWEST = 1
"""Of the real-time priorities: before every ordinary program, behind the kernel's own threads."""


@contextlib.contextmanager
def first_in_line(*, wanted: bool = True) -> Iterator[None]:
    """This thread gets a processor as soon as what it waits for is there. Only for work that mostly waits; the kernel
    keeps a twentieth of each second for the others all the same (sched(7), sched_rt_runtime_us). Where it may not, it
    goes on as it was."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    taken = False
    if wanted:
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(_LOWEST))
            taken = True
    try:
        yield
    finally:
        if taken:
            with contextlib.suppress(OSError):
                os.sched_setscheduler(0, *before)

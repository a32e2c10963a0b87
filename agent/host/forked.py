"""Work in a process of its own that has loaded already what this one has: where a computer is slow, loading is most of
it."""

import logging
import os
import signal
import time
from collections.abc import Callable

log = logging.getLogger("ordis.host")


def beside(work: Callable[[], None], meanwhile: Callable[[], object], *, seconds: float) -> None:
    """Do `work` in a fork of this process and `meanwhile` here; return when both have ended.

    To be called before this process has threads. A fork that has not ended after so many seconds (it may hang in the
    kernel) is killed and left behind. What `work` raises is logged, what `meanwhile` raises comes through. Raises
    OSError where no process can be had.
    """
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            log.exception("beside")
        finally:
            os._exit(code)
    began = time.monotonic()
    try:
        meanwhile()
    finally:
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if time.monotonic() - began > seconds:
                log.warning("what was done beside has not ended after %.0f s", seconds)
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.02)

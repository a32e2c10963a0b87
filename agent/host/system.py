"""What the running system says about itself, through psutil where this is the machine that is asked about."""

import os

import psutil

from agent.host.source import Source


def running_here(source: Source) -> bool:
    """True where `source` is the machine that this process runs on, false for a recorded or made-up tree."""
    return source.link("/proc/self") == f"/proc/{os.getpid()}"


def usable_memory(source: Source) -> int | None:
    """Bytes of memory that the running system has; None where it does not say.

    A recorded tree has no running system, so its own /proc/meminfo answers (kB there means 1024 bytes).
    """
    if running_here(source):
        return int(psutil.virtual_memory().total)
    for line in (source.text("/proc/meminfo") or "").splitlines():
        words = line.split()
        if words[:1] == ["MemTotal:"] and len(words) > 1 and words[1].isdecimal() and len(words[1]) < 16:
            return int(words[1]) * 1024
    return None

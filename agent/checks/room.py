"""How much memory a test may take without driving the machine, or its control group, out of memory."""

import posixpath
import re

from agent.host.source import Source, integer

MIB = 1 << 20
RESERVE_BYTES = 256 * MIB
"""What stays free for the running system, whatever the profile says."""
SCARCE_BYTES = 96 * MIB
"""Below this a test must stop: the kernel starts killing near its low watermark, some tens of MiB."""


def allowance(source: Source, percent: int, own_bytes: int) -> int:
    """Bytes that may be taken: `percent` of what is free, and never so much that less than RESERVE_BYTES stays free
    once the testing program itself has its `own_bytes`. 0 where nothing can be told."""
    free = free_bytes(source)
    return max(0, min(free * percent // 100, free - RESERVE_BYTES - own_bytes))


def free_bytes(source: Source) -> int:
    """What can still be taken, by the system's and by the control group's count. 0 where nothing can be told."""
    return min([_meminfo(source, "MemAvailable"), *_group_limits(source)])


def usable_bytes(source: Source) -> int:
    """All the memory that the running system has; 0 where it does not tell."""
    return _meminfo(source, "MemTotal")


def _meminfo(source: Source, name: str) -> int:
    return _field(source, "/proc/meminfo", rf"^{name}:\s+(\d{{1,15}}) kB$") * 1024


def _group_limits(source: Source) -> list[int]:
    """What each control group above this process still allows (cgroups(7), versions 2 and 1)."""
    left = []
    for line in (source.text("/proc/self/cgroup") or "").splitlines()[:64]:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        path = posixpath.normpath("/" + path.lstrip("/"))
        for folder in [path, *_above(path)]:
            if not controllers:
                at = f"/sys/fs/cgroup{folder.rstrip('/')}"
                left += _left(source, f"{at}/memory.max", f"{at}/memory.current", f"{at}/memory.stat")
            elif "memory" in controllers.split(","):
                at = f"/sys/fs/cgroup/memory{folder.rstrip('/')}"
                limit, usage = f"{at}/memory.limit_in_bytes", f"{at}/memory.usage_in_bytes"
                left += _left(source, limit, usage, f"{at}/memory.stat")
    return left


def _above(path: str) -> list[str]:
    above: list[str] = []
    while path != "/" and len(above) < 32:
        path = posixpath.dirname(path)
        above.append(path)
    return above


def _left(source: Source, limit: str, usage: str, statistics: str) -> list[int]:
    most, used = integer(source, limit), integer(source, usage)
    if most is None or used is None:  # "max" is no number: no limit
        return []
    # The cache that the group gives back first; in version 1 the field with the groups below is named total_….
    cache = max(_field(source, statistics, rf"^{name}inactive_file (\d{{1,15}})$") for name in ("", "total_"))
    return [max(0, most - max(0, used - cache))]


def _field(source: Source, path: str, pattern: str) -> int:
    found = re.search(pattern, source.text(path) or "", re.MULTILINE)
    return int(found[1]) if found else 0

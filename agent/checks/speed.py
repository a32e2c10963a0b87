"""How fast the processor is, as a figure that can be compared: 7-Zip's LZMA benchmark (`7zz b`).

Its method is published with its source, its results are the same from run to run within a few percent, and tables of
hundreds of processors are public (7-cpu.com). It compresses and expands data of its own making, which tries the
processor's caches and its guessing of branches as ordinary programs do. docs/checks.md tells what was left for it.
"""

import os
import re

from agent.checks.base import Bench
from agent.checks.room import MIB, allowance
from agent.host.run import ToolMissing, ToolTimeout, find, run
from agent.model.check import Figure
from agent.model.message import say

EXPECTED_SECONDS = 12.0
"""Of both measurements: six on a fast machine, perhaps three times that on the slowest."""
_LIMIT_SECONDS = 60.0
_DICTIONARY = 22
"""4 MiB, the smallest that 7-Zip itself begins with; its tables use larger ones, which take minutes."""
_EACH_SECONDS = 2
_BYTES_PER_THREAD = 64 * MIB
"""What 7-Zip says that it needs with this dictionary, rounded up."""
_LEAST_USAGE = 70
"""Percent of its threads' time that the benchmark must have got; below, something else was running."""
# "Tot:             195   4609   8990": usage in percent of one thread, MIPS of one thread, MIPS of all.
_TOTAL = re.compile(r"^Tot:\s+(\d{1,6})\s+\d{1,9}\s+(\d{1,9})\s*$", re.MULTILINE)


def measure(bench: Bench) -> list[Figure]:
    """MIPS by 7-Zip's count with one thread and with all. What could not be measured is left out; never raises."""
    threads = os.cpu_count() or 1
    wanted = {"speed_one_thread_mips": 1, "speed_all_threads_mips": threads}
    told = ((name, _mips(bench, number)) for name, number in wanted.items())
    return [Figure(name=name, value=mips) for name, mips in told if mips is not None]


def _mips(bench: Bench, threads: int) -> int | None:
    def tick(_: float) -> bool:
        bench.report(None, say("Measuring the speed of the processor"), None)
        return True

    if allowance(bench.source, 100, 0) < threads * _BYTES_PER_THREAD:
        return None
    try:
        ran = run(
            [find("7zz"), "b", "1", f"-mmt{threads}", f"-md{_DICTIONARY}", f"-mtime={_EACH_SECONDS}"],
            timeout=_LIMIT_SECONDS, tick=tick,
        )  # fmt: skip
    except (ToolMissing, ToolTimeout, OSError):
        return None
    return _read(ran.out, threads) if ran.code == 0 else None


def _read(said: str, threads: int) -> int | None:
    found = _TOTAL.search(said)
    if not found or int(found[1]) < _LEAST_USAGE * threads:
        return None
    return int(found[2]) or None

"""Suspend to memory for some seconds: drives lose their power and with it what froze their erase commands."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from agent.host.root_in_ram import root_in_ram
from agent.host.run import Ran, ToolMissing, ToolTimeout, find, run
from agent.host.source import Source
from agent.model.message import Message, say

SECONDS = 8
"""How long the computer sleeps: long enough for every supply to run dry, short enough for who waits before it."""
TIMEOUT = 120.0
"""Seconds, of which the sleep itself does not count: until all devices have gone to sleep and woken up."""

_KINDS = "/sys/power/mem_sleep"
_WORKERS = (b"\0agent.worker\0", b"\0agent.checks")


def hinders(source: Source) -> Message | None:
    """Why this computer must not or cannot sleep now; None where it may."""
    if not root_in_ram(source):
        return say("The computer cannot sleep: the system does not run from memory alone.")
    if "mem" not in (source.text("/sys/power/state") or "").split():
        return say("This computer cannot sleep.")
    if "deep" not in (source.text(_KINDS) or "").replace("[", " ").replace("]", " ").split():
        # "s2idle" leaves the power on.
        return say("This computer sleeps only lightly, and its drives keep their power meanwhile.")
    if not source.names("/sys/class/rtc") or not _installed():
        return say("The computer cannot sleep: nothing here could wake it again.")
    if _at_work(source):
        return say("The computer cannot sleep now: a drive or a check is being worked on.")
    return None


def sleep(
    *,
    program: Callable[..., Ran] = run,
    choose: Callable[[], object] | None = None,
    slept: Callable[[], float] | None = None,
) -> Message | None:
    """Sleep for SECONDS and wake by the clock. Why it did not come to that; None where the computer has slept.

    Ask `hinders` before. Blocks. `choose` sets the kind of sleep, `slept` tells the seconds slept since the start.
    """
    asleep = slept or _slept
    before = asleep()
    try:
        (choose or _choose_deep)()
        os.sync()  # a stick on USB may come back as a new one
        ran = program(["rtcwake", "-m", "mem", "-s", str(SECONDS)], timeout=TIMEOUT)
    except (ToolMissing, ToolTimeout, OSError) as error:
        return say("The computer did not fall asleep ({error}).", error=str(error) or type(error).__name__)
    # Neither the exit code nor the words: what counts is that time has passed for the clock and not for us.
    if asleep() - before < SECONDS / 4:
        return say("The computer did not fall asleep ({error}).", error=ran.err.strip()[:200] or f"rtcwake: {ran.code}")
    return None


def _choose_deep() -> None:
    Path(_KINDS).write_text("deep", encoding="ascii")


def _slept() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


def _installed() -> bool:
    try:
        find("rtcwake")
    except ToolMissing:
        return False
    return True


def _at_work(source: Source) -> bool:
    """Whether a drive's worker or a check runs, of whichever service or command."""
    processes = (name for name in source.names("/proc") if name.isdecimal())
    return any(
        sign in b"\0" + (source.raw(f"/proc/{name}/cmdline", 4096) or b"") for name in processes for sign in _WORKERS
    )

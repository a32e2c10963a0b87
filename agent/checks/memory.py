"""Memory written with random words, read back, inverted and read back again, by one worker per thread.

The method is stress-ng's `move-inv`: it covers every byte (several other methods of `--vm` skip through the memory),
its passes are never cut short by the end of the time, and its bogo operations count checked bytes, so that what is
claimed was really read back. It tests the memory that is free; what the running system occupies is left to memtest86+
in the boot menu.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

from agent.checks import memory_modules
from agent.checks.base import Bench, figures
from agent.checks.room import MIB, SCARCE_BYTES, allowance, free_bytes, usable_bytes
from agent.checks.stress import Stress, stress
from agent.host import edac
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory, Memory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "memory"
TITLE = say("Memory")
LOADS = frozenset({"memory", "processor"})

_LEAST_BYTES = 16 * MIB
_GRAIN = 2 * MIB  # a huge page; also a multiple of what one bogo operation counts
_SAMPLE_BYTES = 256 * MIB  # per worker
_BYTES_PER_BOGO_OP = 4096 * 8  # VM_BOGO_SHIFT of stress-ng: 2**12 checked words of 8 bytes
_SHARE = 0.8
"""Part of the time that the first pass may take as estimated: reaching more goes before testing it more often. A wrong
estimate does no harm, since stress-ng lets a pass end."""
_TRIAL_SECONDS = 5  # starting, and the look at the speed


def applies(_inventory: Inventory) -> bool:
    return True


def expected_seconds(checks: Checks, _inventory: Inventory) -> float:
    return checks.memory.seconds + _TRIAL_SECONDS


class Scarce(Exception):
    """Something else took so much memory that the test had to stop."""


def check(bench: Bench) -> CheckResult:
    """Raises ToolMissing, ToolTimeout, OSError."""
    threads = os.cpu_count() or 1
    # stress-ng itself needs a shared cache, and some MiB per worker.
    room = allowance(bench.source, bench.checks.memory.percent, 32 * MIB + 4 * MIB * threads)
    if room < _LEAST_BYTES:
        return _result(
            Outcome.ERROR,
            say(
                "Too little memory is free to test it ({free:memory}). Use the memory test of the boot menu.", free=room
            ),
        )
    try:
        return _check(bench, room, min(threads, room // _GRAIN))
    except Scarce:
        return _result(
            Outcome.ERROR,
            say("The memory test was stopped, because other programs needed the memory. Start the check again."),
        )


def _check(bench: Bench, room: int, workers: int) -> CheckResult:
    seconds = bench.checks.memory.seconds
    sample = _grains(min(room, workers * _SAMPLE_BYTES), workers)
    before = edac.counts(bench.source)
    with bench.kernel_log() as kernel:
        trial = stress([*_method(workers, sample), "--vm-ops", "1"], seconds, _watch(bench, 0, None))
        signs = Signs(kernel.hardware_errors(), edac.risen(before, edac.counts(bench.source)))
        if broken := _trouble(trial, signs, bench.inventory.memory, 0):
            return _result(*broken, seconds=trial.ran.seconds, measured=signs.figures(bench, told=kernel.readable))
        # As much as can be checked at least once in the time, by the speed of a first pass over the sample.
        speed = sample / max(trial.working_seconds, 0.01)
        size = _grains(min(room, int(speed * seconds * _SHARE)), workers)
        run = stress(_method(workers, size), seconds, _watch(bench, size, seconds))
        signs = Signs(kernel.hardware_errors(), edac.risen(before, edac.counts(bench.source)))
        told = kernel.readable
    checked = (run.bogo_ops or 0) * _BYTES_PER_BOGO_OP
    reached = min(size, checked)
    # Never less than was reached, however wrong the machine's tables are.
    memory = bench.inventory.memory
    total = max(memory.installed_bytes or memory.usable_bytes or usable_bytes(bench.source), reached, 1)
    percent = round(100 * reached / total, 1)
    # stress-ng counts from the start of its workers; half a second lies before.
    outcome, reason = _trouble(run, signs, memory, seconds - 0.5) or _sound(reached, total, percent)
    measured = figures(
        reached_bytes=reached, total_bytes=total, reached_percent=percent,
        checks_per_byte=round(checked / size, 1), workers=workers,
    )  # fmt: skip
    measured += signs.figures(bench, told=told)
    return _result(outcome, reason, seconds=trial.ran.seconds + run.ran.seconds, measured=measured)


@dataclass(frozen=True)
class Signs:
    """What the machine itself said of its memory meanwhile."""

    lines: list[str]
    """Of the kernel's log, about wrong hardware."""
    counted: edac.Counts
    """By the memory controller, of those with error correction."""

    def figures(self, bench: Bench, *, told: bool) -> list[Figure]:
        """`told`: the kernel's log could be read."""
        found = [Figure(name="hardware_errors", value=len(self.lines), threshold=0)] if told else []
        if edac.counts(bench.source):
            found.append(Figure(name="corrected_errors", value=self.corrected, threshold=0))
            found.append(Figure(name="uncorrected_errors", value=self.uncorrected, threshold=0))
        return found

    @property
    def corrected(self) -> int:
        return sum(errors.corrected for errors in self.counted.values())

    @property
    def uncorrected(self) -> int:
        return sum(errors.uncorrected for errors in self.counted.values())


def _grains(size: int, workers: int) -> int:
    """The nearest size that splits evenly, at least one grain per worker."""
    return max(1, size // workers // _GRAIN) * _GRAIN * workers


def _method(workers: int, size: int) -> list[str]:
    return [
        "--vm", str(workers),
        "--vm-bytes", str(size),  # of all workers together
        "--vm-keep",
        "--vm-method", "move-inv",
        "--vm-madvise", "hugepage",  # else a random one, among them some that give pages back
    ]  # fmt: skip


def _watch(bench: Bench, size: int, seconds: int | None) -> Callable[[float], bool]:
    detail = say("Testing {size:memory}", size=size) if size else say("Measuring the speed of the memory")

    def watch(gone: float) -> bool:
        if seconds is None:
            bench.report(None, detail, None)
        else:
            bench.report(min(99.0, 100 * gone / seconds), detail, max(0.0, seconds - gone))
        if free_bytes(bench.source) < SCARCE_BYTES:
            raise Scarce
        return True

    return watch


def _trouble(run: Stress, signs: Signs, memory: Memory, at_least: float) -> tuple[Outcome, Message] | None:
    slot = memory_modules.named(memory, signs.counted)
    trouble = run.trouble(_wrong(slot), at_least)
    if trouble and trouble[0] is Outcome.FAILED:
        return trouble
    if signs.counted:
        return Outcome.FAILED, _counted(slot, signs)
    if signs.lines:
        return Outcome.FAILED, say(
            "The machine reported hardware errors during the memory test ({line}). Test the modules one by one, and "
            "replace the faulty one.", line=signs.lines[0],
        )  # fmt: skip
    return trouble


def _wrong(slot: str | None) -> Message:
    if slot is not None:
        return say(
            "The memory gave back other data than was written to it. The faulty module is in slot {slot}: replace it, "
            "then test again.", slot=slot,
        )  # fmt: skip
    return say(
        "The memory gave back other data than was written to it. Which module is faulty, this computer does not tell: "
        "test them one by one, here or with the memory test of the boot menu, and replace the faulty one."
    )


def _counted(slot: str | None, signs: Signs) -> Message:
    if slot is not None:
        return say(
            "The memory controller counted errors during the memory test ({corrected} corrected, {uncorrected} not) in "
            "the module in slot {slot}: replace it, then test again.",
            corrected=signs.corrected, uncorrected=signs.uncorrected, slot=slot,
        )  # fmt: skip
    return say(
        "The memory controller counted errors during the memory test ({corrected} corrected, {uncorrected} not), and "
        "does not tell in which module: test them one by one, and replace the faulty one.",
        corrected=signs.corrected, uncorrected=signs.uncorrected,
    )  # fmt: skip


def _sound(reached: int, total: int, percent: float) -> tuple[Outcome, Message]:
    if not reached:
        return Outcome.ERROR, say("The memory test did not get through once. Give it more time in the profile.")
    return Outcome.PASSED, say(
        "{reached:memory} of {total:memory} of memory ({percent:percent}) were written and read back without an error.",
        reached=reached, total=total, percent=percent,
    )  # fmt: skip


def _result(outcome: Outcome, reason: Message, seconds: float = 0, measured: list[Figure] | None = None) -> CheckResult:
    return CheckResult(id=ID, title=TITLE, outcome=outcome, reason=reason, seconds=seconds, figures=measured or [])

"""Every core under full load, its results compared; heat, throttling, clock, fan and power watched."""

import os

from agent.checks import speed
from agent.checks.base import Bench, against, figures
from agent.checks.processor_signs import Signs
from agent.checks.stress import Stress, stress
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "processor"
TITLE = say("Processor under full load")
LOADS = frozenset({"processor"})

_START_SECONDS = 5


def applies(_inventory: Inventory) -> bool:
    return True


def expected_seconds(checks: Checks, _inventory: Inventory) -> float:
    measuring = speed.EXPECTED_SECONDS if checks.processor.speed else 0
    return checks.processor.seconds + measuring + _START_SECONDS


def check(bench: Bench) -> CheckResult:
    """Raises ToolMissing, ToolTimeout, OSError."""
    seconds = bench.checks.processor.seconds
    threads = os.cpu_count() or 1
    # First: a processor that is hot already is slower.
    speeds = speed.measure(bench) if bench.checks.processor.speed else []
    signs = Signs(bench)

    def watch(gone: float) -> bool:
        bench.report(min(99.0, 100 * gone / seconds), signs.look(gone), max(0.0, seconds - gone))
        bench.draw(signs.series())
        return True

    with bench.kernel_log() as kernel:
        run = stress(["--cpu", str(threads)], seconds, watch)
        errors = kernel.hardware_errors() if kernel.readable else None
    signs.look_for_throttling(run.ran.seconds)
    outcome, reason = _verdict(run, seconds, errors or [], signs)
    told = against("hardware_errors", None if errors is None else len(errors), 0)
    return CheckResult(
        id=ID,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *figures(threads=threads), *speeds, *signs.figures(), *told, *figures(bogo_ops_per_second=run.bogo_rate)
        ],
        series=signs.series(),
        seconds=run.ran.seconds,
    )  # fmt: skip


def _verdict(run: Stress, seconds: int, errors: list[str], signs: Signs) -> tuple[Outcome, Message]:
    wrong = say("The processor computed wrong results under load. Use the machine for parts.")
    # stress-ng counts from the start of its workers; half a second lies before.
    trouble = run.trouble(wrong, at_least=seconds - 0.5)
    if trouble and trouble[0] is Outcome.FAILED:
        return trouble
    if errors:
        return Outcome.FAILED, say(
            "The machine reported hardware errors under load ({line}). Test the memory from the boot menu; if it is "
            "good, use the machine for parts.", line=errors[0],
        )  # fmt: skip
    return trouble or _slowed(signs) or _sound(seconds, signs.throttled, signs.hottest)


def _slowed(signs: Signs) -> tuple[Outcome, Message] | None:
    """What is wrong with a run that had no wrong result."""
    celsius = "?" if signs.hottest is None else round(signs.hottest)
    if signs.fan_stood:
        return Outcome.DEGRADED, say(
            "The fan stood still while the processor was at up to {celsius} °C. Free or replace the fan, then start "
            "the check again.", celsius=celsius,
        )  # fmt: skip
    if signs.throttled:
        return Outcome.DEGRADED, say(
            "The processor got too hot and slowed itself down ({count} times, up to {celsius} °C). Clean the fan, "
            "renew the thermal paste, then start the check again.", count=signs.throttled, celsius=celsius,
        )  # fmt: skip
    if signs.slow:
        return Outcome.DEGRADED, say(
            "Under full load the processor ran at {mhz} MHz on the average, far below what it is made for ({least} MHz "
            "at least). Plug in the charger that belongs to it, clean the fan, and look for a saving mode in the "
            "firmware setup.", mhz=signs.mean_mhz or 0, least=signs.least_mhz or 0,
        )  # fmt: skip
    return None


def _sound(seconds: int, throttled: int | None, hottest: float | None) -> tuple[Outcome, Message]:
    """What to say of a run in which nothing was wrong."""
    if hottest is None:
        return Outcome.PASSED, say(
            "The processor worked for {seconds:duration} under full load without an error. No temperature sensor could "
            "be read: put your hand to the air outlet.", seconds=seconds,
        )  # fmt: skip
    celsius = round(hottest)
    if throttled is None:
        return Outcome.PASSED, say(
            "The processor worked for {seconds:duration} under full load without an error, at up to {celsius} °C. It "
            "does not tell whether it slowed down.", seconds=seconds, celsius=celsius,
        )  # fmt: skip
    return Outcome.PASSED, say(
        "The processor worked for {seconds:duration} under full load without an error, at up to {celsius} °C.",
        seconds=seconds, celsius=celsius,
    )  # fmt: skip

"""Every core under full load, its results compared, heat and throttling watched."""

import os

from agent.checks.base import Bench, Recorder, figures
from agent.checks.stress import Stress, stress
from agent.host.sensors import Sensors
from agent.model.check import CheckResult, Figure
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
    return checks.processor.seconds + _START_SECONDS


def check(bench: Bench) -> CheckResult:
    """Raises ToolMissing, ToolTimeout, OSError."""
    seconds = bench.checks.processor.seconds
    threads = os.cpu_count() or 1
    sensors = Sensors(bench.source)
    heat, clock, slowing = Recorder("temperature_celsius"), Recorder("frequency_mhz"), Recorder("throttle_events")

    def watch(gone: float) -> bool:
        celsius, mhz = sensors.celsius(), sensors.mhz()
        heat.add(gone, celsius)
        clock.add(gone, mhz)
        slowing.add(gone, sensors.throttled())
        bench.report(min(99.0, 100 * gone / seconds), _seen(celsius, mhz), max(0.0, seconds - gone))
        return True

    with bench.kernel_log() as kernel:
        run = stress(["--cpu", str(threads)], seconds, watch)
        errors = kernel.hardware_errors() if kernel.readable else None
    slowing.add(run.ran.seconds, sensors.throttled())
    throttled = _whole(slowing.highest)
    outcome, reason = _verdict(run, seconds, errors or [], throttled, heat.highest)
    return CheckResult(
        id=ID,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *figures(threads=threads),
            *_against("temperature_max_celsius", heat.highest, sensors.celsius_limit()),
            *figures(frequency_min_mhz=_whole(clock.lowest), frequency_max_mhz=_whole(clock.highest)),
            *_against("throttle_events", throttled, 0),
            *_against("hardware_errors", None if errors is None else len(errors), 0),
            *figures(bogo_ops_per_second=run.bogo_rate),
        ],
        series=heat.series() + clock.series(),
        seconds=run.ran.seconds,
    )


def _verdict(
    run: Stress, seconds: int, errors: list[str], throttled: int | None, hottest: float | None
) -> tuple[Outcome, Message]:
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
    return trouble or _sound(seconds, throttled, hottest)


def _sound(seconds: int, throttled: int | None, hottest: float | None) -> tuple[Outcome, Message]:
    """What to say of a run without a wrong result."""
    celsius = "?" if hottest is None else round(hottest)
    if throttled:
        return Outcome.DEGRADED, say(
            "The processor got too hot and slowed itself down ({count} times, up to {celsius} °C). Clean the fan, "
            "renew the thermal paste, then start the check again.", count=throttled, celsius=celsius,
        )  # fmt: skip
    if hottest is None:
        return Outcome.PASSED, say(
            "The processor worked for {seconds:duration} under full load without an error. No temperature sensor could "
            "be read: put your hand to the air outlet.", seconds=seconds,
        )  # fmt: skip
    if throttled is None:
        return Outcome.PASSED, say(
            "The processor worked for {seconds:duration} under full load without an error, at up to {celsius} °C. It "
            "does not tell whether it slowed down.", seconds=seconds, celsius=celsius,
        )  # fmt: skip
    return Outcome.PASSED, say(
        "The processor worked for {seconds:duration} under full load without an error, at up to {celsius} °C.",
        seconds=seconds, celsius=celsius,
    )  # fmt: skip


def _seen(celsius: float | None, mhz: float | None) -> Message | None:
    if celsius is not None and mhz is not None:
        return say("{celsius} °C, {mhz} MHz", celsius=round(celsius), mhz=round(mhz))
    if celsius is not None:
        return say("{celsius} °C", celsius=round(celsius))
    return say("{mhz} MHz", mhz=round(mhz)) if mhz is not None else None


def _against(name: str, value: float | None, threshold: float | None) -> list[Figure]:
    return [] if value is None else [Figure(name=name, value=value, threshold=threshold)]


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)

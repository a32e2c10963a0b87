"""The processor check, in this process, over a stand-in for stress-ng and made-up sensors."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.checks import processor
from agent.checks.base import Bench
from agent.checks.processor_signs import Signs
from agent.model.check import CheckResult
from agent.model.inventory import Inventory, Machine, Processor
from agent.model.words import Outcome

pytestmark = pytest.mark.runs_programs

CPU = "sys/devices/system/cpu/cpu0"
THROTTLE = f"{CPU}/thermal_throttle"
CHIP = "sys/class/hwmon/hwmon0"


def figures(result: CheckResult) -> dict[str, object]:
    return {figure.name: figure.value for figure in result.figures}


@pytest.fixture
def warm(tmp_path: Path, put) -> Path:
    """A machine at 71 °C that has throttled 5 times in its life; returns its root."""
    put({f"{CHIP}/name": "coretemp", f"{CHIP}/temp1_input": 71000, f"{CHIP}/temp1_crit": 100000})
    put({f"{THROTTLE}/core_throttle_count": 5, f"{CPU}/cpufreq/scaling_cur_freq": 2_600_000})
    return tmp_path


def test_a_good_processor(bench, seen, stand_in, warm: Path) -> None:
    stand_in("work; metrics 2000 1000.5")
    result = processor.check(bench)
    assert result.outcome is Outcome.PASSED
    assert str(result.reason).endswith("without an error, at up to 71 °C.")
    assert figures(result)["temperature_max_celsius"] == 71
    assert figures(result)["throttle_events"] == 0
    assert figures(result)["hardware_errors"] == 0
    assert figures(result)["frequency_min_mhz"] == 2600
    assert figures(result)["bogo_ops_per_second"] == 1000.5
    assert next(f.threshold for f in result.figures if f.name == "temperature_max_celsius") == 100
    assert {series.name for series in result.series} == {"temperature_celsius", "frequency_mhz"}
    assert seen
    assert str(seen[0][1]) == "71 °C, 2600 MHz"


def test_no_sensor_is_said_and_no_error(bench, stand_in) -> None:
    stand_in("work")
    result = processor.check(bench)
    assert result.outcome is Outcome.PASSED
    assert "No temperature sensor could be read" in str(result.reason)
    assert "throttle_events" not in figures(result)
    assert result.series == []


def test_a_processor_that_does_not_count_throttling() -> None:
    outcome, reason = processor._sound(20, throttled=None, hottest=71.4)
    assert outcome is Outcome.PASSED
    assert str(reason).endswith("at up to 71 °C. It does not tell whether it slowed down.")


def test_throttling_degrades(bench, stand_in, warm: Path) -> None:
    stand_in(f"echo 12 > {warm}/{THROTTLE}/core_throttle_count; work")
    result = processor.check(bench)
    assert result.outcome is Outcome.DEGRADED
    assert figures(result)["throttle_events"] == 7
    assert "7 times, up to 71 °C" in str(result.reason)


def test_throttling_that_is_over_before_the_end(bench, stand_in, warm: Path, put) -> None:
    """Passive cooling is a state, not a count: it must be seen while it lasts."""
    state = "sys/class/thermal/cooling_device0"
    put({f"{state}/type": "Processor", f"{state}/cur_state": 0})
    file = warm / state / "cur_state"
    stand_in(f"echo 3 > {file}; sleep 0.7; echo 0 > {file}; sleep 0.3")
    assert processor.check(bench).outcome is Outcome.DEGRADED


def test_a_fan_that_stands_still_in_the_heat(bench, stand_in, warm: Path, put) -> None:
    put({f"{CHIP}/temp1_input": 93000, "sys/class/hwmon/hwmon1/fan1_input": 0})
    stand_in("work")
    result = processor.check(bench)
    assert result.outcome is Outcome.DEGRADED
    assert "fan stood still while the processor was at up to 93 °C" in str(result.reason)
    assert figures(result)["fan_max_rpm"] == 0


def test_a_fan_that_stands_still_in_the_cold_or_one_of_two(bench, stand_in, warm: Path, put) -> None:
    put({"sys/class/hwmon/hwmon1/fan1_input": 0})
    stand_in("work")
    assert processor.check(bench).outcome is Outcome.PASSED
    put({f"{CHIP}/temp1_input": 93000, "sys/class/hwmon/hwmon1/fan2_input": 2900})
    assert processor.check(bench).outcome is Outcome.PASSED


def signs(bench: Bench, mhz: int, put: Callable[[dict[str, object]], None]) -> Signs:
    """After a run of ten seconds at this clock."""
    watched = Signs(bench)
    for second in range(10):
        put({f"{CPU}/cpufreq/scaling_cur_freq": (400 if second < 2 else mhz) * 1000})
        watched.look(second)
    return watched


@pytest.mark.parametrize(("mhz", "slow"), [(2080, False), (2079, True), (798, True), (3900, False)])
def test_far_below_the_base_clock(bench, warm: Path, put, mhz: int, slow: bool) -> None:
    put({f"{CPU}/cpufreq/base_frequency": 2_600_000})
    watched = signs(bench, mhz, put)
    assert watched.slow is slow
    told = {figure.name: (figure.value, figure.threshold) for figure in watched.figures()}
    assert told["frequency_mean_mhz"] == (mhz, 2080)
    assert told["rated_base_mhz"] == (2600, None)
    outcome, reason = processor._slowed(watched) or (Outcome.PASSED, "")
    assert outcome is (Outcome.DEGRADED if slow else Outcome.PASSED)
    assert (f"ran at {mhz} MHz" in str(reason)) is slow


def test_the_base_clock_from_the_name(bench, warm: Path, put) -> None:
    named = Processor(model="Intel(R) Core(TM) i5-8350U CPU @ 1.70GHz")
    known = replace(bench, inventory=Inventory(processors=[named]))
    assert signs(known, 800, put).slow
    virtual = replace(bench, inventory=Inventory(processors=[named], machine=Machine(virtual=True)))
    assert not signs(virtual, 800, put).slow
    assert not signs(bench, 800, put).slow  # nobody knows what it should do


def test_the_power_that_it_draws(bench, warm: Path, put, monkeypatch) -> None:
    at = "sys/class/powercap/intel-rapl:0"
    put({f"{at}/name": "package-0", f"{at}/energy_uj": 0, f"{at}/max_energy_range_uj": 10**12})
    clock = iter(range(100))
    monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))
    watched = Signs(bench)
    put({f"{at}/energy_uj": 24_500_000})
    watched.look(1)
    assert {figure.name: figure.value for figure in watched.figures()}["power_max_watts"] == 24.5
    assert "power_watts" in {series.name for series in watched.series()}


def test_wrong_results_fail(bench, stand_in, warm: Path) -> None:
    stand_in("echo 'stress-ng: fail:  [7] cpu: rand error detected, failed sum of' >&2; exit 2")
    result = processor.check(bench)
    assert result.outcome is Outcome.FAILED
    assert "wrong results" in str(result.reason)


def test_a_machine_check_fails(bench, stand_in, warm: Path) -> None:
    line = "mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 4: b200000000070f0f"
    stand_in(f"echo '2,1,1,-;{line}' >> {warm}/kmsg")
    result = processor.check(bench)
    assert result.outcome is Outcome.FAILED
    assert line in str(result.reason)
    assert figures(result)["hardware_errors"] == 1


def test_a_run_that_broke_off_is_an_error(bench, stand_in, warm: Path) -> None:
    for script in ("exit 0", "exit 1", "kill -9 $$"):
        stand_in(script)
        assert processor.check(bench).outcome is Outcome.ERROR

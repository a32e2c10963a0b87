"""The processor check, in this process, over a stand-in for stress-ng and made-up sensors."""

from pathlib import Path

import pytest

from agent.checks import processor
from agent.model.check import CheckResult
from agent.model.words import Outcome

pytestmark = pytest.mark.runs_programs

THROTTLE = "sys/devices/system/cpu/cpu0/thermal_throttle"
CHIP = "sys/class/hwmon/hwmon0"


def put(root: Path, **files: object) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")


def figures(result: CheckResult) -> dict[str, object]:
    return {figure.name: figure.value for figure in result.figures}


@pytest.fixture
def warm(tmp_path: Path) -> Path:
    """A machine at 71 °C that has throttled 5 times in its life; returns its root."""
    put(tmp_path, **{f"{CHIP}/name": "coretemp", f"{CHIP}/temp1_input": 71000, f"{CHIP}/temp1_crit": 100000})
    put(tmp_path, **{f"{THROTTLE}/core_throttle_count": 5})
    put(tmp_path, **{"sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": 2_600_000})
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


def test_throttling_that_is_over_before_the_end(bench, stand_in, warm: Path) -> None:
    """Passive cooling is a state, not a count: it must be seen while it lasts."""
    state = "sys/class/thermal/cooling_device0"
    put(warm, **{f"{state}/type": "Processor", f"{state}/cur_state": 0})
    file = warm / state / "cur_state"
    stand_in(f"echo 3 > {file}; sleep 0.7; echo 0 > {file}; sleep 0.3")
    assert processor.check(bench).outcome is Outcome.DEGRADED


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

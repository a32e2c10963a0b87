"""The check of sensors and fans, over a made-up /sys."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.checks import sensors
from agent.model.words import Outcome

CHIP = "sys/class/hwmon/hwmon0"
BOARD = "sys/class/hwmon/hwmon1"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensors, "sleep", lambda _: None)


def processor(thousandths: object) -> dict[str, object]:
    return {f"{CHIP}/name": "coretemp", f"{CHIP}/temp1_input": thousandths}


def fans(*rpm: object) -> dict[str, object]:
    return {f"{BOARD}/fan{number}_input": each for number, each in enumerate(rpm, 1)}


def test_a_cool_machine_with_a_fan(bench, put, seen) -> None:
    put(processor(41000) | fans(0, 1450))
    result = sensors.check(bench)
    assert result.outcome is Outcome.PASSED
    assert str(result.reason) == "41 °C without work; the fastest fan turns 1450 times a minute."
    told = {figure.name: (figure.value, figure.threshold) for figure in result.figures}
    assert told["temperature_max_celsius"] == (41, 80)
    assert told["thermometers"] == (1, None)
    assert {series.name for series in result.series} == {"temperature_celsius", "fan_rpm"}
    assert str(seen[0][1]) == "41 °C"


def test_a_fan_may_rest_where_it_is_cool(bench, put) -> None:
    put(processor(38000) | fans(0))
    assert sensors.check(bench).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("celsius", "rpm", "expected"),
    [
        (79, 0, Outcome.PASSED),
        (80, 0, Outcome.FAILED),
        (96, 0, Outcome.FAILED),
        (79, 3000, Outcome.PASSED),
        (80, 3000, Outcome.DEGRADED),
    ],
)
def test_heat_without_work(bench, put, celsius: int, rpm: int, expected: Outcome) -> None:
    put(processor(celsius * 1000) | fans(rpm))
    assert sensors.check(bench).outcome is expected


def test_a_broken_fan(bench, put) -> None:
    put(processor(40000) | fans(1000) | {f"{BOARD}/fan1_fault": 1, f"{BOARD}/fan1_label": "CPU {x} Fan"})
    result = sensors.check(bench)
    assert result.outcome is Outcome.FAILED
    assert "“CPU x Fan” is reported broken" in str(result.reason)


def test_no_fan_tells(bench, put) -> None:
    put(processor(40000))
    result = sensors.check(bench)
    assert result.outcome is Outcome.PASSED
    assert "No fan tells its speed" in str(result.reason)


def test_nothing_to_read_is_no_pass(bench) -> None:
    assert sensors.check(bench).outcome is Outcome.SKIPPED


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (processor(-128000), Outcome.ERROR),
        (processor(255000), Outcome.ERROR),
        (processor(40000) | fans(65535), Outcome.DEGRADED),
        ({f"{BOARD}/name": "nvme", f"{BOARD}/temp1_input": 35000}, Outcome.SKIPPED),  # a drive's: not asked
        ({f"{BOARD}/name": "acpitz", f"{BOARD}/temp1_input": 35000}, Outcome.DEGRADED),
        ({f"{BOARD}/name": "nct6775", f"{BOARD}/temp1_input": "hot"}, Outcome.ERROR),
    ],
)
def test_rubbish(bench, put, files: dict[str, object], expected: Outcome) -> None:
    put(files)
    assert sensors.check(bench).outcome is expected


values = st.text(max_size=12) | st.integers().map(str) | st.integers(-200_000, 200_000).map(str)
names = st.sampled_from(
    [f"{CHIP}/{name}" for name in ("name", "temp1_input", "temp1_label", "temp1_crit", "fan1_input", "fan1_fault")]
    + [f"{BOARD}/{name}" for name in ("name", "temp2_input", "fan3_input", "fan3_label")]
    + ["sys/class/thermal/thermal_zone0/type", "sys/class/thermal/thermal_zone0/temp"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(names, st.sampled_from(["coretemp", "k10temp", "x86_pkg_temp"]) | values))
def test_no_tree_raises_and_none_passes_without_a_temperature(bench, put, tmp_path: Path, tree: dict[str, str]) -> None:
    for folder in ("hwmon", "thermal"):
        for file in (tmp_path / "sys/class" / folder).rglob("*"):
            if file.is_file():
                os.unlink(file)
    put({name: text.encode("utf-8", "replace").decode() for name, text in tree.items()})
    result = sensors.check(bench)
    if result.outcome is Outcome.PASSED:
        celsius = next(figure.value for figure in result.figures if figure.name == "temperature_max_celsius")
        assert isinstance(celsius, float | int)
        assert 1 <= celsius < 80

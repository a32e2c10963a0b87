"""The processor's sensors in a made-up /sys."""

from collections.abc import Callable
from pathlib import Path

import made_up
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.host.sensors import Sensors
from agent.host.source import Live

CPU = "sys/devices/system/cpu"
Put = Callable[[dict[str, object]], None]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(files: dict[str, object]) -> None:
        made_up.put(tmp_path, files)

    return write


def sensors(tmp_path: Path) -> Sensors:
    return Sensors(Live(str(tmp_path)))


def chip(number: int, name: str, **files: object) -> dict[str, object]:
    at = f"sys/class/hwmon/hwmon{number}"
    return {f"{at}/name": name} | {f"{at}/{key}": value for key, value in files.items()}


def zone(number: int, kind: str, temperature: object) -> dict[str, object]:
    at = f"sys/class/thermal/thermal_zone{number}"
    return {f"{at}/type": kind, f"{at}/temp": temperature}


def test_nothing_to_read_is_nothing_known(tmp_path: Path) -> None:
    empty = sensors(tmp_path)
    assert (empty.celsius(), empty.celsius_limit(), empty.mhz(), empty.throttled()) == (None, None, None, None)


def test_the_hottest_core_and_the_lowest_limit(tmp_path: Path, put: Put) -> None:
    put(chip(0, "nvme", temp1_input=99000))
    put(chip(1, "coretemp", temp1_input=61000, temp1_crit=105000, temp2_input=64500, temp2_crit=100000))
    here = sensors(tmp_path)
    assert here.celsius() == 64.5
    assert here.celsius_limit() == 100


def test_it_is_read_again_each_time(tmp_path: Path, put: Put) -> None:
    put(chip(0, "coretemp", temp1_input=50000))
    here = sensors(tmp_path)
    assert here.celsius() == 50
    put(chip(0, "coretemp", temp1_input=70000))
    assert here.celsius() == 70


def test_a_sensor_with_an_offset_counts_only_without_a_better_one(tmp_path: Path, put: Put) -> None:
    put(chip(0, "k10temp", temp1_input=87000, temp1_label="Tctl"))
    assert sensors(tmp_path).celsius() == 87
    put(chip(0, "k10temp", temp2_input=60000, temp2_label="Tdie"))
    assert sensors(tmp_path).celsius() == 60


def test_thermal_zones_where_no_chip_tells_the_nearest_first(tmp_path: Path, put: Put) -> None:
    put(zone(0, "acpitz", 27800) | zone(1, "iwlwifi_1", 90000))
    assert sensors(tmp_path).celsius() == 27.8
    put(zone(2, "x86_pkg_temp", 55000))
    assert sensors(tmp_path).celsius() == 55


@pytest.mark.parametrize("absurd", [0, -273000, 255000, 2**70, "hot", ""])
def test_an_absurd_temperature_is_none(tmp_path: Path, put: Put, absurd: object) -> None:
    put(chip(0, "coretemp", temp1_input=absurd) | zone(0, "acpitz", 40000))
    assert sensors(tmp_path).celsius() == 40


def test_the_average_clock(tmp_path: Path, put: Put) -> None:
    put({f"{CPU}/cpu0/cpufreq/scaling_cur_freq": 1_200_000, f"{CPU}/cpu1/cpufreq/scaling_cur_freq": 2_400_000})
    put({f"{CPU}/cpufreq/scaling_cur_freq": 1, f"{CPU}/cpu2/cpufreq/scaling_cur_freq": 10**15})
    assert sensors(tmp_path).mhz() == 1800


def test_the_clock_from_cpuinfo(tmp_path: Path, put: Put) -> None:
    put({"proc/cpuinfo": "processor\t: 0\ncpu MHz\t\t: 2400.500\nprocessor\t: 1\ncpu MHz\t\t: 2600.500\n"})
    assert sensors(tmp_path).mhz() == 2500.5


def counters(core: int, package: int) -> dict[str, object]:
    return {
        f"{CPU}/cpu{number}/thermal_throttle/{name}": value
        for number in (0, 1)
        for name, value in {
            "core_throttle_count": core + number,
            "package_throttle_count": package,
            "core_throttle_total_time_ms": 99999,
        }.items()
    }


def test_throttling_counts_from_now_on_and_no_event_twice(tmp_path: Path, put: Put) -> None:
    put(counters(core=10, package=100))
    here = sensors(tmp_path)
    assert here.throttled() == 0
    put(counters(core=13, package=107))
    assert here.throttled() == 7


def test_counters_that_fall_or_go_or_are_absurd_count_nothing(tmp_path: Path, put: Put) -> None:
    put(counters(core=10, package=100))
    here = sensors(tmp_path)
    put(counters(core=3, package=2**63))
    assert here.throttled() == 0
    for file in (tmp_path / CPU).rglob("*_throttle_count"):
        file.unlink()
    assert here.throttled() == 0


def test_passive_cooling_is_throttling(tmp_path: Path, put: Put) -> None:
    at = "sys/class/thermal/cooling_device"
    put({f"{at}0/type": "Processor", f"{at}0/cur_state": 0, f"{at}1/type": "Fan", f"{at}1/cur_state": 0})
    here = sensors(tmp_path)
    put({f"{at}1/cur_state": 1})
    assert here.throttled() == 0
    put({f"{at}0/cur_state": 3})
    assert here.throttled() == 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40) | st.integers().map(str))
def test_whatever_stands_there_nothing_is_raised(tmp_path: Path, put: Put, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    put(chip(0, "coretemp", temp1_input=text, temp1_label=text, temp1_crit=text) | zone(0, "acpitz", text))
    put(counters(1, 1) | {f"{CPU}/cpu0/cpufreq/scaling_cur_freq": text, "proc/cpuinfo": f"cpu MHz : {text}"})
    here = sensors(tmp_path)
    put({f"{CPU}/cpu0/thermal_throttle/core_throttle_count": text})
    celsius, mhz, events = here.celsius(), here.mhz(), here.throttled()
    assert celsius is None or 1 <= celsius <= 130
    assert mhz is None or 10 <= mhz <= 20_000
    assert events is not None
    assert 0 <= events <= 10**9

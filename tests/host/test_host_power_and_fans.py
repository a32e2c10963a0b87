"""Fans, the processors' energy counters, memory errors and load in a made-up /sys and /proc."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import put

from agent.host import edac
from agent.host.edac import Errors
from agent.host.fans import Fan, Fans
from agent.host.load import Load
from agent.host.rapl import Rapl
from agent.host.sensors import Sensors, thermometers
from agent.host.source import Live

HWMON = "sys/class/hwmon"
RAPL = "sys/class/powercap/intel-rapl:"
EDAC = "sys/devices/system/edac/mc"
CPU = "sys/devices/system/cpu"


# Fans


def test_fans(tmp_path: Path) -> None:
    here = put(
        tmp_path,
        {
            f"{HWMON}/hwmon0/fan1_input": 0,
            f"{HWMON}/hwmon0/fan1_label": "Chassis",
            f"{HWMON}/hwmon0/fan2_input": 2310,
            f"{HWMON}/hwmon1/fan1_input": 65535,
            f"{HWMON}/hwmon1/fan1_fault": 1,
            f"{HWMON}/hwmon1/pwm1": 255,
        },
    )
    fans = Fans(here)
    assert fans.read() == [Fan("Chassis", 0), Fan("fan2", 2310), Fan("fan1", None, broken=True)]
    assert fans.fastest() == 2310


def test_no_fan_is_no_speed(tmp_path: Path) -> None:
    assert Fans(Live(str(tmp_path))).fastest() is None
    assert Fans(put(tmp_path, {f"{HWMON}/hwmon0/fan1_input": ""})).read() == []


# Energy


def package(number: int, microjoules: object, span: object = 262_143_328_850) -> dict[str, object]:
    at = f"{RAPL}{number}"
    return {f"{at}/name": f"package-{number}", f"{at}/energy_uj": microjoules, f"{at}/max_energy_range_uj": span}


class Watch:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_the_power_of_all_packages_and_of_nothing_within_them(tmp_path: Path) -> None:
    within = {f"{RAPL}0:0/name": "core", f"{RAPL}0:0/energy_uj": 1, f"{RAPL}2/name": "psys", f"{RAPL}2/energy_uj": 1}
    here, watch = put(tmp_path, package(0, 1_000_000) | package(1, 5_000_000) | within), Watch()
    rapl = Rapl(here, watch)
    watch.at += 2
    put(tmp_path, package(0, 31_000_000) | package(1, 25_000_000))
    assert rapl.watts() == 25
    watch.at += 1
    put(tmp_path, package(0, 41_000_000) | package(1, 25_000_000))
    assert rapl.watts() == 10


def test_a_counter_that_begins_anew(tmp_path: Path) -> None:
    here, watch = put(tmp_path, package(0, 990_000_000, 1_000_000_000)), Watch()
    rapl = Rapl(here, watch)
    watch.at += 1
    put(tmp_path, package(0, 5_000_000, 1_000_000_000))
    assert rapl.watts() == 15


@pytest.mark.parametrize(
    "after",
    [package(0, 1_000_000), package(0, 5, span="none"), package(0, 5, span=1), package(0, 10**16), package(0, "?")],
)
def test_power_that_cannot_be_is_none(tmp_path: Path, after: dict[str, object]) -> None:
    here, watch = put(tmp_path, package(0, 1_000_000)), Watch()
    rapl = Rapl(here, watch)
    watch.at += 1
    put(tmp_path, after)
    assert rapl.watts() is None


def test_no_time_between_is_no_power(tmp_path: Path) -> None:
    rapl = Rapl(put(tmp_path, package(0, 1_000_000)), Watch())
    put(tmp_path, package(0, 2_000_000))
    assert rapl.watts() is None
    assert Rapl(Live(str(tmp_path / "none")), Watch()).watts() is None


# Memory errors


def controller(corrected: object, uncorrected: object = 0, *modules: tuple[str, int, int]) -> dict[str, object]:
    files: dict[str, object] = {f"{EDAC}/mc0/ce_count": corrected, f"{EDAC}/mc0/ue_count": uncorrected}
    for number, (label, ce, ue) in enumerate(modules):
        at = f"{EDAC}/mc0/dimm{number}"
        files |= {f"{at}/dimm_label": label, f"{at}/dimm_ce_count": ce, f"{at}/dimm_ue_count": ue}
    return files


def test_which_module_counted_errors(tmp_path: Path) -> None:
    before = edac.counts(put(tmp_path, controller(2, 0, ("DIMM_A1", 2, 0), ("DIMM_B1", 0, 0))))
    assert before["mc0", "DIMM_A1"] == Errors(2, 0)
    now = edac.counts(put(tmp_path, controller(9, 1, ("DIMM_A1", 2, 0), ("DIMM_B1", 7, 1))))
    assert edac.risen(before, now) == {("mc0", "DIMM_B1"): Errors(7, 1)}
    assert edac.risen(now, now) == {}


def test_a_controller_that_does_not_know_the_module(tmp_path: Path) -> None:
    before = edac.counts(put(tmp_path, controller(0)))
    now = edac.counts(put(tmp_path, controller(3)))
    assert edac.risen(before, now) == {("mc0", None): Errors(3, 0)}


def test_absurd_counts_and_none(tmp_path: Path) -> None:
    assert edac.counts(Live(str(tmp_path))) == {}
    assert edac.counts(put(tmp_path, controller(-4, 10**15))) == {("mc0", None): Errors(0, 0)}
    assert edac.counts(put(tmp_path, controller("many", "none"))) == {}


# Load


def test_how_busy(tmp_path: Path) -> None:
    load = Load(put(tmp_path, {"proc/stat": "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 1 1 1"}))
    put(tmp_path, {"proc/stat": "cpu  190 0 100 805 5 0 0 0 0 0\ncpu0 1 1 1 1"})
    assert load.busy_percent() == 90
    assert load.busy_percent() is None  # no time has gone by


@pytest.mark.parametrize("text", ["", "cpu", "cpu a b c d e", "cpu 1 2 3 4", "intr 1 2 3 4 5 6", "cpu -1 2 3 4 5 6"])
def test_no_load_is_told(tmp_path: Path, text: str) -> None:
    load = Load(put(tmp_path, {"proc/stat": text}))
    assert load.busy_percent() is None


# The processor's rated clocks


def test_rated_clocks(tmp_path: Path) -> None:
    rated = {f"{CPU}/cpu{number}/cpufreq/base_frequency": khz for number, khz in enumerate((2_600_000, 1_800_000))}
    here = Sensors(put(tmp_path, rated | {f"{CPU}/cpu0/cpufreq/cpuinfo_max_freq": 4_700_000}))
    assert (here.base_mhz(), here.max_mhz()) == (2200, 4700)


def test_amd_tells_megahertz(tmp_path: Path) -> None:
    here = Sensors(put(tmp_path, {f"{CPU}/cpu0/acpi_cppc/nominal_freq": 3600}))
    assert (here.base_mhz(), here.max_mhz()) == (3600, None)


def test_throttling_of_cores_and_of_the_package(tmp_path: Path) -> None:
    at = f"{CPU}/cpu0/thermal_throttle"
    here = Sensors(put(tmp_path, {f"{at}/core_throttle_count": 1, f"{at}/package_throttle_count": 10}))
    put(tmp_path, {f"{at}/core_throttle_count": 4, f"{at}/package_throttle_count": 12})
    assert (here.throttled(), here.throttled("core"), here.throttled("package")) == (3, 3, 2)


def test_thermometers_are_counted(tmp_path: Path) -> None:
    files = {f"{HWMON}/hwmon0/temp1_input": 41000, f"{HWMON}/hwmon0/temp2_input": -128000}
    here = put(tmp_path, files | {f"{HWMON}/hwmon0/temp3_input": "", "sys/class/thermal/thermal_zone0/temp": "hot"})
    assert thermometers(here) == (1, 2)


@pytest.mark.parametrize("driver", ["drivetemp", "nvme"])
def test_those_of_drives_are_left_alone(tmp_path: Path, driver: str) -> None:
    """To read one sends the drive a command, and it may be erasing; nor is it the processor that is so hot."""
    asked: list[str] = []

    class Watched(Live):
        def text(self, path: str) -> str | None:
            asked.append(path)
            return super().text(path)

    put(tmp_path, {f"{HWMON}/hwmon0/name": driver, f"{HWMON}/hwmon0/temp1_input": 61000})
    here = Watched(str(tmp_path))
    assert thermometers(here) == (0, 0)
    assert Sensors(here).celsius() is None
    assert not any(path.endswith("_input") for path in asked)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30) | st.integers().map(str))
def test_whatever_stands_there_nothing_is_raised(tmp_path: Path, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    watch = Watch()
    files = package(0, text, text) | controller(text, text) | {f"{HWMON}/hwmon0/fan1_input": text, "proc/stat": text}
    here = put(tmp_path, files | {f"{EDAC}/mc0/dimm0/dimm_label": text, f"{EDAC}/mc0/dimm0/dimm_ce_count": text})
    rapl, load = Rapl(here, watch), Load(here)
    watch.at += 1
    put(tmp_path, package(0, text) | {"proc/stat": text})
    watts, rpm = rapl.watts(), Fans(here).fastest()
    assert watts is None or 0 < watts <= 2000
    assert rpm is None or 0 <= rpm <= 20_000
    assert load.busy_percent() is None
    assert all(0 <= errors.corrected <= 10**9 for errors in edac.counts(here).values())

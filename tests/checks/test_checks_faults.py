"""Faults made on purpose: each ends in the right outcome, and the machine in the right grade."""

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.checks import battery, memory, processor, sensors
from agent.checks.__main__ import _answer as answer
from agent.checks.base import Bench
from agent.checks.kernel_lines import complaint
from agent.checks.kernel_log import Ear
from agent.checks.kernel_parts import Parts
from agent.checks.runner import CheckOrder, Ears, run
from agent.grading.rubric import grade
from agent.host.source import Live
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade, Grade
from agent.model.inventory import Battery, Inventory, Machine, Memory, MemoryModule, Processor
from agent.model.message import say
from agent.model.profile import Checks, GradeThresholds, MemoryCheck, ProcessorCheck
from agent.model.words import Chassis, GradeLetter, Outcome

GIB = 1 << 30
GOOD = [
    CheckResult(id=check, title=say("x"), outcome=Outcome.PASSED, reason=say("x")) for check in ("processor", "memory")
]
LAPTOP = Inventory(
    machine=Machine(chassis=Chassis.NOTEBOOK),
    processors=[Processor(cores=4, threads=8, x86_64_level=3)],
    memory=Memory(
        installed_bytes=8 * GIB, modules=[MemoryModule(slot=slot, size_bytes=4 * GIB) for slot in ("A1", "B1")]
    ),
    batteries=[Battery(name="BAT0", design_wh=50, full_wh=45, health_percent=90)],
)


def graded(*results: CheckResult, inventory: Inventory = LAPTOP) -> Grade:
    """With these results in the place of good ones."""
    others = [good for good in GOOD if good.id not in {result.id for result in results}]
    return grade(inventory, [*others, *results], [], GradeThresholds(), empty_bay_confirmed=True)


def axis(of: Grade, name: str) -> AxisGrade:
    return next(axis for axis in of.axes if axis.axis == name)


def test_nothing_wrong() -> None:
    found = graded(battery.judge(LAPTOP.batteries[0]))
    assert axis(found, "stress").letter is GradeLetter.A
    assert axis(found, "battery").letter is GradeLetter.A
    assert axis(found, "battery").tested


@pytest.mark.runs_programs
def test_a_worker_that_computes_wrong_results(bench: Bench, stand_in) -> None:
    stand_in("echo 'stress-ng: fail:  [7] cpu: rand error detected, failed sum of' >&2; exit 2")
    result = processor.check(bench)
    assert result.outcome is Outcome.FAILED
    stress = axis(graded(result), "stress")
    assert stress.letter is GradeLetter.PARTS
    assert stress.reason == result.reason


@pytest.mark.runs_programs
def test_a_processor_that_throttles(bench: Bench, stand_in, put, tmp_path: Path) -> None:
    count = "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count"
    put({count: 4, "sys/class/hwmon/hwmon0/name": "coretemp", "sys/class/hwmon/hwmon0/temp1_input": 99000})
    stand_in(f"echo 19 > {tmp_path}/{count}; work")
    result = processor.check(bench)
    assert result.outcome is Outcome.DEGRADED
    assert axis(graded(result), "stress").letter is GradeLetter.C


@pytest.mark.runs_programs
def test_memory_whose_errors_are_counted(bench: Bench, stand_in, put, tmp_path: Path) -> None:
    at = "sys/devices/system/edac/mc/mc0/dimm1"
    put({f"{at}/dimm_label": "CPU0_B1", f"{at}/dimm_ce_count": 0, f"{at}/dimm_ue_count": 0})
    stand_in(f'[ "$trial" ] || echo 1 > {tmp_path}/{at}/dimm_ue_count; work; metrics 99999 99999.0')
    result = memory.check(replace(bench, inventory=LAPTOP))
    assert result.outcome is Outcome.FAILED
    assert "in slot B1" in str(result.reason)
    found = graded(result)
    assert axis(found, "memory").letter is axis(found, "stress").letter is GradeLetter.PARTS


@pytest.mark.runs_programs
async def test_a_checker_that_is_killed(stand_in) -> None:
    stand_in("kill -9 $PPID; exec sleep 30")  # its parent is the checker: setpriv has become stress-ng by exec
    order = CheckOrder(
        "processor", processor.TITLE, processor.LOADS, 60,
        Checks(processor=ProcessorCheck(seconds=1, speed=False)), Inventory(),
    )  # fmt: skip
    result = await run(order, Ears(lambda *_: None))
    assert result.outcome is Outcome.ERROR
    stress = axis(graded(result), "stress")
    assert (stress.letter, stress.tested) == (None, False)
    assert graded(result).provisional


@pytest.mark.parametrize(
    "nonsense",
    [{"design_wh": 50, "full_wh": 500}, {"design_wh": 0.001, "full_wh": 40}, {"design_wh": -1, "full_wh": 40}],
)
def test_a_battery_that_reports_nonsense(nonsense: dict[str, float]) -> None:
    told = Battery.model_construct(name="BAT0", **nonsense)
    result = battery.judge(told)
    assert result.outcome is Outcome.ERROR
    found = axis(graded(result, inventory=LAPTOP.model_copy(update={"batteries": [Battery(name="BAT0")]})), "battery")
    assert (found.letter, found.tested) == (None, False)


def test_a_fan_that_stands_still(bench: Bench, put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensors, "sleep", lambda _: None)
    put({"sys/class/hwmon/hwmon0/name": "coretemp", "sys/class/hwmon/hwmon0/temp1_input": 91000})
    put({"sys/class/hwmon/hwmon1/fan1_input": 0})
    result = sensors.check(bench)
    assert result.outcome is Outcome.FAILED
    functions = axis(graded(result), "functions")
    assert functions.letter is GradeLetter.B
    assert "Fan and sensors" in str(functions.reason)


@pytest.mark.parametrize(
    ("lines", "name", "letter"),
    [
        (["mce: [Hardware Error]: CPU 12: Machine Check: 0 Bank 5: bea0000000000108"], "stress", GradeLetter.PARTS),
        (["EDAC MC0: 1 UE memory read error on B1 (channel:1)"], "memory", GradeLetter.PARTS),
        (["mce: CPU4: Package temperature above threshold, cpu clock throttled (total events = 1)"], "stress",
         GradeLetter.C),
        (["mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 0: 9000004000010005"] * 10, "stress", GradeLetter.A),
        (["mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 0: 9000004000010005"] * 11, "stress", GradeLetter.C),
    ],
)  # fmt: skip
def test_a_kernel_log_with_real_lines(tmp_path: Path, lines: list[str], name: str, letter: GradeLetter) -> None:
    parts, ear = Parts(Live(str(tmp_path))), Ear()
    parts.know([], LAPTOP.memory)
    for line in lines:
        found = complaint(line)
        assert found is not None
        ear.hear(parts.part(found.about), found, before=False)
    assert axis(graded(*ear.results(10)), name).letter is letter


@pytest.mark.parametrize("check", ["processor", "memory"])
def test_no_space(check: str, stand_in, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    stand_in("work; metrics 99999 99999.0")
    monkeypatch.setattr("tempfile.TemporaryDirectory", full)
    monkeypatch.setattr("agent.checks.__main__._stop_when_alone", lambda: None)
    checks = Checks(processor=ProcessorCheck(seconds=1, speed=False), memory=MemoryCheck(seconds=1, percent=1))
    order = CheckOrder(check, processor.TITLE, processor.LOADS, 5, checks, Inventory())
    result = answer(json.dumps(order.as_dict()).encode())
    assert result.outcome is Outcome.ERROR
    assert "No space left on device" in str(result.reason)

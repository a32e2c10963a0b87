"""What bad input gets, check by check: an outcome with a reason, never an exception, never `passed`.

Every automatic check, with every program missing, every one killed, no space left, every reading absurd, and its own
process killed. Those that a drive's worker carries out are in tests/flow/test_drivetesting.py, the others here.
"""

import errno
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.checks import __main__ as child
from agent.checks import battery, processor, registry, runner
from agent.checks.base import Bench
from agent.checks.drive_health import judge as judge_health
from agent.checks.kernel_log import unreadable
from agent.checks.runner import CheckOrder
from agent.checks.stress import Stress
from agent.host.child import Child
from agent.host.kernel_log import KernelLog
from agent.host.run import Ran, ToolMissing, ToolTimeout
from agent.host.source import READ_LIMIT
from agent.model.check import CheckResult
from agent.model.inventory import (
    Battery,
    Bluetooth,
    Camera,
    Drive,
    Graphics,
    Inventory,
    Machine,
    Memory,
    NetworkInterface,
    Sound,
)
from agent.model.message import say
from agent.model.profile import Checks
from agent.model.words import Chassis, Outcome

CHILDREN = [module.ID for module in registry.MODULES]
ABSURD = ["-1", "-273000", "9" * 20, "9" * 400, "nan", "-inf", "1e400", "", "½", "٣", "\x1b[2J\x07", "A" * 100_000]
NAMES = (
    "BAT0", "AC", "eth0", "wlan0", "hci0", "rfkill0", "video0", "tpm0", "rtc0", "cpu0", "cpu1", "hwmon0", "temp1_input",
    "fan1_input", "fan1_fault", "thermal_zone0", "cooling_device0", "intel-rapl:0", "mc0", "dimm0", "card0",
    "card0-eDP-1", "0000:00:02.0", "1-0:1.0", "usb1", "usb1-port1", "package_throttle_count", "core_throttle_count",
)  # fmt: skip
SUBJECTS = {"network": "eth0", "wifi": "wlan0", "bluetooth": "hci0", "camera": "Eye"}
LAPTOP = Inventory(
    machine=Machine(chassis=Chassis.NOTEBOOK),
    memory=Memory(installed_bytes=4 << 30),
    batteries=[Battery(name="BAT0", design_wh=50, full_wh=40)],
    network=[NetworkInterface(name="eth0"), NetworkInterface(name="wlan0", wireless=True)],
    bluetooth=[Bluetooth(name="hci0")],
    cameras=[Camera(name="Eye")],
    sound=[Sound(name="PCH", playback=True, capture=True)],
    graphics=[Graphics(model="GPU")],
)
Tool = Callable[[], Ran]


def fails(error: Exception) -> Tool:
    def tool() -> Ran:
        raise error

    return tool


TOOLS: dict[str, Tool] = {
    "missing": fails(ToolMissing("it")),
    "no space": fails(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    "hangs": fails(ToolTimeout("it")),
    "killed": lambda: Ran(-9, "", "", 0.0),
    "half an answer": lambda: Ran(0, '[{"addr_info": [{', "", 0.0),
}


class Alike:
    """Every file of it says the same, and every program ends alike. None: there is nothing at all."""

    def __init__(self, says: str | None, tool: Tool) -> None:
        self._says, self._tool = says, tool

    def text(self, path: str) -> str | None:
        return None if self._says is None else self._says.strip("\0 \t\r\n")

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        return None if self._says is None else self._says.encode()[:limit]

    def names(self, path: str) -> list[str]:
        return [] if self._says is None or path.count("/") > 8 else list(NAMES)

    def link(self, path: str) -> str | None:
        return None if self._says is None else "/sys/devices/pci0000:00/0000:00:02.0"

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        return self._tool()


@pytest.fixture
def answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str | None, str], CheckResult]:
    """What the process of a check answers on a machine that is made so; no program runs, nothing is waited for."""
    log = tmp_path / "kmsg"

    def answer(check: str, says: str | None, tool: str) -> CheckResult:
        machine, ran = Alike(says, TOOLS[tool]), TOOLS[tool]
        log.write_text("" if says is None else f"3,1,0,-;{says[:900]}\n")

        def bench(**given: Any) -> Bench:
            return Bench(**{**given, "source": machine, "kernel_log": lambda: KernelLog(str(log))})

        def run(*_: object, **__: object) -> Ran:
            return ran()

        def in_memory(*_: object, **__: object) -> tuple[Ran, bytes]:
            return ran(), b""

        # Above this stand what a missing program does, and what comes of one: agent.host.run's own tests.
        for module in ("sound", "video", "wifi"):
            monkeypatch.setattr(f"agent.host.{module}.run", run)
            monkeypatch.setattr(f"agent.host.{module}.run_in_memory", in_memory)
        for module in ("stress", "speed"):
            monkeypatch.setattr(f"agent.checks.{module}.run", run)
            monkeypatch.setattr(f"agent.checks.{module}.find", lambda program: program)
        monkeypatch.setattr("agent.checks.memory.allowance", lambda *_: 1 << 30)
        monkeypatch.setattr("agent.host.bluetooth.socket.socket", run)
        monkeypatch.setattr("time.sleep", lambda _: None)
        for module in ("sensors", "charging", "battery_discharge"):
            monkeypatch.setattr(f"agent.checks.{module}.sleep", lambda _: None)
        monkeypatch.setattr(child, "Bench", bench)
        monkeypatch.setattr(child, "_stop_when_alone", lambda: None)
        monkeypatch.setattr(child, "_say", lambda _: None)
        order = {
            "check": check, "subject": SUBJECTS.get(check), "inventory": LAPTOP.model_dump(mode="json"),
            "profile": {"network": {"seconds": 0}, "charging": {"seconds": 5}, "battery_discharge": {"seconds": 20}},
        }  # fmt: skip
        return child._answer(json.dumps(order).encode())

    return answer


def bad(result: CheckResult, check: str) -> None:
    assert result.id == check
    assert str(result.reason)
    assert "?" not in str(result.reason).replace("“?”", "")
    assert result.outcome is not Outcome.PASSED, result.reason
    for figure in result.figures:
        assert isinstance(figure.value, str) or figure.value >= 0 or figure.name.endswith("_dbm"), figure


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("check", CHILDREN)
def test_a_machine_that_tells_nothing(answered, check: str, tool: str) -> None:
    bad(answered(check, None, tool), check)


@pytest.mark.parametrize("check", CHILDREN)
def test_a_machine_that_tells_absurd_things(answered, check: str) -> None:
    for says in ABSURD:
        bad(answered(check, says, "killed"), check)


@pytest.mark.parametrize("says", [None, *ABSURD], ids=lambda says: repr(says)[:20])
def test_no_sensor_is_told_where_the_work_was_good(answered, says: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor computed without an error: what could not be watched meanwhile stands in the reason, and no absurd
    reading among the figures."""
    seconds = Checks().processor.seconds
    monkeypatch.setattr(processor, "stress", lambda *_: Stress(Ran(0, "", "", seconds + 1.0), 1, 1.0))
    result = answered("processor", says, "missing")
    assert result.outcome is Outcome.PASSED
    assert "No temperature sensor" in str(result.reason)
    assert not result.series
    assert {figure.name for figure in result.figures} <= {"threads", "bogo_ops_per_second", "hardware_errors"}


@pytest.mark.parametrize("check", CHILDREN)
async def test_a_process_that_is_killed(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed:
        async def send(self, _order: object) -> None: ...

        async def event(self) -> dict[str, object]:
            raise runner.ChildDied("signal 9")

        async def stop(self) -> None: ...

    async def start(*_: str) -> Killed:
        return Killed()

    monkeypatch.setattr(Child, "start", start)
    order = CheckOrder(check, say("t"), frozenset(), 5, Checks(), LAPTOP, SUBJECTS.get(check))
    result = await runner.run(order, runner.Ears(lambda *_: None))
    assert (result.id, result.subject, result.outcome) == (check, SUBJECTS.get(check), Outcome.ERROR)
    assert "signal 9" in str(result.reason)


def test_what_is_judged_without_a_process() -> None:
    for health in ({}, {"smart_supported": True}, {"smart_supported": False}):
        bad(judge_health(Drive(path="/dev/sda", size_bytes=1, **health)), "drive_health")
    bad(battery.judge(Battery(name="BAT0")), "battery")
    bad(battery.judge(Battery(name="BAT0", design_wh=1e-9, full_wh=1e9)), "battery")
    bad(unreadable(), "kernel_log")


def test_every_automatic_check_is_here() -> None:
    drives = {"drive_speed", "drive_self_test", "drive_surface"}
    judged = {"drive_health", "battery", "kernel_log"}
    assert {*CHILDREN, *judged, *drives} == set(Checks.model_fields) - {"manual"}

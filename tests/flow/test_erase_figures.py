"""What a running erase tells besides its percentage: rate, temperature, bad places; and the figures of checks."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from bench_place import QUIET, Listener, a_drive, place
from fake_tree import ATA, NVME, Tree

from agent.heat import Heat
from agent.host.heat import drive_celsius
from agent.intake import Intake
from agent.memory import Memory
from agent.model.check import CheckResult, Figure
from agent.model.message import say
from agent.model.messages import IntakeRequest, StepEvent
from agent.model.words import Outcome
from agent.report.keyfigure import key_figure
from agent.training import bench


def sensor(tree: Tree, name: str, driver: str, device: str, told: str) -> None:
    tree.file(f"/sys/class/hwmon/{name}/name", driver)
    tree.file(f"/sys/class/hwmon/{name}/temp1_input", told)
    tree.links(f"/sys/class/hwmon/{name}/device", device)


def test_the_kernels_own_sensor_of_a_drive(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    for name, device in (("sda", ATA), ("sdb", ATA.replace("ata1", "ata2")), ("nvme0n1", NVME)):
        tree.folder(device)
        tree.links(f"/sys/class/block/{name}/device", device)
    sensor(tree, "hwmon0", "coretemp", ATA, "90000")
    sensor(tree, "hwmon1", "drivetemp", ATA, "41400")
    sensor(tree, "hwmon2", "nvme", NVME, "999000")
    assert drive_celsius(tree, "/dev/sda") == 41
    assert drive_celsius(tree, "/dev/sdb") is None
    assert drive_celsius(tree, "/dev/nvme0n1") is None  # no drive is that hot
    assert drive_celsius(tree, "/dev/sdz") is None
    tree.file("/sys/class/hwmon/hwmon1/temp1_input", "warm")
    assert drive_celsius(tree, "/dev/sda") is None


async def test_a_drive_that_erases_itself_is_not_asked() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return 41

    one = Heat(ask)
    await one.look()
    assert one.celsius == 41
    one.leave_alone = True
    await one.look()
    assert one.celsius is None
    assert len(asked) == 1


async def test_an_error_of_the_sensor_harms_nothing() -> None:
    def ask() -> int:
        raise OSError("gone")

    async with Heat(ask) as one:
        assert one._asking is not None
        await asyncio.wait([one._asking])
        assert one.celsius is None


def test_bad_places_are_those_of_the_newest_offset() -> None:
    none: list[list[int]] = []
    memory = Memory().with_record({"kind": "offset", "number": 0, "pass": 0, "failed": none})
    assert memory.bad_places == 0
    memory = memory.with_record({"kind": "offset", "number": 0, "pass": 0, "failed": [[0, 512], [4096, 512]]})
    assert memory.bad_places == 2
    assert Memory(({"kind": "offset", "failed": "nonsense"},)).bad_places == 0


@pytest.mark.runs_programs
async def test_an_intake_tells_them_and_ends_without(tmp_path: Path) -> None:

    request = IntakeRequest(profile="quiet", asset_tag="T-1", erase="all", attended=False)
    listener = Listener()
    where = replace(place(tmp_path, a_drive(1, temperature_celsius=37)), celsius=bench.celsius)
    await Intake(where, QUIET, request, listener.emit, listener.ask).run()
    steps = [event.step for event in listener.events if isinstance(event, StepEvent) and "erase:" in event.step.id]
    phases = {step.erase.phase for step in steps if step.erase is not None}
    assert phases & {"write", "verify", "firmware"}
    heats = {step.erase.celsius for step in steps if step.erase is not None and step.erase.phase in ("write", "verify")}
    assert heats <= {None, 37}
    assert steps[-1].erase is None
    assert bench.celsius(str(tmp_path / "nothing.img")) is None


@pytest.mark.parametrize(
    ("check", "figures", "said"),
    [
        ("battery", {"health_percent": 79.99, "cycles": 4}, say("{health:percent} of new", health=79)),
        ("drive_surface", {"unreadable_blocks": 3, "read_mb_per_second": 90}, say("{count} unreadable", count=3)),
        ("drive_surface", {"unreadable_blocks": 0, "read_mb_per_second": 90.4}, say("{speed} MB/s", speed=90)),
        ("drive_surface", {"unreadable_blocks": 0}, None),
        ("network", {"speed_mbps": "?"}, None),
        ("tpm", {"version": "2.0"}, None),
    ],
)
def test_the_figure_that_matters(check: str, figures: dict[str, object], said: object) -> None:
    measured = [Figure.model_validate({"name": name, "value": value}) for name, value in figures.items()]
    result = CheckResult(id=check, title=say("x"), outcome=Outcome.PASSED, reason=say("x"), figures=measured)
    assert key_figure(result) == said

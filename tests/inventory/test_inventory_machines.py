"""The recorded machines of our own, each described by hand from what was built (tools/recorded_machines/machines.py).

They were recorded by the real command in virtual machines, anonymously; tools/recorded_machines makes them again.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hidden_forms import all_forms

from agent.host.recorded import Recorded
from agent.inventory import collect
from agent.model.inventory import Inventory
from agent.model.words import Certainty, Chassis, Health, Transport

MACHINES = Path(__file__).parent / "machines"
GIB = 1 << 30


@dataclass(frozen=True)
class Expected:
    vendor: str | None
    model: str | None
    chassis: Chassis
    processor: str
    slots: list[int]
    """GiB of each."""
    most: int
    memory: str
    drives: list[tuple[str, Transport, int, bool | None]]
    """Model, transport, bytes, whether it rotates."""
    uefi: bool = False
    screen: tuple[int, int] | None = None
    battery: tuple[float, float] | None = None
    """Design and full capacity in Wh."""
    tpm: str | None = None
    sound: bool = False
    discs: list[str] = field(default_factory=list)
    sockets: dict[str, int] = field(default_factory=dict)
    certainty: Certainty = Certainty.CERTAIN
    rests_on: list[str] = field(default_factory=lambda: ["uuid", "system_serial", "board_serial"])


ATA, NVME, USB, MMC = Transport.ATA, Transport.NVME, Transport.USB, Transport.MMC
EXPECTED = {
    "notebook": Expected(
        "Lenovo", "ThinkPad T440s", Chassis.NOTEBOOK, "Intel Core i5-4300U", [4, 4], 12, "DDR3",
        [("Samsung SSD 840 EVO 250GB", ATA, 250059350016, False)],
        screen=(1920, 1080), battery=(23.5, 15.7), tpm="1.2", sound=True,
        sockets={"usb_a": 2, "vga": 1, "ethernet": 1, "audio": 1},
    ),
    "mini_pc": Expected(
        "HP", "EliteDesk 800 G2", Chassis.MINI_PC, "Intel Core i5-6500", [8, 0], 32, "DDR4",
        [("QEMU NVMe Ctrl", NVME, 256060514304, False), ("WDC WD5000LPLX-08ZNTT0", ATA, 500107862016, True)],
        uefi=True, screen=(1280, 1024), tpm="2.0",
    ),
    "desktop": Expected(
        "Dell", "OptiPlex 790", Chassis.DESKTOP, "Intel Core i3-2120", [2, 2, 0, 0], 16, "DDR3",
        [("ST500DM002-1BD142", ATA, 500107862016, True), ("Hitachi HDS721010CLA332", ATA, 1000204886016, True)],
        screen=(1280, 1024), discs=["QEMU DVD-ROM"],
    ),
    "homemade": Expected(
        "ASRock", "H81M-HDS", Chassis.DESKTOP, "Intel Pentium G3220", [8, 0], 16, "DDR3",
        [("KINGSTON SA400S37240G", ATA, 240057409536, False), ("QEMU HARDDISK", USB, 16008609792, None)],
        certainty=Certainty.LIKELY, rests_on=["macs", "board"],
    ),
    "all_in_one": Expected(
        "Lenovo", "ThinkCentre M800z", Chassis.ALL_IN_ONE, "Intel Core i5-6400", [4, 4], 32, "DDR4",
        [("QEMU NVMe Ctrl", NVME, 512110190592, False)],
        uefi=True, screen=(1920, 1080), sound=True,
    ),
    "tablet": Expected(
        "Acer", "Aspire SW5-012", Chassis.TABLET, "Intel Atom Z3745", [2], 2, "LPDDR3",
        [("QEMU!", MMC, 1 << 34, False)],
        uefi=True, screen=(1280, 800), battery=(24.0, 15.6),
    ),
}  # fmt: skip


@pytest.fixture(params=EXPECTED)
def machine(request: pytest.FixtureRequest) -> tuple[Inventory, Expected, Path]:
    folder = MACHINES / request.param
    recorded = Recorded(folder)
    assert recorded.broken == {}
    return collect.recorded(recorded), EXPECTED[request.param], folder


Machine = tuple[Inventory, Expected, Path]


def test_what_it_is(machine: Machine) -> None:
    found, expected, _ = machine
    assert (found.machine.vendor, found.machine.chassis) == (expected.vendor, expected.chassis)
    assert expected.model in (found.machine.model or "")
    assert found.machine.virtual is False
    assert found.machine.machine_id_certainty is expected.certainty
    assert found.machine.machine_id_from == expected.rests_on
    assert [one.model for one in found.processors] == [expected.processor]
    assert found.firmware.uefi is expected.uefi
    assert found.firmware.secure_boot is (False if expected.uefi else None)
    assert found.tpm_version == expected.tpm
    assert found.windows_key_present is False
    # A USB adapter that smartctl does not know has no health to tell.
    usb = [f"health of {one.path[5:]}" for one in found.drives if one.transport is USB]
    assert [one.part for one in found.unreadable] == usb


def test_its_memory(machine: Machine) -> None:
    found, expected, _ = machine
    assert [(one.size_bytes or 0) // GIB for one in found.memory.modules] == expected.slots
    assert found.memory.installed_bytes == sum(expected.slots) * GIB
    assert found.memory.slots_total == len(expected.slots)
    assert found.memory.slots_free == expected.slots.count(0)
    assert found.memory.max_bytes == expected.most * GIB
    assert {one.type for one in found.memory.modules if one.size_bytes} == {expected.memory}


def test_its_drives(machine: Machine) -> None:
    found, expected, _ = machine
    told = [(one.model, one.transport, one.size_bytes, one.rotational) for one in found.drives]
    assert sorted(told, key=str) == sorted(expected.drives, key=str)
    for drive in found.drives:
        assert drive.external is (drive.transport in (USB, MMC))
        if drive.transport in (ATA, NVME):
            assert drive.health is Health.PASSED
            assert drive.power_on_hours is not None
            assert drive.serial


def test_its_screen_battery_and_network(machine: Machine) -> None:
    found, expected, _ = machine
    assert [(one.width_px, one.height_px) for one in found.displays] == ([expected.screen] if expected.screen else [])
    assert [(one.design_wh, one.full_wh) for one in found.batteries if one.design_wh and one.full_wh] == (
        [pytest.approx(expected.battery, abs=0.06)] if expected.battery else []
    )
    assert all(re.fullmatch("([0-9a-f]{2}:){5}[0-9a-f]{2}", one.mac or "") for one in found.network)


def test_its_other_parts(machine: Machine) -> None:
    found, expected, _ = machine
    assert [(one.playback, one.capture) for one in found.sound] == ([(True, True)] if expected.sound else [])
    assert "keyboard" in {one.kind for one in found.inputs}
    assert [one.model for one in found.optical_drives] == expected.discs
    assert expected.sockets.items() <= {one.kind: one.count for one in found.ports}.items()
    assert (found.cameras, found.bluetooth, found.firmware_locks, found.unseen_drives) == ([], [], [], [])


def test_every_folder_has_its_description() -> None:
    assert {path.name for path in MACHINES.iterdir() if path.is_dir()} == {*EXPECTED}


def test_the_recordings_are_small_whole_and_anonymous(machine: Machine) -> None:
    _, _, folder = machine
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 150_000
    about = json.loads((folder / "recording.json").read_text())
    assert (about["complete"], about["anonymous"]) == (True, True)


def test_none_of_the_numbers_that_were_built_in_is_left() -> None:
    source = (Path(__file__).parents[2] / "tools/recorded_machines/machines.py").read_text()
    found = re.findall(r'(?:serial=|nvme\(|mac=|usb_stick\(|wwn="0x.{7}|system\(\s*)"?([0-9A-Za-z_:-]{9,})"', source)
    wanted = {re.sub(r"[^0-9a-z]", "", one.lower()) for one in found if not one.startswith("03000200-")}
    assert len(wanted) >= 20
    for folder in MACHINES.iterdir():
        for form in all_forms(folder):
            assert [one for one in wanted if one in form] == [], folder

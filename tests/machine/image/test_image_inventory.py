"""What `ordis inventory` tells of a laptop with every kind of drive: exactly what it is made of."""

import json
from typing import Any

import laptop
import pytest
from conftest import Bench, only

pytestmark = only("secure")
MIB = 1 << 20


@pytest.fixture(scope="module")
def told(bench: Bench) -> dict[str, Any]:
    done = bench.computer.ordis("inventory", "--json")
    assert done.code == 0, done.text
    return dict(json.loads(done.out.splitlines()[-1])["inventory"])


def chosen(whole: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: whole[name] for name in names}


def test_the_machine_and_its_firmware(told: dict[str, Any]) -> None:
    assert chosen(told["machine"], "vendor", "model", "chassis", "serial", "uuid", "board_model", "board_serial") == {
        "vendor": "Lenovo", "model": "ThinkPad T450", "chassis": "notebook", "serial": laptop.SYSTEM["serial"],
        "uuid": laptop.SYSTEM["uuid"], "board_model": "20BVS00D00", "board_serial": laptop.BOARD["serial"],
    }  # fmt: skip
    assert told["machine"]["machine_id_certainty"] == "certain"
    assert told["firmware"] == {
        "vendor": "Lenovo", "version": laptop.BIOS["version"], "date": "2015-11-06", "uefi": True, "secure_boot": True,
    }  # fmt: skip
    (processor,) = told["processors"]
    assert chosen(processor, "vendor", "cores", "threads") == {"vendor": "Intel", "cores": 2, "threads": 2}


def test_memory(told: dict[str, Any]) -> None:
    memory = told["memory"]
    assert chosen(memory, "installed_bytes", "max_bytes", "slots_total", "slots_free") == {
        "installed_bytes": laptop.MEMORY_MIB * MIB, "max_bytes": 16 << 30, "slots_total": 2, "slots_free": 0,
    }  # fmt: skip
    assert 0.8 * memory["installed_bytes"] < memory["usable_bytes"] < memory["installed_bytes"]
    found = [
        (one["slot"], one["size_bytes"], one["manufacturer"].lower(), one["serial"], one["part_number"],
         one["speed_mts"], one["type"], one["form_factor"])
        for one in memory["modules"]
    ]  # fmt: skip
    assert found == [
        (one.slot, one.mebibytes * MIB, one.maker.lower(), one.serial, one.part, one.megatransfers, "DDR3", "SODIMM")
        for one in laptop.MODULES
    ]


def test_drives(bench: Bench, told: dict[str, Any]) -> None:
    """All that are there, and the stick, which is known as such; none of them twice."""
    found = {one["transport"] + ("-stick" if one["ordis_stick"] else ""): one for one in told["drives"]}
    assert len(found) == len(told["drives"])
    expected = {"nvme": "nvme", "ata": "sata", "usb": "usb", "mmc": "sd"}
    assert set(found) == {*expected, "usb-stick"}
    for transport, kind in expected.items():
        drive, one = bench.drive(kind), found[transport]
        assert one["size_bytes"] == drive.size_bytes
        assert one["serial"] == (drive.serial or "0xdeadbeef")  # QEMU's own for an SD card
        assert one["external"] == (kind in ("usb", "sd"))
        assert one["obstacles"] == []
    sata = found["ata"]
    assert chosen(sata, "vendor", "model", "firmware_version", "rotational", "rotation_rpm", "health") == {
        "vendor": "Western Digital", "model": "WDC WD5000LPCX-24C6HT0", "firmware_version": "01.01A01",
        "rotational": True, "rotation_rpm": 5400, "health": "passed",
    }  # fmt: skip
    assert found["nvme"]["health"] == "passed"
    assert [offer["technique"] for offer in found["nvme"]["erase_offers"]] == ["nvme_format"]
    assert len(found["usb-stick"]["obstacles"]) == 2


def test_battery_and_charger(told: dict[str, Any]) -> None:
    (battery,) = told["batteries"]
    expected = {
        "manufacturer": "SANYO", "model": "45N1127", "serial": "28416", "technology": "Li-ion", "design_wh": 47.52,
        "cycles": 312, "health_percent": 78.0,
    }  # fmt: skip
    assert chosen(battery, *expected) == expected
    assert told["mains_connected"] is True


def test_the_rest(told: dict[str, Any]) -> None:
    assert [one["mac"] for one in told["network"]] == ["52:54:00:12:34:56"]
    assert {one["kind"] for one in told["inputs"]} == {"keyboard", "mouse"}
    assert told["unseen_drives"] == []
    # QEMU's USB drives understand no SMART; nothing else stayed unread.
    assert {one["part"].split(" of ")[0] for one in told["unreadable"]} == {"health"}
    assert len(told["unreadable"]) == 2

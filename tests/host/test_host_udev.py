"""udev through pyudev here, and from its files in a recorded machine."""

import os
from pathlib import Path

import pytest

from agent.host import udev
from agent.host.source import Live


def test_block_devices_of_this_machine() -> None:
    assert set(os.listdir("/sys/block")) <= set(udev.block_names(Live()))


def test_properties_of_this_machine() -> None:
    names = os.listdir("/sys/block")
    if not names:
        pytest.skip("this machine has no block device")
    found = udev.properties(Live(), "block", names[0])
    assert found["DEVTYPE"] == "disk"
    assert found["DEVNAME"].endswith(names[0].replace("!", "/"))


def test_what_is_not_there() -> None:
    assert udev.properties(Live(), "block", "no-such-disk") == {}
    assert udev.properties(Live(), "no-such-bus", "x") == {}


def test_a_machine_without_libudev(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ImportError("no library named udev")

    monkeypatch.setattr("pyudev.Context", missing)
    monkeypatch.setattr(udev, "_shared", [])
    assert set(udev.block_names(Live())) == set(os.listdir("/sys/block"))
    assert udev.properties(Live(), "block", "sda") == {}


def test_where_libudev_hangs_its_database_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it a drive's serial number would be missing, and an Ordis stick might not be known."""
    read: list[str] = []

    def text(_: Live, path: str) -> str:
        read.append(path)
        return "8:0" if path.endswith("/dev") else "E:ID_FS_LABEL=ORDIS"

    monkeypatch.setattr(udev, "_LOCK_SECONDS", 0.01)
    monkeypatch.setattr(Live, "text", text)
    with udev._one_at_a_time:
        assert udev.properties(Live(), "block", "sda") == {"ID_FS_LABEL": "ORDIS"}
    assert read[-1] == "/run/udev/data/b8:0"


def test_a_recorded_machine(tmp_path: Path) -> None:
    for path, text in {
        "sys/block/sda/dev": "8:0\n",
        "run/udev/data/b8:0": "S:disk/by-id/x\nE:ID_BUS=ata\nE:ID_SERIAL_SHORT=A=B\nG:systemd\n",
        "run/udev/data/+pci:0000:00:02.0": "E:ID_MODEL_FROM_DATABASE=HD Graphics\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    recorded = Live(str(tmp_path))
    assert udev.block_names(recorded) == ["sda"]
    assert udev.properties(recorded, "block", "sda") == {"ID_BUS": "ata", "ID_SERIAL_SHORT": "A=B"}
    assert udev.properties(recorded, "pci", "0000:00:02.0") == {"ID_MODEL_FROM_DATABASE": "HD Graphics"}
    assert udev.properties(recorded, "block", "sdb") == {}

"""Who is let to a drive to test it, and in which state it is worth it; the worker's conversation about it."""

import io
import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from plain_talk import PlainTalk

from agent.drivetests import door
from agent.host.source import Live
from agent.model.words import Transport
from agent.sanitize.guard import DriveSpec
from agent.sanitize.medium import Identity, Medium, Refused
from agent.sanitize.real import RealDrive
from agent.sanitize.talk import RealClock
from agent.training.ata_about import AtaAbout
from agent.training.description import Description, Kind, save
from agent.training.drive import open_drive
from agent.training.faults import Faults
from agent.training.self_test_about import SelfTestAbout
from agent.worker import Worker

MIB = 1 << 20
OWN_TEST = {"check": "drive_self_test", "test": "short"}
SURFACE = {"check": "drive_surface", "extent": "full", "regions": 10}
SPEED = {"check": "drive_speed", "seconds": 1}


def never(path: str) -> Medium:
    raise AssertionError(path)


def made(folder: Path, **facts: Any) -> DriveSpec:
    about = {"kind": Kind.ATA_SSD, "model": "M", "serial": "S-1", "firmware": "F", "size_bytes": 4 * MIB, **facts}
    (folder / "drive.img").write_bytes(bytes(4 * MIB))
    save(Description(**about), folder / "drive.json")
    return DriveSpec(str(folder / "drive.img"), Identity("S-1", "M", 4 * MIB), simulated=True)


@pytest.mark.parametrize("order", [SURFACE, SPEED])
def test_a_locked_drive_is_not_full_of_bad_blocks(tmp_path: Path, order: dict[str, object]) -> None:
    spec = made(tmp_path, ata=AtaAbout(foreign_password="donor", bios_freezes=False))
    with pytest.raises(door.NotNow, match="locked"):
        door.test(spec, open_drive, order, PlainTalk())


@pytest.mark.parametrize("order", [SURFACE, SPEED, OWN_TEST])
def test_a_drive_that_erases_itself_is_left_in_peace(tmp_path: Path, order: dict[str, object]) -> None:
    spec = made(tmp_path, kind=Kind.SAS_SSD, faults=Faults(erase_stuck_at_percent=1))
    drive = open_drive(spec.path)
    assert drive.ports.scsi is not None
    immediately = bytes((0x04, 0x10)).ljust(6, b"\0")
    assert drive.ports.scsi.execute(immediately, data_out=b"\0\x82\0\0", timeout=5).succeeded  # FORMAT UNIT
    drive.close()
    with pytest.raises(door.NotNow, match="erasing itself"):
        door.test(spec, open_drive, order, PlainTalk())


def test_another_drive_in_its_place_is_not_tested(tmp_path: Path) -> None:
    spec = made(tmp_path, serial="S-2")
    with pytest.raises(Refused, match="Another drive"):
        door.test(spec, open_drive, SURFACE, PlainTalk())


def test_what_is_no_order_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="gigantic"):
        door.test(made(tmp_path), open_drive, {**OWN_TEST, "test": "gigantic"}, PlainTalk())


# ---- loop devices


def spec_of(device: Any) -> DriveSpec:
    drive = RealDrive(device.path, Live(), Transport.LOOP, look_only=True)
    try:
        identity = Identity(device.file.name, None, device.file.stat().st_size, drive.diskseq())
    finally:
        drive.close()
    return DriveSpec(device.path, identity, virtual=True)


def test_a_real_block_device_is_read_past_its_cache(loop_device: Any) -> None:
    """Everything but the drive is real: the guard, O_DIRECT, the kernel's clock."""
    device = loop_device(8 * MIB)
    device.file.write_bytes(b"donor" * (8 * MIB // 5 + 1))
    os.truncate(device.file, 8 * MIB)
    spec = spec_of(device)
    found = door.test(spec, never, SURFACE, PlainRealTalk())
    assert (found["read_bytes"], found["unreadable"], found["reads"]) == (8 * MIB, [], 4)
    assert float(str(found["worst_ms"])) > 0
    quick = door.test(spec, never, {**SPEED, "seconds": 0.02}, PlainRealTalk())
    assert all(quick[name] for name in ("outer_mb_per_second", "inner_mb_per_second", "random_iops"))
    assert door.test(spec, never, OWN_TEST, PlainRealTalk()) == {"ending": "not_offered"}


def test_what_the_guard_refuses_is_not_tested(loop_device: Any) -> None:
    spec = spec_of(loop_device(MIB))
    with pytest.raises(Refused):  # no drive of the machine's own, and nobody has allowed it
        door.test(replace(spec, virtual=False), never, SURFACE, PlainTalk())
    with pytest.raises(Refused):
        door.test(spec_of(loop_device(MIB, read_only=True)), never, SURFACE, PlainTalk())


class PlainRealTalk(PlainTalk):
    """With the real clock."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = RealClock()  # type: ignore[assignment]


# ---- the worker


def test_a_service_that_dies_stops_the_test_in_the_drive(tmp_path: Path) -> None:
    spec = made(tmp_path, self_test=SelfTestAbout(supported=True, short_seconds=3600))
    drive = {"path": spec.path, "serial": "S-1", "model": "M", "size_bytes": 4 * MIB, "simulated": True}
    reading, writing = os.pipe()
    answers = io.StringIO()
    with os.fdopen(reading) as orders:
        worker = Worker(orders, answers)
        thread = threading.Thread(target=worker.run)
        os.write(writing, json.dumps({"order": "test", "drive": drive, **OWN_TEST}).encode() + b"\n")
        thread.start()
        while "progress" not in answers.getvalue():
            thread.join(0.01)
        os.close(writing)
        thread.join(10)
        assert not thread.is_alive()
    assert '["short", "host", -1, 0]' in (tmp_path / "drive.kept").read_text()  # the drive's own log
    assert json.loads(answers.getvalue().splitlines()[-1])["event"] == "stopped"

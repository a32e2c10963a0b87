"""A simulated drive is a Medium like any other."""

import errno
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from mmap import mmap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sanitize.medium import Identity, Medium, Refused
from agent.training.description import Counters, Description, Kind, save
from agent.training.drive import SimulatedDrive, description_path, open_drive
from agent.training.faults import Faults
from agent.training.store import FileStore

KIB = 1024
SIZE = 64 * KIB
Describe = Callable[..., Description]
SwitchOn = Callable[..., Any]


@pytest.fixture
def buffer() -> Iterator[mmap]:
    with mmap(-1, 2 * SIZE) as memory:
        yield memory


@pytest.fixture
def plug_in(describe: Describe, tmp_path: Path) -> Callable[..., str]:
    """Make the two files of a drive; returns the path of the sectors."""

    def make(**changes: object) -> str:
        path = str(tmp_path / "drive.img")
        description = describe(**changes)
        save(description, description_path(path))
        FileStore.create(path, description.media_bytes).close()
        return path

    return make


def test_it_is_a_medium(switch_on: SwitchOn, buffer: mmap) -> None:
    medium: Medium = switch_on().drive
    buffer[:1024] = bytes(range(256)) * 4
    assert medium.logical_sector_bytes == 512
    assert medium.write(buffer, 1024, 512) == 1024
    medium.flush()
    buffer[:1024] = bytes(1024)
    assert medium.bytes_read() == 0
    assert medium.read_into(buffer, 1024, 512) == 1024
    assert buffer[:1024] == bytes(range(256)) * 4
    assert medium.bytes_read() == 1024
    assert medium.window(510, 4) == bytes((0, 0, 0, 1))
    assert medium.head(513) == bytes(513)
    medium.close()


@pytest.mark.parametrize("kind", list(Kind))
def test_identity_and_coverage(switch_on: SwitchOn, kind: Kind) -> None:
    drive = switch_on(kind=kind, model="Simulated M", serial="SIM-5").drive
    assert drive.identity() == Identity(serial="SIM-5", model="Simulated M", size_bytes=SIZE)
    assert drive.coverage().native_size_bytes == SIZE
    hidden = switch_on(kind=kind, hidden_bytes=8 * KIB, serial="", model="").drive
    assert hidden.identity() == Identity(serial=None, model=None, size_bytes=SIZE)
    assert hidden.coverage().native_size_bytes == SIZE + 8 * KIB


@pytest.mark.parametrize("kind", list(Kind))
def test_sectors_of_4096_bytes(switch_on: SwitchOn, buffer: mmap, kind: Kind) -> None:
    drive = switch_on(kind=kind, logical_sector_bytes=4096, physical_sector_bytes=4096).drive
    assert drive.identity().size_bytes == SIZE
    assert drive.logical_sector_bytes == 4096
    with pytest.raises(OSError, match="Invalid argument"):
        drive.read_into(buffer, 512, 0)


@pytest.mark.parametrize(("length", "offset"), [(100, 0), (512, 100), (512, -512), (-512, 0)])
def test_what_is_not_whole_sectors_is_refused(switch_on: SwitchOn, buffer: mmap, length: int, offset: int) -> None:
    drive = switch_on().drive
    for move in (drive.read_into, drive.write):
        with pytest.raises(OSError, match="Invalid argument"):
            move(buffer, length, offset)


def test_the_end_of_the_drive_is_as_on_a_block_device(switch_on: SwitchOn, buffer: mmap) -> None:
    drive = switch_on(hidden_bytes=4 * KIB).drive
    assert drive.read_into(buffer, 2048, SIZE - 512) == 512
    assert drive.read_into(buffer, 512, SIZE) == 0
    assert drive.write(buffer, 2048, SIZE - 512) == 512
    assert drive.write(buffer, 0, SIZE) == 0
    with pytest.raises(OSError, match="No space left") as full:
        drive.write(buffer, 512, SIZE)
    assert full.value.errno == errno.ENOSPC
    assert drive.window(SIZE - 10, 100) == bytes(10)
    assert drive.window(SIZE + 5, 100) == b""


def test_opening_by_path(plug_in: Callable[..., str], buffer: mmap) -> None:
    path = plug_in()
    drive = open_drive(path)
    buffer[:512] = b"x" * 512
    drive.write(buffer, 512, 4096)
    with pytest.raises(OSError, match="busy") as held:
        open_drive(path)
    assert held.value.errno == errno.EBUSY
    drive.close()
    drive.close()
    with pytest.raises(OSError, match="No such device"):
        drive.head(512)
    again = open_drive(Path(path))
    assert again.window(4095, 3) == b"\0xx"
    again.close()


def test_what_is_no_drive_is_not_opened(plug_in: Callable[..., str], tmp_path: Path) -> None:
    path = plug_in()
    with pytest.raises(FileNotFoundError):
        open_drive(tmp_path / "nothing.img")
    Path(path).write_bytes(b"too small")
    with pytest.raises(Refused, match="not as large"):
        open_drive(path)
    Path(path).unlink()
    with pytest.raises(FileNotFoundError):
        open_drive(path)
    Path(path).symlink_to("/dev/null")
    with pytest.raises(Refused, match="no ordinary file"):
        open_drive(path)
    description_path(path).write_text("{}")
    with pytest.raises(Refused, match="description"):
        open_drive(path)


def test_a_drive_that_does_not_answer_is_let_go(plug_in: Callable[..., str]) -> None:
    path = plug_in(faults=Faults(vanishes_after_bytes=0))
    with pytest.raises(OSError, match="No such device"):
        open_drive(path)
    FileStore.open(path).close()


def through_json(drive: SimulatedDrive) -> Any:
    return json.loads(json.dumps(drive.smart()))


def test_the_smart_document_of_a_hard_disk(switch_on: SwitchOn) -> None:
    document = through_json(
        switch_on(
            hours=21_000,
            power_cycles=3,
            temperature_celsius=-4,
            physical_sector_bytes=4096,
            counters=Counters(pending=2, reallocated=95),
        ).drive
    )
    assert document["device"]["type"] == "sat"
    assert document["device"]["protocol"] == "ATA"
    assert document["model_name"] == "Simulated Test HD"
    assert document["serial_number"] == "SIM-TEST-1"
    assert document["firmware_version"] == "T1"
    assert document["user_capacity"] == {"blocks": 128, "bytes": SIZE}
    assert (document["logical_block_size"], document["physical_block_size"]) == (512, 4096)
    assert document["rotation_rate"] == 7200
    assert document["smart_support"] == {"available": True, "enabled": True}
    assert document["smart_status"]["passed"] is False
    assert document["smartctl"]["exit_status"] == 8
    assert document["power_on_time"]["hours"] == 21_000
    assert document["power_cycle_count"] == 3
    assert document["temperature"]["current"] == -4
    rows = {row["id"]: row for row in document["ata_smart_attributes"]["table"]}
    assert rows[197]["name"] == "Current_Pending_Sector"
    assert rows[197]["raw"] == {"value": 2, "string": "2"}
    assert rows[5] | {"flags": None} == {
        "id": 5,
        "name": "Reallocated_Sector_Ct",
        "value": 5,
        "worst": 5,
        "thresh": 10,
        "when_failed": "now",
        "flags": None,
        "raw": {"value": 95, "string": "95"},
    }
    assert rows[5]["flags"]["string"] == "PO--CK "
    assert rows[5]["flags"]["prefailure"] is True
    assert rows[9]["flags"]["prefailure"] is False
    assert {row["name"] for row in rows.values()}.isdisjoint({"Unknown_Attribute"})


def test_the_smart_document_of_an_ssd(switch_on: SwitchOn) -> None:
    document = through_json(switch_on(kind=Kind.ATA_SSD, wear_percent=23).drive)
    assert document["rotation_rate"] == 0
    assert document["smart_status"]["passed"] is True
    rows = {row["name"]: row for row in document["ata_smart_attributes"]["table"]}
    assert rows["Wear_Leveling_Count"]["value"] == rows["Media_Wearout_Indicator"]["value"] == 77


def test_the_smart_document_of_an_nvme_drive(switch_on: SwitchOn) -> None:
    document = through_json(
        switch_on(
            kind=Kind.NVME,
            hours=10,
            power_cycles=20,
            wear_percent=4,
            temperature_celsius=39,
            hidden_bytes=4096,
            counters=Counters(media_errors=1, available_spare_percent=3),
        ).drive
    )
    assert document["device"]["type"] == "nvme"
    assert document["device"]["protocol"] == "NVMe"
    assert document["user_capacity"]["bytes"] == SIZE
    assert document["nvme_total_capacity"] == SIZE + 4096
    assert document["nvme_unallocated_capacity"] == 4096
    assert document["nvme_number_of_namespaces"] == 1
    assert document["smart_status"] == {"passed": False, "nvme": {"value": 1}}
    assert document["power_on_time"]["hours"] == 10
    assert document["power_cycle_count"] == 20
    assert document["temperature"]["current"] == 39
    assert "rotation_rate" not in document
    log = document["nvme_smart_health_information_log"]
    told = ("critical_warning", "temperature", "available_spare", "available_spare_threshold", "percentage_used")
    assert [log[name] for name in told] == [1, 39, 3, 10, 4]
    assert log["media_errors"] == 1


@pytest.mark.runs_programs
def test_a_worker_that_imports_this_stays_light() -> None:
    ask = "import sys, agent.training.drive; print([m for m in sys.modules if m.startswith('pydantic')])"
    done = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


Steps = st.lists(
    st.tuples(
        st.sampled_from(["write", "read", "flush"]), st.integers(0, 20), st.integers(0, 16), st.binary(max_size=8)
    )
)


@given(kind=st.sampled_from(list(Kind)), cached=st.booleans(), steps=Steps)
def test_it_keeps_what_is_written(switch_on: SwitchOn, kind: Kind, cached: bool, steps: Any) -> None:
    """Against the simplest model of a drive there is: an array of bytes."""
    on = switch_on(kind=kind, size_bytes=8192, faults=Faults(loses_unflushed=cached))
    model = bytearray(8192)
    with mmap(-1, 16384) as buffer:
        for action, sector, count, data in steps:
            offset, length = sector * 512, count * 512
            within = max(0, min(length, 8192 - offset))
            if action == "flush":
                on.drive.flush()
                assert on.store.content == model
            elif action == "write" and (within or not length):
                content = (data or b"?").ljust(512, b".") * count
                buffer[:length] = content
                assert on.drive.write(buffer, length, offset) == within
                model[offset : offset + within] = content[:within]
            else:
                assert on.drive.read_into(buffer, length, offset) == within
                assert buffer[:within] == model[offset : offset + within]
    on.drive.close()
    assert on.store.content == model
    assert on.store.closed

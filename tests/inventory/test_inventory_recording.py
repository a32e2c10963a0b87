"""Listening to a machine and saving it: what was read is what will be read again, and what is nobody's business is
in no recording."""

import errno
import json
import os
from pathlib import Path

import pytest
from fake_tree import ATA, PCI, Tree
from whole_machine import DMI, a_machine

from agent.host import files
from agent.host.recorded import Recorded
from agent.host.recording import Record, Recording
from agent.inventory import collect, record
from agent.model.inventory import Inventory


def recorded(tree: Tree, folder: Path, *, anonymous: bool = False) -> tuple[Inventory, Inventory]:
    """What was found while recording, and what the recording gives, but for the drives' health, which nobody asked."""
    recording = Recording(tree)
    found = collect.fast(recording)
    record.save(recording.record, folder, anonymous=anonymous)
    reader = Recorded(folder)
    assert reader.broken == {}
    again = collect.recorded(reader)
    health = [one for one in again.unreadable if one.part.startswith("health of ")]
    assert len(health) == len(again.drives)
    assert {str(one.reason) for one in health} <= {"It was not recorded."}
    return found, again.model_copy(update={"unreadable": [one for one in again.unreadable if one not in health]})


def everything(folder: Path) -> str:
    return "\n".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())


def test_what_was_read_is_read_again(tree: Tree, tmp_path: Path) -> None:
    found, again = recorded(a_machine(tree), tmp_path / "new/folder")
    assert again == found
    assert found.machine.serial == "PF0ABC12"
    assert [drive.serial for drive in found.drives] == ["58FS103HT", "S3Z8NB0K12"]
    assert found.drives[1].model == "Samsung SSD 850 EVO"
    assert found.batteries[0].serial
    assert found.displays[0].connector == "eDP-1"
    assert found.network[0].mac == "54:ee:75:12:34:56"
    assert found.windows_key_present is True
    assert found.firmware.secure_boot is True
    assert found.graphics


def test_every_answer_is_the_recordings(tree: Tree, tmp_path: Path) -> None:
    """Not only the inventory: each single question has the same answer, what is absent included."""
    recording = Recording(a_machine(tree))
    collect.fast(recording)
    asked = [f"/sys/block/sda/{name}" for name in ("size", "absent", "device/vendor", "device/vpd_pg80", "sda1/dev")]
    asked += ["/sys/class/drm/card0-VGA-1/edid", "/sys/class/drm/card0-eDP-1/edid", "/proc/cpuinfo", "/proc/cmdline"]
    asked += ["/proc/self/mountinfo", "/proc/4242/cmdline", "/sys/firmware/acpi/tables/MSDM", "/etc/passwd", "/proc"]
    asked += ["/sys/block", "/sys/block/sda/device", "/sys/block/sda/device/subsystem", "/proc/self", "/dev/sda"]
    live = [
        (recording.raw(path), recording.raw(path, 5), recording.names(path), recording.link(path)) for path in asked
    ]
    record.save(recording.record, tmp_path / "r", anonymous=False)
    again = Recorded(tmp_path / "r")
    assert [(again.raw(p), again.raw(p, 5), again.names(p), again.link(p)) for p in asked] == live


def test_a_later_version_may_ask_by_another_path(tree: Tree, tmp_path: Path) -> None:
    recorded(a_machine(tree), tmp_path / "r")
    again = Recorded(tmp_path / "r")
    node = f"{ATA}/block/sda"
    assert again.text("/sys/block/sda/size") == again.text("/sys/class/block/sda/size") == again.text(f"{node}/size")
    assert again.text(f"{ATA}/model") == "Samsung SSD 850"
    assert again.link(PCI) == PCI


def test_nothing_personal_is_recorded(tree: Tree, tmp_path: Path) -> None:
    recorded(a_machine(tree), tmp_path / "r")
    text = everything(tmp_path / "r")
    for word in ("geheim", "jean", "Jean", "Photos", "4242", "server", "GEHEI", "by-id"):
        assert word not in text
    again = Recorded(tmp_path / "r")
    assert again.text("/proc/cmdline") is None
    assert again.text("/proc/self/mountinfo") == (
        "30 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
        "31 30 8:1 / /home/… rw - ext4 /dev/sda1 rw\n"
        "33 30 253:0 / /boot/efi rw - ext4 /dev/mapper/… rw,journal_path=/dev/sda2\n"
        "34 30 0:51 / /srv rw - bcachefs /dev/sda3:/dev/sdb rw"
    )
    assert again.text("/run/udev/data/b8:1") == "E:ID_FS_TYPE=vfat"


def test_the_sticks_own_label_is_a_fact(tree: Tree, tmp_path: Path) -> None:
    tree.answers("dmidecode", DMI)
    tree.links("/dev/disk/by-label/ORDIS", "/dev/sda")
    tree.disk("sda")
    tree.file("/run/udev/data/b8:0", "E:ID_FS_LABEL=ORDIS\n")
    found, again = recorded(tree, tmp_path / "r")
    assert found.drives[0].ordis_stick
    assert again == found


def test_a_file_read_in_pieces_is_kept_in_full(tree: Tree) -> None:
    tree.file("/sys/x", b"0123456789")
    recording = Recording(tree)
    assert [recording.raw("/sys/x", limit) for limit in (3, 10, 2)] == [b"012", b"0123456789", b"01"]
    assert recording.record.files == {"/sys/x": b"0123456789"}


def test_links_in_a_circle_are_nothing(tree: Tree, tmp_path: Path) -> None:
    (tree.root / "sys").mkdir(parents=True)
    os.symlink("b", tree.root / "sys/a")
    os.symlink("a", tree.root / "sys/b")
    os.symlink("gone", tree.root / "sys/c")
    recording = Recording(tree)
    asked = [(recording.link(path), recording.raw(f"{path}/x")) for path in ("/sys/a", "/sys/c")]
    assert asked == [(None, None), (None, None)]
    record.save(recording.record, tmp_path / "r", anonymous=False)
    assert Recorded(tmp_path / "r").link("/sys/a") is None


@pytest.mark.parametrize("tool", ["dmidecode", "lsblk"])
def test_only_a_good_answer_of_dmidecode(tree: Tree, tool: str) -> None:
    tree.answers(tool, "words", code=1 if tool == "dmidecode" else 0)
    recording = Recording(tree)
    assert recording.tool([tool], timeout=1).out == "words"
    assert recording.record.dmidecode is None


def test_this_machine_listened_to() -> None:
    recording = Recording()
    assert recording.link("/proc/self") is None
    assert not [name for name in recording.names("/proc") if name.isdecimal()]
    assert recording.link("/sys/class") == "/sys/class"


# ---- the folder


def a_record() -> Record:
    return Record(
        files={"/sys/a": b"1", "/sys/b": b"\xff"},
        dmidecode="text\n",
        edids={"card0-eDP-1": b"e"},
        documents={"smartctl": {"sda": {"a": 1}}, "nvme": {"nvme0n1.id-ctrl": {}}, "firmware": {"cciss!c0d0": {}}},
    )


def test_the_files_of_a_recording(tmp_path: Path) -> None:
    record.save(a_record(), tmp_path, anonymous=False)  # an empty folder will do
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {
        "recording.json", "system.json", "dmidecode.txt", "edid/card0-eDP-1.bin", "smartctl/sda.json",
        "nvme/nvme0n1.id-ctrl.json", "firmware/cciss!c0d0.json",
    }  # fmt: skip
    about = json.loads((tmp_path / "recording.json").read_text())
    assert about["format"] == "ordis/recording/1"
    assert about["anonymous"] is False
    assert about["ordis"]
    again = Recorded(tmp_path)
    assert again.broken == {}
    assert again.documents("firmware") == {"cciss!c0d0": {}}


def test_names_are_good_on_every_file_system(tmp_path: Path) -> None:
    record.save(Record(documents={"smartctl": {'../../a:b*"?\n': {}, "": {}, ".x": {}}}), tmp_path, anonymous=False)
    assert {path.name for path in (tmp_path / "smartctl").iterdir()} == {"_.json", "_.._a_b____.json", "x.json"}


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    with pytest.raises(record.NotEmpty) as refused:
        record.save(a_record(), tmp_path, anonymous=False)
    assert refused.value.exit_code == 2
    assert refused.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


@pytest.mark.parametrize("name", ["file", "file/below", "x" * 300])
def test_no_folder_can_be_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(record.NotSaved) as failed:
        record.save(a_record(), tmp_path / name, anonymous=False)
    assert failed.value.exit_code == 3


@pytest.mark.parametrize("good", range(7))
def test_a_full_stick_leaves_nothing_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    written = 0

    def until_full(path: Path, data: bytes, *, mode: int) -> None:
        nonlocal written
        if written == good:
            raise OSError(errno.ENOSPC, "No space left on device")
        written += 1
        files.write_safely(path, data, mode=mode)

    monkeypatch.setattr(record, "write_safely", until_full)
    with pytest.raises(record.NotSaved) as failed:
        record.save(a_record(), tmp_path / "r", anonymous=False)
    assert "No space left on device" in str(failed.value)
    left = Recorded(tmp_path / "r")
    assert "cut off" in left.broken["recording.json"] if good else not list((tmp_path / "r").iterdir())


def test_sizes_are_bounded_by_what_is_read_again(tmp_path: Path) -> None:
    much = Record(
        files={f"/sys/{number}": b"x" * 1_000_000 for number in range(12)} | {"/sys/small": b"1"},
        dmidecode="x" * 5_000_000,
        documents={"smartctl": {"sda": {"a": "x" * 5_000_000}, "sdb": {}}},
    )
    record.save(much, tmp_path, anonymous=False)
    again = Recorded(tmp_path)
    assert again.text("/sys/small") == "1"
    assert again.documents("smartctl") == {"sdb": {}}
    assert again.broken == {}

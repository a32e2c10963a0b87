"""`ordis sanitize` on loop devices over files: the acceptance of the issue, and every refusal."""

import errno
import json
import os
import random
import signal
import stat
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mute_link import MuteLink

from agent import drivework, workplace
from agent.cli import main
from agent.commands import sanitize as sanitize_command
from agent.drivelink import Done
from agent.drivework import Pace
from agent.journal import Journal, JournalError
from agent.model.inventory import Drive
from agent.model.sanitization import DriveIdentity, ended
from agent.model.words import SanitizationStatus, Transport
from agent.training.bench import make_bench

pytestmark = pytest.mark.runs_programs
MIB = 1 << 20


@pytest.fixture
def old(tmp_path: Path) -> Callable[..., Path]:
    """A file full of what must not survive."""

    def make(name: str = "old.img", size: int = 16 * MIB) -> Path:
        path = tmp_path / name
        path.write_bytes(random.Random(7).randbytes(size))
        return path

    return make


class Run:
    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        self._capfd.readouterr()
        code = main([*arguments, "--json"])
        self.lines = [json.loads(line) for line in self._capfd.readouterr().out.splitlines()]
        return code, self.lines[-1] if self.lines else {}


@pytest.fixture
def ordis(capfd: pytest.CaptureFixture[str]) -> Run:
    return Run(capfd)


def sanitize(ordis: Run, device: str, serial: str, *more: str) -> tuple[int, dict[str, Any]]:
    return ordis("sanitize", device, "--serial", serial, "--allow-virtual", *more)


def test_zeros_fully_verified(ordis: Run, loop_device: Any, old: Any) -> None:
    device = loop_device(file=old(size=64 * MIB))
    code, last = sanitize(
        ordis, device.path, "old.img", "--technique", "overwrite", "--pattern", "zero", "--verify", "full"
    )
    assert code == 0, ordis.lines
    assert last["event"] == "result"
    told = last["sanitization"]
    assert (told["status"], told["level"], told["technique"]) == ("sanitized", "clear", "overwrite")
    assert told["verification"] == "full"
    assert told["bytes_total"] == told["bytes_written"] == told["bytes_verified"] == 64 * MIB
    assert told["seconds"] > 0
    assert told["cpu_seconds"] >= 0
    assert told["evidence"]["kernel_bytes_read"] >= 64 * MIB
    assert not any(device.file.read_bytes())
    assert any(line["event"] == "progress" for line in ordis.lines)


def test_random_leaves_nothing_of_before(ordis: Run, loop_device: Any, old: Any) -> None:
    device = loop_device(file=old())
    before = device.file.read_bytes()
    code, last = sanitize(ordis, device.path, str(device.file), "--pattern", "random")
    assert code == 0, ordis.lines
    after = device.file.read_bytes()
    assert not any(before[at : at + 512] == after[at : at + 512] for at in range(0, len(before), 512))
    assert last["sanitization"]["pattern"] == "random"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        (["--verify", "none"], "sanitized_with_exceptions"),
        (["--level", "purge"], "sanitized_with_exceptions"),
        (["--verify", "sampled"], "sanitized"),
    ],
)
def test_less_than_asked_is_said(ordis: Run, loop_device: Any, old: Any, more: list[str], status: str) -> None:
    device = loop_device(file=old())
    code, last = sanitize(ordis, device.path, "old.img", *more)
    assert last["sanitization"]["status"] == status, ordis.lines
    assert code == (0 if status == "sanitized" else 1)


def test_odd_end_of_the_file_is_an_exception(ordis: Run, loop_device: Any, old: Any) -> None:
    """A file that is no multiple of the sector: its last bytes cannot be reached through the device."""
    device = loop_device(file=old(size=2 * MIB + 100))
    code, last = sanitize(ordis, device.path, "old.img")
    assert code == 1
    assert last["sanitization"]["status"] == "sanitized_with_exceptions"


def refused(ordis: Run, file: Path, device: str, serial: str, *more: str) -> str:
    """Expect a refusal that writes nothing; return its sentence."""
    before = file.read_bytes()
    code, last = sanitize(ordis, device, serial, *more)
    assert code == 2, ordis.lines
    assert file.read_bytes() == before
    if last["event"] == "result":
        assert last["sanitization"]["status"] == "refused"
        return str(last["sanitization"]["reason"]["text"])
    assert last["event"] == "problem"
    return str(last["problem"])


def test_wrong_serial(ordis: Run, loop_device: Any, old: Any) -> None:
    device = loop_device(file=old())
    for serial in ("", "other.img", "old", "OLD.IMG", "*"):
        assert "old.img" in refused(ordis, device.file, device.path, serial)


def test_loop_devices_are_no_drives_unless_allowed(ordis: Run, loop_device: Any, old: Any) -> None:
    device = loop_device(file=old())
    before = device.file.read_bytes()
    code, last = ordis("sanitize", device.path, "--serial", "old.img")
    assert (code, last["event"]) == (2, "problem")
    assert device.file.read_bytes() == before
    code, last = ordis("drives")
    assert code == 0
    assert device.path not in [drive["path"] for drive in last["drives"]]
    code, last = ordis("drives", "--allow-virtual")
    mine = next(drive for drive in last["drives"] if drive["path"] == device.path)
    assert mine["serial"] == "old.img"
    assert mine["plan"]["steps"][0]["technique"] == "overwrite"


def test_mounted(ordis: Run, loop_device: Any, tmp_path: Path) -> None:
    device = loop_device(16 * MIB, name="mounted.img")
    subprocess.run(["mkfs.ext4", "-q", device.path], check=True)
    place = tmp_path / "mnt"
    place.mkdir()
    subprocess.run(["mount", device.path, str(place)], check=True)
    try:
        os.sync()
        refused(ordis, device.file, device.path, "mounted.img")
        assert "mnt" in str(ordis.lines)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_swap(ordis: Run, loop_device: Any) -> None:
    device = loop_device(16 * MIB, name="swap.img")
    subprocess.run(["mkswap", "-q", device.path], check=True)
    if subprocess.run(["swapon", device.path], check=False).returncode:
        pytest.skip("this kernel does not swap to a loop device")
    try:
        refused(ordis, device.file, device.path, "swap.img")
    finally:
        subprocess.run(["swapoff", device.path], check=True)


def test_held_by_another_process_which_is_named(ordis: Run, loop_device: Any, old: Any) -> None:
    device = loop_device(file=old())
    descriptor = os.open(device.path, os.O_RDONLY)
    holder = subprocess.Popen(["sleep", "600"], stdin=descriptor)
    os.close(descriptor)
    try:
        refused(ordis, device.file, device.path, "old.img")
        assert "sleep" in str(ordis.lines)
        assert str(holder.pid) in str(ordis.lines)
    finally:
        holder.kill()
        holder.wait()


def test_read_only(ordis: Run, loop_device: Any, old: Any) -> None:
    device = loop_device(file=old(), read_only=True)
    refused(ordis, device.file, device.path, "old.img")


def test_same_file_behind_two_loop_devices(ordis: Run, loop_device: Any, old: Any) -> None:
    file = old()
    one, _two = loop_device(file=file), loop_device(file=file)
    refused(ordis, file, one.path, "old.img")


def test_two_drives_with_one_serial(ordis: Run, loop_device: Any, old: Any, tmp_path: Path) -> None:
    one = loop_device(file=old())
    (tmp_path / "elsewhere").mkdir()
    loop_device(file=old("elsewhere/old.img"))
    refused(ordis, one.file, one.path, "old.img")


def test_deleted_backing_file(ordis: Run, loop_device: Any, old: Any, tmp_path: Path) -> None:
    device = loop_device(file=old())
    kept = tmp_path / "kept"
    os.link(device.file, kept)
    device.file.unlink()
    refused(ordis, kept, device.path, "old.img")
    os.rename(kept, device.file)


def test_ordis_stick_is_recognised_on_the_open_drive(ordis: Run, loop_device: Any, old: Any) -> None:
    file = old("marked.img")
    with file.open("r+b") as image:
        image.seek(440)
        image.write(b"ORDS")
    device = loop_device(file=file)
    refused(ordis, file, device.path, "marked.img")
    assert "Ordis" in str(ordis.lines)


@pytest.mark.parametrize("where", ["file", "missing", "folder", "null"])
def test_what_is_no_drive(ordis: Run, tmp_path: Path, where: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 4096)
    path = {"file": str(file), "missing": str(tmp_path / "no"), "folder": str(tmp_path), "null": "/dev/null"}[where]
    refused(ordis, file, path, "file")
    assert not (tmp_path / "no").exists()


def test_unknown_technique_and_one_that_is_not_there_yet(ordis: Run, loop_device: Any, old: Any) -> None:
    device = loop_device(file=old())
    for name in ("hammer", "ata_sanitize", "nvme_format"):
        refused(ordis, device.file, device.path, "old.img", "--technique", name)


def test_journal_that_cannot_be_written_stops_everything(
    ordis: Run, loop_device: Any, old: Any, home: Path, tmp_path: Path
) -> None:
    device = loop_device(file=old())
    (home / "ordis.toml").write_text(f'state_dir = "{tmp_path / "old.img"}"\n')  # a file where a folder should be
    refused(ordis, device.file, device.path, "old.img")


def test_training_touches_no_real_drive(ordis: Run, loop_device: Any, old: Any) -> None:
    """`--training` promises simulated drives only, whatever device is named."""
    device = loop_device(file=old())
    refused(ordis, device.file, device.path, "old.img", "--training")


def test_training_erases_a_simulated_drive(ordis: Run, home: Path) -> None:
    folder = home / "state" / "training" / "drives"
    make_bench(folder)
    code, last = ordis("sanitize", str(folder / "ssd.img"), "--serial", "SIM-SSD-9F3X81", "--training")
    assert code == 0, ordis.lines
    assert last["sanitization"]["drive"]["simulated"]
    assert not any((folder / "ssd.img").read_bytes())


def test_damaged_partition_table_is_no_obstacle(ordis: Run, loop_device: Any, old: Any) -> None:
    """A GPT of no entries, and one whose entries lie far behind the end of the drive."""
    file = old()
    for table, count in ((2, 0), (2**31, 128), (2**63, 128)):
        with file.open("r+b") as image:
            image.seek(512)
            image.write(b"EFI PART")
            image.seek(512 + 72)
            image.write(struct.pack("<QII", table, count, 128))
        device = loop_device(file=file)
        code, _ = sanitize(ordis, device.path, "old.img")
        assert code == 0, ordis.lines
        subprocess.run(["losetup", "--detach", device.path], check=True)


@pytest.fixture
def other_node(loop_device: Any, old: Any, tmp_path: Path) -> Iterator[tuple[Any, Path]]:
    """A drive, and a second node of it outside of /dev, as in a container or a chroot."""
    device = loop_device(file=old())
    node = tmp_path / "node"
    os.mknod(node, 0o600 | stat.S_IFBLK, os.stat(device.path).st_rdev)
    yield device, node
    node.unlink(missing_ok=True)


def test_loop_device_over_another_node_of_the_drive(ordis: Run, loop_device: Any, other_node: tuple[Any, Path]) -> None:
    device, node = other_node
    over = loop_device(file=node)
    refused(ordis, device.file, device.path, "old.img")
    assert over.path.rsplit("/", 1)[-1] in str(ordis.lines)


def test_process_that_holds_another_node_of_the_drive(ordis: Run, other_node: tuple[Any, Path]) -> None:
    device, node = other_node
    try:
        descriptor = os.open(node, os.O_RDONLY)
    except PermissionError:
        pytest.skip("this file system has no devices")
    holder = subprocess.Popen(["sleep", "600"], stdin=descriptor)
    os.close(descriptor)
    node.unlink()  # not even its name must be there
    try:
        refused(ordis, device.file, device.path, "old.img")
        assert str(holder.pid) in str(ordis.lines)
    finally:
        holder.kill()
        holder.wait()


def test_result_is_told_though_the_stick_is_gone(
    ordis: Run, loop_device: Any, old: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Journal.record

    def fail(self: Journal, kind: str, **fields: object) -> None:
        if kind == "sanitization":
            raise JournalError(OSError(errno.EIO, os.strerror(errno.EIO)))
        real(self, kind, **fields)

    monkeypatch.setattr(Journal, "record", fail)
    device = loop_device(file=old())
    code, last = sanitize(ordis, device.path, "old.img")
    assert (code, last["event"]) == (0, "result"), ordis.lines
    assert last["sanitization"]["status"] == "sanitized"
    assert not any(device.file.read_bytes())


def test_drive_of_large_sectors(ordis: Run, loop_device: Any, old: Any) -> None:
    device = loop_device(file=old(), sector_bytes=4096)
    code, _ = sanitize(ordis, device.path, "old.img", "--pattern", "random")
    assert code == 0, ordis.lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_and_still_tells_what_became_of_the_drive(
    ordis: Run, loop_device: Any, monkeypatch: pytest.MonkeyPatch, home: Path, number: signal.Signals
) -> None:
    told = Pace.told

    def press(self: Pace, phase: str, done: int, total: int) -> Any:
        if signal.getsignal(number) != before:  # not a second time
            signal.raise_signal(number)
        return told(self, phase, done, total)

    before = signal.getsignal(number)
    monkeypatch.setattr(Pace, "told", press)
    device = loop_device(256 * MIB, name="stopped.img")
    code, last = sanitize(ordis, device.path, "stopped.img", "--pattern", "random")
    assert (code, last["event"]) == (1, "result"), ordis.lines
    assert last["sanitization"]["status"] == "interrupted"
    assert not list((home / "state/journal").glob("*.jsonl"))  # its end was recorded
    assert signal.getsignal(number) == before


class OneDrive:
    """A real drive that nobody has: what is refused before it would be opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        drive = Drive(path="/dev/none", transport=Transport.ATA, serial="S-1", model="M", size_bytes=8 * MIB)

        async def as_known(drives: list[Drive]) -> list[Drive]:
            return drives

        monkeypatch.setattr(sanitize_command, "_find", lambda _: drive)
        monkeypatch.setattr(sanitize_command.probing, "ask_all", as_known)
        monkeypatch.setattr(sanitize_command, "on_battery", lambda _: False)


def test_a_laptop_without_its_charger_erases_nothing(ordis: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    OneDrive(monkeypatch)
    monkeypatch.setattr(sanitize_command, "on_battery", lambda _: True)
    code, last = ordis("sanitize", "/dev/none", "--serial", "S-1", "--lang", "en")
    assert code == 2
    assert "lives on its battery" in last["problem"]


def test_a_journal_in_memory_is_none(ordis: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has not opened the drive: it asks for the journal first, and the drive is not there anyway."""
    OneDrive(monkeypatch)

    class Begins(MuteLink):
        async def sanitize(self, _job: object, follower: Any) -> Done:
            with pytest.raises(JournalError) as caught:
                follower.keep({"kind": "begin"})
            refused = ended(self.drive, SanitizationStatus.REFUSED, caught.value.reason, caught.value.hint)
            return Done(refused)

        drive = DriveIdentity(path="/dev/none", transport=Transport.ATA, serial="S-1", model="M", size_bytes=8 * MIB)

    monkeypatch.setattr(drivework, "DriveLink", Begins)
    monkeypatch.setattr(workplace, "folder_in_ram", lambda *_: True)
    code, last = ordis("sanitize", "/dev/none", "--serial", "S-1", "--lang", "en")
    assert code == 2
    assert "memory only" in last["sanitization"]["reason"]["text"]

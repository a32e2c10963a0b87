"""The stick made ready at start-up: on loop devices over files that look like one."""

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stick_image
from plugged import OneStick, Plugged, may_resize, unplug

from agent.host.blockdevice import BlockDevice
from agent.host.mounts import mounted_at
from agent.host.run import Ran
from agent.host.run import run as real_run
from agent.host.source import Live
from agent.settings import Settings
from agent.stick import grow, ready, start
from agent.stick.find import NoStick, Wanted, find, open_stick
from agent.stick.ready import Places
from agent.stick.status import State, StickStatus, load
from agent.stick.table import SECTOR, NotOurs

pytestmark = pytest.mark.loop

MIB = stick_image.MIB


@pytest.fixture
def stick(image: Path, tmp_path: Path, plug: Callable[..., Plugged]) -> Plugged:
    return plug(stick_image.copied(image, tmp_path / "stick.img"))


@pytest.fixture(autouse=True)
def resize(monkeypatch: pytest.MonkeyPatch, places: Places) -> None:
    """Where a mounted file system may not be made larger (in a container), it is made so unmounted; the machine tests
    do the real thing."""
    if may_resize():
        return

    def run(argv: list[str], *, timeout: float) -> Ran:
        subprocess.run(["umount", str(places.state)], check=True)
        subprocess.run(["e2fsck", "-fp", argv[1]], check=True, capture_output=True)
        done = real_run(argv, timeout=timeout)
        subprocess.run(["mount", argv[1], str(places.state)], check=True)
        return done

    monkeypatch.setattr(grow, "run", run)


def prepared(stick: Plugged, places: Places, **source: Any) -> StickStatus:
    settings = Settings(state_dir=places.state)
    status = start.prepare(OneStick(stick, **source), lambda: settings, places, virtual=True)
    assert load(places.status) == status
    return status


def says(status: StickStatus) -> str:
    return " ".join(str(trouble.reason) for trouble in status.problems)


def test_the_first_start_makes_all_ready(stick: Plugged, places: Places) -> None:
    status = prepared(stick, places)
    assert (status.found, status.device, status.volume) == (True, stick.path, stick_image.VOLUME)
    assert status.state is State.MOUNTED
    assert not status.problems
    assert status.grown_by_bytes > 60 * MIB
    assert status.key == (places.state / "keys/stick.pub").read_text().strip()
    assert (places.boot / "ordis.toml").read_text() == 'language = "en"\n'
    free = os.statvfs(places.state)
    assert free.f_blocks * free.f_frsize > 60 * MIB
    with stick.file.open("rb") as file:
        assert file.read(440) == bytes(stick_image.first_sector()[:440])  # GRUB's part is as it was


def test_how_the_partitions_are_mounted(stick: Plugged, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "grow", lambda *_: 0)
    prepared(stick, places)
    boot, state = (mounted_at(Live(), place) for place in (places.boot, places.state))
    assert boot is not None
    assert state is not None
    assert boot.options >= {"ro", "nosuid", "nodev", "noexec"}
    assert state.options >= {"rw", "nosuid", "nodev", "noexec", "noatime", "errors=remount-ro", "commit=1"}


def test_a_second_start_and_a_second_call_change_nothing(stick: Plugged, places: Places, plug: Any) -> None:
    first = prepared(stick, places)
    sector = stick.file.read_bytes()[:SECTOR]
    again = prepared(stick, places)
    assert again == first.model_copy(update={"grown_by_bytes": 0})
    unplug(stick)
    again = prepared(plug(stick.file), places)
    assert again.state is State.MOUNTED
    assert (again.key, again.grown_by_bytes, again.problems) == (first.key, 0, ())
    assert stick.file.read_bytes()[:SECTOR] == sector


@pytest.mark.parametrize("step", ["_refuse_false_size", "replace_first_sector", "resize_partition", "run"])
@pytest.mark.parametrize("after", [False, True])
def test_power_cut_at_each_step_of_growing(
    stick: Plugged, places: Places, plug: Any, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    """The step is done or not, and then nothing more: the next start finds a stick that works, and grows on."""
    done = getattr(grow, step)

    def cut(*arguments: Any, **settings: Any) -> None:
        if after:
            done(*arguments, **settings)
        raise OSError("the power was cut")

    with monkeypatch.context() as patch:
        patch.setattr(grow, step, cut)
        status = prepared(stick, places)
    assert "the power was cut" in says(status)
    kept = stick.file.with_name("after-the-cut.img")
    # The medium as it is at this moment, with mounted file systems that nobody has closed.
    stick_image.copied(stick.file, kept)
    unplug(stick)
    status = prepared(plug(kept), places)
    assert status.state is State.MOUNTED
    assert not status.problems
    assert (status.grown_by_bytes > 60 * MIB) is not (step == "run" and after)
    free = os.statvfs(places.state)
    assert free.f_blocks * free.f_frsize > 60 * MIB
    assert status.key is not None


@pytest.mark.parametrize(("keeps", "wraps"), [(32, True), (64, True), (32, False), (95, False)])
def test_a_false_size_is_seen_and_not_used(
    stick: Plugged, places: Places, monkeypatch: pytest.MonkeyPatch, keeps: int, wraps: bool
) -> None:
    """A stick of so many MiB that says 96, of both kinds that are sold: what is written beyond comes down at its begin,
    or nowhere. The running system and what is saved are hit by neither."""
    write, read, hit = grow.write_sectors, BlockDevice.window, set()

    def falsely(disk: Any, sectors: dict[int, bytes]) -> None:
        for number, data in sectors.items():
            if wraps or number < keeps * 2048:
                hit.add(number % (keeps * 2048))
                write(disk, {number % (keeps * 2048): data})

    def reading(disk: BlockDevice, at: int, length: int) -> bytes:
        return read(disk, at % (keeps * MIB), length) if wraps else read(disk, at, length)

    monkeypatch.setattr(grow, "write_sectors", falsely)
    monkeypatch.setattr(BlockDevice, "window", reading)
    before = stick.file.read_bytes()[:SECTOR]
    status = prepared(stick, places)
    assert "larger than it is" in says(status)
    assert status.state is State.MOUNTED
    assert status.grown_by_bytes == 0
    assert stick.file.read_bytes()[:SECTOR] == before
    assert min(hit) >= stick_image.STATE_FIRST + stick_image.STATE_SECTORS


def test_a_damaged_state_partition_is_set_aside(stick: Plugged, places: Places) -> None:
    subprocess.run(["debugfs", "-w", "-R", "clri <2>", stick.nodes[1]], check=True, capture_output=True)
    before = stick.file.read_bytes()
    status = prepared(stick, places)
    assert status.state is State.DAMAGED
    assert "damaged" in says(status)
    assert status.key is None
    assert not os.path.ismount(places.state)
    assert stick.file.read_bytes()[:SECTOR] == before[:SECTOR]
    assert (places.boot / "ordis.toml").exists()  # the settings are still read


@pytest.mark.parametrize("released", [True, False])
def test_a_state_partition_that_is_held_is_waited_for(
    stick: Plugged, places: Places, monkeypatch: pytest.MonkeyPatch, released: bool
) -> None:
    """By udev, which looks at what was written, or by whatever else: never called damaged at once."""
    held = os.open(stick.nodes[1], os.O_RDONLY | os.O_EXCL)
    timer = threading.Timer(1.0, os.close, [held])
    if released:
        timer.start()
    else:
        monkeypatch.setattr(ready, "BUSY_SECONDS", 1.0)
    status = prepared(stick, places)
    if not released:
        os.close(held)
        assert "holds" in says(status)
        assert "damaged" not in says(status)
    assert status.state is (State.MOUNTED if released else State.DAMAGED)


def test_another_file_system_in_its_place_is_left_alone(stick: Plugged, places: Places) -> None:
    subprocess.run(["mkfs.ext4", "-q", "-F", "-L", "photos", stick.nodes[1]], check=True)
    before = stick.file.read_bytes()
    assert prepared(stick, places).state is State.DAMAGED
    assert stick.file.read_bytes() == before


def test_a_write_protected_stick(image: Path, tmp_path: Path, places: Places, plug: Any) -> None:
    stick = plug(stick_image.copied(image, tmp_path / "stick.img"), "--read-only")
    status = prepared(stick, places)
    assert status.state is State.DAMAGED
    assert status.problems


@pytest.mark.parametrize("broken", ["key", "value"])
def test_a_broken_ordis_toml_is_told_and_the_stick_used(stick: Plugged, places: Places, broken: str) -> None:
    from agent.settings import load as load_settings

    file = places.status.parent / "wrong.toml"
    file.parent.mkdir(parents=True)
    file.write_text("langage = 1")
    status = start.prepare(OneStick(stick), lambda: load_settings(file), places, virtual=True)
    assert "langage" in says(status)
    assert status.state is State.MOUNTED


def test_wifi_is_handed_on(stick: Plugged, places: Places) -> None:
    settings = Settings.model_validate({"wifi": [{"ssid": "A", "password": "12345678"}]})
    status = start.prepare(OneStick(stick), lambda: settings.model_copy(update={"state_dir": places.state}), places,
                           virtual=True)  # fmt: skip
    assert status.wifi == 1
    [file] = places.wifi.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "12345678" not in status.model_dump_json()


def test_a_fault_of_ours_is_told_and_stops_nothing(places: Places) -> None:
    def broken() -> Settings:
        raise RuntimeError("bug")

    status = start.prepare(OneStick(), broken, places, virtual=True)
    assert "RuntimeError" in says(status)
    assert load(places.status) == status


# ---- which one


def test_no_stick_at_all(places: Places) -> None:
    status = start.prepare(OneStick(), Settings, places)
    assert (status.found, status.state) == (False, State.NONE)
    assert "No Ordis stick" in says(status)


def test_of_several_the_one_that_the_command_line_names(image: Path, tmp_path: Path, plug: Any, places: Places) -> None:
    one, other = (plug(stick_image.copied(image, tmp_path / f"{name}.img")) for name in ("one", "other"))
    with other.file.open("r+b") as file:
        file.seek(stick_image.BOOT_FIRST * SECTOR + 67)
        file.write(bytes.fromhex("efbeadde"))
    # The node's cache does not see what was written to the file.
    subprocess.run(["blockdev", "--flushbufs", other.path], check=True)
    with pytest.raises(NoStick, match="Several"):
        find(OneStick(one, other), Wanted(virtual=True))
    for words, found in (("ordis.stick=dead-beef", other), (f"x ordis.stick={stick_image.VOLUME} y", one)):
        assert find(OneStick(one, other, command_line=words), Wanted(virtual=True)) == found.name
    with pytest.raises(NoStick, match="Several"):
        find(OneStick(one, other, command_line="ordis.stick=0000-0000"), Wanted(virtual=True))
    assert find(OneStick(other, command_line="ordis.stick=0000-0000"), Wanted(virtual=True)) == other.name
    with pytest.raises(NoStick):
        find(OneStick(one, other), Wanted())
    status = start.prepare(OneStick(one, other), Settings, places, virtual=True)
    assert (status.found, status.state) == (False, State.NONE)


def test_the_drive_of_the_live_system_goes_before_all(stick: Plugged, tmp_path: Path, monkeypatch: Any) -> None:
    point = tmp_path / "medium"
    point.mkdir()
    subprocess.run(["mount", "-r", stick.nodes[0], str(point)], check=True)
    monkeypatch.setattr("agent.stick.find.LIVE_MEDIUM", (str(point),))
    assert find(OneStick(command_line="ordis.stick=0000-0000"), Wanted()) == stick.name


@pytest.mark.parametrize(
    ("at", "data"),
    [
        (440, b"ABCD"),  # another mark
        (446, b"\x00"),  # not bootable
        (450, b"\x07"),  # another type
        (466, b"\x82"),
        (446 + 32 + 4, b"\x83"),  # a third partition
        (454, b"\x01\x08"),  # not aligned
        (446 + 16 + 8, b"\x00\x08"),  # inside the first
        (446 + 16 + 12, b"\xff\xff\xff\xff"),  # beyond the end
        (510, b"\x00"),
    ],
)
def test_any_other_table_is_none_of_ours(stick: Plugged, places: Places, at: int, data: bytes) -> None:
    with open(stick.path, "r+b") as device:
        device.seek(at)
        device.write(data)
        device.flush()
        os.fsync(device.fileno())
    before = stick.file.read_bytes()
    with pytest.raises((NotOurs, NoStick)), open_stick(OneStick(stick), stick.name):
        pass
    status = start.attach(OneStick(stick), Settings, stick.name, places, virtual=True)
    assert not status.found
    assert status.problems
    assert stick.file.read_bytes() == before


# ---- plugged in later


def test_a_stick_pulled_and_back(stick: Plugged, places: Places, plug: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = prepared(stick, places)
    source = OneStick(stick)
    settings = Settings(state_dir=places.state)
    assert start.attach(source, lambda: settings, stick.name, places, virtual=True) == first  # it is there already
    gone = {os.stat(places.state).st_dev, os.stat(places.boot).st_dev}
    link = OneStick.link

    def without(self: OneStick, path: str) -> str | None:
        numbers = {f"/sys/dev/block/{os.major(one)}:{os.minor(one)}" for one in gone}
        return None if path in numbers else link(self, path)

    copy = plug(stick_image.copied(stick.file, stick.file.with_name("back.img")))
    with monkeypatch.context() as patch:
        patch.setattr(OneStick, "link", without)
        back = start.attach(OneStick(copy), lambda: settings, copy.name, places, virtual=True)
    assert (back.device, back.state, back.key) == (copy.path, State.MOUNTED, first.key)
    assert os.stat(places.state).st_dev not in gone
    assert os.stat(places.boot).st_dev not in gone


def test_a_damaged_stick_is_looked_at_once(stick: Plugged, places: Places, plug: Any, monkeypatch: Any) -> None:
    """Each look tells udev of a change, which starts the next look."""
    subprocess.run(["debugfs", "-w", "-R", "clri <2>", stick.nodes[1]], check=True, capture_output=True)
    first = prepared(stick, places)
    assert first.state is State.DAMAGED
    looked: list[object] = []
    check = ready.check_state
    monkeypatch.setattr(ready, "check_state", lambda node: (looked.append(node), check(node)))
    for name in (None, stick.name):
        assert start.attach(OneStick(stick), Settings, name, places, virtual=True) == first
    assert looked == []
    unplug(stick)
    again = plug(stick.file)
    assert start.attach(OneStick(again), Settings, again.name, places, virtual=True).state is State.DAMAGED
    assert len(looked) == 1


def test_a_stick_for_a_computer_without_one(stick: Plugged, places: Places) -> None:
    settings = Settings(state_dir=places.state)
    assert start.prepare(OneStick(), lambda: settings, places).state is State.NONE
    status = start.attach(OneStick(stick), lambda: settings, None, places, virtual=True)
    assert (status.state, status.problems) == (State.MOUNTED, ())

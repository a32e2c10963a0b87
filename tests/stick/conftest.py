"""Ordis sticks over files: in a loop device with partitions as the kernel makes them."""

import fcntl
import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import stick_image
from plugged import Plugged, run_good, unplug

from agent.sanitize.stick import DISK_SIGNATURE
from agent.stick.ready import Places

NEEDED = ("mkfs.ext4", "e2fsck", "resize2fs", "mount", "losetup", "addpart")
STICK_BYTES = 96 * stick_image.MIB


@pytest.fixture(autouse=True)
def no_other_stick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only drives that the test names are looked at: never the stick of a test that runs beside it."""
    monkeypatch.setattr("agent.stick.find.block_names", lambda source: source.names("/sys/block"))


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Callable[..., Plugged]]:
    """`plug(file)` attaches a stick and has the kernel see its partitions, if it has any."""
    if os.geteuid() != 0 or not all(map(shutil.which, NEEDED)):
        pytest.skip(f"sticks over files need root and {', '.join(NEEDED)}")
    plugged: list[Plugged] = []

    def attach(file: Path, *options: str) -> Plugged:
        done = run_good("losetup", "--find", "--show", "--partscan", *options, str(file), check=False)
        if done.returncode:
            pytest.skip(f"no loop device can be had: {done.stderr.strip()}")
        path = done.stdout.strip()
        one = Plugged(path, file, path.rsplit("/", 1)[-1])
        plugged.append(one)
        with file.open("rb") as opened:
            sector = opened.read(512)
        for number in (1, 2) if sector[440:444] == DISK_SIGNATURE else ():
            # What a kernel does by itself that knows this kind of table.
            first, count = struct.unpack_from("<II", sector, 446 + 16 * (number - 1) + 8)
            if not Path(f"/sys/class/block/{one.name}p{number}").exists():
                run_good("addpart", path, str(number), str(first), str(count))
        return one

    with open(Path(tempfile.gettempdir(), "ordis-tests-loop.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield attach
        for one in reversed(plugged):
            unplug(one)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Places below the test's folder."""
    return Places(
        boot=tmp_path / "run/stick", state=tmp_path / "var/ordis", status=tmp_path / "run/stick.json",
        wifi=tmp_path / "run/connections", boot_kind="ext4", boot_options=(),
    )  # fmt: skip


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh stick; tests copy it."""
    if not all(map(shutil.which, NEEDED)):
        pytest.skip("no programs to make a stick's image with")
    folder = tmp_path_factory.mktemp("image")
    (folder / "files").mkdir()
    (folder / "files/ordis.toml").write_text('language = "en"\n')
    return stick_image.make_image(folder / "stick.img", STICK_BYTES, folder / "files")

"""A stick on the USB of a real kernel: grown while it is in use, pulled in the middle of that, and put back."""

import contextlib
import json
import random
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import stick_image
from virtual_machine import Machine, booted, missing

from agent.stick.table import read_table, state_bytes

pytestmark = [pytest.mark.machine, pytest.mark.runs_programs, pytest.mark.loop]

MIB = stick_image.MIB
STICK_BYTES = 8 << 30
"""Of a sparse file."""
PULLS = 4


class Qmp:
    """QEMU's own line, to plug and unplug (QEMU Machine Protocol)."""

    def __init__(self, path: Path) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(path))
        self._line.settimeout(30)
        self._lines = self._line.makefile("rw")
        self._lines.readline()
        self("qmp_capabilities")

    def close(self) -> None:
        self._lines.close()
        self._line.close()

    def __call__(self, name: str, **arguments: object) -> None:
        self._lines.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self._lines.flush()
        self.until("return")

    def until(self, word: str) -> None:
        while True:
            answer = json.loads(self._lines.readline())
            assert "error" not in answer, answer
            if word in answer or answer.get("event") == word:
                return


@dataclass
class Bench:
    """The machine and the one stick."""

    machine: Machine
    qmp: Qmp
    file: Path

    def plug(self) -> None:
        self.qmp("blockdev-add", **{"driver": "raw", "node-name": "stick",
                                    "file": {"driver": "file", "filename": str(self.file)}})  # fmt: skip
        self.qmp("device_add", driver="usb-storage", id="usb", drive="stick", removable=True, serial="STICK-1")
        until = time.monotonic() + 60
        while not any(name.startswith("sd") and name.endswith("2") for name in self.machine.names("/sys/class/block")):
            assert time.monotonic() < until, self.machine.kernel_log()[-2000:]
            time.sleep(0.2)

    def pull(self) -> None:
        self.qmp("device_del", id="usb")
        self.qmp.until("DEVICE_DELETED")
        self.qmp("blockdev-del", **{"node-name": "stick"})

    def ordis(self, *words: str) -> dict[str, Any]:
        done = self.machine.run("python3", "-m", "agent.cli", "stick", *words, "--json", "--lang", "en", seconds=300)
        assert done.out, done.text
        return dict(json.loads(done.out.splitlines()[-1]))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    if what := missing():
        pytest.skip(f"no virtual machine can be started here: there is no {what}")
    folder = tmp_path_factory.mktemp("stick")
    options = ("-device", "qemu-xhci", "-qmp", f"unix:{folder}/qmp,server=on,wait=off")
    with booted(folder, *options) as machine:
        machine.good("busybox", "mkdir", "-p", "/etc/ordis", "/run", "/var/lib")
        machine.good("busybox", "mount", "-t", "tmpfs", "tmpfs", "/run")
        with contextlib.closing(Qmp(folder / "qmp")) as qmp:
            yield Bench(machine, qmp, folder / "stick.img")


@pytest.fixture
def fresh(bench: Bench) -> Iterator[Bench]:
    """A stick as the image was written to it, plugged in."""
    bench.file.unlink(missing_ok=True)
    stick_image.make_image(bench.file, STICK_BYTES, fat=True)
    yield bench
    with contextlib.suppress(AssertionError):
        bench.pull()
    for point in ("/var/lib/ordis", "/run/ordis/stick"):
        while bench.machine.run("umount", "--lazy", point).code == 0:
            pass


def test_the_first_start_grows_a_mounted_stick(fresh: Bench) -> None:
    fresh.plug()
    started = time.monotonic()
    status = fresh.ordis("prepare")
    print(f"a first start takes {time.monotonic() - started:.1f} s")  # noqa: T201
    assert (status["state"], status["problems"]) == ("mounted", []), json.dumps(status)
    assert status["grown_by_bytes"] > STICK_BYTES - 300 * MIB
    mounts = fresh.machine.read("/proc/mounts")
    assert "/run/ordis/stick vfat ro,nosuid,nodev,noexec" in mounts
    assert "/var/lib/ordis ext4 rw,nosuid,nodev,noexec,noatime" in mounts
    assert fresh.ordis("prepare")["grown_by_bytes"] == 0
    fresh.pull()
    e2fsck(fresh.file)


@pytest.mark.parametrize("seed", range(PULLS))
def test_pulled_while_growing(fresh: Bench, seed: int) -> None:
    """Whenever it is pulled: what is on it is whole, and plugged in again it is used and grows on."""
    fresh.plug()
    script = "from subprocess import *; Popen(['python3', '-m', 'agent.cli', 'stick', 'prepare'], stdout=-3, stderr=-3)"
    fresh.machine.good("python3", "-c", script)
    if seed:  # 0 is pulled before it begins
        wait_for(lambda: written(fresh.file)[0] > STICK_BYTES // 2)
        time.sleep(random.Random(seed).uniform(0, 1.0))
    fresh.pull()
    copy = fresh.file.with_name("pulled.img")
    subprocess.run(["cp", "--sparse=always", str(fresh.file), str(copy)], check=True)
    table, system = written(copy)
    print(f"table {table // MIB} MiB, file system {system // MIB} MiB")  # noqa: T201
    e2fsck(copy)
    wait_for(lambda: "stick prepare" not in fresh.machine.good("busybox", "ps"))
    fresh.plug()
    status = fresh.ordis("attach")
    assert (status["state"], status["problems"]) == ("mounted", []), json.dumps(status)
    assert status["key"]
    size = fresh.machine.good("busybox", "df", "-k", "/var/lib/ordis").split()[8]
    assert int(size) * 1024 > STICK_BYTES - 600 * MIB
    fresh.pull()
    e2fsck(fresh.file)


def test_a_new_image_keeps_the_data_and_what_windows_shows(fresh: Bench, tmp_path: Path) -> None:
    """With a real FAT volume, which the computers of the other tests need not know."""
    machine = fresh.machine
    fresh.plug()
    key = fresh.ordis("prepare")["key"]
    machine.good("mount", "-o", "remount,rw", "/run/ordis/stick")
    machine.good("busybox", "mkdir", "-p", "/run/ordis/stick/reports/été")
    machine.write("/run/ordis/stick/ordis.toml", 'language = "en"\n')
    machine.write("/run/ordis/stick/reports/été/lot 1.txt", "a report")
    machine.write("/var/lib/ordis/kept", "kept")
    for point in ("/run/ordis/stick", "/var/lib/ordis"):
        machine.good("umount", point)
    image = stick_image.make_image(tmp_path / "new.img", fat=True)
    subprocess.run(["zstd", "-q", str(image)], check=True)
    packed = (tmp_path / "new.img.zst").read_bytes()
    script = "import sys; open('/run/new.img.zst', 'wb').write(bytes.fromhex(sys.argv[1]))"
    assert len(packed) < 50_000
    machine.good("python3", "-c", script, packed.hex())
    [name] = [name for name in machine.names("/sys/block") if name.startswith("sd")]
    asked = "import sys; from agent.inventory.identity import read; from agent.host.source import Live; "
    serial = machine.good("python3", "-c", asked + "print(read(Live(), sys.argv[1]).serial or '-')", name).strip()
    done = machine.run("python3", "-m", "agent.cli", "stick", "write", "/run/new.img.zst", f"/dev/{name}", "--serial",
                       serial, "--keep-data", "--lang", "en", seconds=300)  # fmt: skip
    assert done.code == 0, done.text
    status = fresh.ordis("attach")
    assert (status["state"], status["key"], status["problems"]) == ("mounted", key, [])
    assert machine.read("/run/ordis/stick/ordis.toml") == 'language = "en"\n'
    assert machine.read("/run/ordis/stick/reports/été/lot 1.txt") == "a report"
    assert machine.read("/var/lib/ordis/kept") == "kept"
    fresh.pull()
    e2fsck(fresh.file)


def wait_for(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not done():
        assert time.monotonic() < until
        time.sleep(0.05)


def written(file: Path) -> tuple[int, int]:
    """Bytes of the state partition by the table and by its file system, as they are on the medium now."""
    with file.open("rb") as opened:
        table = read_table(opened.read(512), STICK_BYTES // 512)
        opened.seek(table.state.first * 512 + 1024)
        return table.state.count * 512, state_bytes(opened.read(1024))


def e2fsck(file: Path) -> None:
    """What is on the medium is whole, once its journal has been replayed. Changes the file."""
    attach = ["losetup", "--find", "--show", f"--offset={stick_image.STATE_FIRST * stick_image.SECTOR}", str(file)]
    device = subprocess.run(attach, check=True, capture_output=True, text=True).stdout.strip()
    try:
        for options, good in ((["-p"], (0, 1)), (["-fn"], (0,))):
            done = subprocess.run(["e2fsck", *options, device], check=False, capture_output=True, text=True)
            assert done.returncode in good, done.stdout + done.stderr
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)

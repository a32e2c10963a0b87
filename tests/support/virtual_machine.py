"""A virtual machine with a real kernel, which logs in to simulated drives that this process serves (tests/machine)."""

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any

from agent.model import ports as model

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "build/machine"
sys.path.insert(0, str(ROOT / "tools"))
from machine import cpio_entry  # noqa: E402  (it is found through the line above)

HOST = "10.0.2.2"
"""Where the machine sees this computer's loopback."""
BOOT_SECONDS = 300
_LIBRARIES = ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu")


def missing() -> str | None:
    """What there is not, to boot one."""
    for part in ("kernel", "system.cpio", "qemu/usr/bin/qemu-system-x86_64"):
        if not (PLACE / part).exists():
            return f"{part} (make test-machine fetches it into build/machine)"
    return None


@dataclass(frozen=True)
class Done:
    """The end of a program in the machine."""

    code: int | None
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


class Machine:
    """The one that has booted. Calls take their turn, and fail after `seconds`."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._lines = line.makefile("rw", encoding="utf-8")
        line.settimeout(BOOT_SECONDS)
        self.about = json.loads(self._lines.readline())

    def ask(self, seconds: float = 60, **order: object) -> dict[str, Any]:
        self._line.settimeout(seconds + 30)
        self._lines.write(json.dumps(order) + "\n")
        self._lines.flush()
        answer = self._lines.readline()
        assert answer, "the machine has died"
        return dict(json.loads(answer))

    def run(self, *argv: str, seconds: float = 60) -> Done:
        """A program with its arguments."""
        return Done(**self.ask(seconds, run=argv, timeout=seconds))

    def good(self, *argv: str, seconds: float = 60) -> str:
        """What a program prints that must end well."""
        done = self.run(*argv, seconds=seconds)
        assert done.code == 0, f"{argv} ended with {done.code}: {done.text}"
        return done.out

    def read(self, path: str) -> str:
        return str(self.ask(read=path)["text"])

    def write(self, path: str, text: str) -> None:
        self.ask(write=path, text=text)

    def names(self, path: str) -> list[str]:
        return list(self.ask(names=path)["names"])

    def block(self, path: str, at: int, length: int) -> bytes | int | None:
        """Bytes of a block device past the cache; the errno where that fails."""
        answer = self.ask(block=path, at=at, length=length)
        return bytes.fromhex(answer["data"]) if "data" in answer else answer["errno"]

    def put(self, path: str, at: int, data: bytes) -> int | None:
        """Write and flush; the errno where that fails."""
        return self.ask(block=path, at=at, data=data.hex()).get("errno")

    def kernel_log(self) -> str:
        return self.good("busybox", "dmesg")


class RemotePort:
    """A port of agent.host.passthrough on a device of the machine: AtaPort, ScsiPort or NvmePort, called from here."""

    def __init__(self, machine: Machine, path: str, transport: str, port: str) -> None:
        self._machine, self._port = machine, port
        self.opened = machine.ask(open=path, transport=transport)
        self.number = self.opened["number"]

    def close(self) -> None:
        self._machine.ask(close=self.number)

    def __getattr__(self, method: str) -> Any:
        def call(*arguments: object, **settings: object) -> Any:
            answer = self._machine.ask(
                300,
                call=self.number, port=self._port, method=method,
                arguments=[_plain(one) for one in arguments],
                settings={name: _plain(one) for name, one in settings.items()},
            )  # fmt: skip
            return _result(self._port, answer)

        return call


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {"class": type(value).__name__, **asdict(value)}
    return {"hex": value.hex()} if isinstance(value, bytes) else value


def _result(port: str, answer: dict[str, Any]) -> object:
    if answer.get("raised") == "NoAnswer":
        raise model.NoAnswer(answer["text"])
    if "raised" in answer:
        raise OSError(answer["errno"], f"{answer['raised']}: {answer['text']}")
    fields = {
        name: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
        for name, value in answer["result"].items()
    }
    return {"ata": model.AtaResult, "scsi": model.ScsiResult, "nvme": model.NvmeResult}[port](**fields)


@contextmanager
def booted(folder: Path, *options: str) -> Iterator[Machine]:
    """Boot the machine, with further options of QEMU's; it is gone at the end. `folder` gets what it says on its serial
    line."""
    with socket.create_server(("127.0.0.1", 0)) as waiting:
        waiting.settimeout(1)
        system = folder / "initrd"
        with open(system, "wb") as all_of_it, open(PLACE / "system.cpio", "rb") as base:
            shutil.copyfileobj(base, all_of_it)
            all_of_it.write(bytes(-all_of_it.tell() % 512))
            all_of_it.writelines(cpio_entry(*entry) for entry in _program())
            all_of_it.write(cpio_entry("TRAILER!!!", b"", 0))
        with open(folder / "qemu.txt", "wb") as log:
            qemu = subprocess.Popen(
                [*_command(folder, waiting.getsockname()[1]), *options], stdout=log, stderr=log, env=_environment()
            )
            try:
                line = _wait(waiting, qemu, folder)
                with line:
                    yield Machine(line)
            finally:
                qemu.kill()
                qemu.wait()


def _wait(waiting: socket.socket, qemu: "subprocess.Popen[bytes]", folder: Path) -> socket.socket:
    for _ in range(BOOT_SECONDS):
        try:
            return waiting.accept()[0]
        except TimeoutError:
            assert qemu.poll() is None, (folder / "qemu.txt").read_text() + (folder / "serial.txt").read_text()[-4000:]
    raise AssertionError("the machine does not come up: " + (folder / "serial.txt").read_text()[-4000:])


def _program() -> Iterator[tuple[str, bytes, int]]:
    """The program's own modules, and what does our bidding in the machine."""
    yield "ordis", b"", stat.S_IFDIR | 0o755
    for name in ("guest.py", "on_real.py"):
        yield f"ordis/{name}", (ROOT / "tests/machine" / name).read_bytes(), stat.S_IFREG | 0o644
    for path in sorted([ROOT / "agent", *(ROOT / "agent").rglob("*")]):
        name = f"ordis/{path.relative_to(ROOT)}"
        if path.is_dir() and path.name != "__pycache__":
            yield name, b"", stat.S_IFDIR | 0o755
        elif path.suffix == ".py":
            yield name, path.read_bytes(), stat.S_IFREG | 0o644


def _command(folder: Path, port: int) -> list[str]:
    share = PLACE / "qemu/usr/share"
    # Real KVM would be quicker, but what these computers offer under that name cannot boot a stock kernel.
    return [
        "nice", str(PLACE / "qemu/usr/bin/qemu-system-x86_64"), "-L", str(share / "qemu"), "-L", str(share / "seabios"),
        "-accel", "tcg,thread=multi", "-machine", "q35", "-cpu", "Nehalem", "-smp", "2", "-m", "768",
        "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
        "-serial", f"file:{folder / 'serial.txt'}",
        "-netdev", "user,id=net0", "-device", "virtio-net-pci,netdev=net0,romfile=",
        "-kernel", str(PLACE / "kernel"), "-initrd", str(folder / "initrd"),
        "-append", f"console=ttyS0 mitigations=off nokaslr quiet loglevel=4 panic=-1 test_port={port}",
    ]  # fmt: skip


def _environment() -> dict[str, str]:
    libraries = os.pathsep.join(str(PLACE / "qemu" / folder) for folder in _LIBRARIES)
    return {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": libraries}

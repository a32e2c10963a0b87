"""The computer itself: started from the stick, its kernel or a saved state; talked to, photographed, cut off."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image
from virtual_machine import Done, Machine

from stick_machine import parts
from stick_machine.drives import Drive
from stick_machine.qmp import Qmp
from stick_machine.stick import Stick

HOST = "10.0.2.2"
"""Where the computer sees this one's loopback."""
PATIENCE = 420.0
"""Seconds for anything that takes one minute when nothing else runs."""
PICTURES = parts.BUILD / "screens"
ROOT_PORTS = 4
"""Slots into which an NVMe drive can be plugged while it runs."""
QUICK = "mitigations=off nokaslr"
"""Of a kernel that is started without the boot loader: an emulated processor has nothing to be protected from."""

OVMF = {
    "uefi": ("OVMF_CODE_4M", "OVMF_VARS_4M"),
    "secure": ("OVMF_CODE_4M.ms", "OVMF_VARS_4M.ms"),
    "uefi32": ("OVMF32_CODE_4M.secboot", "OVMF32_VARS_4M"),
}
"""UEFI's code and settings, by what is called firmware below."""
AWAY = "Appuyez sur une touche pour continuer"
"""On the screen that is seen from afar."""
AFTER_WAKING_SECONDS = 2


@dataclass(frozen=True)
class Making:
    """What it is made of."""

    firmware: str = "bios"
    """bios, uefi, secure (UEFI with Secure Boot), or uefi32 (of 32 bits, under a processor of 64)."""
    memory_mib: int = 1536
    stick: Stick | None = None
    snapshot: bool = False
    """What is written to the stick is lost with the computer."""
    kernel: tuple[Path, Path, str] | None = None
    """Kernel, initrd and command line to start without firmware and boot loader, which takes half as long."""
    drives: Sequence[Drive] = ()
    options: Sequence[str] = ()
    state: Path | None = None
    """A saved state to go on from. The other computer had the same making, but for what was plugged in later."""
    network: str = "user"
    inside: str = ""
    """The network namespace that it runs in; its network must be one of there."""

    def command(self, folder: Path) -> list[str]:
        machine, firmware = "q35,usb=off,i8042=on", []
        if self.firmware != "bios":
            code, variables = OVMF[self.firmware]
            settings = folder / "firmware-settings.fd"
            shutil.copy(parts.OVMF / f"{variables}.fd", settings)
            firmware = [
                "-drive", f"if=pflash,format=raw,readonly=on,file={parts.OVMF}/{code}.fd",
                "-drive", f"if=pflash,format=raw,file={settings}",
            ]  # fmt: skip
            if self.firmware != "uefi":
                machine += ",smm=on"
                firmware += ["-global", "driver=cfi.pflash01,property=secure,value=on"]
        made = [
            *(["ip", "netns", "exec", self.inside] if self.inside else []),
            *parts.base(parts.accelerator()), "-machine", machine, *firmware, "-smp", "2", "-m", str(self.memory_mib),
            "-vga", "std", "-device", "qemu-xhci,id=usb,p2=8,p3=8", "-device", "ich9-ahci,id=sata",
            "-device", "pvscsi,id=sas", "-device", "sdhci-pci",
        ]  # fmt: skip
        for number in range(ROOT_PORTS):
            made += ["-device", f"pcie-root-port,id=slot{number},slot={number + 1},chassis={number + 1}"]
        if self.stick is not None:
            writes = ",snapshot=on" if self.snapshot else ""
            made += [
                "-drive", f"if=none,id=stick,format=raw,file={self.stick.file}{writes}",
                "-device", "usb-storage,id=stick-device,bus=usb.0,drive=stick,removable=on,bootindex=1,serial=STICK-1",
            ]  # fmt: skip
        for drive in self.placed():
            made += drive.options()
        if self.network:
            made += ["-netdev", f"{self.network},id=net", "-device", "e1000e,netdev=net,mac=52:54:00:12:34:56"]
            if not self.network.startswith("tap"):
                made[-1] += ",romfile="
        made += [
            "-device", "virtio-serial-pci", "-chardev", f"socket,id=test,path={folder}/test,server=on,wait=off",
            "-device", "virtserialport,chardev=test,name=ordis.test", "-serial", f"file:{folder}/serial.txt",
            "-qmp", f"unix:{folder}/qmp,server=on,wait=off", *self.options,
        ]  # fmt: skip
        if self.kernel is not None:
            kernel, initrd, words = self.kernel
            made += ["-kernel", str(kernel), "-initrd", str(initrd), "-append", words]
        return made + (["-incoming", f"file:{self.state}"] if self.state else [])

    def placed(self) -> list[Drive]:
        """The drives, each where there is room for it."""
        free = {"nvme": iter(f"slot{n}" for n in range(ROOT_PORTS)), "sata": iter(f"sata.{n}" for n in range(6))}
        return [replace(drive, port=next(free[drive.kind])) if drive.kind in free else drive for drive in self.drives]


class Computer(Machine):
    """It runs. The calls of Machine go to the test overlay's program, once that is up (`wait_for_guest`)."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]", name: str) -> None:
        self._folder, self._process, self._name = folder, process, name
        self.began = time.monotonic()
        self.qmp = Qmp(folder / "qmp", self._alive)
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(str(folder / "test"))
        self._lines = self._line.makefile("rw", encoding="utf-8")
        self._plugged: dict[str, Drive] = {}

    @property
    def age(self) -> float:
        """Seconds since it was switched on."""
        return time.monotonic() - self.began

    def _alive(self) -> None:
        assert self._process.poll() is None, (self._folder / "qemu.txt").read_text()

    @property
    def is_on(self) -> bool:
        return self._process.poll() is None

    def cut(self) -> None:
        """A power cut: whatever was not on a drive yet is gone."""
        self._process.kill()
        self._process.wait()
        for line in (self._lines, self._line, self.qmp):
            with contextlib.suppress(OSError):
                line.close()

    def wait_for_guest(self, seconds: float = PATIENCE) -> None:
        """Until the test overlay's program answers."""
        self.ask(seconds, run=["true"], timeout=seconds)

    def until(self, what: str, good: Callable[[], Any], seconds: float = PATIENCE, pause: float = 0.5) -> Any:
        """What `good` says, as soon as that is true; a picture is kept where it never is."""
        end = time.monotonic() + seconds
        while not (found := good()):
            if time.monotonic() > end:
                self.picture("too-late")
                raise AssertionError(f"not in {seconds:.0f} s: {what}\n{self.screen()}\n{self.journal()[-3000:]}")
            self._alive()
            time.sleep(pause)
        return found

    # ---- the screen

    def screen(self, terminal: int = 1) -> str:
        """The text on a terminal, its spaces that do not break as ordinary ones."""
        return str(self.ask(screen=terminal)["text"]).replace("\u00a0", " ").replace("\u202f", " ")

    def wait_for_text(self, *words: str, seconds: float = PATIENCE) -> str:
        """Until one of these stands on the first terminal; the whole text. Where the screen has turned to those who
        stand far away, a key that does nothing else brings it back, as for a person who comes."""

        def shown() -> str | None:
            text = self.screen()
            if any(word in text for word in words):
                return text
            if AWAY in text:
                self._come_back()
            return None

        return str(self.until(f"{words} on the screen", shown, seconds))

    def _come_back(self) -> None:
        """What follows that key without a pause is dropped with it; on a slow computer, keys pile up."""
        self.qmp.press("f12")
        self.until("the screens come back", lambda: AWAY not in self.screen())
        time.sleep(AFTER_WAKING_SECONDS)

    def picture(self, what: str) -> Image.Image:
        """Photograph the screen, into build/screens."""
        return self.qmp.picture(PICTURES / f"{self._name}-{what}.png")

    def type_into_field(self, text: str) -> None:
        """Type into the field that has the focus, each letter once the one before is seen: a computer that is slow to
        draw takes several keys at once for a scanner's."""
        for number in range(1, len(text) + 1):
            self.qmp.type(text[number - 1])
            self.until(f"{text[:number]} in a field", lambda seen=text[:number]: f"[{seen}" in self.screen(), 60, 0.1)

    # ---- what it says of itself

    def shell(self, script: str, seconds: float = 120) -> str:
        """What a script prints, however it ends."""
        return self.run("sh", "-c", script, seconds=seconds).text

    def journal(self) -> str:
        return self.shell("journalctl --no-pager -o short-monotonic | tail -n 200")

    def kernel_log(self) -> str:
        return self.good("dmesg")

    def ordis(self, *words: str, seconds: float = PATIENCE) -> Done:
        return self.run("ordis", "--lang", "en", *words, seconds=seconds)

    # ---- plugging

    def plug(self, drive: Drive) -> None:
        """Plug a drive in; returns when the kernel has it."""
        if drive.bytes_per_second:
            self.qmp("object-add", **drive.speed())
        self.qmp("blockdev-add", **drive.block())
        before = self.blocks()
        self.qmp("device_add", **drive.device())
        if drive.kind == "sas":  # this controller's driver hears nothing of it by itself
            self.shell("for host in /sys/class/scsi_host/*/scan; do echo '- - -' > $host; done")
        self.until(f"the kernel has {drive.serial}", lambda: self.blocks() - before, 60, 0.1)
        self._plugged[drive.name] = drive

    def pull(self, drive: Drive) -> None:
        self.pull_device(f"{drive.name}-device")
        self.qmp("blockdev-del", **{"node-name": drive.name})
        if drive.bytes_per_second:
            self.qmp("object-del", id=f"{drive.name}-speed")

    def pull_device(self, name: str) -> None:
        self.qmp("device_del", id=name)
        self.qmp.wait_for("DEVICE_DELETED", device=name)

    def plug_stick(self, stick: Stick) -> None:
        file = {"driver": "file", "filename": str(stick.file)}
        self.qmp("blockdev-add", **{"driver": "raw", "node-name": "stick", "file": file})
        before = self.blocks()
        self.qmp(
            "device_add", driver="usb-storage", id="stick-device", bus="usb.0", drive="stick", removable=True,
            serial="STICK-1",
        )  # fmt: skip
        self.until("the kernel has the stick", lambda: len(self.blocks() - before) >= 1, 60, 0.1)

    def pull_stick(self, *, started_with: bool = False) -> None:
        """Pull the stick, with which it was started or which was plugged in later."""
        self.pull_device("stick-device")
        if not started_with:
            self.qmp("blockdev-del", **{"node-name": "stick"})

    def blocks(self) -> set[str]:
        return set(self.names("/sys/block"))

    def set_speed(self, drive: Drive, bytes_per_second: int) -> None:
        """Of a drive with `bytes_per_second`, another; 0: no limit."""
        limits = {"bps-total": bytes_per_second, "bps-total-max": bytes_per_second}
        self.qmp("qom-set", path=f"/objects/{drive.name}-speed", property="limits", value=limits)


@contextmanager
def started(folder: Path, name: str, making: Making) -> Iterator[Computer]:
    """Switch a computer on; at the end its power is cut. `folder` is its own; pictures are called by its name."""
    folder.mkdir(parents=True, exist_ok=True)
    command = making.command(folder)
    (folder / "command.json").write_text(json.dumps(command, indent=1))
    with open(folder / "qemu.txt", "wb") as log, contextlib.ExitStack() as closing:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=parts.environment())
        try:
            computer = Computer(folder, process, name)
            closing.callback(computer.cut)
            if making.state is not None:
                computer.qmp.wait_until_restored()
                _wake(computer)
            yield computer
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def _wake(computer: Computer) -> None:
    """What differs between two starts of a computer, and not between two restored states: chance, by which intakes are
    named, the start's number and the time."""
    computer.ask(PATIENCE, seed=os.urandom(64).hex())
    number = computer.read("/proc/sys/kernel/random/uuid")
    computer.write("/run/ordis-test-boot-id", number)
    computer.good("mount", "--bind", "/run/ordis-test-boot-id", "/proc/sys/kernel/random/boot_id")
    computer.good("date", "--utc", "--set", f"@{time.time():.0f}")

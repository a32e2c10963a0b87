"""A made-up machine: folders that look like /sys, /proc and /dev, and tools that answer what a test says."""

import os
from collections.abc import Sequence
from pathlib import Path

from agent.host.run import Ran, ToolMissing
from agent.host.source import Live

PCI = "/sys/devices/pci0000:00"
ATA = f"{PCI}/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0"
USB = f"{PCI}/0000:00:14.0/usb1/1-2/1-2:1.0/host4/target4:0:0/4:0:0:0"
NVME = f"{PCI}/0000:00:1d.0/0000:03:00.0/nvme/nvme0"


class Tree(Live):
    """A Source over a folder. What is not written is not there; a tool that nobody gave is not installed."""

    def __init__(self, root: Path) -> None:
        super().__init__(str(root))
        self.root = root
        self.tools: dict[str, Ran] = {}

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        name = Path(argv[0]).name
        if name not in self.tools:
            raise ToolMissing(name)
        return self.tools[name]

    def answers(self, name: str, out: str, err: str = "", code: int = 0) -> None:
        self.tools[name] = Ran(code, out, err, 0.0)

    def file(self, path: str, content: str | bytes | int = "") -> None:
        real = Path(self._at(path))
        real.parent.mkdir(parents=True, exist_ok=True)
        real.write_bytes(content if isinstance(content, bytes) else f"{content}\n".encode())

    def folder(self, path: str) -> None:
        Path(self._at(path)).mkdir(parents=True, exist_ok=True)

    def links(self, path: str, target: str) -> None:
        """A symbolic link, relative like those of /sys, so that it stays within the tree."""
        real = Path(self._at(path))
        real.parent.mkdir(parents=True, exist_ok=True)
        real.symlink_to(os.path.relpath(self._at(target), real.parent))

    def disk(
        self,
        name: str,
        device: str = ATA,
        bus: str = "scsi",
        *,
        number: str = "8:0",
        node: str = "",
        sectors: int = 1000,
    ) -> str:
        """A whole disk below its device; returns its folder."""
        folder = node or f"{device}/block/{name}"
        self.folder(device)
        self.folder(f"/sys/bus/{bus}")
        if not (self.root / device[1:] / "subsystem").is_symlink():
            self.links(f"{device}/subsystem", f"/sys/bus/{bus}")
        self.file(f"{folder}/dev", number)
        self.file(f"{folder}/size", sectors)
        self.links(f"{folder}/device", device)
        self.links(f"/sys/block/{name}", folder)
        self.links(f"/sys/class/block/{name}", folder)
        self.file(f"/dev/{name}")
        return folder

    def software_disk(self, name: str, *, number: str = "7:0", sectors: int = 1000) -> str:
        """A disk without hardware: loop, dm, md, zram …"""
        folder = f"/sys/devices/virtual/block/{name}"
        self.file(f"{folder}/dev", number)
        self.file(f"{folder}/size", sectors)
        self.links(f"/sys/block/{name}", folder)
        self.links(f"/sys/class/block/{name}", folder)
        self.file(f"/dev/{name}")
        return folder

    def loop(self, name: str, backing: str, *, offset: int = 0, sizelimit: int = 0, number: str = "7:0") -> str:
        folder = self.software_disk(name, number=number)
        self.file(f"{folder}/loop/backing_file", backing)
        self.file(f"{folder}/loop/offset", offset)
        self.file(f"{folder}/loop/sizelimit", sizelimit)
        return folder

    def partition(self, folder: str, name: str, number: str) -> str:
        part = f"{folder}/{name}"
        self.file(f"{part}/partition", 1)
        self.file(f"{part}/dev", number)
        self.links(f"/sys/class/block/{name}", part)
        self.file(f"/dev/{name}")
        return part

    def nvme(self, name: str = "nvme0n1", controller: str = NVME, *, transport: str = "pcie", **facts: str) -> str:
        folder = self.disk(name, controller, "nvme", number="259:0", node=f"{controller}/{name}")
        for fact, value in {"transport": transport, **facts}.items():
            self.file(f"{controller}/{fact}", value)
        entry = controller.rsplit("/", 1)[-1]
        if not (self.root / "sys/class/nvme" / entry).is_symlink():
            self.links(f"/sys/class/nvme/{entry}", controller)
        return folder

    def pci(self, address: str, kind: str, pci_id: str, driver: str | None = None, **files: object) -> str:
        """A PCI function; returns its folder in the tree."""
        folder = f"{PCI}/{address}"
        vendor, device = pci_id.split(":")
        for file, value in {"class": kind, "vendor": f"0x{vendor}", "device": f"0x{device}", **files}.items():
            self.file(f"{folder}/{file}", str(value))
        self.links(f"/sys/bus/pci/devices/{address}", folder)
        self.driven(folder, driver)
        return folder

    def driven(self, folder: str, driver: str | None) -> None:
        if driver:
            self.folder(f"/sys/bus/drivers/{driver}")
            self.links(f"{folder}/driver", f"/sys/bus/drivers/{driver}")

    def usb(self, name: str, kind: str, driver: str | None = None, **files: object) -> str:
        """A USB device of one interface, whose class is given as "0e01"; returns the interface's folder."""
        device = f"{PCI}/0000:00:14.0/usb{name[0]}/{name}"
        folder = f"{device}/{name}:1.0"
        for file, value in files.items():
            self.file(f"{device}/{file}", str(value))
        parts = kind.upper().ljust(6, "0")
        numbers = f"ic{parts[:2]}isc{parts[2:4]}ip{parts[4:]}in00"
        self.file(f"{folder}/modalias", f"usb:v04F2pB39Ad0001dcEFdsc02dp01{numbers}")
        self.links(f"/sys/bus/usb/devices/{name}", device)
        self.links(f"/sys/bus/usb/devices/{name}:1.0", folder)
        self.driven(folder, driver)
        return folder

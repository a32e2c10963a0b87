"""A donated PC as an association recorded it (lscpu, lspci, net.txt …), written down as a recorded machine of ours."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_TABLES = ("baseboard.txt", "chassis.txt", "connector.txt")
_CLASSES = {
    "VGA compatible controller": "0x030000", "3D controller": "0x030200", "Display controller": "0x038000",
    "Ethernet controller": "0x020000", "Network controller": "0x028000", "SATA controller": "0x010601",
    "IDE interface": "0x01018a", "RAID bus controller": "0x010400", "Non-Volatile memory controller": "0x010802",
    "Audio device": "0x040300", "USB controller": "0x0c0330", "SCSI storage controller": "0x010000",
}  # fmt: skip
_VENDORS = {
    "Intel Corporation": "0x8086", "NVIDIA Corporation": "0x10de", "Advanced Micro Devices, Inc. [AMD/ATI]": "0x1002",
    "Silicon Integrated Systems [SiS]": "0x1039", "VIA Technologies, Inc.": "0x1106",
}  # fmt: skip
_FUNCTION = re.compile(r"^([0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ([^:]+): (.*?)(?: \(rev \w+\))?(?: \(prog-if .*\))?$")


class Tree:
    """What stands in system.json."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}
        self.folders: dict[str, list[str]] = {}
        self.links: dict[str, str] = {}

    def file(self, path: str, text: str) -> None:
        self.files[path] = text
        self._list(path)

    def link(self, path: str, to: str) -> None:
        self.links[path] = to
        self._list(path)

    def _list(self, path: str) -> None:
        while "/" in path.strip("/"):
            path, _, name = path.rpartition("/")
            if name not in self.folders.setdefault(path, []):
                self.folders[path].append(name)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """`files`: what the association's tool kept of one machine, by name."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dmidecode.txt").write_text("\n".join(files.get(name, "") for name in _TABLES))
    tree = Tree()
    tree.file("/proc/cpuinfo", "\n\n".join(_threads(files.get("lscpu.txt", ""))))
    if mhz := _lscpu(files.get("lscpu.txt", "")).get("CPU max MHz"):
        khz = round(float(mhz.replace(",", ".")) * 1000)
        tree.file("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", f"{khz}")
    _pci(tree, files.get("lspci.txt", ""))
    _network(tree, files.get("net.txt", ""))
    system = {"files": tree.files, "folders": tree.folders, "links": tree.links}
    (folder / "system.json").write_text(json.dumps(system))


def _lscpu(text: str) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}


def _threads(text: str) -> Iterator[str]:
    said = _lscpu(text)
    sockets, cores, each = (
        int(said.get(name, 1)) for name in ("Socket(s)", "Core(s) per socket", "Thread(s) per core")
    )
    for number in range(sockets * cores * each):
        yield "\n".join(
            f"{name}\t: {value}"
            for name, value in (
                ("processor", number),
                ("vendor_id", said["Vendor ID"]),
                ("model name", said["Model name"]),
                ("physical id", number // (cores * each)),
                ("core id", number % cores),
                ("flags", said["Flags"]),
            )
        )


def _pci(tree: Tree, text: str) -> None:
    address = ""
    for line in text.splitlines():
        if found := _FUNCTION.match(line):
            slot, kind, name = found.groups()
            if kind not in _CLASSES:
                address = ""
                continue
            address = f"0000:{slot}"
            vendor = next((vendor for vendor in _VENDORS if name.startswith(vendor)), "")
            folder = f"/sys/bus/pci/devices/{address}"
            tree.file(f"{folder}/class", _CLASSES[kind])
            tree.file(f"{folder}/vendor", _VENDORS.get(vendor, "0xffff"))
            tree.file(f"{folder}/device", "0x0001")
            tree.file(f"/run/udev/data/+pci:{address}", f"E:ID_MODEL_FROM_DATABASE={name.removeprefix(vendor).strip()}")
        elif address and (driver := re.search(r"Kernel driver in use: (\S+)", line)):
            tree.link(f"/sys/bus/pci/devices/{address}/driver", f"/sys/bus/pci/drivers/{driver[1]}")


def _network(tree: Tree, text: str) -> None:
    """Lines of net.txt: name, address, and the speed where there is a link."""
    for line in text.splitlines():
        name, mac, *speed = line.split()
        folder = f"/sys/class/net/{name}"
        tree.file(f"{folder}/address", mac)
        tree.file(f"{folder}/type", "1")
        tree.file(f"{folder}/addr_assign_type", "0")
        tree.link(f"{folder}/device", f"/sys/devices/pci0000:00/{name}")
        if speed:
            tree.file(f"{folder}/speed", speed[0])
            tree.file(f"{folder}/carrier", "1")
        if name.startswith("wl"):
            tree.file(f"{folder}/wireless/status", "0")

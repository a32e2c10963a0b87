"""What a block device is and over which transport it is reached, told from its place in the kernel's device tree.

Names decide nothing that the tree can decide: a drive's name is an accident of the boot, its ancestors are not.
No pydantic: the light drive worker imports this module.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from agent.host.source import Source, integer
from agent.model.words import Transport

_NAME = re.compile(r"\w[\w!.-]{0,63}", re.ASCII)
_CONTROLLER = re.compile(r"nvme\d+")
_NAMESPACE = re.compile(r"nvme\d+n\d+")
_LAST = 1 << 32
"""Behind every identifier of a namespace."""
_PCI_FUNCTION = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")


class Kind(StrEnum):
    """What a name stands for; only `drive` and `loop` can ever be erased."""

    DRIVE = "drive"
    LOOP = "loop"
    PARTITION = "partition"
    BOOT_AREA = "boot_area"
    """Boot, RPMB or general purpose area of an eMMC."""
    STACKED = "stacked"
    """Made by software from other drives: device-mapper, md, bcache, zvol."""
    REMOTE = "remote"
    """Another computer's drive: nbd, rbd, drbd, AoE."""
    MEMORY = "memory"
    """zram, ram."""
    DISC = "disc"
    """Optical and floppy."""
    OTHER = "other"
    ABSENT = "absent"


# Devices without hardware of their own stand together in /sys/devices/virtual/block: there the driver's name is all.
_SOFTWARE = {
    "loop": Kind.LOOP, "dm": Kind.STACKED, "md": Kind.STACKED, "bcache": Kind.STACKED, "zd": Kind.STACKED,
    "nbd": Kind.REMOTE, "drbd": Kind.REMOTE, "etherd": Kind.REMOTE, "zram": Kind.MEMORY, "ram": Kind.MEMORY,
}  # fmt: skip

# SCSI peripheral device types (SPC-4, 6.4.2) that hold data block by block: disk, optical memory, reduced block
# commands, host-managed zoned. The others are discs (5), tapes, scanners, enclosures.
_SCSI_DISKS = {"0", "7", "14", "20"}
_SCSI_DISC = "5"


@dataclass(frozen=True)
class Place:
    kind: Kind
    transport: Transport = Transport.UNKNOWN
    external: bool = False
    """On a cable or in a slot that is reached from outside, whatever its removable flag says."""
    node: str = ""
    """Its folder in the tree (/sys/devices/…/block/sda)."""


def place(source: Source, name: str) -> Place:
    """Find out what the block device with this kernel name (`sda`, `nvme0n1`) is. Never raises."""
    if not _NAME.fullmatch(name):
        return Place(Kind.ABSENT)
    node = source.link(f"/sys/block/{name}")
    if node is None:
        folder = source.link(f"/sys/class/block/{name}")
        partition = folder is not None and source.text(f"{folder}/partition") is not None
        return Place(Kind.PARTITION if partition else Kind.ABSENT, node=folder or "")
    if node.startswith("/sys/devices/virtual/block/"):
        driver = re.match(r"[a-z]*", name)
        kind = _SOFTWARE.get(driver[0] if driver else "", Kind.OTHER)
        return Place(kind, Transport.LOOP if kind is Kind.LOOP else Transport.UNKNOWN, node=node)
    bus = _bus(source, node)
    kind = _kind(source, node, bus)
    if kind is not Kind.DRIVE:
        return Place(kind, node=node)
    return Place(kind, _transport(source, node, bus), _external(source, node, bus), node)


def has_ata_link(source: Source, name: str) -> bool:
    """Whether libata itself drives this disk; else a SAS or RAID adapter translates for it."""
    return _below(source.link(f"/sys/block/{name}") or "", r"ata\d+")


def partitions(source: Source, name: str) -> list[str]:
    """Kernel names of a disk's partitions, sorted."""
    folder = f"/sys/block/{name}"
    return [entry for entry in source.names(folder) if source.text(f"{folder}/{entry}/partition") is not None]


def namespaces(source: Source, name: str) -> list[str]:
    """Names of all namespace nodes of the NVMe subsystem that this node belongs to, in the order of their identifiers,
    which the numbers in their names need not be. Just itself for what is no namespace, and for a mere way to one."""
    folders = _subsystem(source, f"/sys/block/{name}")
    found = {entry for folder in folders for entry in source.names(folder) if _NAMESPACE.fullmatch(entry)}
    if name not in found:
        return [name]
    return sorted(found, key=lambda entry: (nsid(source, entry) or _LAST, len(entry), entry))


def nsid(source: Source, name: str) -> int | None:
    """The identifier of an NVMe namespace by its node; None where the kernel does not tell it."""
    return integer(source, f"/sys/block/{name}/nsid")


def controllers(source: Source, name: str) -> list[str]:
    """The folders of all controllers of the NVMe subsystem that this node belongs to; of other drives, none."""
    folders = _subsystem(source, f"/sys/block/{name}")
    return sorted(folder for folder in folders if _CONTROLLER.fullmatch(folder.rsplit("/", 1)[-1]))


def _bus(source: Source, node: str) -> str:
    return (source.link(f"{node}/device/subsystem") or "").rsplit("/", 1)[-1]


def _kind(source: Source, node: str, bus: str) -> Kind:
    if bus == "block":  # the areas of an eMMC hang below its disk
        return Kind.BOOT_AREA
    if bus == "scsi":
        peripheral = source.text(f"{node}/device/type") or "0"
        if peripheral in _SCSI_DISKS:
            return Kind.DRIVE
        return Kind.DISC if peripheral == _SCSI_DISC else Kind.OTHER
    if bus == "mmc" and not re.fullmatch(r"mmcblk\d+", node.rsplit("/", 1)[-1]):
        return Kind.BOOT_AREA
    if bus == "platform":  # floppy
        return Kind.DISC
    if bus == "rbd":
        return Kind.REMOTE
    # mtd is the firmware's own chip. Hardware that nobody foresaw is a drive: shown, and left alone.
    return Kind.OTHER if bus == "mtd" else Kind.DRIVE


def _transport(source: Source, node: str, bus: str) -> Transport:
    if bus.startswith("nvme"):
        reached = {source.text(f"{controller}/transport") for controller in _controllers(source, node)}
        return Transport.NVME if reached == {"pcie"} else Transport.NETWORK
    if bus == "mmc":
        return Transport.MMC
    if _below(node, r"session\d+|rport-.*"):  # iSCSI session, Fibre Channel remote port
        return Transport.NETWORK
    if _below(node, r"usb\d+"):
        return Transport.USB
    if _below(node, r"virtio\d+"):
        return Transport.VIRTIO
    if bus != "scsi":
        return Transport.UNKNOWN
    # A SATA drive behind a SAS adapter: SAT-3 (8.1.2) makes its vendor "ATA".
    if _below(node, r"ata\d+") or source.text(f"{node}/device/vendor") == "ATA":
        return Transport.ATA
    return Transport.SCSI


def _external(source: Source, node: str, bus: str) -> bool:
    if bus == "mmc" and source.text(f"{node}/device/type") != "MMC":  # anything but soldered is in a slot
        return True
    paths = _controllers(source, node) if bus.startswith("nvme") else [node]
    return any(
        # USB, FireWire, Thunderbolt; PCI functions behind an external port say so themselves (Linux 5.14).
        _below(path, r"usb\d+|fw\d+|thunderbolt.*")
        or any(source.text(f"{function}/removable") == "removable" for function in _pci_functions(path))
        for path in paths
    )


def _below(node: str, pattern: str) -> bool:
    return any(re.fullmatch(pattern, part) for part in node.split("/"))


def _pci_functions(node: str) -> Iterator[str]:
    parts = node.split("/")
    for index, part in enumerate(parts):
        if _PCI_FUNCTION.fullmatch(part):
            yield "/".join(parts[: index + 1])


def _controllers(source: Source, node: str) -> list[str]:
    """The folders of the NVMe controllers that this node is reached through."""
    device = source.link(f"{node}/device")
    if device is None:
        return []
    if _CONTROLLER.fullmatch(device.rsplit("/", 1)[-1]):
        return [device]
    return _members(source, device)


def _members(source: Source, subsystem: str) -> list[str]:
    links = (source.link(f"{subsystem}/{entry}") for entry in source.names(subsystem) if _CONTROLLER.fullmatch(entry))
    return [link for link in links if link is not None]


def _subsystem(source: Source, node: str) -> set[str]:
    """Every folder of the node's NVMe subsystem in which namespaces hang: the subsystem's own and its controllers'."""
    mine = source.link(f"{node}/device")
    if mine is None or not _bus(source, node).startswith("nvme"):
        return set()
    for entry in source.names("/sys/class/nvme-subsystem"):
        subsystem = source.link(f"/sys/class/nvme-subsystem/{entry}")
        folders = {subsystem, *_members(source, subsystem)} if subsystem else set()
        if mine in folders:
            return {folder for folder in folders if folder}
    return {mine}

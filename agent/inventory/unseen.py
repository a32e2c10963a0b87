"""Signs of drives that this system cannot reach: as long as there is one, nobody may say "all drives"."""

from collections.abc import Iterator

from agent.host.source import Source, integer
from agent.inventory import pci
from agent.model.inventory import UnseenDrive
from agent.model.message import Message, say

_STORAGE = 0x01
_RAID = 0x0104
"""Class and subclass of a RAID controller. Intel's SATA in RAID mode has it too, and shows its drives by `ahci`."""
_TRANSPARENT = {"ahci", "vmd"}
_INTEL = 0x8086
# Intel Volume Management Devices: drives/pci/controller/vmd.c of the kernel lists them.
_VMD = {0x201D, 0x28C0, 0x467F, 0x4C3D, 0x7D0B, 0x9A0B, 0xA77F, 0xAD0B, 0xB06F, 0xB60B}


def read(source: Source) -> list[UnseenDrive]:
    found = list(_controllers(source))
    found += _remapped(source)
    found += _silent(source)
    return [UnseenDrive(sign=sign, remedy=remedy) for sign, remedy in found]


def _ahci() -> Message:
    return say("Set the disk controller to AHCI in the BIOS settings, then start again from the stick.")


def _controllers(source: Source) -> Iterator[tuple[Message, Message]]:
    for function in pci.functions(source, _STORAGE):
        if function.driver is None and function.vendor == _INTEL and function.device in _VMD:
            yield (
                say("Drives may be hidden behind Intel VMD ({address}).", address=function.address),
                say("Switch VMD off in the BIOS settings, then start again from the stick."),
            )
        elif function.driver is None:
            yield (
                say(
                    "A disk controller has no driver ({address}, {id}); its drives cannot be seen.",
                    address=function.address,
                    id=function.pci_id,
                ),
                _ahci(),
            )
        elif function.kind >> 8 == _RAID and function.driver not in _TRANSPARENT:
            yield (
                say(
                    "A RAID controller ({address}, {driver}) shows volumes instead of the drives behind it.",
                    address=function.address,
                    driver=function.driver,
                ),
                say("Attach the drives to a plain disk controller, or take them out and erase them on the dock."),
            )


def _remapped(source: Source) -> Iterator[tuple[Message, Message]]:
    """Linux counts the NVMe drives that an Intel controller in RST mode keeps to itself (drivers/ata/ahci.c)."""
    for function in pci.functions(source, _STORAGE):
        if count := integer(source, f"{function.folder}/remapped_nvme"):
            yield say("{count} NVMe drive(s) are hidden behind Intel RST.", count=count), _ahci()


def _silent(source: Source) -> Iterator[tuple[Message, Message]]:
    """NVMe controllers that are there and do not work, or show no namespace."""
    for name in source.names("/sys/class/nvme"):
        folder = f"/sys/class/nvme/{name}"
        if source.text(f"{folder}/transport") != "pcie":
            continue
        shows = any(entry.startswith("nvme") for entry in source.names(folder))
        shows = shows or _in_subsystem(source, folder)
        if source.text(f"{folder}/state") not in ("live", None) or not shows:
            yield (
                say("The NVMe drive {model} does not answer.", model=source.text(f"{folder}/model") or name),
                say("Switch the computer off and on again. If it stays silent, take the drive out."),
            )


def _in_subsystem(source: Source, folder: str) -> bool:
    """Whether the namespaces hang at the subsystem, as they do where a drive can be reached in several ways."""
    mine = source.link(folder)
    for name in source.names("/sys/class/nvme-subsystem"):
        subsystem = f"/sys/class/nvme-subsystem/{name}"
        entries = source.names(subsystem)
        if any(source.link(f"{subsystem}/{entry}") == mine for entry in entries):
            return any("n" in entry.removeprefix("nvme") for entry in entries if entry.startswith("nvme"))
    return False

"""Signs of drives that this system cannot reach: as long as there is one, nobody may say "all drives".

From PCI functions of storage controllers, and from what the kernel's drivers say of NVMe, SATA, SD and RAID.
"""

import re
from collections.abc import Iterator

from agent.host.source import Source, integer
from agent.inventory import pci
from agent.inventory.pci import Function
from agent.model.inventory import UnseenDrive
from agent.model.message import Message, say

_STORAGE = 0x01
_RAID = 0x0104
"""Class and subclass of a RAID controller. Intel's SATA in RAID mode has it too, and shows its drives by `ahci`."""
_TRANSPARENT = {"ahci", "vmd", "isci"}
"""Drivers that show every drive behind such a controller."""
_HANDED_OVER = {"vfio-pci", "pci-stub", "uio_pci_generic", "xen-pciback"}
"""Drivers that keep a function for a virtual machine."""
_BASE_SYSTEM, _SD_HOST = 0x08, 0x0805
_ON_THE_CHIP = {"Intel", "AMD"}
"""Their SD hosts serve soldered eMMC; other makers' have a slot for cards."""
# Hosts for soldered eMMC that ACPI names and not PCI: drivers/mmc/host/sdhci-acpi.c of the kernel.
_EMMC = re.compile(r"(80860F14|80865ACC|INT33C6|INT3436|AMDI0040):\d+")
_HALF = re.compile(r"(?P<whole>(INTEL )?HBRPEK\w+)(?P<half>[LO])\b.*", re.IGNORECASE)
"""Intel Optane Memory H10 and H20: flash (L) and Optane (O) on one card, each with a controller of its own."""
_CACHE = re.compile(r"(INTEL )?(MEMPE[KI]|HBRPEK)", re.IGNORECASE)
"""Intel Optane Memory, made to hold a part of another drive's data."""
_SATA_RAID_MODE = {0x2822, 0x282A}
"""Intel's SATA in RAID mode, of whatever chipset."""
_INTEL = 0x8086
# Intel Volume Management Devices: drives/pci/controller/vmd.c of the kernel lists them.
_VMD = {0x201D, 0x28C0, 0x467F, 0x4C3D, 0x7D0B, 0x9A0B, 0xA77F, 0xAD0B, 0xB06F, 0xB60B}


MOST_REMAPPED = 3
"""What such a controller can keep to itself (AHCI_MAX_REMAP of drivers/ata/ahci.c). Another number is rubbish, and a
sign all the same."""


def read(source: Source) -> list[UnseenDrive]:
    functions = list(pci.functions(source, _STORAGE, _BASE_SYSTEM))
    storage = [function for function in functions if function.kind >> 16 == _STORAGE]
    found = [sign for function in storage for sign in _controller(function)]
    found += _remapped(source, storage)
    found += _emmc(source, functions)
    found += _raid_volumes(source)
    found += _silent(source)
    found += _optane(source, storage)
    found += _mute_links(source)
    return [UnseenDrive(sign=sign, remedy=remedy) for sign, remedy in found]


def _ahci() -> Message:
    return say("Set the disk controller to AHCI in the BIOS settings, then start again from the stick.")


def _take_out() -> Message:
    return say("Attach the drives to a plain disk controller, or take them out and erase them on the dock.")


def _unused(function: Function) -> bool:
    return function.driver is None or function.driver in _HANDED_OVER


def _controller(function: Function) -> Iterator[tuple[Message, Message]]:
    if _unused(function) and function.vendor == _INTEL and function.device in _VMD:
        yield (
            say("Drives may be hidden behind Intel VMD ({address}).", address=function.address),
            say("Switch VMD off in the BIOS settings, then start again from the stick."),
        )
    elif _unused(function):
        yield (
            say(
                "A disk controller has no driver ({address}, {id}); its drives cannot be seen.",
                address=function.address,
                id=function.pci_id,
            ),
            _ahci(),
        )
    elif function.kind >> 8 == _RAID and function.driver is not None and function.driver not in _TRANSPARENT:
        yield (
            say(
                "A RAID controller ({address}, {driver}) shows volumes instead of the drives behind it.",
                address=function.address,
                driver=function.driver,
            ),
            _take_out(),
        )


def _remapped(source: Source, storage: list[Function]) -> Iterator[tuple[Message, Message]]:
    """Linux counts the NVMe drives that an Intel controller in RST mode keeps to itself (drivers/ata/ahci.c)."""
    for function in storage:
        if count := integer(source, f"{function.folder}/remapped_nvme"):
            hidden = max(1, min(count, MOST_REMAPPED))
            yield say("{count} NVMe drive(s) are hidden behind Intel RST.", count=hidden), _ahci()


def _emmc(source: Source, functions: list[Function]) -> Iterator[tuple[Message, Message]]:
    """Hosts of soldered eMMC that no driver took."""
    hosts = [
        function.address
        for function in functions
        if function.kind >> 8 == _SD_HOST and _unused(function) and pci.maker(function.vendor) in _ON_THE_CHIP
    ]
    platform = "/sys/bus/platform/devices"
    named = (name for name in source.names(platform) if _EMMC.fullmatch(name))
    hosts += [name for name in named if source.link(f"{platform}/{name}/driver") is None]
    for host in hosts:
        yield (
            say("The host of a soldered eMMC or SD drive has no driver ({host}); its drive cannot be seen.", host=host),
            say("Start from a newer Ordis stick. If it stays unseen, have the board's memory chip destroyed."),
        )


def _raid_volumes(source: Source) -> Iterator[tuple[Message, Message]]:
    """Volumes that a SAS adapter makes of its drives (drivers/scsi/raid_class.c)."""
    for name in source.names("/sys/class/raid_devices"):
        yield (
            say("A disk adapter shows a RAID volume ({name}) instead of the drives behind it.", name=name),
            _take_out(),
        )


def _optane(source: Source, storage: list[Function]) -> Iterator[tuple[Message, Message]]:
    """What can be told without reading the drives: a card of which one half is missing, and a cache in RST mode."""
    models = [source.text(f"/sys/class/nvme/{name}/model") or "" for name in source.names("/sys/class/nvme")]
    halves = [found for model in models if (found := _HALF.match(model))]
    for card in {half["whole"].upper(): half["whole"] for half in halves}.values():
        seen = [half["half"].upper() for half in halves if half["whole"].upper() == card.upper()]
        if seen.count("L") != seen.count("O"):
            yield (
                say("Of the drive {model} only one half shows: flash and Optane cache are on one card.", model=card),
                say("Take the drive out and erase it in a computer that shows both halves, or have it destroyed."),
            )
    raid_mode = any(one.vendor == _INTEL and one.device in _SATA_RAID_MODE for one in storage)
    for model in models:
        if raid_mode and _CACHE.match(model):
            yield say("The cache module {model} may hold data of another drive (Intel RST).", model=model), _ahci()


def _mute_links(source: Source) -> Iterator[tuple[Message, Message]]:
    """SATA sockets whose line is up while no drive came of it (drivers/ata/libata-transport.c)."""
    for name in source.names("/sys/class/ata_link"):
        number = re.fullmatch(r"link(\d+)", name)
        folder = source.link(f"/sys/class/ata_link/{name}") if number else None
        port = re.match(r".*/ata\d+(?=/)", folder or "")
        # "<unknown>" where nothing answers.
        if number is None or port is None or not re.match(r"\d", source.text(f"{folder}/sata_spd") or ""):
            continue
        hosts = [entry for entry in source.names(port[0]) if re.fullmatch(r"host\d+", entry)]
        answered = any(entry.startswith("target") for host in hosts for entry in source.names(f"{port[0]}/{host}"))
        if hosts and not answered:
            yield (
                say("At SATA port {port} something is plugged in that does not answer.", port=number[1]),
                say("Switch the computer off and on again. If it stays silent, take the drive out."),
            )


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

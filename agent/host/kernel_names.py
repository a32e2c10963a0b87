"""By which names the kernel's log calls a drive, beside that of its node: its port, its controller, its USB device."""

import re

from agent.host.source import Source
from agent.host.topology import controllers, namespaces

_PORT = re.compile(r"ata\d{1,3}")
_TARGET = re.compile(r"\d{1,4}:\d{1,3}:(\d{1,3}):\d{1,20}")
_USB = re.compile(r"\d{1,2}-\d{1,2}(\.\d{1,2}){0,5}")
_MMC = re.compile(r"mmc\d{1,2}")
_PCI = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")


def of_drive(source: Source, path: str) -> frozenset[str]:
    """All names of the drive with this node (`/dev/sda`): `sda`, `ata3`, `ata3.00`, `nvme0`, `mmc0`, `usb 1-2`, and of
    an NVMe drive its PCI function, which serves nothing else. Never raises; of a node that is gone, its own name."""
    name = path.rsplit("/", 1)[-1]
    found = {name}
    folder = source.link(f"/sys/block/{name}")
    if folder is None or not path.startswith("/dev/"):
        return frozenset(found)
    parts = folder.split("/")
    found |= _on_port(parts)
    found |= {f"usb {part}" for part in [part for part in parts if _USB.fullmatch(part)][-1:]}  # before it, hubs
    found |= {part for part in parts if _MMC.fullmatch(part)}
    for controller in controllers(source, name):
        above = controller.split("/")
        found |= {above[-1], *[part for part in above if _PCI.fullmatch(part)][-1:], *namespaces(source, name)}
    return frozenset(found)


def _on_port(parts: list[str]) -> set[str]:
    port = next((part for part in parts if _PORT.fullmatch(part)), None)
    if port is None:
        return set()
    # Of two drives on one cable, the second is target 1 and ataN.01.
    targets = (found for part in parts if (found := _TARGET.fullmatch(part)))
    return {port, *(f"{port}.{int(found[1]):02}" for found in targets)}

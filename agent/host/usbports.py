"""USB sockets of the case, and which of them have something in them, from /sys/bus/usb/devices.

The firmware says which ports of the hubs inside are sockets that a person reaches (ACPI 6.5, 9.13, _UPC; the kernel's
`connect_type`). A socket with both speeds is two ports, which the kernel shows as peers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.host.source import Source, integer

_DEVICES = "/sys/bus/usb/devices"
_MOST = 1000
_HUB = re.compile(r"(\d+)-(0|\d+(\.\d+)*):1\.0")
_DEVICE = re.compile(r"(\d+)-(\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Socket:
    """One socket; `ports` are its one or two ports by the name of the device that would be in them ("1-3", "2-1")."""

    ports: tuple[str, ...]
    folders: tuple[str, ...]
    """The ports' folders in /sys."""

    @property
    def name(self) -> str:
        return "/".join(self.ports)


def sockets(source: Source) -> list[Socket]:
    """All that a person can plug something into; empty where the firmware does not say. Never raises."""
    found: dict[str, Socket] = {}
    for port, folder in _ports(source):
        if source.text(f"{folder}/connect_type") != "hotplug":
            continue
        real = source.link(folder) or folder
        peer = source.link(f"{folder}/peer")
        if peer is not None and peer in found and len(found[peer].ports) == 1:
            other = found[peer]
            found[peer] = Socket((*other.ports, port), (*other.folders, folder))
        else:
            found[real] = Socket((port,), (folder,))
    return list(found.values())


def occupied(source: Source, among: list[Socket]) -> set[str]:
    """The names of those sockets in which a device was found, itself or through a hub."""
    there = [name for name in source.names(_DEVICES)[:_MOST] if _DEVICE.fullmatch(name)]
    return {
        socket.name
        for socket in among
        if any(name == port or name.startswith(f"{port}.") for name in there for port in socket.ports)
    }


def overloaded(source: Source, among: list[Socket]) -> list[str]:
    """The sockets that drew too much current since the start (`over_current_count`)."""
    return [
        socket.name
        for socket in among
        if any((integer(source, f"{folder}/over_current_count") or 0) > 0 for folder in socket.folders)
    ]


def _ports(source: Source) -> Iterator[tuple[str, str]]:
    """Every port of every hub: the name that a device in it has, and its folder."""
    for hub in source.names(_DEVICES)[:_MOST]:
        if (parts := _HUB.fullmatch(hub)) is None:
            continue
        bus, chain = parts[1], parts[2]
        for name in source.names(f"{_DEVICES}/{hub}")[:_MOST]:
            if number := re.fullmatch(r"(?:usb\d+|\d+-[\d.]+)-port(\d{1,3})", name):
                port = f"{bus}-{number[1]}" if chain == "0" else f"{bus}-{chain}.{number[1]}"
                yield port, f"{_DEVICES}/{hub}/{name}"

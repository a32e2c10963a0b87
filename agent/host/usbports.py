"""USB sockets of the case, and which of them have something in them, from /sys/bus/usb/devices.

The firmware says which ports of the hubs inside are sockets that a person reaches (ACPI 6.5, 9.13, _UPC; the kernel's
`connect_type`). A socket with both speeds is two ports, which the kernel shows as peers.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.host.source import Source, integer

_DEVICES = "/sys/bus/usb/devices"
_REACHABLE, _BUILT_IN = "hotplug", ("hardwired", "not used")
"""The kernel's words for what a person can plug into, and cannot (Documentation/ABI/testing/sysfs-bus-usb)."""
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
    return [socket for socket, kind in _paired(source) if kind == _REACHABLE]


class Plugging:
    """Which sockets something was plugged into since this was made. Each look reads one folder of the kernel's memory:
    nothing waits for hardware. Where the firmware does not say what is a socket, every port of the machine's own
    controllers is one; what hangs on a hub hangs in the hub's socket."""

    def __init__(self, source: Source) -> None:
        self._source = source
        paired = _paired(source)
        self._sockets = {
            port: socket.name if kind == _REACHABLE or (kind not in _BUILT_IN and "." not in port) else None
            for socket, kind in paired
            for port in socket.ports
        }
        self.sockets = [socket.name for socket, kind in paired if kind == _REACHABLE]
        """Those that the firmware calls so, by name; empty where it does not say."""
        self._there = _devices(source)

    def look(self) -> list[str]:
        """The names of the sockets in which something appeared since the last look. Never raises."""
        before, self._there = self._there, _devices(self._source)
        found = (self.socket_at(device) for device in sorted(self._there - before))
        return list(dict.fromkeys(name for name in found if name is not None))

    def socket_at(self, device: str) -> str | None:
        """The name of the socket that a device ("1-3") is in; None for what is inside, or on a hub."""
        return self._sockets.get(device, None if "." in device else device)


def _paired(source: Source) -> list[tuple[Socket, str | None]]:
    """Every port with its other half, and what the firmware calls them (`connect_type`)."""
    found: dict[str, tuple[Socket, str | None]] = {}
    for port, folder in _ports(source):
        kind, peer = source.text(f"{folder}/connect_type"), source.link(f"{folder}/peer")
        other, other_kind = found.get(peer or "", (None, None))
        if other is not None and len(other.ports) == 1 and peer is not None:
            both = Socket((*other.ports, port), (*other.folders, folder))
            found[peer] = (both, _REACHABLE if _REACHABLE in (kind, other_kind) else kind)
        else:
            found[source.link(folder) or folder] = (Socket((port,), (folder,)), kind)
    return list(found.values())


def occupied(source: Source, among: list[Socket]) -> set[str]:
    """The names of those sockets in which a device was found, itself or through a hub."""
    there = _devices(source)
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


def _devices(source: Source) -> set[str]:
    return {name for name in source.names(_DEVICES)[:_MOST] if _DEVICE.fullmatch(name)}


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

"""USB sockets as the kernel sees things come to life in them."""

import re
import time
from typing import TYPE_CHECKING, Self

from agent.host.source import Source
from agent.inventory import usb_devices
from agent.model.manual import MOST, AnyView, PortsView

if TYPE_CHECKING:
    from agent.manual.aids import Watched

IDLE_SECONDS = 120.0
"""Without another socket, the count ends; it can be started again and goes on."""

_AT_ROOT = re.compile(r"(\d+)-(\d+)")
"""A device in a socket of the machine itself. What hangs on a hub hangs in the hub's socket."""


class PortsAid:
    """Looks at the list of USB devices, which is read from memory: nothing waits for hardware."""

    def __init__(self, source: Source, before: AnyView | None) -> None:
        self._source = source
        self._seen: list[str] = list(before.seen) if isinstance(before, PortsView) else []
        self._there = self._devices()
        self._last_new = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def watched(self) -> list["Watched"]:
        return []

    def view(self) -> PortsView:
        now = self._devices()
        for name in sorted(now - self._there):
            socket = self._socket(name)
            if socket not in self._seen and len(self._seen) < MOST:
                self._seen.append(socket)
                self._last_new = time.monotonic()
        self._there = now
        return PortsView(seen=self._seen)

    def ended(self) -> bool:
        return time.monotonic() - self._last_new >= IDLE_SECONDS

    def _devices(self) -> set[str]:
        return {name for name in self._source.names(usb_devices.DEVICES) if _AT_ROOT.fullmatch(name)}

    def _socket(self, device: str) -> str:
        """One name for a socket, whose fast half and slow half are two ports of the kernel (`peer`)."""
        bus, port = device.split("-")
        name = f"usb{bus}-port{port}"
        peer = self._source.link(f"{usb_devices.DEVICES}/{bus}-0:1.0/{name}/peer")
        return min(name, peer.rsplit("/", 1)[-1]) if peer else name

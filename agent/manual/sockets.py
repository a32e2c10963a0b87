"""USB sockets as the kernel sees things come to life in them."""

import time
from typing import TYPE_CHECKING, Self

from agent.host.source import Source
from agent.host.usbports import Plugging
from agent.model.manual import MOST, AnyView, PortsView

if TYPE_CHECKING:
    from agent.manual.aids import Watched

IDLE_SECONDS = 120.0
"""Without another socket, the count ends; it can be started again and goes on."""


class PortsAid:
    """Looks at the list of USB devices, which is read from memory: nothing waits for hardware."""

    def __init__(self, source: Source, before: AnyView | None) -> None:
        self._plugging = Plugging(source)
        self._seen: list[str] = list(before.seen) if isinstance(before, PortsView) else []
        self._last_new = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def watched(self) -> list["Watched"]:
        return []

    def view(self) -> PortsView:
        for socket in self._plugging.look():
            if socket not in self._seen and len(self._seen) < MOST:
                self._seen.append(socket)
                self._last_new = time.monotonic()
        return PortsView(seen=self._seen, sockets=self._plugging.sockets[:MOST])

    def ended(self) -> bool:
        return time.monotonic() - self._last_new >= IDLE_SECONDS

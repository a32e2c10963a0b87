"""Hosts and the controllers that they hold: Connect, and the properties of a controller (NVMe Base 2.0: 3.1.3, 6)."""

import struct
import threading
from dataclasses import dataclass, field

from agent.training.description import Description
from agent.training.nvme import FIRST, NvmeFirmware
from agent.training.nvme_admin import NvmeController
from agent.training.nvme_status import Refusal, Status, require
from agent.training.serve.wire import Wire

QUEUE_ENTRIES = 128
"""Commands that a host may have in the air on one queue."""
_CAPABILITIES, _VERSION, _CONFIGURATION, _STATUS = 0x00, 0x08, 0x14, 0x1C
"""Properties by their offset (Base 2.0, 3.1.3)."""
_CAP = (QUEUE_ENTRIES - 1) | 1 << 16 | 20 << 24 | 1 << 37  # MQES; CQR; TO: 10 s; CSS: the NVM command set
_VS = 0x00010400
_ENABLE, _SHUTDOWN = 1 << 0, 0b11 << 14
_READY, _SHUT_DOWN = 1 << 0, 0b10 << 2
_ANY_CONTROLLER = 0xFFFF
_KEEP_ALIVE_SECONDS = 120.0
"""For a host that names no time."""


@dataclass
class Association:
    """A host and the controller that it holds."""

    host: bytes
    """Its identifier, and its name."""
    controller: NvmeController
    admin: Wire
    configuration: int = 0
    queues: set[Wire] = field(default_factory=set)

    @property
    def enabled(self) -> bool:
        return bool(self.configuration & _ENABLE)

    def end(self) -> None:
        """All connections of it end."""
        for wire in (self.admin, *self.queues):
            wire.close()

    def get(self, offset: int, attributes: int) -> int:
        """Property Get. Raises Refusal for one that there is not, or that is not as long."""
        shut_down = _SHUT_DOWN if self.configuration & _SHUTDOWN else 0
        values = {
            _CAPABILITIES: _CAP, _VERSION: _VS, _CONFIGURATION: self.configuration,
            _STATUS: (_READY if self.enabled else 0) | shut_down,
        }  # fmt: skip
        require(offset in values and attributes & 7 == (offset == _CAPABILITIES), Status.INVALID_FIELD)
        return values[offset]

    def set(self, offset: int, attributes: int, value: int) -> None:
        """Property Set. Raises Refusal, OSError."""
        require(offset == _CONFIGURATION and not attributes & 7, Status.INVALID_FIELD)
        was_enabled, self.configuration = self.enabled, value & 0xFFFFFFFF
        if was_enabled and not self.enabled:
            self.controller.reset()


class Subsystem:
    """A drive's controllers, and who holds them: one host each at a time."""

    def __init__(self, drive: Description, firmware: NvmeFirmware) -> None:
        self.drive = drive
        self.firmware = firmware
        block = firmware.identify_controller()
        self.name = block[768:1024].split(b"\0")[0]
        """Its NQN."""
        self._lock = threading.Lock()
        self._held: dict[int, Association] = {}

    def connect(self, wire: Wire, entry: bytes, data: bytes) -> "tuple[Association, Queue]":
        """Carry out Connect on a new connection. Raises Refusal."""
        layout, queue, entries = struct.unpack_from("<HHH", entry, 40)
        (patience,) = struct.unpack_from("<I", entry, 48)
        require(layout == 0, Status.CONNECT_FORMAT)
        require(len(data) == 1024 and 0 < entries < QUEUE_ENTRIES, Status.CONNECT_PARAMETERS)
        (number,) = struct.unpack_from("<H", data, 16)
        require(data[256:512].split(b"\0")[0] == self.name, Status.CONNECT_PARAMETERS)
        host = data[:16] + data[512:768]
        with self._lock:
            held = self._take(host, number, wire) if queue == 0 else self._join(host, number, wire)
        seconds = patience / 1000 if patience else _KEEP_ALIVE_SECONDS
        return held, Queue(queue, entries + 1, seconds)

    def _take(self, host: bytes, number: int, wire: Wire) -> Association:
        """A controller for this host: one that it names, or any; a host that comes back gives up what it held."""
        numbers = range(FIRST, FIRST + self.drive.nvme.controllers)
        require(number == _ANY_CONTROLLER or number in numbers, Status.CONNECT_PARAMETERS)
        free = [one for one in numbers if one not in self._held and number in {one, _ANY_CONTROLLER}]
        if not free:
            before = next((one for one, held in self._held.items() if held.host == host), None)
            if before is None or number not in {before, _ANY_CONTROLLER}:
                raise Refusal(Status.CONNECT_BUSY)
            self._held.pop(before).end()
            free = [before]
        held = Association(host, NvmeController(self.drive, self.firmware, free[0]), wire)
        self._held[free[0]] = held
        return held

    def _join(self, host: bytes, number: int, wire: Wire) -> Association:
        """One more queue for a controller that the host holds, and has enabled."""
        held = self._held.get(number)
        if held is None or held.host != host or not held.enabled:
            raise Refusal(Status.CONNECT_PARAMETERS)
        held.queues.add(wire)
        return held

    def leave(self, held: Association, wire: Wire) -> None:
        """A connection has ended; with that of the admin queue all others of the association."""
        with self._lock:
            held.queues.discard(wire)
            if wire is not held.admin:
                return
            if self._held.get(held.controller.number) is held:
                del self._held[held.controller.number]
        held.end()


@dataclass(frozen=True)
class Queue:
    """What was agreed upon for one connection."""

    number: int
    entries: int
    patience: float
    """Seconds without a sign of the host after which the controller gives it up (the keep alive time)."""

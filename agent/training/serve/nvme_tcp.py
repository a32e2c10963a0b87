"""A simulated NVMe drive over TCP: one connection for each queue (NVMe TCP Transport 1.0)."""

import struct
import threading

from agent.model.ports import NvmeResult
from agent.training.drive import SimulatedDrive
from agent.training.nvme_admin import ASYNCHRONOUS_EVENT, KEEP_ALIVE
from agent.training.nvme_status import Refusal, Status, require
from agent.training.serve import nvme_pdu
from agent.training.serve.nvme_association import Association, Queue, Subsystem
from agent.training.serve.nvme_commands import Command, admin, completion, move
from agent.training.serve.nvme_pdu import SEGMENT, Ending, Fatal, Kind, Pdu
from agent.training.serve.wire import HERE, Closed, Listener, Wire
from agent.training.serve.work import Work

_FABRICS = 0x7F
_PROPERTY_SET, _CONNECT, _PROPERTY_GET = 0x00, 0x01, 0x04
"""Types of commands for fabrics."""
_PARKED = 1
"""Asynchronous Event Requests that wait for an event: one (AERL 0), and there never is an event."""
_MEET_SECONDS = 30.0


def serve_nvme_tcp(drive: SimulatedDrive, host: str = HERE, port: int = 0) -> Listener:
    """Serve an NVMe drive until the listener is closed.

    Raises OSError where the port cannot be had or the drive does not answer, ValueError for another kind of drive.
    """
    current, lock = _switched_on(drive), threading.Lock()

    def serve(wire: Wire) -> Connection:
        """After each power-on the firmware is a new one, and nobody holds a controller."""
        nonlocal current
        with lock:
            if drive.nvme is not current.firmware:
                current = _switched_on(drive)
            return Connection(wire, current)

    return Listener(drive, serve, host, port)


def subsystem_name(drive: SimulatedDrive) -> str:
    """The NQN by which a host connects. Raises ValueError for another kind of drive, OSError."""
    return _switched_on(drive).name.decode()


def _switched_on(drive: SimulatedDrive) -> Subsystem:
    if drive.nvme is None:
        raise ValueError("only NVMe drives have controllers")
    return Subsystem(drive.description, drive.nvme)


class _Sending:
    """A command that waits for its data."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.data = bytearray()
        self.asked = 0


class Connection:
    """One connection, which is one queue."""

    def __init__(self, wire: Wire, subsystem: Subsystem) -> None:
        self._wire = wire
        self._subsystem = subsystem
        self._held: Association | None = None
        self._queue = Queue(0, 2, _MEET_SECONDS)
        self._multiple = 4
        self._sending: dict[int, _Sending] = {}
        self._in_air: set[int] = set()
        self._taken = 0
        self._parked = False

    def run(self) -> None:
        """Raises Closed at the end."""
        self._work = Work(self._wire)
        try:
            self._multiple = nvme_pdu.initialize(self._wire, _MEET_SECONDS)
            while True:
                self._take(nvme_pdu.receive(self._wire, self._idle))
        except Fatal as fatal:
            self._wire.send(fatal.unit)
            raise
        finally:
            self._work.end()
            if self._held:
                self._subsystem.leave(self._held, self._wire)

    @property
    def _idle(self) -> float:
        """Only the admin queue has to give signs of life; twice its time, since virtual machines are slow."""
        return 2 * self._queue.patience if self._held is None or self._wire is self._held.admin else float("inf")

    def _take(self, unit: Pdu) -> None:
        match unit.kind:
            case Kind.COMMAND:
                self._command(unit)
            case Kind.DATA_OUT:
                self._data(unit)
            case Kind.HOST_ENDS:
                raise Closed("the host has ended it")
            case _:
                raise Fatal(Ending.SEQUENCE, unit.header)

    # Commands and their data

    def _command(self, unit: Pdu) -> None:
        command = Command(unit.body, unit.data)
        if command.number in self._in_air or len(self._in_air) >= self._queue.entries + _PARKED:
            raise Fatal(Ending.SEQUENCE, unit.header)
        self._in_air.add(command.number)
        self._taken += 1
        try:
            if command.asks_for_data:
                self._sending[command.number] = sending = _Sending(command)
                self._ask(sending)
                return
        except Refusal as refusal:
            self._end(command, NvmeResult(refusal.status))
            return
        self._begin(command, command.inline)

    def _ask(self, sending: _Sending) -> None:
        at, length = len(sending.data), sending.command.length
        sending.asked = min(length, at + SEGMENT)
        self._wire.send(nvme_pdu.ready(sending.command.number, at, sending.asked - at))

    def _data(self, unit: Pdu) -> None:
        number, tag, offset, length = struct.unpack_from("<HHII", unit.body)
        sending = self._sending.get(number)
        if sending is None or tag != number:
            raise Fatal(Ending.INVALID_HEADER, unit.header)
        end = offset + length
        if offset != len(sending.data) or length != len(unit.data) or not length or end > sending.asked:
            raise Fatal(Ending.OUT_OF_RANGE, unit.header)
        sending.data += unit.data
        if end < sending.asked:
            return
        if not unit.last:
            raise Fatal(Ending.LIMIT, unit.header)
        if end < sending.command.length:
            self._ask(sending)
        else:
            del self._sending[number]
            self._begin(sending.command, bytes(sending.data))

    def _begin(self, command: Command, data: bytes) -> None:
        """All of it is there. What is no matter of the drive's own is answered at once."""
        held = self._held
        if held is None and (command.opcode, command.entry[4]) != (_FABRICS, _CONNECT):
            raise Closed("a command without a connection")
        if command.opcode == _FABRICS:
            self._end(command, self._fabrics(command, data))
        elif held is None or not held.enabled:
            self._end(command, NvmeResult(Status.SEQUENCE_ERROR))
        elif self._queue.number:
            firmware, number = self._subsystem.firmware, held.controller.number
            self._work.add(lambda: self._end(command, move(firmware, number, command, data)))
        elif command.opcode == KEEP_ALIVE:
            self._end(command, NvmeResult())
        elif command.opcode == ASYNCHRONOUS_EVENT:
            self._park(command)
        else:
            self._work.add(lambda: self._end(command, self._admin(held, command, data)))

    def _admin(self, held: Association, command: Command, data: bytes) -> NvmeResult:
        try:
            return admin(held.controller, command, data)
        except Refusal as refusal:
            return NvmeResult(refusal.status)

    def _park(self, command: Command) -> None:
        """It stays in the air until the connection ends."""
        if self._parked:
            self._end(command, NvmeResult(Status.ASYNCHRONOUS_LIMIT))
        self._parked = True

    def _end(self, command: Command, result: NvmeResult) -> None:
        parts = nvme_pdu.data_in(command.number, result.data, self._multiple) if result.succeeded else []
        self._in_air.discard(command.number)
        entry = completion(command, result, self._taken % self._queue.entries)
        self._wire.send(*parts, nvme_pdu.answer(entry))

    # Commands for fabrics

    def _fabrics(self, command: Command, data: bytes) -> NvmeResult:
        """Raises OSError, which ends the connection."""
        kind, attributes, offset = command.entry[4], command.entry[40], command.dword(11)
        held = self._held
        try:
            if held is None or kind == _CONNECT:
                return self._connect(command, data)
            require(kind in {_PROPERTY_GET, _PROPERTY_SET} and not self._queue.number, Status.INVALID_FIELD)
            if kind == _PROPERTY_GET:
                return NvmeResult(result=held.get(offset, attributes))
            held.set(offset, attributes, command.dword(12))
        except Refusal as refusal:
            return NvmeResult(refusal.status)
        return NvmeResult()

    def _connect(self, command: Command, data: bytes) -> NvmeResult:
        require(self._held is None, Status.SEQUENCE_ERROR)
        self._held, self._queue = self._subsystem.connect(self._wire, command.entry, data)
        return NvmeResult(result=self._held.controller.number)

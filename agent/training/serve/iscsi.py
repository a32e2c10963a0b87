"""An iSCSI target with one simulated drive as its logical unit 0 (RFC 7143, error recovery level 0)."""

import re
import threading
from dataclasses import dataclass, field

from agent.training.drive import SimulatedDrive
from agent.training.scsi_port import Target
from agent.training.serve.iscsi_login import MOST_TEXT, Session, log_in
from agent.training.serve.iscsi_pdu import (
    ANSWER,
    FINAL,
    NO_TAG,
    SEGMENT,
    Opcode,
    Pdu,
    build,
    parse_text,
    receive,
    text,
)
from agent.training.serve.iscsi_tasks import Task, Unit, units
from agent.training.serve.wire import HERE, Closed, Listener, Wire
from agent.training.serve.work import Work

_WINDOW = 32
"""Commands that an initiator may have in the air."""
_ABORT_TASK, _ABORT_TASK_SET, _CLEAR_TASK_SET, _UNIT_RESET, _WARM_RESET, _COLD_RESET = 1, 2, 4, 5, 6, 7
_DONE, _NO_TASK, _NOT_SUPPORTED = 0, 1, 5
"""Answers to task management."""
_NOT_UNDERSTOOD = 0x05
"""Reason of a reject: command not supported."""
_CLOSE_SESSION, _CLOSE_CONNECTION = 0, 1
_NO_RECOVERY = 2
"""Answer to a logout for recovery's sake."""


def target_name(serial: str) -> str:
    """The iSCSI name of the drive with this serial number (RFC 3722: lower case, no spaces)."""
    return "iqn.2026-11.org.ordis.simulated:" + (re.sub(r"[^a-z0-9.-]+", "-", serial.lower()) or "drive")


def serve_iscsi(drive: SimulatedDrive, host: str = HERE, port: int = 0, *, fixed_sense: bool = False) -> Listener:
    """Serve an ATA or SAS drive until the listener is closed. Raises OSError where the port cannot be had, ValueError
    for another kind of drive.

    `fixed_sense`: all sense data in the fixed format, for QEMU's virtio-scsi, which makes nothing of descriptors.
    """
    if drive.target is None:
        raise ValueError("only ATA and SAS drives are SCSI devices")
    name = target_name(drive.identity().serial or "")

    def serve(wire: Wire) -> Connection:
        assert drive.target is not None  # a drive does not change its kind
        return Connection(wire, drive.target, name, fixed_sense=fixed_sense)

    return Listener(drive, serve, host, port)


@dataclass
class _Numbers:
    """StatSN, CmdSN and the window (4.2.2), for who sends and who receives."""

    status: int
    command: int
    lock: threading.Lock = field(default_factory=threading.Lock)
    waiting: int = 0
    """Commands of the window that have no answer yet."""

    def came(self, unit: Pdu) -> None:
        """Take a numbered unit. Raises Closed: there is but one connection, on which nothing gets lost."""
        with self.lock:
            if unit.immediate:
                return
            if unit.number(24) != self.command:
                raise Closed("a command out of its turn")
            self.command = self.command + 1 & 0xFFFFFFFF


class Connection:
    """One connection, which is a session."""

    def __init__(self, wire: Wire, target: Target, name: str, *, fixed_sense: bool = False) -> None:
        self._wire = wire
        self._target = target
        self._name = name
        self._fixed = fixed_sense
        self._session = Session()
        self._numbers = _Numbers(0, 0)
        self._tasks: dict[int, Task] = {}

    def run(self) -> None:
        """Raises Closed at the end."""
        self._session = log_in(self._wire, self._name)
        self._numbers = _Numbers(self._session.status_number, self._session.command_number)
        self._work = Work(self._wire)
        try:
            while True:
                self._take(receive(self._wire, SEGMENT))
        finally:
            self._work.end()

    def _take(self, unit: Pdu) -> None:
        if self._session.discovery and unit.opcode not in {Opcode.TEXT, Opcode.LOGOUT, Opcode.NOP}:
            raise Closed("a session for discovery has no commands")
        match unit.opcode:
            case Opcode.DATA_OUT:
                self._data(unit)
            case Opcode.COMMAND:
                self._numbers.came(unit)
                self._command(unit)
            case Opcode.NOP:
                self._nop(unit)
            case Opcode.TASK:
                self._numbers.came(unit)
                self._manage(unit)
            case Opcode.TEXT:
                self._numbers.came(unit)
                self._text(unit)
            case Opcode.LOGOUT:
                self._numbers.came(unit)
                self._log_out(unit)
            case _:
                fields = {2: bytes((_NOT_UNDERSTOOD,))}
                self._send(NO_TAG, Unit(Opcode.REJECT, FINAL, fields, unit.header, last=True))

    # Commands

    def _command(self, unit: Pdu) -> None:
        if unit.tag in self._tasks or len(self._tasks) >= 2 * _WINDOW:
            raise Closed("a tag that is taken, or too many commands")
        task = Task(unit)
        more = task.begin(self._session)
        with self._numbers.lock:
            self._tasks[task.tag] = task
            self._numbers.waiting += not unit.immediate
        self._go_on(task, more=more)

    def _data(self, unit: Pdu) -> None:
        task = self._tasks.get(unit.tag)
        if task is None or not task.asked:
            return  # of a command that was aborted meanwhile
        if task.take(unit):
            self._go_on(task, more=len(task.data) < task.expected)

    def _go_on(self, task: Task, *, more: bool) -> None:
        if more:
            self._send(task.tag, Unit(Opcode.R2T, FINAL, task.ask(self._session)))
        else:
            self._work.add(lambda: self._carry_out(task))

    def _carry_out(self, task: Task) -> None:
        """In the worker. Raises Closed, NoAnswer, OSError."""
        if task.dropped:
            return
        reply = task.carry_out(self._target)
        for unit in units(task, reply, self._session, fixed=self._fixed):
            if task.dropped or (unit.last and not self._forget(task)):
                return
            self._send(task.tag, unit)

    def _forget(self, task: Task) -> bool:
        """Whether the task was still wanted."""
        with self._numbers.lock:
            if self._tasks.get(task.tag) is not task:
                return False
            del self._tasks[task.tag]
            self._numbers.waiting -= not task.request.immediate
            return True

    # The rest

    def _nop(self, unit: Pdu) -> None:
        if unit.tag == NO_TAG:
            return  # the answer to a question that we never ask
        self._numbers.came(unit)
        data = unit.data[: self._session.segment]
        self._answer(unit, {20: NO_TAG.to_bytes(4)}, data)

    def _manage(self, unit: Pdu) -> None:
        """Task management. The drive itself cannot be stopped: what it has begun it ends, and nobody is told."""
        function = unit.flags & 0x7F
        answer = _DONE
        if function == _ABORT_TASK:
            task = self._tasks.get(unit.number(20))
            answer = _DONE if task and self._drop(task) else _NO_TASK
        elif function in {_ABORT_TASK_SET, _CLEAR_TASK_SET, _UNIT_RESET, _WARM_RESET, _COLD_RESET}:
            for task in list(self._tasks.values()):
                self._drop(task)
        else:
            answer = _NOT_SUPPORTED
        self._answer(unit, {2: bytes((answer,))})

    def _drop(self, task: Task) -> bool:
        task.dropped = True
        return self._forget(task)

    def _text(self, unit: Pdu) -> None:
        """SendTargets. No address is given, so that it is the one by which the initiator came (appendix C): a virtual
        machine sees another than we do."""
        if len(unit.data) > MOST_TEXT or not unit.final:
            raise Closed("too much text")
        asked = parse_text(unit.data)
        wanted = asked.pop("SendTargets", None)
        answers = dict.fromkeys(asked, "NotUnderstood")
        if wanted in {"All", self._name, ""}:
            answers["TargetName"] = self._name
        self._answer(unit, {20: NO_TAG.to_bytes(4)}, text(answers))

    def _log_out(self, unit: Pdu) -> None:
        reason = unit.flags & 0x7F
        good = reason in {_CLOSE_SESSION, _CLOSE_CONNECTION}
        self._answer(unit, {2: bytes((0 if good else _NO_RECOVERY,))})
        if good:
            raise Closed("logged out")

    def _answer(self, unit: Pdu, fields: dict[int, bytes], data: bytes = b"") -> None:
        self._send(unit.tag, Unit(unit.opcode + ANSWER, FINAL, fields, data, last=True))

    def _send(self, tag: int, unit: Unit) -> None:
        """With StatSN, which counts on where the unit brings a status, and what the initiator may send next."""
        numbers = self._numbers
        with numbers.lock:
            allowed = numbers.command + _WINDOW - 1 - numbers.waiting
            status = numbers.status if unit.last or unit.opcode == Opcode.R2T else 0
            counted = (status, numbers.command, allowed & 0xFFFFFFFF)
            fields = unit.fields | {24 + 4 * place: number.to_bytes(4) for place, number in enumerate(counted)}
            numbers.status = numbers.status + unit.last & 0xFFFFFFFF
            self._wire.send(build(unit.opcode, unit.flags, tag, fields, unit.data))

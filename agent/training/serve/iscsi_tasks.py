"""SCSI commands on their way through an iSCSI connection: their data, and how they end (RFC 7143: 4.2.5, 11.3)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.training.scsi_commands import command_length
from agent.training.scsi_pages import MOST_DATA
from agent.training.scsi_port import Target
from agent.training.scsi_sense import INVALID_COMMAND, INVALID_FIELD, Key, Reply, Sense
from agent.training.serve.iscsi_login import Session
from agent.training.serve.iscsi_pdu import ANSWER, FINAL, NO_TAG, Opcode, Pdu
from agent.training.serve.wire import Closed

_READS, _WRITES = 0x40, 0x20
_UNDERFLOW, _STATUS = 0x02, 0x01
_NO_UNIT = Sense(Key.ILLEGAL_REQUEST, 0x25, 0x00)
"""LOGICAL UNIT NOT SUPPORTED."""
_INQUIRY, _REPORT_LUNS, _REQUEST_SENSE = 0x12, 0xA0, 0x03


@dataclass
class Task:
    """One command."""

    request: Pdu
    data: bytearray = field(default_factory=bytearray)
    """What the initiator has sent so far."""
    asked: int = 0
    """Up to which byte it was asked to."""
    times: int = 0
    """How often it was asked."""
    units: int = 0
    """Units of data since it was last asked."""
    dropped: bool = False
    """The initiator does not want to hear of it any more."""

    @property
    def tag(self) -> int:
        return self.request.tag

    @property
    def expected(self) -> int:
        """Expected Data Transfer Length, in bytes."""
        return self.request.number(20)

    @property
    def reads(self) -> bool:
        return bool(self.request.flags & _READS)

    @property
    def writes(self) -> bool:
        return bool(self.request.flags & _WRITES)

    @property
    def cdb(self) -> bytes:
        """The command descriptor block without what fills it up to 16 bytes."""
        block = self.request.header[32:48]
        return block[: command_length(block) or 16]

    def refusal(self) -> Sense | None:
        """What the transport itself has against it."""
        if self.reads and self.writes:
            return INVALID_COMMAND
        return INVALID_FIELD if self.expected > MOST_DATA else None

    def begin(self, session: Session) -> bool:
        """Take the data that came with the command; True when there is more to ask for. Raises Closed."""
        data = self.request.data
        if not self.request.final or len(data) > min(self.expected, session.first_burst):
            raise Closed("data that nobody has asked for")
        if data and not (self.writes and session.immediate_data):
            raise Closed("data that was not agreed upon")
        self.data += data
        self.asked = len(data)
        return self.writes and self.refusal() is None and len(self.data) < self.expected

    def ask(self, session: Session) -> dict[int, bytes]:
        """The fields of the Ready To Transfer for what comes next."""
        start, self.units = len(self.data), 0
        self.asked = min(self.expected, start + session.burst)
        self.times += 1
        return {
            20: self.tag.to_bytes(4),
            36: (self.times - 1).to_bytes(4),
            40: start.to_bytes(4),
            44: (self.asked - start).to_bytes(4),
        }

    def take(self, unit: Pdu) -> bool:
        """A unit of data; True when it was the last that was asked for. Raises Closed for one that was not."""
        fits = len(self.data) + len(unit.data) <= self.asked
        if unit.number(20) != self.tag or unit.number(36) != self.units or unit.number(40) != len(self.data):
            raise Closed("data out of its order")
        if not fits or (not unit.data and not unit.final):
            raise Closed("data that nobody has asked for")
        self.data += unit.data
        self.units += 1
        if unit.final and len(self.data) < self.asked:
            raise Closed("less data than was asked for")
        return unit.final

    def carry_out(self, target: Target) -> Reply:
        """Raises NoAnswer, OSError."""
        if said := self.refusal():
            return Reply(said)
        room = self.expected if self.reads else 0
        if any(self.request.header[8:16]):
            return self._elsewhere(target, room)
        return target.execute(self.cdb, bytes(self.data), room, math.inf)

    def _elsewhere(self, target: Target, room: int) -> Reply:
        """At another logical unit than 0, of which there is none (SPC-4: 6.6.1, 6.33)."""
        if self.cdb[0] == _REPORT_LUNS:
            return target.execute(self.cdb, b"", room, math.inf)
        if self.cdb[0] == _INQUIRY:
            return Reply(data=bytes((0x7F, 0, 6, 2, 31)).ljust(36, b"\0")[: min(room, int.from_bytes(self.cdb[3:5]))])
        if self.cdb[0] == _REQUEST_SENSE:
            return Reply(data=_NO_UNIT.fixed()[: min(room, self.cdb[4])])
        return Reply(_NO_UNIT)


@dataclass(frozen=True)
class Unit:
    """One unit of an answer."""

    opcode: int
    flags: int
    fields: dict[int, bytes]
    data: bytes = b""
    last: bool = False
    """It brings the status."""


def units(task: Task, reply: Reply, session: Session, *, fixed: bool) -> Iterator[Unit]:
    """The answer to a command: its data, in bursts, and its status, which a success has in the last unit of data."""
    data = reply.data if task.reads else b""
    residue = max(0, task.expected - len(data)) if task.reads else 0
    number = 0
    for at in range(0, len(data), session.segment):
        part = data[at : at + session.segment]
        end = at + len(part)
        with_status = end == len(data) and reply.sense is None
        # A sequence of data ends at the latest where its burst is full.
        full = end == len(data) or end // session.burst != (end + session.segment) // session.burst
        flags = (FINAL if full else 0) | ((_STATUS | (_UNDERFLOW if residue else 0)) if with_status else 0)
        fields = {20: NO_TAG.to_bytes(4), 36: number.to_bytes(4), 40: at.to_bytes(4)}
        if with_status:
            fields[44] = residue.to_bytes(4)
        yield Unit(Opcode.DATA_IN, flags, fields, part, with_status)
        number += 1
    if not data or reply.sense is not None:
        fields = {3: bytes((reply.status,)), 36: number.to_bytes(4), 44: residue.to_bytes(4)}
        flags = FINAL | (_UNDERFLOW if residue else 0)
        yield Unit(Opcode.COMMAND + ANSWER, flags, fields, _segment(reply.sense, fixed=fixed), last=True)


def _segment(sense: Sense | None, *, fixed: bool) -> bytes:
    """Sense data behind its length (11.4.7.2): fixed where that holds everything, as drives do from the factory. The
    registers of an ATA drive come as a descriptor, of which the fixed format has no room for the upper halves."""
    if sense is None:
        return b""
    long = sense.registers is not None or (sense.information or 0) > 0xFFFFFFFF
    block = sense.descriptors() if long and not fixed else sense.fixed()
    return len(block).to_bytes(2) + block

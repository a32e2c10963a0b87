"""The commands that a host sends to a served NVMe drive: those of the admin queue, and reading and writing (NVM Command
Set 1.0, 3.2)."""

import errno
import math
import struct
from dataclasses import dataclass

from agent.model.ports import NvmeCommand, NvmeResult
from agent.training.firmware import SectorError
from agent.training.nvme import NvmeFirmware
from agent.training.nvme_admin import IDENTIFY, NvmeController, Order
from agent.training.nvme_namespaces import Namespace
from agent.training.nvme_status import Refusal, Status, require
from agent.training.serve.nvme_association import QUEUE_ENTRIES
from agent.training.serve.nvme_pdu import ENTRY, INLINE

MOST_DATA = 4 << 20
"""Bytes that a command may move: what Identify announces (MDTS)."""
KEEP_ALIVE_UNIT = 100
"""Milliseconds (KAS)."""
_FLUSH, _WRITE, _READ = 0x00, 0x01, 0x02
_IN_COMMAND, _BY_TRANSPORT = 0x01, 0x5A
"""SGL descriptors: data behind the command (a data block by its offset), and data in units of their own."""
_RETRY = {Status.SANITIZE_IN_PROGRESS, Status.FORMAT_IN_PROGRESS, Status.NAMESPACE_NOT_READY}
_DO_NOT_RETRY = 0x4000


@dataclass(frozen=True)
class Command:
    """A submission queue entry."""

    entry: bytes
    inline: bytes = b""

    @property
    def opcode(self) -> int:
        return self.entry[0]

    @property
    def number(self) -> int:
        return int(struct.unpack_from("<H", self.entry, 2)[0])

    @property
    def namespace(self) -> int:
        return self.dword(1)

    def dword(self, number: int) -> int:
        return int(struct.unpack_from("<I", self.entry, 4 * number)[0])

    @property
    def sends(self) -> bool:
        """Data goes to the controller; the opcode says so (Connect and Property Set: the type of the command)."""
        kind = self.entry[4] if self.opcode == 0x7F else self.opcode
        return kind & 3 == 1

    @property
    def length(self) -> int:
        """Bytes of data that its SGL describes. Raises Refusal for an SGL that cannot be."""
        (address, length), kind = struct.unpack_from("<QI", self.entry, 24), self.entry[39]
        require(kind in {_IN_COMMAND, _BY_TRANSPORT} or not length, Status.SGL_TYPE)
        require(length <= MOST_DATA, Status.INVALID_FIELD)
        if kind == _IN_COMMAND and length:
            require(self.sends and address == 0, Status.SGL_OFFSET)
            require(length == len(self.inline), Status.DATA_LENGTH)
        return int(length)

    @property
    def asks_for_data(self) -> bool:
        """What it sends is yet to come."""
        return self.sends and self.entry[39] == _BY_TRANSPORT and self.length > 0


def completion(command: Command, result: NvmeResult, head: int) -> bytes:
    """The 16 bytes that end a command; `head`: up to where we have taken the queue."""
    again = not result.status or result.status in _RETRY
    status = result.status | (0 if again else _DO_NOT_RETRY)
    return struct.pack("<QHHHH", result.result, head, 0, command.number, status << 1)


def admin(controller: NvmeController, command: Command, data: bytes) -> NvmeResult:
    """A command of the admin queue. Raises NoAnswer, OSError."""
    length = command.length
    order = Order(
        NvmeCommand(command.opcode, command.namespace, *(command.dword(number) for number in range(10, 15))),
        data,
        0 if command.sends else length,
        math.inf,
    )
    result = controller.execute(order)
    if command.opcode == IDENTIFY and command.dword(10) & 0xFF == 0x01 and result.succeeded:
        return NvmeResult(data=_over_fabrics(result.data)[:length])
    return NvmeResult(result.status, result.result, result.data[:length])


def _over_fabrics(block: bytes) -> bytes:
    """What Identify Controller says besides, of a controller at the end of a network."""
    changed = bytearray(block)
    struct.pack_into("<H", changed, 320, 1)  # KAS, in units of 100 ms
    struct.pack_into("<H", changed, 514, QUEUE_ENTRIES)  # MAXCMD
    struct.pack_into("<I", changed, 536, 1 | 1 << 20)  # SGLS: SGLs, also by offset
    # IOCCSZ and IORCSZ in units of 16 bytes, ICDOFF, FCATT: a dynamic controller, MSDBD: one descriptor
    struct.pack_into("<IIHBB", changed, 1792, (ENTRY + INLINE) // 16, 1, 0, 0, 1)
    return bytes(changed)


def move(firmware: NvmeFirmware, controller: int, command: Command, data: bytes) -> NvmeResult:
    """A command of an I/O queue. Raises NoAnswer and OSError where the drive gives no answer."""
    try:
        return _move(firmware, controller, command, data)
    except Refusal as refusal:
        return NvmeResult(refusal.status)
    except OSError as error:
        return NvmeResult(_status(error, command.opcode))


def _move(firmware: NvmeFirmware, controller: int, command: Command, data: bytes) -> NvmeResult:
    opcode, nsid = command.opcode, command.namespace
    require(opcode in {_FLUSH, _WRITE, _READ}, Status.INVALID_OPCODE)
    here = next((one for one in firmware.namespaces.of(controller) if one.nsid == nsid), None)
    if here is None:
        raise Refusal(Status.INVALID_NAMESPACE)
    if opcode == _FLUSH:
        firmware.flush(nsid)
        return NvmeResult()
    start, length = _place(here, command)
    require(start + length <= firmware.said(here), Status.LBA_OUT_OF_RANGE)
    require(length == command.length, Status.DATA_LENGTH)
    if opcode == _WRITE:
        require(len(data) == length, Status.DATA_LENGTH)
        with memoryview(data) as view:
            firmware.write(view, start, nsid)
        return NvmeResult()
    found = bytearray(length)
    with memoryview(found) as view:
        firmware.read_into(view, start, nsid)
    return NvmeResult(data=bytes(found))


def _place(here: Namespace, command: Command) -> tuple[int, int]:
    """Where in the namespace it begins, and how long it is, in bytes."""
    first = command.dword(10) | command.dword(11) << 32
    return first * here.sector_bytes, ((command.dword(12) & 0xFFFF) + 1) * here.sector_bytes


def _status(error: OSError, opcode: int) -> int:
    """The status behind the errno that a reader of the block device would get. Raises `error` where the drive has not
    answered at all."""
    if isinstance(error.__cause__, Refusal):
        return error.__cause__.status
    if error.errno == errno.ENODATA:
        return Status.ACCESS_DENIED
    if isinstance(error, SectorError):
        return Status.UNRECOVERED_READ if opcode == _READ else Status.WRITE_FAULT
    if opcode == _FLUSH and error.errno == errno.EIO:
        return Status.WRITE_FAULT
    raise error

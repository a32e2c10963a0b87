"""SCSI commands through SG_IO (scsi/sg.h, version 3 of the interface) on an open block device."""

import ctypes
import fcntl
from dataclasses import dataclass

from agent.host.passthrough.kernel import Ioctl, ask, memory, milliseconds
from agent.host.passthrough.sense import decode
from agent.model.ports import NoAnswer, ScsiResult

SG_IO = 0x2285
_NONE, _TO_DRIVE, _FROM_DRIVE = -1, -2, -3

_SENSE_BYTES = 96
"""All that the kernel keeps of sense data (SCSI_SENSE_BUFFERSIZE)."""

_DRIVER_SENSE = 0x08
"""The driver status that only says: there is sense data. Its upper half is advice of old kernels."""

# Host bytes of linux/scsi/scsi_status.h, in words; the rest go by number.
_HOST = {
    0x01: "the drive cannot be reached", 0x03: "timeout", 0x05: "aborted", 0x07: "error of the adapter",
    0x08: "reset", 0x0E: "connection lost",
}  # fmt: skip


class SgIoHeader(ctypes.Structure):
    """struct sg_io_hdr."""

    _fields_ = (
        ("interface_id", ctypes.c_int),
        ("dxfer_direction", ctypes.c_int),
        ("cmd_len", ctypes.c_ubyte),
        ("mx_sb_len", ctypes.c_ubyte),
        ("iovec_count", ctypes.c_ushort),
        ("dxfer_len", ctypes.c_uint),
        ("dxferp", ctypes.c_void_p),
        ("cmdp", ctypes.c_void_p),
        ("sbp", ctypes.c_void_p),
        ("timeout", ctypes.c_uint),
        ("flags", ctypes.c_uint),
        ("pack_id", ctypes.c_int),
        ("usr_ptr", ctypes.c_void_p),
        ("status", ctypes.c_ubyte),
        ("masked_status", ctypes.c_ubyte),
        ("msg_status", ctypes.c_ubyte),
        ("sb_len_wr", ctypes.c_ubyte),
        ("host_status", ctypes.c_ushort),
        ("driver_status", ctypes.c_ushort),
        ("resid", ctypes.c_int),
        ("duration", ctypes.c_uint),
        ("info", ctypes.c_uint),
    )


@dataclass(frozen=True)
class Reply:
    """Status byte, sense data as it came, and what was read."""

    status: int
    sense: bytes = b""
    data: bytes = b""


@dataclass(frozen=True)
class Scsi:
    """Satisfies model.ports.ScsiPort."""

    descriptor: int
    ioctl: Ioctl = fcntl.ioctl

    def execute(self, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float) -> ScsiResult:
        """One command. Raises NoAnswer, OSError; ValueError for what is no command."""
        reply = self.transfer(cdb, data_out=data_out, data_in=data_in, timeout=timeout)
        sense = decode(reply.sense)
        return ScsiResult(
            status=reply.status,
            sense_key=sense.key,
            asc=sense.asc,
            ascq=sense.ascq,
            progress=sense.progress,
            information=sense.information,
            data=reply.data,
        )

    def transfer(self, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float) -> Reply:
        """One command, its sense data not yet decoded. The kernel waits for at least 7 seconds (BLK_MIN_SG_TIMEOUT).

        Raises NoAnswer, OSError; ValueError for what is no command.
        """
        if not 6 <= len(cdb) <= 16 or (data_out and data_in) or data_in < 0:
            raise ValueError("a command has 6 to 16 bytes and at most one direction of data")
        length = len(data_out) or data_in
        command = (ctypes.c_ubyte * len(cdb)).from_buffer_copy(cdb)
        sense = (ctypes.c_ubyte * _SENSE_BYTES)()
        with memory(length, data_out) as (pages, address):
            header = SgIoHeader(
                interface_id=ord("S"),
                dxfer_direction=_TO_DRIVE if data_out else _FROM_DRIVE if data_in else _NONE,
                cmd_len=len(cdb),
                cmdp=ctypes.addressof(command),
                mx_sb_len=_SENSE_BYTES,
                sbp=ctypes.addressof(sense),
                dxfer_len=length,
                dxferp=address if length else None,
                timeout=milliseconds(timeout),
            )
            ask(self.ioctl, self.descriptor, SG_IO, header)
            _judge(header, sent=len(data_out))
            # Bridges invent residues; no more is believed to have come than was asked for.
            got = length - min(max(header.resid, 0), length) if data_in else 0
            return Reply(header.status, bytes(sense[: header.sb_len_wr]), bytes(pages[:got]))


def _judge(header: SgIoHeader, sent: int) -> None:
    """Raise NoAnswer where the command did not get to the drive and back, whatever the status byte says."""
    if header.host_status:
        reason = _HOST.get(header.host_status, f"host status {header.host_status:#04x}")
        raise NoAnswer(f"the command got no answer ({reason})")
    if header.driver_status & 0x0F not in (0, _DRIVER_SENSE):
        raise NoAnswer(f"the command got no answer (driver status {header.driver_status:#04x})")
    if sent and header.status == 0 and header.resid > 0:
        raise NoAnswer(f"the drive took {sent - header.resid} of {sent} bytes")

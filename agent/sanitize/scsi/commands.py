"""SCSI commands with their answers; a UNIT ATTENTION in between is none."""

import struct

from agent.model.ports import NoAnswer, ScsiPort, ScsiResult

SECONDS = 30.0
"""For a command that only tells or starts something. A disk that sleeps spins up first."""
UNIT_ATTENTION, ILLEGAL_REQUEST = 0x6, 0x5
"""Sense keys (SPC-4, 4.5.6)."""
_ATTENTIONS = 8
"""How many may be waiting: switched on, reset, modes changed, capacity changed; each is told to one command (SAM-5)."""
_TEMPORARY = {0x08, 0x28}
"""BUSY and TASK SET FULL (SAM-5, 5.3.1): not carried out, and nothing is wrong."""


def send(
    port: ScsiPort, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float = SECONDS
) -> ScsiResult:
    """One command. The drive has not carried out what it met with a UNIT ATTENTION, so it is sent again.

    Raises NoAnswer (also where the drive is too busy to answer), OSError.
    """
    for _ in range(_ATTENTIONS):
        result = port.execute(cdb, data_out=data_out, data_in=data_in, timeout=timeout)
        if result.status in _TEMPORARY:
            raise NoAnswer(f"the drive has no time (SCSI status {result.status:#04x})")
        if result.succeeded or result.sense_key != UNIT_ATTENTION:
            return result
    raise NoAnswer("the drive tells of nothing but resets")


def test_unit_ready(port: ScsiPort) -> ScsiResult:
    """TEST UNIT READY: what keeps the drive from its work, if anything."""
    return send(port, bytes(6))


def request_sense(port: ScsiPort) -> bytes:
    """REQUEST SENSE: sense data in fixed format."""
    return _data(send(port, bytes((0x03, 0, 0, 0, 252, 0)), data_in=252))


def inquiry(port: ScsiPort, page: int | None, room: int) -> bytes:
    """INQUIRY, of a vital product data page or (None) the standard data; empty where there is none."""
    cdb = struct.pack(">BBBHB", 0x12, page is not None, page or 0, room, 0)
    return _data(send(port, cdb, data_in=room))


def read_capacity(port: ScsiPort) -> bytes:
    """READ CAPACITY (16): 32 bytes, or none."""
    return _data(send(port, struct.pack(">BBQIBB", 0x9E, 0x10, 0, 32, 0, 0), data_in=32))


def supported(port: ScsiPort, code: int, action: int | None = None) -> bytes:
    """REPORT SUPPORTED OPERATION CODES of one command (SPC-4, 6.35.3), or nothing."""
    room = 64
    cdb = struct.pack(">BBBBHIBB", 0xA3, 0x0C, 0x01 if action is None else 0x02, code, action or 0, room, 0, 0)
    return _data(send(port, cdb, data_in=room))


def default_modes(port: ScsiPort) -> bytes:
    """MODE SENSE (10): the default values, with a long block descriptor (LLBAA) and no page to speak of."""
    room = 252
    return _data(send(port, struct.pack(">BBBBBBBHB", 0x5A, 0x10, 0x80 | 0x3F, 0, 0, 0, 0, room, 0), data_in=room))


def code(result: ScsiResult) -> str:
    """What the drive said in place of a success, for who looks it up."""
    return f"SCSI {result.status:02X}h {result.sense_key:X}h/{result.asc:02X}h/{result.ascq:02X}h"


def _data(result: ScsiResult) -> bytes:
    return result.data if result.succeeded else b""

"""The protocol data units of iSCSI (RFC 7143, chapter 11): 48 bytes of header, and data."""

import struct
from dataclasses import dataclass
from enum import IntEnum

from agent.training.serve.wire import Closed, Wire

HEADER = 48
NO_TAG = 0xFFFFFFFF
LOGIN_SEGMENT = 8192
"""Bytes of data that a unit may bring before a length is agreed upon (13.12)."""
SEGMENT = 256 * 1024
"""Bytes of data that we take in one unit, and never send more."""


class Opcode(IntEnum):
    """From the initiator; its answers have 20h more. R2T and Reject stand alone."""

    NOP = 0x00
    COMMAND = 0x01
    TASK = 0x02
    LOGIN = 0x03
    TEXT = 0x04
    DATA_OUT = 0x05
    LOGOUT = 0x06
    DATA_IN = 0x25
    R2T = 0x31
    REJECT = 0x3F


ANSWER = 0x20
FINAL = 0x80


@dataclass(frozen=True)
class Pdu:
    """A unit as it came."""

    header: bytes
    data: bytes

    @property
    def opcode(self) -> int:
        return self.header[0] & 0x3F

    @property
    def immediate(self) -> bool:
        """It has no place in the order of the commands."""
        return bool(self.header[0] & 0x40)

    @property
    def flags(self) -> int:
        return self.header[1]

    @property
    def final(self) -> bool:
        return bool(self.flags & FINAL)

    @property
    def tag(self) -> int:
        """The Initiator Task Tag."""
        return self.number(16)

    def number(self, at: int) -> int:
        """A field of 32 bits."""
        return int(struct.unpack_from(">I", self.header, at)[0])


def receive(wire: Wire, limit: int) -> Pdu:
    """The next unit, with at most `limit` bytes of data. Raises Closed, also for one that is longer."""
    header = wire.read(HEADER)
    length = int.from_bytes(header[5:8])
    if length > limit:
        raise Closed(f"a unit with {length} bytes of data")
    # Additional headers (long CDBs, commands in both directions) are read over: at most 1,020 bytes.
    wire.read(4 * header[4])
    return Pdu(header, wire.read(length + -length % 4)[:length])


def build(opcode: int, flags: int, tag: int, fields: dict[int, bytes], data: bytes = b"") -> bytes:
    """A unit to send; `fields` by their place in the header."""
    header = bytearray(HEADER)
    header[0], header[1] = opcode, flags
    header[5:8] = len(data).to_bytes(3)
    header[16:20] = tag.to_bytes(4)
    for at, value in fields.items():
        header[at : at + len(value)] = value
    return bytes(header) + data + bytes(-len(data) % 4)


def text(pairs: dict[str, str]) -> bytes:
    """Keys and values as Login and Text units have them."""
    return b"".join(f"{key}={value}".encode() + b"\0" for key, value in pairs.items())


def parse_text(data: bytes) -> dict[str, str]:
    """The keys and values of a Login or Text unit. Raises Closed for what is none."""
    pairs = {}
    for part in data.split(b"\0"):
        if not part:
            continue
        key, sign, value = part.partition(b"=")
        if not sign or not 0 < len(key) <= 63:
            raise Closed("no key and value")
        pairs[_plain(key)] = _plain(value)
    return pairs


def _plain(part: bytes) -> str:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Closed("a text that is none") from error

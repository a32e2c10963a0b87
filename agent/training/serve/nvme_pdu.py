"""The protocol data units of NVMe/TCP (NVMe TCP Transport 1.0, 3.6): 8 bytes that all have, the rest by their kind."""

import struct
from dataclasses import dataclass
from enum import IntEnum

from agent.training.serve.wire import Closed, Wire

COMMON = 8
ENTRY = 64
"""Bytes of a command."""
INLINE = 8192
"""Bytes of data that a command may bring with it; what every host may do on the admin queue (3.3.2.2)."""
SEGMENT = 128 * 1024
"""Bytes of data that we take in one unit (MAXH2CDATA), and never send more."""
_LAST = 0x04
_HOST_PADDING = 31
"""The largest HPDA: data begins at multiples of 4 times one more."""


class Kind(IntEnum):
    INITIALIZE = 0
    INITIALIZED = 1
    HOST_ENDS = 2
    WE_END = 3
    COMMAND = 4
    ANSWER = 5
    DATA_OUT = 6
    DATA_IN = 7
    READY = 9


class Ending(IntEnum):
    """Fatal Error Status of the unit with which we end a connection."""

    INVALID_HEADER = 0x01
    SEQUENCE = 0x02
    OUT_OF_RANGE = 0x04
    LIMIT = 0x05
    UNSUPPORTED = 0x06


class Fatal(Closed):
    """The host broke the rules: it is told how before the connection ends."""

    def __init__(self, ending: Ending, header: bytes) -> None:
        super().__init__(ending.name)
        self.unit = struct.pack("<BBBBIHIxx8x", Kind.WE_END, 0, 24, 0, 24 + len(header), ending, 0) + header


@dataclass(frozen=True)
class Pdu:
    """A unit as it came."""

    kind: int
    flags: int
    body: bytes
    """The header behind its first 8 bytes."""
    data: bytes
    header: bytes
    """The first bytes, to be quoted."""

    @property
    def last(self) -> bool:
        return bool(self.flags & _LAST)


_HEADERS = {Kind.INITIALIZE: 128, Kind.HOST_ENDS: 24, Kind.COMMAND: COMMON + ENTRY, Kind.DATA_OUT: 24}
"""Bytes of the header of each kind that a host sends."""
_LIMITS = {Kind.INITIALIZE: 0, Kind.HOST_ENDS: 128, Kind.COMMAND: INLINE, Kind.DATA_OUT: SEGMENT}
"""Bytes of data that each may bring."""


def receive(wire: Wire, idle: float) -> Pdu:
    """The next unit. Raises Closed, and Fatal for one that cannot be."""
    header = wire.read(COMMON, idle=idle)
    kind, flags, length, offset, whole = struct.unpack("<BBBBI", header)
    if kind not in _HEADERS or length != _HEADERS[Kind(kind)] or flags & 0x03:  # digests were not agreed upon
        raise Fatal(Ending.INVALID_HEADER, header)
    if whole < length or whole - length > _LIMITS[Kind(kind)] + 4 * _HOST_PADDING:
        raise Fatal(Ending.INVALID_HEADER, header)
    body = wire.read(length - COMMON)
    rest = wire.read(whole - length)
    if not rest or kind == Kind.HOST_ENDS:
        return Pdu(kind, flags, body, b"", header + body)
    if not length <= offset <= whole:
        raise Fatal(Ending.INVALID_HEADER, header + body)
    return Pdu(kind, flags, body, rest[offset - length :], header + body)


def initialize(wire: Wire, patience: float) -> int:
    """The first exchange; returns at which multiples of bytes the host wants its data. Raises Closed, Fatal."""
    asked = receive(wire, patience)
    if asked.kind != Kind.INITIALIZE:
        raise Fatal(Ending.SEQUENCE, asked.header)
    version, padding = struct.unpack_from("<HB", asked.body)
    if version != 0 or padding > _HOST_PADDING:
        raise Fatal(Ending.UNSUPPORTED, asked.header)
    head = struct.pack("<BBBBIHBBI", Kind.INITIALIZED, 0, 128, 0, 128, 0, 0, 0, SEGMENT)
    wire.send(head.ljust(128, b"\0"))
    return 4 * (int(padding) + 1)


def answer(entry: bytes) -> bytes:
    """A completion queue entry of 16 bytes."""
    return struct.pack("<BBBBI", Kind.ANSWER, 0, 24, 0, 24) + entry


def ready(command: int, offset: int, length: int) -> bytes:
    """Ask for data of a command; its number serves as the transfer tag, since it is asked one time after the other."""
    return struct.pack("<BBBBIHHII4x", Kind.READY, 0, 24, 0, 24, command, command, offset, length)


def data_in(command: int, data: bytes, multiple: int) -> list[bytes]:
    """The units with what a command has read."""
    begin = -(-24 // multiple) * multiple
    units = []
    for at in range(0, len(data), SEGMENT):
        part = data[at : at + SEGMENT]
        flags = _LAST if at + len(part) == len(data) else 0
        head = struct.pack("<BBBBI", Kind.DATA_IN, flags, 24, begin, begin + len(part))
        units.append((head + struct.pack("<HHII4x", command, 0, at, len(part))).ljust(begin, b"\0") + part)
    return units

"""Sense data: what a SCSI device, or a bridge to an ATA drive, adds to a CHECK CONDITION (SPC-4, 4.5; SAT-3, 12.2).

Whatever the bytes are, nothing here raises: what is missing, cut off or rubbish is zero or None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Key(IntEnum):
    """Sense keys that are asked for by name (SPC-4, 4.5)."""

    NO_SENSE = 0x0
    RECOVERED_ERROR = 0x1
    NOT_READY = 0x2
    ILLEGAL_REQUEST = 0x5


@dataclass(frozen=True)
class Registers:
    """The registers of an ATA drive, as a bridge passes them on."""

    status: int
    error: int
    device: int
    count: int
    lba: int
    """Where `whole` is False: bits 7:0 of count and 23:0 of lba, as a 28-bit command leaves them."""
    whole: bool
    """The bridge gave all of what a 48-bit command leaves: bits 15:0 of count and 47:0 of lba."""


@dataclass(frozen=True)
class Sense:
    key: int = 0
    asc: int = 0
    ascq: int = 0
    deferred: bool = False
    """About an earlier command: the one just sent was not carried out."""
    progress: int | None = None
    """0 … 65,535."""
    information: int | None = None
    registers: Registers | None = None


PASS_THROUGH_INFORMATION = (0x00, 0x1D)
"""ATA PASS-THROUGH INFORMATION AVAILABLE: the sense data is there for the registers' sake."""


def decode(sense: bytes) -> Sense:
    """Decode what is there of the sense data; all zeros where it is no sense data."""
    code = sense[0] & 0x7F if sense else 0
    # Byte 7 tells how many bytes follow it; what the buffer holds behind them is not of this answer.
    told = sense[: 8 + sense[7]] if len(sense) > 7 else sense
    if code in (0x70, 0x71):
        return _fixed(told, deferred=code == 0x71)
    if code in (0x72, 0x73):
        return _descriptors(told, deferred=code == 0x73)
    return Sense()


def _fixed(sense: bytes, *, deferred: bool) -> Sense:
    key = _at(sense, 2) & 0x0F
    codes = _at(sense, 12), _at(sense, 13)
    valid = bool(sense[0] & 0x80) and len(sense) >= 7
    return Sense(
        key,
        *codes,
        deferred,
        progress=_progress(key, sense[15:18]),
        information=int.from_bytes(sense[3:7]) if valid else None,
        registers=None if deferred else _fixed_registers(sense, codes, valid=valid),
    )


def _descriptors(sense: bytes, *, deferred: bool) -> Sense:
    key = _at(sense, 1) & 0x0F
    progress = information = registers = None
    for kind, body in _each(sense):
        if kind == 0x00 and len(body) >= 12 and body[2] & 0x80:
            information = int.from_bytes(body[4:12])
        elif kind == 0x02:
            progress = _progress(key, body[4:7])
        elif kind == 0x09 and len(body) >= 14 and not deferred:
            registers = _returned(body)
    return Sense(key, _at(sense, 2), _at(sense, 3), deferred, progress, information, registers)


def _each(sense: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and bytes, from its first, of every descriptor that is there to its end."""
    at = 8
    while at + 2 <= len(sense) and (end := at + 2 + sense[at + 1]) <= len(sense):
        yield sense[at], sense[at:end]
        at = end


def _at(sense: bytes, index: int) -> int:
    return sense[index] if index < len(sense) else 0


def _progress(key: int, field: bytes) -> int | None:
    """The sense-key specific field tells progress with two keys, and other things with others (SPC-4, 4.5.2.4)."""
    if len(field) < 3 or not field[0] & 0x80 or key not in (Key.NO_SENSE, Key.NOT_READY):
        return None
    return int.from_bytes(field[1:3])


def _returned(body: bytes) -> Registers:
    """ATA Status Return descriptor (SAT-3, 12.2): upper and lower bytes take turns."""
    extend = bool(body[2] & 0x01)
    upper = (body[4], body[10], body[8], body[6]) if extend else (0, 0, 0, 0)
    return Registers(
        status=body[13],
        error=body[3],
        device=body[12],
        count=upper[0] << 8 | body[5],
        lba=int.from_bytes((*upper[1:], body[11], body[9], body[7])),
        whole=extend,
    )


def _fixed_registers(sense: bytes, codes: tuple[int, int], *, valid: bool) -> Registers | None:
    """The registers in the INFORMATION and COMMAND-SPECIFIC INFORMATION fields (SAT-3, 12.2.7).

    Of the upper bytes the fixed format only tells that they are not all zero. A command that the drive refused comes
    with another additional sense code (Linux does so, too): then these fields count as registers only where they
    make the status of a failed command. They may also be something else, which so is never taken for a success.
    """
    if len(sense) < 12:
        return None
    error, status, device, count = sense[3:7]
    failed = status & 0xC0 == 0x40 and bool(status & 0x21)
    if codes != PASS_THROUGH_INFORMATION and not (valid and failed):
        return None
    flags = sense[8]  # EXTEND, COUNT UPPER NONZERO, LBA UPPER NONZERO
    low = int.from_bytes(sense[9:12], "little")
    return Registers(status, error, device, count, low, whole=flags & 0xE0 == 0x80)

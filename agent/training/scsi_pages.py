"""What a simulated SCSI device tells of itself: INQUIRY, vital product data, capacity, modes (SPC-4, SBC-4)."""

import hashlib
import struct
from dataclasses import dataclass

from agent.training.scsi_sense import INVALID_FIELD, Check

SANITIZE_ACTIONS = {"overwrite": 0x01, "block": 0x02, "crypto": 0x03}
"""Service actions of SANITIZE."""
EXIT_FAILURE_MODE = 0x1F
_CONTROL = 0x0A
MOST_DATA = 32 << 20
"""Bytes that one command may move: a whole ATA PASS-THROUGH, or 65,536 blocks of 512 bytes."""


@dataclass(frozen=True)
class Unit:
    """A logical unit with sectors, as it says it is now."""

    vendor: str
    product: str
    revision: str
    serial: str
    sectors: int
    sector_bytes: int
    physical_bytes: int
    rotation: int
    """Rounds a minute; 1: nothing turns."""
    default_sectors: int
    """The capacity that nothing was taken away from."""
    self_test_seconds: int = 0
    """Announced for an extended self-test."""
    ata_identify: bytes = b""
    """What the drive behind SAT says in IDENTIFY DEVICE; empty for a drive that speaks SCSI."""


def inquiry(unit: Unit) -> bytes:
    """Standard INQUIRY data: 96 bytes, a direct access block device of SPC-4."""
    head = struct.pack(">BBBBBBBB", 0, 0, 6, 2, 91, 0, 0, 2)
    names = _text(unit.vendor, 8) + _text(unit.product, 16) + _text(unit.revision, 4)
    return (head + names).ljust(96, b"\0")


def vital(unit: Unit, page: int) -> bytes:
    """A vital product data page. Raises Check for one that there is not."""
    pages = {
        0x80: _text(unit.serial.rjust(20), 20),
        0x83: _identification(unit),
        0xB0: struct.pack(">BBHII", 0, 0, 0, MOST_DATA // unit.sector_bytes, 0).ljust(60, b"\0"),
        0xB1: struct.pack(">HBB", unit.rotation, 0, 0x03).ljust(60, b"\0"),  # 2.5 inches
    }
    if unit.ata_identify:
        pages[0x89] = _ata_information(unit)
    pages[0x00] = bytes(sorted({0x00, *pages}))
    if page not in pages:
        raise Check(INVALID_FIELD)
    return struct.pack(">BBH", 0, page, len(pages[page])) + pages[page]


def _identification(unit: Unit) -> bytes:
    """Designators: one by the vendor's name, one world wide name (NAA 3, locally assigned)."""
    name = (_text(unit.vendor, 8) + _text(unit.product, 16) + unit.serial.encode("ascii"))[:255]
    number = b"\x30" + hashlib.sha256(name).digest()[:7]
    return struct.pack(">BBBB", 2, 1, 0, len(name)) + name + struct.pack(">BBBB", 1, 3, 0, 8) + number


def _ata_information(unit: Unit) -> bytes:
    """Page 89h (SAT-3, 12.4.2): who translates, the drive's signature, and its IDENTIFY DEVICE."""
    head = bytes(4) + _text("SIMULATE", 8) + _text("SAT", 16) + _text("1", 4)
    signature = bytes((0x34, 0, 0x01, 0x50)).ljust(20, b"\0")
    return head + signature + bytes((0xEC, 0, 0, 0)) + unit.ata_identify


def capacity_10(unit: Unit) -> bytes:
    return struct.pack(">II", min(unit.sectors - 1, 0xFFFFFFFF), unit.sector_bytes)


def capacity_16(unit: Unit) -> bytes:
    exponent = (max(1, unit.physical_bytes // unit.sector_bytes)).bit_length() - 1
    return struct.pack(">QIBB", unit.sectors - 1, unit.sector_bytes, 0, exponent).ljust(32, b"\0")


def mode_sense(unit: Unit, cdb: bytes) -> bytes:
    """MODE SENSE (6) or (10): the block descriptor, the caching and the control page. Raises Check for other pages.

    The default values (page control 10b) tell the capacity that nothing was taken away from.
    """
    ten = cdb[0] == 0x5A
    page, control = cdb[2] & 0x3F, cdb[2] >> 6
    if page not in {0x00, 0x08, _CONTROL, 0x3F}:
        raise Check(INVALID_FIELD)
    caching = bytes((0x08, 18, 0x04 if control != 1 else 0)).ljust(20, b"\0") if page in {0x08, 0x3F} else b""
    if page in {_CONTROL, 0x3F}:
        caching += struct.pack(">BB8xH", _CONTROL, 10, unit.self_test_seconds)
    sectors = unit.default_sectors if control == 2 else unit.sectors
    long = ten and bool(cdb[1] & 0x10)
    blocks = b""
    if not cdb[1] & 0x08:
        short = struct.pack(">II", min(sectors, 0xFFFFFFFF), unit.sector_bytes)
        blocks = struct.pack(">QII", sectors, 0, unit.sector_bytes) if long else short
    if not ten:
        return bytes((3 + len(blocks) + len(caching), 0, 0x10, len(blocks))) + blocks + caching
    head = struct.pack(">HBBBBH", 6 + len(blocks) + len(caching), 0, 0x10, long, 0, len(blocks))
    return head + blocks + caching


def _text(text: str, length: int) -> bytes:
    return text[:length].ljust(length).encode("ascii")

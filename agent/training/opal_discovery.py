"""Level 0 Discovery of a simulated self-encrypting drive (TCG Storage Architecture Core 2.01, 3.3.6; Opal SSC 2.01)."""

import struct

from agent.training.opal import Opal

PROTOCOL, COM_ID = 0x01, 0x0001
"""Security protocol and ComID by which it is asked for."""


def page(opal: Opal, sector_bytes: int) -> bytes:
    """The whole answer, without anything to fill it up."""
    locking = 0x01 | opal.enabled << 1 | opal.locked << 2 | 1 << 3 | opal.shadowing << 4
    features = (
        _feature(0x0001, bytes((0x11,)) + bytes(11)),  # TPer: Sync, Streaming
        _feature(0x0002, bytes((locking,)) + bytes(11)),
        _feature(0x0003, struct.pack(">B7xIQQ", 1, sector_bytes, 4096 // sector_bytes, 0)),
        _feature(0x0203, struct.pack(">HHBHHBB5x", 0x1000, 1, 0, 4, 9, 0, 0)),
    )
    content = b"".join(features)
    return struct.pack(">II", 44 + len(content), 1).ljust(48, b"\0") + content


def _feature(code: int, content: bytes) -> bytes:
    return struct.pack(">HBB", code, 0x10, len(content)) + content

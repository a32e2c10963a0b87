"""What the donor left on a training drive: a partition table, and pages of text and pictures all over it."""

import hashlib
import struct
from collections.abc import Iterator

from agent.training.store import Sectors

PLACES = 32
PIECE = 256 * 1024
"""Bytes of each find: 32 of them make 8 MiB, and the rest of the file stays a hole."""
_LINE = 128
FIRST = 2048
"""The sector at which the partition begins."""
_NTFS = b"\xebR\x90NTFS    ".ljust(510, b"\x00") + b"\x55\xaa"
"""What makes its boot sector known as that of NTFS."""
_SUBJECTS = ("lettre au médecin", "photo de famille", "facture", "mots de passe", "curriculum vitae", "relevé bancaire")


def plant(store: Sectors, size: int) -> None:
    """Put old data on a drive of `size` bytes: at both ends and at many places between. Raises OSError."""
    for offset, length in _places(size):
        store.write(memoryview(_content(offset, length)), offset)
    store.write(memoryview(_partition_table(size)), 0)
    if size > FIRST * 512 + len(_NTFS):
        store.write(memoryview(_NTFS), FIRST * 512)
    store.sync()


def _places(size: int) -> Iterator[tuple[int, int]]:
    stride = max(size // PLACES // 4096 * 4096, 4096)
    for offset in range(0, size, stride):
        yield offset, min(PIECE, stride, size - offset)
    last = min(PIECE, size)
    yield size - last, last


def _content(offset: int, length: int) -> bytes:
    """Text at both ends, between them what compressed pictures look like; nothing is twice the same."""
    quarter = length // 4 // _LINE * _LINE
    lines = [_line(offset + at) for at in range(0, length, _LINE)]
    first, last = b"".join(lines[: quarter // _LINE]), b"".join(lines[-quarter // _LINE :])
    return first + hashlib.shake_128(first).digest(length - 2 * quarter) + last


def _line(address: int) -> bytes:
    subject = _SUBJECTS[address // _LINE % len(_SUBJECTS)]
    line = f"Données de l'ancien propriétaire, à l'adresse {address:014d} : {subject}".encode()
    return line.ljust(_LINE - 1, b".") + b"\n"


def _partition_table(size: int) -> bytes:
    """A master boot record with one active NTFS partition from 1 MiB to the end."""
    first = FIRST
    entry = struct.pack("<B3sB3sII", 0x80, b"\xff" * 3, 0x07, b"\xff" * 3, first, max(size // 512 - first, 1))
    code = b"Ancien chargeur de Windows".ljust(440, b"\x90") + struct.pack("<I", 0x01D0D0A0) + bytes(2)
    return code + entry + bytes(48) + b"\x55\xaa"

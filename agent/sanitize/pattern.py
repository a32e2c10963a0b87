"""What is written over a drive, such that every block can be told from its address alone."""

import re
import secrets
from mmap import mmap
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CHUNK = 4 * 1024 * 1024
"""Bytes per write or read: measured to reach what dd reaches with the same size; larger gains nothing."""

KEY_BYTES = 32
"""Of the random stream: AES-256."""
MAX_PERIOD = 16
"""Bytes; the longest period that any known set of passes has is 3."""
SMALLEST_SECTOR = 512
"""Bytes: everything that is written or read begins at a multiple of it."""
_AES_BLOCK = 16
_HEXADECIMAL = re.compile(f"(?:[0-9a-fA-F]{{2}}){{1,{MAX_PERIOD}}}")


class Pattern(Protocol):
    @property
    def constant(self) -> bool:
        """True where every sector is alike, so that one prepared buffer serves the whole drive."""

    def fill(self, buffer: bytearray | mmap, length: int, offset: int) -> None:
        """Put into the start of `buffer` what belongs on the drive at `offset`; at most CHUNK bytes."""


class Repeat:
    """The same 1 to 16 bytes again and again, counted from address 0: at an offset that the period does not divide
    a chunk begins in its middle."""

    def __init__(self, period: bytes) -> None:
        """Raises ValueError."""
        if not 1 <= len(period) <= MAX_PERIOD:
            raise ValueError(f"1 to {MAX_PERIOD} bytes expected")
        self._period = len(period)
        self._bytes = period * (CHUNK // len(period) + 2)

    @property
    def constant(self) -> bool:
        return SMALLEST_SECTOR % self._period == 0

    def fill(self, buffer: bytearray | mmap, length: int, offset: int) -> None:
        first = offset % self._period
        with memoryview(self._bytes) as view:
            buffer[:length] = view[first : first + length]


class AddressStream:
    """AES-256 in counter mode (NIST SP 800-38A) where the counter is the address.

    Any block can be made again without the ones before it, and a block that stands at another address than
    its own (fake capacity, a mapping gone wrong) shows.
    """

    constant = False

    def __init__(self, key: bytes | None = None) -> None:
        """`key` None draws one. Raises ValueError where it has not 32 bytes."""
        self._algorithm = algorithms.AES256(secrets.token_bytes(KEY_BYTES) if key is None else key)
        self._zeros = bytes(CHUNK)

    def fill(self, buffer: bytearray | mmap, length: int, offset: int) -> None:
        counter = (offset // _AES_BLOCK).to_bytes(16, "big")
        encryptor = Cipher(self._algorithm, modes.CTR(counter)).encryptor()
        with memoryview(buffer) as view, memoryview(self._zeros) as zeros:
            encryptor.update_into(zeros[:length], view[:length])


def pattern(name: str, key: bytes | None = None) -> Pattern:
    """The pattern of one pass: `zero`, `random`, or the bytes in hexadecimal that are repeated (`55`, `924924`).

    `key` (32 bytes) goes on with the random stream of a pass that was broken off; None draws a new one, as every other
    random pass must, or it would write the same again. The other patterns need none. Raises ValueError.
    """
    if name == "zero":
        return Repeat(b"\0")
    if name == "random":
        return AddressStream(key)
    if not _HEXADECIMAL.fullmatch(name):
        raise ValueError(name)
    return Repeat(bytes.fromhex(name))

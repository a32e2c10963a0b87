"""What is written over a drive, such that every block can be told from its address alone."""

import secrets
from mmap import mmap
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

CHUNK = 4 * 1024 * 1024
"""Bytes per write or read: measured to reach what dd reaches with the same size; larger gains nothing."""

_AES_BLOCK = 16


class Pattern(Protocol):
    @property
    def constant(self) -> bool:
        """True where every chunk is alike, so that one prepared buffer serves the whole drive."""

    def fill(self, buffer: bytearray | mmap, length: int, offset: int) -> None:
        """Put into the start of `buffer` what belongs on the drive at `offset`."""


class Zeros:
    constant = True

    def fill(self, buffer: bytearray | mmap, length: int, offset: int) -> None:  # noqa: ARG002
        buffer[:length] = bytes(length)


class AddressStream:
    """AES-256 in counter mode (NIST SP 800-38A) where the counter is the address.

    Any block can be made again without the ones before it, and a block that stands at another address than
    its own (fake capacity, a mapping gone wrong) shows.
    """

    constant = False

    def __init__(self, key: bytes | None = None) -> None:
        self._algorithm = algorithms.AES256(key or secrets.token_bytes(32))
        self._zeros = bytes(CHUNK)

    def fill(self, buffer: bytearray | mmap, length: int, offset: int) -> None:
        counter = (offset // _AES_BLOCK).to_bytes(16, "big")
        encryptor = Cipher(self._algorithm, modes.CTR(counter)).encryptor()
        with memoryview(buffer) as view, memoryview(self._zeros) as zeros:
            encryptor.update_into(zeros[:length], view[:length])


def pattern(name: str) -> Pattern:
    """The pattern called `zero` or `random`. Raises ValueError."""
    if name == "zero":
        return Zeros()
    if name == "random":
        return AddressStream()
    raise ValueError(name)

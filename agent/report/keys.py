"""The stick's Ed25519 keys (RFC 8032): one for real work, one for training, never mixed up."""

import base64
import binascii
import contextlib
import errno
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from agent.host.files import locked, make_folder, read_bounded, write_safely
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.words import Mode

NAMES = {Mode.REAL: "stick", Mode.TRAINING: "training"}
PREFIXES = {Mode.REAL: "ordis-ed25519:", Mode.TRAINING: "ordis-training-ed25519:"}
FILE_LIMIT = 16 * 1024
"""Bytes of a key file; ours have about 120."""


class KeyProblem(Problem):
    """A key cannot be read, made or understood."""


@dataclass(frozen=True)
class PublicKey:
    """Who signed: 32 bytes, and whether the key is for training."""

    mode: Mode
    raw: bytes

    def __str__(self) -> str:
        return PREFIXES[self.mode] + encode(self.raw)

    def holds(self, signature: bytes, data: bytes) -> bool:
        """True when `signature` is this key's for exactly these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """A private key and what it is for."""

    def __init__(self, mode: Mode, private: Ed25519PrivateKey) -> None:
        self.mode = mode
        self._private = private

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.mode, self._private.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self._private.sign(data)

    def pem(self) -> bytes:
        """The secret as PEM (PKCS8, not encrypted: the stick must sign with nobody there to type a password)."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_or_make(folder: Path, mode: Mode) -> SigningKey:
    """The folder's key for this mode; made, durably, where there is none. The folder's parent must exist.

    A key file that cannot be used is never replaced: what it has signed would lose its signer.
    Raises KeyProblem.
    """
    path = folder / f"{NAMES[mode]}.key"
    with _explained(path):
        make_folder(folder)
        with locked(folder):  # two programs at the first boot make one key
            if path.exists():
                key = _load(path, mode)
            else:
                key = ephemeral(mode)
                write_safely(path, key.pem(), mode=0o600)
    public = path.with_suffix(".pub")
    text = f"{key.public}\n".encode()
    with contextlib.suppress(OSError):  # a convenience for enrolling; a read-only stick signs without it
        if not public.exists() or public.read_bytes() != text:
            write_safely(public, text, mode=0o644)
    return key


def ephemeral(mode: Mode) -> SigningKey:
    """A key that is gone when the program ends, for when nothing can be written."""
    return SigningKey(mode, Ed25519PrivateKey.generate())


def own_keys(folder: Path) -> list[PublicKey]:
    """The public keys of this stick, both kinds, as far as they exist. Makes none, never raises."""
    found = []
    for name in NAMES.values():
        with contextlib.suppress(OSError, UnicodeDecodeError, KeyProblem):
            found.append(parse_public(read_bounded(folder / f"{name}.pub", FILE_LIMIT).decode()))
    return found


def parse_public(text: str) -> PublicKey:
    """Read a public key's text. Raises KeyProblem."""
    text = text.strip()
    if "PRIVATE KEY" in text:
        raise KeyProblem(
            say("This is the secret key: it must never leave the stick."),
            say("Give the public key: the file that ends in .pub, or the line that begins with ordis-."),
        )
    for mode, prefix in PREFIXES.items():
        if text.startswith(prefix):
            raw = decode(text.removeprefix(prefix))
            if raw is not None and len(raw) == 32:
                return PublicKey(mode, raw)
    raise KeyProblem(
        say("“{given}” is no public key of Ordis.", given=text[:80]),
        say("A public key begins with ordis-ed25519: and is found on the stick in the file stick.pub."),
    )


def encode(data: bytes) -> str:
    """Base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode()


def decode(text: str) -> bytes | None:
    """The bytes of Base64 text; None for anything but the one way to write them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if encode(data) == text else None


def _load(path: Path, mode: Mode) -> SigningKey:
    try:
        private = load_pem_private_key(read_bounded(path, FILE_LIMIT), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyProblem(
            say("The key file {path} is damaged or holds another kind of key.", path=str(path)),
            say("Put back a copy of it, or move it away: a new key is then made and must be enrolled at the workshop."),
        )
    return SigningKey(mode, private)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        detail = error.strerror or str(error)
        reason = say("The key {path} cannot be read or made: {detail}.", path=str(path), detail=detail)
        if error.errno in (errno.EACCES, errno.EPERM):
            raise KeyProblem(reason, say("Start again with sudo or as the user that the folder belongs to.")) from error
        raise KeyProblem(reason, say("Check that the stick is plugged in, not full and not read-only.")) from error

"""Values that stand for others: as long, of the same alphabet, the same for the same, and untold by the original.

What is compared is the bare form of a value: its ASCII letters and digits, in small letters. So a MAC address is the
same one with colons, without, and in capitals.
"""

import hashlib
import re
import string
from collections.abc import Mapping
from enum import IntEnum

from agent.inventory.machine.identity import uuid
from agent.inventory.values import real

_STRONG, _STRONG_MIXED = 8, 6
_ATTEMPTS = 500
_HEXADECIMAL = set("0123456789abcdef")
_UUID_LENGTH, _UUID_MARKS = 32, (12, 16)
"""RFC 9562, 4.1 and 4.2: at these hexadecimal digits stand version and variant."""
_LEAST_UUID_DIGITS = 8
"""Different digits in what stands for a UUID: with few it would look like a placeholder."""
_INSIDE = 6
"""Characters from which on a value that is part of another one counts as such."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PCI_ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
_NUMBER_SIGN = re.compile(r"\s*(?:0[xX](?=[0-9a-fA-F]))?")


class Kind(IntEnum):
    """What a value is; of two kinds of one value the first counts."""

    MAC = 1
    UUID = 2
    WWN = 3
    """16 or 32 hexadecimal digits that begin with the kind of name and its maker (SPC-4, 7.8.6.6: NAA)."""
    EUI = 4
    """The same beginning with the maker's OUI (EUI-64, NGUID)."""
    SERIAL = 5
    NAME = 6
    """Of a computer or a person: often an ordinary word."""
    OWN = 7
    """Replaced where it stands, and searched nowhere else."""


_KEPT = {Kind.MAC: 6, Kind.WWN: 7, Kind.EUI: 6}
"""Digits at the beginning that tell the maker, not the piece."""


def bare(text: str) -> str:
    return "".join(char for char in text[_start(text) :] if char.isascii() and char.isalnum()).lower()


def _start(text: str) -> int:
    """Behind the sign of a hexadecimal number."""
    found = _NUMBER_SIGN.match(text)
    return found.end() if found else 0


def secret(text: str) -> bool:
    """Whether the value tells anything: placeholders, UUIDs that many machines share, and the PCI addresses that USB
    hubs give as their serial number, do not."""
    told = (real(text) or "").lower()
    if not bare(told) or _PCI_ADDRESS.fullmatch(told):
        return False
    return not _UUID.fullmatch(told) or uuid(told) is not None


def strong(value: str) -> bool:
    """Whether a bare value is so long that it stands nowhere by accident: 8 characters, 6 with letters and digits."""
    mixed = not value.isdigit() and not value.isalpha()
    return len(value) >= (_STRONG_MIXED if mixed else _STRONG)


def projected(text: str, standin: str) -> str:
    """The bare stand-in written like `text`: with its separators and its capitals."""
    chars, new = list(text), iter(standin)
    for at in range(_start(text), len(chars)):
        if chars[at].isascii() and chars[at].isalnum():
            char = next(new, chars[at])
            chars[at] = char.upper() if chars[at].isupper() else char
    return "".join(chars)


class StandIns:
    """The stand-ins of all values of a recording. The key makes them, and whoever lacks it cannot tell one from
    the other way round by trying."""

    def __init__(self, found: Mapping[str, Kind], key: bytes) -> None:
        self._key = key
        self._found = found
        self._made: dict[str, str] = {}
        for value in sorted(found, key=lambda one: (len(one), one)):
            self.of(value, found[value])

    def of(self, value: str, kind: Kind) -> str:
        """The bare stand-in of a bare value."""
        if value not in self._made:
            self._made[value] = self._make(value, self._found.get(value, kind))
        return self._made[value]

    def written(self, text: str, kind: Kind) -> str:
        """The stand-in of a value, written like it. Placeholders stay."""
        return projected(text, self.of(bare(text), kind)) if secret(text) else text

    def _make(self, value: str, kind: Kind) -> str:
        taken = set(self._made.values())
        for attempt in range(_ATTEMPTS):
            made = self._draw(value, kind, attempt)
            if made == value or made in taken or made in self._found or real(made) is None:
                continue
            if len(value) != _UUID_LENGTH or len(set(made)) >= _LEAST_UUID_DIGITS:
                return made
        return value  # one or two characters, of which all others are taken: they tell nobody

    def _draw(self, value: str, kind: Kind, attempt: int) -> str:
        seed = f"{attempt} {value}".encode()
        stream = hashlib.shake_256(self._key + seed).digest(len(value) * 2)
        letters = "abcdef" if set(value) <= _HEXADECIMAL else string.ascii_lowercase
        zeros = len(value) - len(value.lstrip("0"))
        drawn = []
        for at, char in enumerate(value):
            number = int.from_bytes(stream[at * 2 : at * 2 + 2], "big")
            if at < _KEPT.get(kind, zeros) or (kind is Kind.UUID and at in _UUID_MARKS):
                drawn.append(char)
            elif char.isdigit():
                drawn.append(str(number % 10) if at > zeros else str(1 + number % 9))
            else:
                drawn.append(letters[number % len(letters)])
        made = "".join(drawn)
        for part, standin in self._made.items():
            if len(part) >= _INSIDE and (start := value.find(part)) >= 0:
                made = made[:start] + standin + made[start + len(part) :]
        return made

"""IDENTIFY DEVICE: who an ATA drive says it is, how large, and what it can do (ACS-4, 7.13)."""

import struct
from dataclasses import dataclass
from typing import Self

from agent.host.passthrough.open import is_identify_data
from agent.model.ports import AtaCommand, AtaPort, NoAnswer
from agent.model.text import clean
from agent.model.words import Method
from agent.sanitize.firmware import Said

SECONDS = 30.0
"""For commands that only ask or set something; discs that stand still may have to turn first."""

_IDENTIFY_DEVICE = 0xEC
_SECTOR_BYTES = (512, 1 << 16)
"""What a logical sector may have; real ones have 512, 520, 528, 4096, 4160 or 4224 bytes."""
_AT_LEAST = 2 * 3600.0
_BYTES_PER_SECOND = 20_000_000
"""A hard disk that overwrites itself is faster, also at its inner end and with some bad blocks."""
_MINUTES_PER_UNIT = 2
_LONGER = {0xFF: 510, 0xFFFF: 2 * 0x7FFF}
"""Words 89 and 90 that say "longer than 508" and "longer than 65,532 minutes", and the minutes they stand for here."""


@dataclass(frozen=True)
class Security:
    """The Security feature set: words 128, 89 and 90 (ACS-4, 7.13.6.69)."""

    supported: bool = False
    enabled: bool = False
    """A user password is set."""
    locked: bool = False
    frozen: bool = False
    expired: bool = False
    """Too many wrong passwords: none is taken before the next power-on."""
    enhanced: bool = False
    """The enhanced erase is there."""
    seconds: float | None = None
    """Announced for SECURITY ERASE UNIT in normal mode; None where the drive does not say."""
    enhanced_seconds: float | None = None


@dataclass(frozen=True)
class Identify:
    """Parsed IDENTIFY DEVICE data. Satisfies ata.areas.Facts."""

    serial: str | None
    model: str | None
    sectors: int
    """Logical sectors that the host reaches; 0 where the drive does not tell."""
    sector_bytes: int
    security: Security
    sanitize: frozenset[Method]
    """Methods of SANITIZE DEVICE (word 59)."""
    trim: bool
    rotation: int | None
    """Turns per minute; 0 for a drive without discs, None where it does not tell."""
    extended: bool
    """48-bit addresses."""
    hpa: bool
    amac: bool
    dco: bool
    registers: bool = True
    """The drive's registers came with the data."""

    @classmethod
    def parse(cls, data: bytes, *, registers: bool = True) -> Self | None:
        """None for what is no IDENTIFY DEVICE data. Whatever else stands in it, nothing raises."""
        if not is_identify_data(data):
            return None
        words = struct.unpack("<256H", data)
        extended = bool(words[83] & 0x0400)
        return cls(
            serial=_text(data, 10, 19),
            model=_text(data, 27, 46),
            sectors=_sectors(words, extended=extended),
            sector_bytes=_sector_bytes(words),
            security=_security(words),
            sanitize=_sanitize(words[59]),
            trim=bool(words[169] & 1),
            rotation=_rotation(words[217]),
            extended=extended,
            hpa=bool(words[82] & 0x0400),
            # Words 119 and 120 mean something where bits 15:14 of word 119 are 01.
            amac=words[119] & 0xC100 == 0x4100,
            dco=bool(words[83] & 0x0800),
            registers=registers,
        )

    @property
    def size_bytes(self) -> int | None:
        return self.sectors * self.sector_bytes or None

    @property
    def said(self) -> Said:
        return Said(self.serial, self.model, self.size_bytes)

    @property
    def cautious_seconds(self) -> float:
        """How long an erase may take where the drive does not say."""
        return _AT_LEAST + (self.size_bytes or 0) / _BYTES_PER_SECOND

    def same_drive(self, other: "Identify") -> bool:
        """Serial and model are the same; the size may change where hidden areas are removed."""
        return (self.serial, self.model) == (other.serial, other.model)


def ask(port: AtaPort) -> Identify:
    """Ask the drive now. Raises NoAnswer where what comes back is no such data, OSError."""
    result = port.data_in(AtaCommand(_IDENTIFY_DEVICE), 1, SECONDS)
    # Where there are no registers the data vouches for itself, by its fixed bits and its checksum.
    found = Identify.parse(result.data, registers=result.registers)
    if found is None or (result.registers and not result.succeeded):
        raise NoAnswer("the drive does not say who it is")
    return found


def _text(data: bytes, first: int, last: int) -> str | None:
    """Two characters a word, the first of them in the upper byte."""
    raw = data[2 * first : 2 * last + 2]
    return clean(bytes(raw[place ^ 1] for place in range(len(raw))).replace(b"\0", b" ")) or None


def _number(words: tuple[int, ...], first: int, count: int) -> int:
    return sum(word << 16 * place for place, word in enumerate(words[first : first + count]))


def _sectors(words: tuple[int, ...], *, extended: bool) -> int:
    """Words 233:230 (word 69 bit 3), else 103:100 with 48-bit addresses, else 61:60."""
    many = _number(words, 230, 4) if words[69] & 0x0008 else 0
    long = _number(words, 100, 4) if extended else 0
    found = many or long or _number(words, 60, 2)
    return found if found < 1 << 48 else 0


def _sector_bytes(words: tuple[int, ...]) -> int:
    """Words 118:117 count in words of two bytes, where word 106 is valid (bits 15:14 are 01) and has bit 12."""
    if words[106] & 0xD000 != 0x5000:
        return 512
    size = 2 * _number(words, 117, 2)
    low, high = _SECTOR_BYTES
    return size if low <= size <= high else 512


def _security(words: tuple[int, ...]) -> Security:
    state = words[128]
    if not state & 0x0001 or state == 0xFFFF:
        return Security()
    return Security(
        supported=True,
        enabled=bool(state & 0x0002),
        locked=bool(state & 0x0004),
        frozen=bool(state & 0x0008),
        expired=bool(state & 0x0010),
        enhanced=bool(state & 0x0020),
        seconds=_seconds(words[89]),
        enhanced_seconds=_seconds(words[90]),
    )


def _seconds(word: int) -> float | None:
    """Units of two minutes: in bits 14:0 with bit 15 (extended format), else in bits 7:0. 0: not told."""
    extended = bool(word & 0x8000)
    value = word if extended else word & 0xFF
    units = word & 0x7FFF if extended else value
    minutes = _LONGER.get(value, units * _MINUTES_PER_UNIT)
    return minutes * 60.0 or None


def _sanitize(word: int) -> frozenset[Method]:
    """Word 59: bit 12 the feature set, 15 BLOCK ERASE, 14 OVERWRITE, 13 CRYPTO SCRAMBLE."""
    if not word & 0x1000:
        return frozenset()
    bits = {Method.BLOCK: 0x8000, Method.OVERWRITE: 0x4000, Method.CRYPTO: 0x2000}
    return frozenset(method for method, bit in bits.items() if word & bit)


def _rotation(word: int) -> int | None:
    """Word 217: 1 for no discs; 0401h to FFFEh turns per minute."""
    if word == 1:
        return 0
    return word if 0x0401 <= word <= 0xFFFE else None

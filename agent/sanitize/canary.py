"""The canary: marks that a firmware erase must make vanish, so that nobody has to take the firmware's word.

Before the erase, random blocks are written at sample addresses, flushed and read back; at other addresses what
is found is hashed. Afterwards every mark and every block that held something must be gone. A survivor disproves
the erase. That nothing survives proves the logical view only, and the certificate says so.

FAST'11 (Wei et al.) is the reason: of 12 SSDs, 8 claimed an erase command, 4 did it right, and one reported
success and left all data.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from mmap import mmap
from typing import Any, Self

from agent.sanitize.medium import Medium
from agent.sanitize.overwrite import raise_if_gone
from agent.sanitize.verify import SAMPLE_COUNT

BLOCK = 4096
"""Bytes of one sampled block, or the drive's sector where that is larger."""
MARKS = SAMPLE_COUNT
"""Blocks that are marked, as many as a sampled verification reads. In ascending order that costs a hard disk three
minutes and an SSD seconds, beside an erase of hours and minutes."""
SECTOR = 512
FOUND = SAMPLE_COUNT // 8
"""Blocks whose content is hashed as it was found."""
SHARE = 4
"""At most every fourth block is marked, and every fourth hashed: on a small drive much must stay the donor's own."""
DIGEST = 16
"""Bytes kept of a SHA-256: a block is only ever compared with what stood at its own address."""


@dataclass(frozen=True)
class Planted:
    """What stands on the drive before the erase. Kept in memory and, as hashes, in the journal."""

    block_bytes: int
    marks: dict[int, bytes]
    """Address → SHA-256 of the mark that was read back there."""
    found: dict[int, bytes]
    """Address → SHA-256 of a block that was not uniform; uniform ones are no evidence either way."""
    unplanted: int = 0
    """Marks that could not be written or read back."""
    fixed: int = 0
    """Marks at places that were not drawn: the ends, the boundaries."""

    @property
    def sampled(self) -> int:
        """How many blocks can disprove the erase."""
        return len(self.marks) + len(self.found)

    @property
    def drawn(self) -> int:
        """How many of them were drawn at random, where every mark was planted."""
        return self.sampled - self.fixed

    def as_dict(self) -> dict[str, object]:
        """For the journal; JSON."""
        return {
            "block_bytes": self.block_bytes,
            "marks": {str(address): digest.hex() for address, digest in self.marks.items()},
            "found": {str(address): digest.hex() for address, digest in self.found.items()},
            "unplanted": self.unplanted,
            "fixed": self.fixed,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Raises ValueError, TypeError, KeyError for what is none."""
        marks, found = (
            {int(address): bytes.fromhex(digest) for address, digest in fields[name].items()}
            for name in ("marks", "found")
        )
        fixed = int(fields["fixed"])
        if marks and not 0 <= fixed < len(marks) + len(found):
            raise ValueError("at least one block is drawn")
        return cls(int(fields["block_bytes"]), marks, found, int(fields["unplanted"]), fixed)


@dataclass
class Seen:
    """What of it is still there afterwards; byte addresses."""

    marks_left: list[int] = field(default_factory=list)
    found_left: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    looked_at: int = 0
    after: dict[int, bytes] = field(default_factory=dict)
    """Address of a mark → digest of what stands there now."""

    @property
    def gone(self) -> bool:
        """Every mark and every found block was read and is another now."""
        return self.looked_at > 0 and not self.survivors and not self.unreadable

    @property
    def survivors(self) -> list[int]:
        return self.marks_left + self.found_left


def plant(
    medium: Medium, size: int, boundaries: Iterable[int] = (), alive: Callable[[], None] = lambda: None
) -> Planted:
    """Mark the drive and note what is on it. `boundaries` are byte addresses (of hidden areas) to mark as well.

    Both ends are always among the marks. `alive` is called at every block and may raise to stop: on a slow disk this
    takes minutes. Raises OSError when the drive is gone or does not flush.
    """
    block = max(BLOCK, medium.logical_sector_bytes)
    marked, looked, fixed = _addresses(size, block, boundaries)
    found: dict[int, bytes] = {}
    contents: dict[int, bytes] = {}
    unplanted = 0
    with mmap(-1, block) as buffer:
        for address in looked:
            alive()
            if (data := read(medium, buffer, block, address)) is not None and not _uniform(data):
                found[address] = _digest(data)
        for address in marked:
            alive()
            mark = secrets.token_bytes(block)
            buffer[:] = mark
            if _write(medium, buffer, block, address):
                contents[address] = _digest(mark)
            else:
                unplanted += 1
        medium.flush()
        marks: dict[int, bytes] = {}
        for address, digest in contents.items():
            alive()
            if (data := read(medium, buffer, block, address)) is not None and same(data, digest):
                marks[address] = digest
    return Planted(block, marks, found, unplanted + len(contents) - len(marks), fixed)


def look(medium: Medium, planted: Planted, alive: Callable[[], None] = lambda: None) -> Seen:
    """Read every marked and hashed block again, `alive` being called as in `plant`. Raises OSError when the drive is
    gone."""
    seen = Seen()
    with mmap(-1, planted.block_bytes) as buffer:
        for address, digest in sorted({**planted.found, **planted.marks}.items()):
            alive()
            data = read(medium, buffer, planted.block_bytes, address)
            seen.looked_at += 1
            if data is None:
                seen.unreadable.append(address)
            elif same(data, digest):
                (seen.marks_left if address in planted.marks else seen.found_left).append(address)
            if data is not None and address in planted.marks:
                seen.after[address] = _digest(data)
    return seen


def _addresses(size: int, block: int, boundaries: Iterable[int]) -> tuple[list[int], list[int], int]:
    """Addresses to mark and addresses to hash, ascending, without overlap; how many to mark were not drawn."""
    blocks = size // block
    wanted = {0, blocks - 1} | {near for edge in boundaries for near in (edge // block - 1, edge // block)}
    always = {number for number in wanted if 0 <= number < blocks}
    marks, found = (min(count, -(-blocks // SHARE)) for count in (MARKS, FOUND))
    drawn = secrets.SystemRandom().sample(range(blocks), min(blocks, marks + found))
    marked = always | set(drawn[:marks])
    looked = set(drawn[marks:]) - marked
    fixed = len(always.difference(drawn[:marks]))
    return sorted(number * block for number in marked), sorted(number * block for number in looked), fixed


def _uniform(data: bytes) -> bool:
    """Whether all its sectors are alike: zeros, 0xFF, or what a drive shows after an erase of its own (33 CC 55 AA …),
    which would be there again after the next one."""
    return data[SECTOR:] == data[:-SECTOR]


def same(data: bytes, digest: bytes) -> bool:
    """`data` is what had that digest."""
    return _digest(data) == digest


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()[:DIGEST]


def read(medium: Medium, buffer: mmap, length: int, offset: int) -> bytes | None:
    """None for what cannot be read. Raises OSError when the drive is gone."""
    try:
        return bytes(buffer[:length]) if medium.read_into(buffer, length, offset) == length else None
    except OSError as error:
        raise_if_gone(error)
        return None


def _write(medium: Medium, buffer: mmap, length: int, offset: int) -> bool:
    try:
        return medium.write(buffer, length, offset) == length
    except OSError as error:
        raise_if_gone(error)
        return False

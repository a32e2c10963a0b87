"""How often samples miss a residue of a known size, against the confidence that is stated.

The drive is as large as real ones' samples need (many more blocks than are drawn), but only its residue takes room.
"""

import math
import random
from dataclasses import dataclass
from mmap import mmap

from fake_medium import FakeMedium

from agent.model.words import Verify
from agent.sanitize import canary
from agent.sanitize.evidence import residue as stated
from agent.sanitize.medium import Identity
from agent.sanitize.pattern import pattern
from agent.sanitize.verify import SAMPLE_COUNT, Extent, verify

BLOCK = 4096
BLOCKS = 64 * 1024
RESIDUES = (1, 6, 13, 33, 66, 132)
"""Blocks that are left; 66 of 65,536 are the 0.1 % that a sample is to meet with 99.9 %."""


class Wide(FakeMedium):
    """Zeros everywhere but at `old` blocks; what is written is kept by its address."""

    def __init__(self, old: set[int]) -> None:
        super().__init__(b"", BLOCK)
        self.old = old
        self.written: dict[int, bytes] = {}

    def identity(self) -> Identity:
        return Identity("WIDE", "Wide", BLOCKS * BLOCK)

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        first, last = offset // BLOCK, (offset + length) // BLOCK
        for at, number in enumerate(range(first, last)):
            buffer[at * BLOCK : at * BLOCK + BLOCK] = self._content(number)
        self.read += length
        return length

    def _content(self, number: int) -> bytes:
        if number in self.written:
            return self.written[number]
        return number.to_bytes(8, "big") * (BLOCK // 8) if number in self.old else bytes(BLOCK)

    def write(self, buffer: mmap, length: int, offset: int) -> int:
        for at in range(length // BLOCK):
            self.written[offset // BLOCK + at] = bytes(buffer[at * BLOCK : at * BLOCK + BLOCK])
        return length

    def erase(self) -> None:
        """As a drive whose own erase leaves the old blocks out: everything else is gone, marks on them stay."""
        self.written = {number: data for number, data in self.written.items() if number in self.old}


@dataclass(frozen=True)
class Misses:
    """Of `runs` with `left` blocks of the donor's, so many ended without one of them having been seen."""

    what: str
    left: int
    runs: int
    missed: int
    expected: float
    """The probability of a miss, by the hypergeometric distribution; not drawn at random are both ends."""

    @property
    def tolerable(self) -> bool:
        """Within four standard deviations of what was to be expected (one campaign in some 30,000 is not)."""
        mean, spread = self.runs * self.expected, math.sqrt(self.runs * self.expected * (1 - self.expected))
        return abs(self.missed - mean) <= 4 * spread + 1


def overwritten(rng: random.Random, left: int, runs: int) -> Misses:
    """A sampled verification of a drive of which `left` blocks still hold what was on it."""
    edge = 2 * 256  # blocks at both ends, which are always read
    missed = 0
    for _ in range(runs):
        medium = Wide(set(rng.sample(range(edge // 2, BLOCKS - edge // 2), left)))
        found = verify(medium, BLOCKS * BLOCK, pattern("zero"), Extent(Verify.SAMPLED), lambda *_: None)
        missed += not found.mismatched
    return Misses("verification", left, runs, missed, _miss(BLOCKS - edge, SAMPLE_COUNT, left))


def erased(rng: random.Random, left: int, runs: int) -> Misses:
    """The canary after an erase of the drive's own that left out `left` blocks."""
    missed, drawn = 0, 0
    for _ in range(runs):
        medium = Wide(set(rng.sample(range(1, BLOCKS - 1), left)))
        planted = canary.plant(medium, BLOCKS * BLOCK)
        drawn = canary.MARKS + canary.FOUND
        medium.erase()
        missed += canary.look(medium, planted).gone
    return Misses("canary", left, runs, missed, _miss(BLOCKS, drawn, left))


def _miss(blocks: int, drawn: int, left: int) -> float:
    """No block of `left` among `drawn` of `blocks`."""
    return math.prod((blocks - drawn - number) / (blocks - number) for number in range(left))


def limit(drawn: int = SAMPLE_COUNT) -> int:
    """Blocks of this drive from which on the statement promises to have met one."""
    return math.ceil(stated(drawn) * BLOCKS)

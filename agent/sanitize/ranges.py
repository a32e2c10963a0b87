"""Lists of bad blocks, coalesced and bounded."""

from dataclasses import dataclass, field

LIMIT = 256
"""Ranges kept in a report; a drive with more than that is scrap, and the list no longer helps anybody."""
ENOUGH = 1024
"""Bad pieces after which nobody looks for more, though they touch each other: each may have cost the drive seconds."""


@dataclass
class Ranges:
    """Half-open byte ranges, grown in ascending order, told as logical blocks."""

    block_bytes: int
    items: list[tuple[int, int]] = field(default_factory=list)
    total_bytes: int = 0
    pieces: int = 0

    def add(self, offset: int, length: int) -> None:
        """Note `length` bytes from `offset` on; neighbours melt together."""
        self.total_bytes += length
        self.pieces += 1
        if self.items and self.items[-1][1] == offset:
            self.items[-1] = (self.items[-1][0], offset + length)
        elif len(self.items) < LIMIT:
            self.items.append((offset, offset + length))

    @property
    def full(self) -> bool:
        """True when the drive is known to be scrap, and looking for more is no use."""
        return len(self.items) >= LIMIT or self.pieces >= ENOUGH

    def __bool__(self) -> bool:
        return self.total_bytes > 0

    def blocks(self) -> list[dict[str, int]]:
        """As model.sanitization.BlockRange."""
        return [
            {"first": first // self.block_bytes, "count": -(-(last - first) // self.block_bytes)}
            for first, last in self.items
        ]

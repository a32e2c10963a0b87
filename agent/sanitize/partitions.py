"""Partition tables, as far as anybody here looks at them: whoever wrote them may have been hostile or mad."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Window = Callable[[int, int], bytes]
"""(offset, length) in bytes → what stands there, shorter at the end of the drive."""

_GPT_ENTRIES = 128
"""Entries looked at; what partitioning tools make (UEFI 2.10, 5.3.1: at least 16 KiB of entries)."""


@dataclass(frozen=True)
class Partition:
    start: int
    """Byte of the drive; may lie anywhere, also beyond its end."""
    kind: bytes
    """One byte of an MBR, or the 16 bytes of a GPT as they stand on the drive."""
    active: bool = False
    """Marked in an MBR as what the computer starts from."""


def mbr(boot: bytes, sector: int) -> Iterator[Partition]:
    """The four entries of a master boot record, empty ones among them."""
    if boot[510:512] == b"\x55\xaa":
        for at in range(446, 510, 16):
            (first,) = struct.unpack_from("<I", boot, at + 8)
            yield Partition(first * sector, boot[at + 4 : at + 5], boot[at] == 0x80)


def gpt(window: Window, sector: int) -> Iterator[Partition]:
    """The entries in use of a GPT, 128 at most."""
    header = window(sector, 92)
    if header[:8] != b"EFI PART" or len(header) < 92:
        return
    table, count, width = struct.unpack_from("<QII", header, 72)
    if not 128 <= width <= 4096:
        return
    entries = window(table * sector, min(count, _GPT_ENTRIES) * width) if table < 2**32 else b""
    for at in range(0, len(entries) - 127, width):
        if entries[at : at + 16] != bytes(16):
            (first,) = struct.unpack_from("<Q", entries, at + 32)
            yield Partition(first * sector, entries[at : at + 16])

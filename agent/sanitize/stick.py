"""Recognising an Ordis stick by what stands on it, also when it is not the one that we booted from."""

import struct
from collections.abc import Callable, Iterator

DISK_SIGNATURE = b"ORDS"
"""The MBR disk signature (offset 440) that the image is made with."""
DISK_GUID = bytes.fromhex("4f52444953004a8a9d5b0f7e2c6b11aa")
"""The GPT disk GUID (as its 16 bytes stand on disk) that the image is made with."""
FAT_LABEL = b"ORDIS      "
STATE_LABEL = b"ordis-state\0\0\0\0\0"

Window = Callable[[int, int], bytes]
"""(offset, length) in bytes → what stands there, shorter at the end of the drive."""

_GPT_ENTRIES = 128
"""Entries looked at; what partitioning tools make (UEFI 2.10, 5.3.1: at least 16 KiB of entries)."""


def is_ordis(window: Window, sector: int, size: int) -> bool:
    """True where the drive carries our disk signature or GUID, or a file system with one of our labels."""
    boot = window(0, 512)
    if boot[440:444] == DISK_SIGNATURE or _gpt_guid(window, sector) == DISK_GUID:
        return True
    starts = {0, *_mbr_starts(boot, sector), *_gpt_starts(window, sector)}
    return any(_labelled(window, start) for start in starts if 0 <= start < size - 4096)


def _mbr_starts(boot: bytes, sector: int) -> Iterator[int]:
    if boot[510:512] == b"\x55\xaa":
        for at in range(446, 510, 16):
            (first,) = struct.unpack_from("<I", boot, at + 8)
            yield first * sector


def _gpt_guid(window: Window, sector: int) -> bytes | None:
    header = window(sector, 92)
    return header[56:72] if header[:8] == b"EFI PART" else None


def _gpt_starts(window: Window, sector: int) -> Iterator[int]:
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
            yield first * sector


def _labelled(window: Window, start: int) -> bool:
    """FAT: label at 43 (FAT12/16) or 71 (FAT32) of the boot sector; ext: s_volume_name at 1024 + 120."""
    boot, ext = window(start, 512), window(start + 1024, 136)
    fat = boot[510:512] == b"\x55\xaa" and FAT_LABEL in (boot[43:54], boot[71:82])
    return fat or (ext[56:58] == b"\x53\xef" and ext[120:136] == STATE_LABEL)

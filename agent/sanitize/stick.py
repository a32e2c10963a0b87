"""Recognising an Ordis stick by what stands on it, also when it is not the one that we booted from."""

from agent.sanitize.partitions import Window, gpt, mbr

DISK_SIGNATURE = b"ORDS"
"""The MBR disk signature (offset 440) that the image is made with."""
DISK_GUID = bytes.fromhex("4f52444953004a8a9d5b0f7e2c6b11aa")
"""The GPT disk GUID (as its 16 bytes stand on disk) that the image is made with."""
FAT_LABEL = b"ORDIS      "
STATE_LABEL = b"ordis-state\0\0\0\0\0"


def is_ordis(window: Window, sector: int, size: int) -> bool:
    """True where the drive carries our disk signature or GUID, or a file system with one of our labels."""
    boot = window(0, 512)
    if boot[440:444] == DISK_SIGNATURE or _gpt_guid(window, sector) == DISK_GUID:
        return True
    starts = {0, *(part.start for part in (*mbr(boot, sector), *gpt(window, sector)))}
    return any(_labelled(window, start) for start in starts if 0 <= start < size - 4096)


def _gpt_guid(window: Window, sector: int) -> bytes | None:
    header = window(sector, 92)
    return header[56:72] if header[:8] == b"EFI PART" else None


def _labelled(window: Window, start: int) -> bool:
    """FAT: label at 43 (FAT12/16) or 71 (FAT32) of the boot sector; ext: s_volume_name at 1024 + 120."""
    boot, ext = window(start, 512), window(start + 1024, 136)
    fat = boot[510:512] == b"\x55\xaa" and FAT_LABEL in (boot[43:54], boot[71:82])
    return fat or (ext[56:58] == b"\x53\xef" and ext[120:136] == STATE_LABEL)

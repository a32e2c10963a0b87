"""A small Ordis stick in a file, as the image is made: with the usual programs."""

import struct
import subprocess
from pathlib import Path

from agent.sanitize.stick import DISK_SIGNATURE

MIB = 1 << 20
SECTOR = 512
BOOT_FIRST = 2048
BOOT_SECTORS = 16 * 2048
STATE_FIRST = BOOT_FIRST + BOOT_SECTORS
STATE_SECTORS = 8 * 2048
IMAGE_BYTES = (STATE_FIRST + STATE_SECTORS) * SECTOR
VOLUME = "1A2B-3C4D"


def entry(active: int, kind: int, first: int, count: int) -> bytes:
    return struct.pack("<B3sB3sII", active, b"\xfe\xff\xff", kind, b"\xfe\xff\xff", first, count)


def first_sector(state_sectors: int = STATE_SECTORS) -> bytearray:
    sector = bytearray(b"GRUB" * 110) + DISK_SIGNATURE + bytes(2)
    sector += entry(0x80, 0x0C, BOOT_FIRST, BOOT_SECTORS) + entry(0, 0x83, STATE_FIRST, state_sectors)
    return sector + bytes(32) + b"\x55\xaa"


def fat_sector(*, dirty: bool = False) -> bytes:
    """What of a FAT32 volume's first sector is looked at: total sectors, state, number, label."""
    sector = bytearray(b"\xeb\x58\x90mkfs.fat").ljust(510, b"\0") + b"\x55\xaa"
    struct.pack_into("<I", sector, 32, BOOT_SECTORS)
    sector[65] = int(dirty)
    struct.pack_into("<I", sector, 67, int(VOLUME.replace("-", ""), 16))
    sector[71:82] = b"ORDIS      "
    return bytes(sector)


def make_image(file: Path, size: int = IMAGE_BYTES, files: Path | None = None, *, fat: bool = False) -> Path:
    """A stick of `size` bytes with a fresh image on it, whose first partition holds what the folder `files` does.

    That partition has a FAT volume's first sector and is ext4 behind it, since the computers that the tests run on need
    not know FAT; in the virtual machine it is a real one (`fat`), and empty.
    """
    with file.open("xb") as new:
        new.write(first_sector())
        new.truncate(size)
    if fat:
        _tool("mkfs.vfat", "-F", "32", "-s", "1", "-n", "ORDIS", "-i", VOLUME.replace("-", ""), "-h", str(BOOT_FIRST),
              f"--offset={BOOT_FIRST}", str(file), str(BOOT_SECTORS // 2))  # fmt: skip
    else:
        _ext4(file, BOOT_FIRST, BOOT_SECTORS, *(["-d", str(files)] if files else []))
    # As boot/ makes it: few inodes.
    _ext4(file, STATE_FIRST, STATE_SECTORS, "-L", "ordis-state", "-N", "256")
    if not fat:
        with file.open("r+b") as opened:
            opened.seek(BOOT_FIRST * SECTOR)
            opened.write(fat_sector())
    _tool("fallocate", "--dig-holes", str(file))
    return file


def copied(file: Path, to: Path) -> Path:
    """A copy of a stick without its holes: nearly all of it is empty."""
    _tool("cp", "--sparse=auto", str(file), str(to))
    return to


def _ext4(file: Path, first: int, sectors: int, *options: str) -> None:
    _tool("mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", *options, "-E",
          f"offset={first * SECTOR},lazy_itable_init=0,nodiscard", str(file), f"{sectors // 2}k")  # fmt: skip


def _tool(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True, text=True)

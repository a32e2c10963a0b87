"""Drives as donors leave them, each with something that a system might mount, assemble or use by itself."""

import struct
import zlib
from pathlib import Path

from stick_image import entry
from stick_machine.drives import MIB, Drive
from stick_machine.parts import tool

SECTOR = 512
_FIRST = 2048
"""Where partitions begin, in sectors."""


def drives(folder: Path) -> list[Drive]:
    """On NVMe, SATA, SAS and USB."""
    made = [
        Drive("nvme", folder / "dirty.img", "DONORDIRTY"),
        Drive("sata", folder / "lvm.img", "DONORLVM"),
        Drive("sata", folder / "raid-0.img", "DONORRAID0"),
        Drive("sata", folder / "raid-1.img", "DONORRAID1"),
        Drive("sas", folder / "swap.img", "DONORSWAP"),
        Drive("usb", folder / "label.img", "DONORLABEL"),
    ]
    for drive in made:
        drive.fill(drive.file.stem)
    ext4_with_a_journal_to_replay(made[0])
    lvm(made[1].file)
    for number in (0, 1):
        raid(made[2 + number].file, number)
    tool("mkswap", "-L", "swap", made[4].file)
    looks_like_a_stick(made[5])
    return made


def ext4_with_a_journal_to_replay(drive: Drive) -> None:
    """A file system that was not unmounted: mounting it, even to read, replays the journal."""
    _partitioned(drive, bytes(4))
    _ext4(drive, "donor", drive.size_bytes // SECTOR - _FIRST)
    place = f"{drive.file}?offset={_FIRST * SECTOR}"
    tool("debugfs", "-w", "-R", "feature needs_recovery", place)
    assert "needs_recovery" in tool("dumpe2fs", "-h", place)


def looks_like_a_stick(drive: Drive) -> None:
    """Partitions called as ours are, on a drive that lacks our mark in its first sector."""
    _partitioned(drive, b"\x12\x34\x56\x78")
    _ext4(drive, "ordis-state", drive.size_bytes // SECTOR - _FIRST)


def _partitioned(drive: Drive, signature: bytes) -> None:
    sector = bytes(440) + signature + bytes(2) + entry(0x80, 0x83, _FIRST, drive.size_bytes // SECTOR - _FIRST)
    with drive.file.open("r+b") as file:
        file.write(sector.ljust(510, b"\0") + b"\x55\xaa")


def _ext4(drive: Drive, label: str, sectors: int) -> None:
    tool("mkfs.ext4", "-q", "-F", "-b", "4096", "-L", label, "-E", f"offset={_FIRST * SECTOR},nodiscard",
         drive.file, f"{sectors // 2}k")  # fmt: skip


def lvm(file: Path) -> None:
    """The label of a physical volume (LVM2's label.h and format_text/layout.h)."""
    header = b"0123456789abcdef0123456789abcdef" + struct.pack("<Q", file.stat().st_size)
    header += struct.pack("<QQ", MIB, 0) + bytes(16) + struct.pack("<QQ", 4096, MIB - 4096) + bytes(16)
    body = (struct.pack("<I", 32) + b"LVM2 001" + header).ljust(SECTOR - 20, b"\0")
    # Their CRC starts from another number than zlib's, and is not inverted.
    crc = zlib.crc32(body, 0xF597A6CF ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
    with file.open("r+b") as opened:
        opened.write(bytes(2 * SECTOR))
        opened.seek(SECTOR)
        opened.write(b"LABELONE" + struct.pack("<QI", 1, crc) + body)


def raid(file: Path, number: int) -> None:
    """A member of a mirror of two (linux/raid/md_p.h, version 1.2: 4 KiB from the start)."""
    sectors = file.stat().st_size // SECTOR
    generic = struct.pack("<IIII", 0xA92B4EFC, 1, 0, 0) + b"ordis-test-raid0" + b"donor:0".ljust(32, b"\0")
    generic += struct.pack("<QIIQII", 1, 1, 0, sectors - 2048, 0, 2)
    generic = generic.ljust(128, b"\0")
    mine = struct.pack("<QQQQIII", 2048, sectors - 2048, 8, 0, number, 0, number)
    state = struct.pack("<QQQ", 1, 0xFFFFFFFFFFFFFFFF, 0)
    block = bytearray((generic + mine).ljust(192, b"\0") + state).ljust(256, b"\0")
    struct.pack_into("<I", block, 220, 2)  # places in the table of roles that follows
    block += struct.pack("<HH", 0, 1)
    total = sum(struct.unpack(f"<{len(block) // 4}I", bytes(block)))
    struct.pack_into("<I", block, 216, (total & 0xFFFFFFFF) + (total >> 32))
    with file.open("r+b") as opened:
        opened.seek(4096)
        opened.write(bytes(4096))
        opened.seek(4096)
        opened.write(block)

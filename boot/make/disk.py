"""The disk image of a stick: starts by BIOS, UEFI, and UEFI with Secure Boot.

An MBR with the signature by which every Ordis knows a stick (agent/sanitize/stick.py); a FAT32 partition ORDIS that
Windows shows, with boot loaders, kernel, system and settings; a small ext4 partition ordis-state for key, journal and
spool, which the first start grows to the end of the stick.
"""

import hashlib
import os
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import debian

from agent.sanitize.stick import DISK_SIGNATURE

BOOT = Path(__file__).resolve().parent.parent
MIB = 1 << 20
SECTOR = 512
FAT_START, FAT_SIZE = 1 * MIB, 1024 * MIB
"""Twice what it holds today, so that a newer image finds room before a state partition that is kept."""
STATE_START, STATE_SIZE = FAT_START + FAT_SIZE, 64 * MIB
CHANGING = ("ordis.toml", "manifest.sha256")
GROWS_TO = 64 << 30
"""What the state partition keeps room for in its own tables."""


@dataclass(frozen=True)
class Place:
    """`folder`: what becomes the FAT partition; inside the tools' root, as is everything here."""

    tools: Path
    folder: Path
    epoch: int

    def run(self, *command: str) -> None:
        debian.in_root(self.tools, *command, epoch=self.epoch)

    def inside(self, path: Path) -> str:
        return f"/{path.relative_to(self.tools)}"


def volume_id(epoch: int) -> str:
    """The FAT's serial number, eight hexadecimal digits: another for each version, the same for each building of it."""
    return hashlib.sha256(f"ordis {epoch}".encode()).hexdigest()[:8]


def gather(place: Place, system: Path, settings: Path) -> None:
    """Put boot loaders, kernel and settings beside the system's file, which is there already."""
    folder, tools = place.folder, place.tools
    for name in ("EFI/BOOT", "EFI/debian", "boot/grub/fonts", "live", "reports"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (kernel,) = (system / "boot").glob("vmlinuz-*")
    (initrd,) = (system / "boot").glob("initrd.img-*")
    copies = {
        kernel: "live/vmlinuz",
        initrd: "live/initrd.img",
        tools / "usr/lib/shim/shimx64.efi.signed": "EFI/BOOT/BOOTX64.EFI",
        tools / "usr/lib/shim/mmx64.efi.signed": "EFI/BOOT/mmx64.efi",
        tools / "usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed": "EFI/BOOT/grubx64.efi",
        tools / "usr/share/grub/unicode.pf2": "boot/grub/fonts/unicode.pf2",
        tools / "boot/memtest86+x64.bin": "boot/memtest86+.bin",
        tools / "boot/memtest86+x64.efi": "boot/memtest86+x86_64.efi",
        tools / "boot/memtest86+ia32.efi": "boot/memtest86+i386.efi",
        BOOT / "grub/grub.cfg": "boot/grub/grub.cfg",
        BOOT / "grub/signed.cfg": "EFI/debian/grub.cfg",
        BOOT / "grub/LISEZMOI.txt": "LISEZMOI.txt",
        settings: "ordis.toml",
    }
    for source, target in copies.items():
        shutil.copyfile(source, folder / target)
    for name in ("boot/grub/grub.cfg", "EFI/debian/grub.cfg"):
        place.run("grub-script-check", place.inside(folder / name))
    grub_image(place, "i386-efi", "/boot/grub", folder / "EFI/BOOT/BOOTIA32.EFI", "grub-efi32")
    manifest(folder)


def grub_image(place: Place, kind: str, prefix: str, target: Path, modules: str) -> None:
    """A boot loader for the firmware that starts no signed one. `prefix` names no drive: it is the one started from.
    `modules`: a list in packages/."""
    place.run("grub-mkimage", "-O", kind, "-p", prefix, "-o", place.inside(target), *debian.listed(modules))


def manifest(folder: Path) -> None:
    """The check sums of what starts, in the format of sha256sum; `ordis stick check` compares them."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [f"{digest(path)}  {path.relative_to(folder)}\n" for path in found if path.name not in CHANGING]
    (folder / "live/manifest.sha256").write_text("".join(lines))


def hard_link(source: Path, target: Path) -> None:
    """The same file under another name, without a copy where that can be."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)


def digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(place: Place, image: Path) -> None:
    """Write the image, whole; sparse where it is empty. Raises CalledProcessError, OSError."""
    work = place.tools / "work"
    fat, state = work / "fat.img", work / "state.img"
    make_fat(place, fat)
    make_state(place, state)
    core = work / "core.img"
    grub_image(place, "i386-pc", "(,msdos1)/boot/grub", core, "grub-bios")
    image.unlink(missing_ok=True)
    with open(image, "wb") as disk:
        disk.truncate(STATE_START + STATE_SIZE)
        disk.write(boot_sector(place.tools))
        _pour(core, disk, SECTOR, FAT_START - SECTOR)
        _pour(fat, disk, FAT_START, FAT_SIZE)
        _pour(state, disk, STATE_START, STATE_SIZE)
    fat.unlink()
    state.unlink()


def boot_sector(tools: Path) -> bytes:
    """GRUB's first sector, our signature and the table of two partitions. Raises OSError."""
    sector = bytearray((tools / "usr/lib/grub/i386-pc/boot.img").read_bytes()[:SECTOR])
    # Some BIOSes tell the boot loader no drive number, or a wrong one, for a stick: GRUB's own installer leaves its
    # check on for floppies only, by the same two instructions.
    sector[0x66:0x68] = b"\x90\x90"
    sector[440:444] = DISK_SIGNATURE
    sector[444:446] = b"\0\0"
    entries = ((0x80, 0x0C, FAT_START, FAT_SIZE), (0, 0x83, STATE_START, STATE_SIZE))
    far = b"\xfe\xff\xff"  # where it lies in cylinders, heads and sectors: nowhere that these can say
    table = b"".join(
        struct.pack("<B3sB3sII", active, far, kind, far, start // SECTOR, size // SECTOR)
        for active, kind, start, size in entries
    )
    sector[446:510] = table.ljust(64, b"\0")
    sector[510:512] = b"\x55\xaa"
    return bytes(sector)


def make_fat(place: Place, fat: Path) -> None:
    with open(fat, "wb") as file:
        file.truncate(FAT_SIZE)
    before = str(FAT_START // SECTOR)  # which some BIOSes believe rather than the table
    place.run(
        "mkfs.vfat", "-F", "32", "-n", "ORDIS", "-h", before, "--invariant", "-i", volume_id(place.epoch),
        place.inside(fat),
    )  # fmt: skip
    # One after the other, by name: a folder's own order is another one on each host.
    for path in sorted(place.folder.rglob("*")):
        target = f"::{path.relative_to(place.folder)}"
        os.utime(path, (place.epoch, place.epoch))
        if path.is_dir():
            place.run("mmd", "-i", place.inside(fat), target)
        else:
            place.run("mcopy", "-i", place.inside(fat), "-m", "-Q", place.inside(path), target)


def make_state(place: Place, state: Path) -> None:
    with open(state, "wb") as file:
        file.truncate(STATE_SIZE)
    number = hashlib.sha256(f"ordis-state {place.epoch}".encode()).hexdigest()
    uuid = f"{number[:8]}-{number[8:12]}-4{number[13:16]}-8{number[17:20]}-{number[20:32]}"
    # No space is kept for root, who is the only user; and few inodes, since each 128 MiB by which it grows get as many.
    place.run(
        "mke2fs", "-q", "-t", "ext4", "-b", "4096", "-L", "ordis-state", "-U", uuid, "-m", "0", "-N", "1024", "-E",
        f"hash_seed={uuid},resize={GROWS_TO // 4096},lazy_itable_init=0,lazy_journal_init=0", place.inside(state),
    )  # fmt: skip


def _pour(source: Path, disk: BinaryIO, at: int, most: int) -> None:
    """Copy a file into the image, leaving out blocks of zeros. Raises ValueError for one that is too large."""
    if source.stat().st_size > most:
        raise ValueError(f"{source.name} has {source.stat().st_size} bytes; there is room for {most}")
    with open(source, "rb") as file:
        place = at
        while block := file.read(MIB):
            if block.count(0) != len(block):
                disk.seek(place)
                disk.write(block)
            place += len(block)

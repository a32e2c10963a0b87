"""What is on a drive, in one word for whoever is asked whether it may be erased. Nothing is mounted, little is read.

The word helps to notice the wrong drive; nothing is decided by it. Signatures as the file systems' own documents and
kernel sources give them (Documentation/filesystems, LUKS2 On-Disk Format 1.1.1, [MS-FVE] for BitLocker).
"""

from collections.abc import Iterator, Sequence

from agent.model.words import Contents
from agent.sanitize.partitions import Partition, Window, gpt, mbr

_HEAD = 8192
"""Bytes at the start of a file system that are looked at."""
_MOST = 32
"""Partitions that are looked at."""
_SAMPLES, _SAMPLE = 32, 4096
"""Places all over a drive without a known sign, to tell an empty one from one that holds something."""
_EDGE = 64 * 1024
"""Bytes at both ends that must be empty as well."""

# Where a sign stands from the start of the file system, and what it is.
_ENCRYPTED = ((3, b"-FVE-FS-"), (0, b"LUKS\xba\xbe"))
_LINUX = (
    (1080, b"\x53\xef"),  # ext2 to ext4
    (0, b"XFSB"),
    (1024, b"\x10\x20\xf5\xf2"),  # F2FS
    (4086, b"SWAPSPACE2"),
    (512, b"LABELONE"),  # LVM, in the second sector
    (4096, b"\xfc\x4e\x2b\xa9"),  # md RAID 1.2
)
_BTRFS = (64 * 1024 + 64, b"_BHRfS_M")
_NTFS = (3, b"NTFS    ")
_DATA = ((3, b"EXFAT   "), (54, b"FAT"), (82, b"FAT32"), (32, b"NXSB"), (1024, b"H+"), (1024, b"HX"))

# GPT partition types (UEFI 2.10, table 5.7; Microsoft's and the systemd specification's), as they stand on the drive.
_STARTS_PC = bytes.fromhex("28732ac11ff8d211ba4b00a0c93ec93b")
"""EFI system partition."""
_WINDOWS_TYPES = {
    bytes.fromhex("a4bb94ded106404da16abfd50179d6ac"),  # recovery
}
_LINUX_TYPES = {
    bytes.fromhex("af3dc60f838472478e793d69d8477de4"),  # file system data
    bytes.fromhex("79d3d6e607f5c244a23c238f2a3df928"),  # LVM
    bytes.fromhex("6dfd5706aba4c44384e50933c84b4f4f"),  # swap
}
_LINUX_MBR, _PROTECTIVE = {b"\x83", b"\x82", b"\x8e", b"\xfd"}, b"\xee"


def contents(window: Window, size: int, sector: int) -> Contents | None:
    """The word; None where the beginning of the drive cannot be read. `size` and `sector` are in bytes.

    At most 3 MiB are read, in 200 pieces. Raises nothing.
    """
    looked = _Looked(window, size)
    boot = looked.at(0, 512)
    if len(boot) < 512:
        return None
    parts = [part for part in (*gpt(looked.at, sector), *mbr(boot, sector)) if _real(part, size)][:_MOST]
    signs = {_sign(looked, start) for start in {0, *(part.start for part in parts)}} - {None}
    if Contents.ENCRYPTED in signs:
        return Contents.ENCRYPTED
    kinds = {part.kind for part in parts}
    if Contents.WINDOWS in signs and _starts_windows(parts, kinds):
        return Contents.WINDOWS
    if Contents.LINUX in signs or kinds & (_LINUX_TYPES | _LINUX_MBR):
        return Contents.LINUX
    if signs or parts:
        return Contents.DATA
    return Contents.EMPTY if looked.empty() else Contents.DATA


def _real(part: Partition, size: int) -> bool:
    return part.kind not in (b"\x00", _PROTECTIVE) and 0 < part.start < size


def _starts_windows(parts: Sequence[Partition], kinds: set[bytes]) -> bool:
    """Whether a computer starts from it: an NTFS partition alone may be anybody's data."""
    return _STARTS_PC in kinds or bool(kinds & _WINDOWS_TYPES) or any(part.active for part in parts)


def _sign(looked: "_Looked", start: int) -> Contents | None:
    """What begins at this byte; WINDOWS stands for NTFS. None where nothing is recognised."""
    head = looked.at(start, _HEAD)

    def has(*signs: tuple[int, bytes]) -> bool:
        return any(head[at : at + len(sign)] == sign for at, sign in signs)

    if has(*_ENCRYPTED):
        return Contents.ENCRYPTED
    if has(*_LINUX) or looked.at(start + _BTRFS[0], len(_BTRFS[1])) == _BTRFS[1]:
        return Contents.LINUX
    if has(_NTFS):
        return Contents.WINDOWS
    return Contents.DATA if has(*_DATA) else None


class _Looked:
    """The drive, of which a place that cannot be read counts as nothing to be seen."""

    def __init__(self, window: Window, size: int) -> None:
        self._window = window
        self._size = size
        self._failed = False

    def at(self, offset: int, length: int) -> bytes:
        length = min(length, self._size - offset)
        if offset < 0 or length <= 0:
            return b""
        try:
            return self._window(offset, length)
        except (OSError, ValueError):
            self._failed = True
            return b""

    def empty(self) -> bool:
        """Every place that is looked at holds the same byte over and over, as zeros or flash that was erased do."""
        for offset, length in self._places():
            found = self.at(offset, length)
            if not found or found.strip(found[:1]):
                return False
        return not self._failed

    def _places(self) -> Iterator[tuple[int, int]]:
        yield 0, _EDGE
        stride = max(self._size // (_SAMPLES + 1), 1)
        for number in range(1, _SAMPLES + 1):
            yield number * stride // _SAMPLE * _SAMPLE, _SAMPLE
        yield max(0, self._size - _EDGE) // _SAMPLE * _SAMPLE, _EDGE

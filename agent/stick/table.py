"""The partition table of an Ordis stick: exactly the one that the image is made with, or it is none of ours.

A classic MBR (UEFI 2.10, section 5.2.1): our disk signature, a bootable FAT32 partition and behind it a Linux
partition, nothing else. Pure functions over the first sector. Sectors have 512 bytes: no stick with others boots.
"""

import struct
from dataclasses import dataclass

from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.sanitize.stick import DISK_SIGNATURE, STATE_LABEL

SECTOR = 512
ALIGNMENT = 2048
"""Sectors. Partitions begin, and ours end, at whole MiB, as every partitioning tool of today makes them."""
MOST_SECTORS = 2**32 - 1
"""What the 32-bit numbers of an MBR can say: a stick larger than 2 TiB is used up to there."""
FAT32_LBA, LINUX = 0x0C, 0x83
ACTIVE = 0x80

_SIGNATURE_AT, _ENTRIES_AT, _MAGIC_AT = 440, 446, 510
# Boot flag, begin as cylinder/head/sector, type, end likewise, first sector, number of sectors.
_ENTRY = struct.Struct("<B3sB3sII")
_BEYOND_CHS = b"\xfe\xff\xff"


class NotOurs(Problem):
    """The drive does not carry exactly an Ordis stick's partitions: nothing on it is to be touched."""

    def __init__(self, why: Message) -> None:
        super().__init__(why, say("Nothing was written. If this is an Ordis stick, write the image to it anew."))


@dataclass(frozen=True)
class Part:
    """A partition, in sectors."""

    first: int
    count: int

    @property
    def end(self) -> int:
        """The sector behind its last."""
        return self.first + self.count


@dataclass(frozen=True)
class Table:
    boot: Part
    """FAT, `ORDIS`."""
    state: Part
    """ext4, `ordis-state`."""


def read_table(sector: bytes, sectors: int) -> Table:
    """The partitions by the first sector of a drive of so many sectors. Raises NotOurs."""
    if len(sector) < SECTOR or sector[_MAGIC_AT:SECTOR] != b"\x55\xaa":
        raise NotOurs(say("The drive has no partition table."))
    if sector[_SIGNATURE_AT : _SIGNATURE_AT + 4] != DISK_SIGNATURE:
        raise NotOurs(say("The drive does not bear the mark of an Ordis stick."))
    entries = [_ENTRY.unpack_from(sector, _ENTRIES_AT + 16 * index) for index in range(4)]
    (boot_flag, _, boot_kind, _, *boot), (state_flag, _, state_kind, _, *state) = entries[:2]
    table = Table(Part(*boot), Part(*state))
    as_made = (boot_flag, boot_kind, state_flag, state_kind) == (ACTIVE, FAT32_LBA, 0, LINUX)
    if not as_made or any(sector[_ENTRIES_AT + 32 : _MAGIC_AT]) or not _in_order(table):
        raise NotOurs(say("The drive bears the mark of an Ordis stick, but its partitions are not those of one."))
    if table.state.end > sectors:
        raise NotOurs(
            say("The stick's last partition reaches beyond its end: it is smaller than it was, or not whole.")
        )
    return table


def _in_order(table: Table) -> bool:
    parts = (table.boot, table.state)
    aligned = all(part.count and part.first >= ALIGNMENT and part.first % ALIGNMENT == 0 for part in parts)
    return aligned and table.boot.end <= table.state.first


def volume_id(boot: bytes, table: Table) -> str:
    """The FAT volume's number (`1A2B-3C4D`) by the first sector of the boot partition. Raises NotOurs.

    Offsets by the FAT specification (Microsoft, fatgen103): total sectors at 19 or 32, volume ID at 67. The label
    does not count here: people rename what Windows shows them.
    """
    boot = boot.ljust(SECTOR, b"\0")
    (few,), (many,) = struct.unpack_from("<H", boot, 19), struct.unpack_from("<I", boot, 32)
    if boot[_MAGIC_AT:SECTOR] != b"\x55\xaa" or not 0 < (few or many) <= table.boot.count:
        raise NotOurs(say("The drive bears the mark of an Ordis stick, but its first partition is none of one."))
    (number,) = struct.unpack_from("<I", boot, 67)
    return f"{number >> 16:04X}-{number & 0xFFFF:04X}"


def has_state(superblock: bytes) -> bool:
    """Whether these 1024 bytes, found 1024 behind a partition's begin, are an ext file system with our label."""
    return superblock[56:58] == b"\x53\xef" and superblock[120:136] == STATE_LABEL


def state_bytes(superblock: bytes) -> int:
    """The size of the ext4 file system by its superblock (kernel: Documentation/filesystems/ext4/super.rst)."""
    low, log_size = struct.unpack_from("<I", superblock, 4)[0], struct.unpack_from("<I", superblock, 24)[0]
    wide = struct.unpack_from("<I", superblock, 96)[0] & 0x80  # INCOMPAT_64BIT
    high = struct.unpack_from("<I", superblock, 336)[0] if wide else 0
    return int((high << 32 | low) << (10 + min(log_size, 6)))


def largest_state(table: Table, sectors: int) -> int:
    """How many sectors the state partition may have on a drive of so many; never fewer than it has."""
    end = min(sectors, MOST_SECTORS) // ALIGNMENT * ALIGNMENT
    return max(end - table.state.first, table.state.count)


def with_state(sector: bytes, state: Part) -> bytes:
    """The first sector with this state partition; nothing else in it changes."""
    at = _ENTRIES_AT + 16
    entry = _ENTRY.pack(0, _BEYOND_CHS, LINUX, _BEYOND_CHS, state.first, state.count)
    return sector[:at] + entry + sector[at + 16 :]

"""Log pages of a simulated NVMe drive: errors, health, firmware slots (NVMe Base 2.0, 5.16.1)."""

import struct
from collections import deque
from dataclasses import dataclass, field

from agent.training.description import Description
from agent.training.nvme_identify import ERROR_ENTRIES, KELVIN, drive_text

UNIT = 512_000
"""Bytes of a data unit of the health log: one thousand units of 512 bytes."""
_SPARE_LOW = 0x01
"""Critical warning bit 0: the spare has fallen below its threshold."""


@dataclass
class ErrorLog:
    """Commands that ended with an error, the newest first."""

    count: int = 0
    entries: deque[bytes] = field(default_factory=lambda: deque(maxlen=ERROR_ENTRIES))

    def add(self, status: int, nsid: int) -> None:
        """Note a command of the admin queue that ended with this status."""
        self.count += 1
        # Error count, queue, command, status (its bit 0 is the phase tag), where in the command, LBA, namespace.
        entry = struct.pack("<QHHHHQI", self.count, 0, 0, status << 1, 0xFFFF, 0, nsid)
        self.entries.appendleft(entry.ljust(64, b"\0"))

    def page(self) -> bytes:
        """Log page 01h."""
        return b"".join(self.entries).ljust(64 * ERROR_ENTRIES, b"\0")


@dataclass(frozen=True)
class Use:
    """What the drive has counted in its life. Bytes read and written by hosts."""

    read: int
    written: int
    power_cycles: int
    unsafe_shutdowns: int
    found_bad: int
    errors: int
    """Entries that the error log has ever had."""


def health(drive: Description, use: Use) -> bytes:
    """Log page 02h, SMART / Health Information: 512 bytes."""
    seen = drive.counters
    block = bytearray(512)
    block[0] = _SPARE_LOW if seen.available_spare_percent < seen.spare_threshold_percent else 0
    struct.pack_into("<H", block, 1, KELVIN + drive.temperature_celsius)
    block[3], block[4] = seen.available_spare_percent, seen.spare_threshold_percent
    block[5] = min(drive.wear_percent, 255)
    numbers = {
        32: -(-use.read // UNIT),
        48: -(-use.written // UNIT),
        112: use.power_cycles,
        128: drive.hours,
        144: seen.unsafe_shutdowns + use.unsafe_shutdowns,
        160: seen.media_errors + use.found_bad,
        176: use.errors,
    }
    for at, number in numbers.items():
        block[at : at + 16] = number.to_bytes(16, "little")
    return bytes(block)


def firmware_slots(drive: Description) -> bytes:
    """Log page 03h: one slot, active."""
    block = bytearray(512)
    block[0] = 1
    block[8:16] = drive_text(drive.firmware, 8)
    return bytes(block)

"""What a SAS drive tells of itself (SPC-4, SBC-4). Nothing here changes anything; all raise NoAnswer and OSError."""

from dataclasses import dataclass

from agent.inventory.identity import serial_page
from agent.inventory.values import real
from agent.model.ports import ScsiPort
from agent.sanitize.firmware import Said
from agent.sanitize.scsi import commands

_SERIAL = 0x80
_AS_THE_STANDARD_HAS_IT = 0x03
"""SUPPORT field of a command that is there (SPC-4, table 313); 5 would be a meaning of the maker's own."""
_NOT_TOLD = {0, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF}
"""Numbers of blocks in a block descriptor that say nothing, or that there are too many to tell."""


@dataclass(frozen=True)
class Capacity:
    sectors: int
    sector_bytes: int

    @property
    def size_bytes(self) -> int:
        return self.sectors * self.sector_bytes


def said(port: ScsiPort) -> Said | None:
    """Serial and model from INQUIRY, which a drive answers whatever it does; the size where it tells it now."""
    standard = commands.inquiry(port, None, 96)
    if len(standard) < 32:
        return None
    known = capacity(port)
    return Said(
        serial=serial_page(commands.inquiry(port, _SERIAL, 252)),
        model=real(standard[16:32].decode("latin-1")),
        size_bytes=known.size_bytes if known else None,
    )


def capacity(port: ScsiPort) -> Capacity | None:
    """READ CAPACITY (16); None while an erase runs, or where it makes no sense."""
    data = commands.read_capacity(port)
    if len(data) < 12:
        return None
    last, sector = int.from_bytes(data[:8]), int.from_bytes(data[8:12])
    return Capacity(last + 1, sector) if sector and last < 1 << 56 else None


def native(port: ScsiPort, now: Capacity) -> int | None:
    """The bytes that the drive has when nothing is set aside: the default values of its block descriptor (SBC-4,
    6.4.2). None where they do not tell."""
    modes = commands.default_modes(port)
    long, length = len(modes) > 4 and modes[4] & 1, int.from_bytes(modes[6:8])
    if length < (16 if long else 8) or len(modes) < 8 + length:
        return None
    first = modes[8:]
    sectors, sector = (
        int.from_bytes(first[:8] if long else first[:4]),
        int.from_bytes(first[13:16] if long else first[5:8]),
    )
    if sectors in _NOT_TOLD or sector != now.sector_bytes or sectors < now.sectors:
        return None
    return sectors * sector


def usage(port: ScsiPort, code: int, action: int | None = None) -> bytes | None:
    """Which bits of the command block the drive looks at (CDB USAGE DATA); None where it does not know the command,
    or does not tell."""
    data = commands.supported(port, code, action)
    if len(data) < 4 or data[1] & 0x07 != _AS_THE_STANDARD_HAS_IT:
        return None
    length = int.from_bytes(data[2:4])
    return data[4 : 4 + length] if 6 <= length <= len(data) - 4 else None

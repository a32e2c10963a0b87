"""A task file on its way through a simulated ATA drive: what arrives, what comes back, and how it is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag

from agent.model.ports import AtaCommand, AtaResult

BLOCK = 512
"""Bytes in which data comes and goes, whatever the drive's sector is."""
READY = 0x50
"""Status: DRDY, and the bit that once was seek complete."""
FAILED = 0x51
"""The same with ERR."""
FAULT = 0x71
"""The same with ERR and DF, device fault."""


class Error(IntFlag):
    """The error register."""

    ABRT = 0x04
    IDNF = 0x10
    UNC = 0x40


class Abort(Exception):
    """The command ends with an error, and with these registers."""

    def __init__(self, error: Error = Error.ABRT, *, lba: int = 0, status: int = FAILED) -> None:
        super().__init__(error.name)
        self.result = AtaResult(status=status, error=int(error), lba=int(lba))


@dataclass(frozen=True)
class Task:
    """A command with its data."""

    command: AtaCommand
    data: bytes
    """What the host sends."""
    blocks: int
    """How many blocks it waits for."""
    timeout: float
    """Seconds until it resets the link."""

    @property
    def lba(self) -> int:
        """The address; of a 28-bit command, its four highest bits are in the device register."""
        if self.command.extended:
            return self.command.lba & 0xFFFFFFFFFFFF
        return (self.command.lba | self.command.device << 24) & 0x0FFFFFFF

    @property
    def sectors(self) -> int:
        """The count of a read or write; 0 means all that the register can hold, and one more."""
        width = 16 if self.command.extended else 8
        return self.command.count & ((1 << width) - 1) or 1 << width


Handler = Callable[[Task], AtaResult]


def good(*, count: int = 0, lba: int = 0, device: int = 0, data: bytes = b"") -> AtaResult:
    """The command ends without error."""
    return AtaResult(status=READY, count=count, lba=lba, device=device, data=data)


def require(condition: object, error: Error = Error.ABRT, *, lba: int = 0) -> None:
    """Raise Abort unless `condition` holds."""
    if not condition:
        raise Abort(error, lba=lba)

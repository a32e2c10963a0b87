"""The commands of an eMMC device that erase, and its status (JESD84-B51, 6.6 and 6.13)."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.model.message import say
from agent.model.ports import MmcPort
from agent.sanitize.firmware import NotAccepted

_SEND_STATUS = 13
_ADDRESS = 1 << 16
"""RCA, under which Linux addresses the only device of an eMMC bus."""
_ERRORS = 0xFFF9A080
"""Of the card status: everything that says that something went wrong, erases that skipped protected groups
(WP_ERASE_SKIP) and SWITCH_ERROR included."""
_LOCKED = 1 << 25
_PROGRAMMING = 7
_SECONDS = 10.0
_PIECE = 1 << 30
"""Bytes of one erase, so that no single command is busy for hours."""


@dataclass(frozen=True)
class CardStatus:
    bits: int

    @property
    def busy(self) -> bool:
        return self.bits >> 9 & 0xF == _PROGRAMMING

    @property
    def locked(self) -> bool:
        """A foreign password (CMD42) keeps everything from being read and erased."""
        return bool(self.bits & _LOCKED)

    @property
    def code(self) -> str:
        return f"MMC {self.bits:08X}h"


def status(port: MmcPort) -> CardStatus:
    """SEND_STATUS, which a busy card answers as well. Reading clears the errors. Raises NoAnswer, OSError."""
    return CardStatus(port.command(_SEND_STATUS, _ADDRESS, timeout=_SECONDS).card_status)


def require_good(bits: int) -> None:
    """Raises NotAccepted where the card status tells of an error."""
    if bits & _ERRORS:
        raise NotAccepted(say("The drive refuses to erase itself in this way ({code}).", code=CardStatus(bits).code))


def erase(port: MmcPort, first: int, last: int, argument: int, timeout: float) -> None:
    """ERASE from sector `first` to sector `last` inclusive, until the card is ready again. Raises NotAccepted,
    NoAnswer, OSError."""
    for response in port.erase(first, last, argument, timeout):
        require_good(response.card_status)
    require_good(status(port).bits)  # what went wrong meanwhile


def pieces(sectors: int, sector_bytes: int, group_bytes: int) -> Iterator[tuple[int, int]]:
    """First and last sector of each piece of the user area. A piece ends with an erase group, since an erase takes
    every group whole of which it names a part."""
    step = max(1, _PIECE // group_bytes) * group_bytes // sector_bytes
    for first in range(0, sectors, step):
        yield first, min(first + step, sectors) - 1

"""Erase of the whole user area, then SANITIZE: for good what has lost its address (JESD84-B51, 6.6.9 and 6.6.12).

SANITIZE alone would leave everything that still has an address; an erase alone may leave all cells as they are.
"""

import errno

from agent.model.message import say
from agent.model.ports import MmcPort
from agent.model.words import Method
from agent.sanitize.firmware import NotAccepted
from agent.sanitize.mmc import card
from agent.sanitize.mmc.erasing import MmcErase
from agent.sanitize.mmc.ext_csd import SECTOR, ExtCsd

_SWITCH = 6
_SANITIZE_START = 0x03A50100
"""Write byte, SANITIZE_START (165), 1. Linux sees to it itself where it comes alone: it waits for the end, and hands on
an errno or card status 0."""
_ERASE = 0x00000000
_REFUSED = {errno.EBADMSG, errno.EOPNOTSUPP, errno.EINVAL}
"""Linux: the card's SWITCH_ERROR; it does not announce sanitize; it takes no such command."""
_SECONDS = 1800.0
_SPEED = 16e6
"""Bytes a second, at the slowest. How long a sanitize takes no card announces; when the time is up, Linux breaks it
off, so there must be enough of it."""
_PIECE_SECONDS = 3600.0
"""For one piece of an erase whose time is not announced, and the least for any: an announcement may be too bold."""


def longest(register: ExtCsd) -> float:
    """Seconds for all of it."""
    return (register.erase_seconds(register.sectors) or 0.0) + _PIECE_SECONDS + _sanitize_seconds(register)


class Sanitize(MmcErase):
    method = Method.BLOCK

    def run(self, register: ExtCsd) -> None:
        for first, last in card.pieces(register.sectors, SECTOR, register.group_bytes):
            announced = register.erase_seconds(last - first + 1) or 0.0
            card.erase(self._port, first, last, _ERASE, max(announced, _PIECE_SECONDS))
        _sanitize(self._port, _sanitize_seconds(register))


def _sanitize(port: MmcPort, timeout: float) -> None:
    try:
        result = port.command(_SWITCH, _SANITIZE_START, timeout=timeout, busy=True)
    except OSError as error:
        if error.errno in _REFUSED:
            raise NotAccepted(
                say(
                    "The drive refuses to erase itself in this way ({code}).",
                    code=errno.errorcode[error.errno],
                )
            ) from error
        raise
    card.require_good(result.card_status)
    card.require_good(card.status(port).bits)


def _sanitize_seconds(register: ExtCsd) -> float:
    return _SECONDS + register.sectors * SECTOR / _SPEED

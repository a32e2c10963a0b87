"""Secure trim of the whole user area, piece by piece: mark it, then purge what is marked (JESD84-B51, 6.6.11)."""

from agent.model.words import Method
from agent.sanitize.mmc import card
from agent.sanitize.mmc.erasing import MmcErase
from agent.sanitize.mmc.ext_csd import SECTOR, ExtCsd

_MARK, _PURGE = 0x80000001, 0x80008000
"""Arguments of ERASE: secure trim step 1 and step 2."""
_PIECE_SECONDS = 3600.0
"""For one piece where no time is announced, and the least for any."""


def longest(register: ExtCsd) -> float:
    """Seconds for all of it."""
    return (register.secure_trim_seconds(register.sectors) or 0.0) + 2 * _PIECE_SECONDS


class SecureTrim(MmcErase):
    method = Method.SECURE_TRIM

    def run(self, register: ExtCsd) -> None:
        for first, last in card.pieces(register.sectors, SECTOR, register.group_bytes):
            announced = register.secure_trim_seconds(last - first + 1) or 0.0
            for step in (_MARK, _PURGE):
                card.erase(self._port, first, last, step, max(announced, _PIECE_SECONDS))

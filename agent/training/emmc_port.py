"""The way to a simulated eMMC device: model.ports.MmcPort, as Linux answers to MMC_IOC_CMD.

Untested on hardware. Commands: SWITCH (6) of SANITIZE_START and ERASE_GROUP_DEF, SEND_STATUS (13), the three of an
erase (35, 36, 38). A card does not respond to any other; its next status tells of it.
"""

import errno
import os

from agent.model.ports import MmcResult, NoAnswer
from agent.training.emmc import EmmcFirmware
from agent.training.emmc_about import EmmcAbout
from agent.training.emmc_csd import ERASE_GROUP_DEF, SANITIZE, SANITIZE_START, SECTOR

SWITCH, SEND_STATUS, ERASE_START, ERASE_END, ERASE = 6, 13, 35, 36, 38
_WRITE_BYTE = 3
"""Access mode of SWITCH, bits 25:24."""


class Card:
    """Bits of the card status (6.13)."""

    ADDRESS_OUT_OF_RANGE = 1 << 31
    ERASE_SEQ_ERROR = 1 << 28
    ERASE_PARAM = 1 << 27
    ILLEGAL_COMMAND = 1 << 22
    ERROR = 1 << 19
    ERASE_RESET = 1 << 13
    SWITCH_ERROR = 1 << 7
    READY = 1 << 8
    TRANSFER, PROGRAMMING = 4 << 9, 7 << 9
    """CURRENT_STATE, bits 12:9."""


class SimulatedMmcPort:
    """Satisfies model.ports.MmcPort."""

    def __init__(self, firmware: EmmcFirmware, about: EmmcAbout) -> None:
        self._firmware = firmware
        self._about = about
        self._start: int | None = None
        self._end: int | None = None
        self._untold = 0
        """Error bits that the next response tells."""

    def ext_csd(self, timeout: float) -> bytes:
        """Raises NoAnswer, OSError."""
        with self._firmware.turn(timeout):
            return self._firmware.ext_csd()

    def command(self, index: int, argument: int, *, timeout: float, busy: bool = False) -> MmcResult:
        """With `busy` waits until the card is ready again. Raises NoAnswer, OSError."""
        if index == SEND_STATUS:
            with self._firmware.at_any_time(), self._firmware.turn(timeout):
                return MmcResult(self._respond())
        with self._firmware.turn(timeout):
            status = self._carry_out(index, argument, timeout)
        if busy:
            self._firmware.require_answer(timeout)
        return MmcResult(status)

    def erase(self, first: int, last: int, argument: int, timeout: float) -> tuple[MmcResult, ...]:
        """The three commands of an erase, one after the other. Raises NoAnswer, OSError."""
        return (
            self.command(ERASE_START, first, timeout=timeout),
            self.command(ERASE_END, last, timeout=timeout),
            self.command(ERASE, argument, timeout=timeout, busy=True),
        )

    def _carry_out(self, index: int, argument: int, timeout: float) -> int:
        if index in {ERASE_START, ERASE_END, ERASE}:
            return self._erase(index, argument)
        if self._start is not None:
            self._start = self._end = None
            self._untold |= Card.ERASE_RESET
        if index != SWITCH:
            self._untold |= Card.ILLEGAL_COMMAND
            raise NoAnswer
        return self._switch(argument, timeout)

    def _respond(self, errors: int = 0) -> int:
        told, self._untold = self._untold | errors, 0
        return told | (Card.PROGRAMMING if self._firmware.working else Card.TRANSFER | Card.READY)

    def _erase(self, index: int, argument: int) -> int:
        if index == ERASE_START:
            if argument * SECTOR >= self._firmware.said_bytes:
                return self._respond(Card.ADDRESS_OUT_OF_RANGE)
            self._start, self._end = argument, None
            return self._respond()
        if self._start is None or (index == ERASE and self._end is None):
            self._start = self._end = None
            return self._respond(Card.ERASE_SEQ_ERROR)
        if index == ERASE_END:
            if argument * SECTOR >= self._firmware.said_bytes:
                return self._respond(Card.ADDRESS_OUT_OF_RANGE)
            if argument < self._start:
                return self._respond(Card.ERASE_PARAM)
            self._end = argument
            return self._respond()
        first, last = self._start, self._end or 0
        self._start = self._end = None
        if not self._firmware.offers(argument):
            return self._respond(Card.ERROR)
        response = self._respond()  # the card is not busy yet when it gives it
        self._firmware.erase(argument, first, last)
        return response

    def _switch(self, argument: int, timeout: float) -> int:
        """Linux sees to a sanitize by itself: it waits for the end, and hands on an errno or no response at all."""
        access, at, value = argument >> 24 & 3, argument >> 16 & 0xFF, argument >> 8 & 0xFF
        if (access, at) == (_WRITE_BYTE, SANITIZE_START):
            self._sanitize(timeout)
            return 0
        if (access, at, value) != (_WRITE_BYTE, ERASE_GROUP_DEF, 1):
            self._untold |= Card.SWITCH_ERROR
        return Card.TRANSFER | Card.READY

    def _sanitize(self, timeout: float) -> None:
        if not self._firmware.features & SANITIZE:
            raise _error(errno.EOPNOTSUPP)
        if self._about.refuses_sanitize:
            raise _error(errno.EBADMSG)  # SWITCH_ERROR
        if self._about.ignores_sanitize:
            return
        self._firmware.sanitize()
        self._firmware.require_answer(timeout)
        if self._firmware.failed:
            raise _error(errno.EBADMSG)


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))

"""Self-tests of SAS drives: SEND DIAGNOSTIC in background mode, and the log page Self-Test Results (SPC-4, 6.42, 5.14.4
and 7.3.19)."""

import struct
from dataclasses import dataclass

from agent.drivetests.selftest import Ending, Look, Refused
from agent.host.passthrough.sense import decode
from agent.model.ports import NoAnswer, ScsiPort
from agent.model.words import SelfTest
from agent.sanitize.scsi import commands

_SEND_DIAGNOSTIC, _LOG_SENSE, _MODE_SENSE = 0x1D, 0x4D, 0x5A
_CODES = {SelfTest.SHORT: 0b001, SelfTest.EXTENDED: 0b010}
"""Background short and extended (SPC-4, table 276)."""
_ABORT = 0b100
_CUMULATIVE = 0x40
_PAGES, _RESULTS = 0x00, 0x10
_PARAMETER_BYTES, _MOST_PARAMETERS = 20, 20
_CONTROL_PAGE, _EXTENDED_SECONDS = 0x0A, 10
_IN_PROGRESS = (0x04, 0x09)
"""LOGICAL UNIT NOT READY, SELF-TEST IN PROGRESS."""
_RUNNING = 0xF
_ENDINGS = {
    0x0: Ending.PASSED, 0x1: Ending.ABORTED, 0x2: Ending.RESET, 0x3: Ending.INCOMPLETE, 0x4: Ending.PART_FAILED,
    0x5: Ending.PART_FAILED, 0x6: Ending.PART_FAILED, 0x7: Ending.PART_FAILED,
}  # fmt: skip
_NO_ADDRESS = 0xFFFFFFFFFFFFFFFF
_MEDIUM_ERROR = 0x3
_SHORT_SECONDS = 120.0
"""SPC-4, 5.14.3: a short one should end within two minutes."""
_LONG_SECONDS = 4 * 3600.0
"""For a drive that does not announce how long its extended test takes."""


@dataclass(frozen=True)
class ScsiTester:
    """Satisfies selftest.Tester."""

    port: ScsiPort
    step: float = 0.02

    def announced(self, kind: SelfTest) -> float | None:
        """The log page is what tells that there are such tests: without it nobody could see how one ended."""
        if _RESULTS not in self._log(_PAGES)[4:]:
            return None
        return _SHORT_SECONDS if kind is SelfTest.SHORT else self._extended_seconds()

    def start(self, kind: SelfTest) -> None:
        result = commands.send(self.port, _diagnostic(_CODES[kind]))
        if not result.succeeded:
            raise Refused(commands.code(result))

    def look(self) -> Look:
        page = self._log(_RESULTS)[4 : 4 + _PARAMETER_BYTES * _MOST_PARAMETERS]
        if len(page) < _PARAMETER_BYTES:
            raise NoAnswer("the drive does not show the results of its tests")
        now = decode(commands.request_sense(self.port))
        result = page[4] & 0xF
        if (now.asc, now.ascq) == _IN_PROGRESS or result == _RUNNING:
            left = None if now.progress is None else 1 - now.progress / 0x10000
            return Look(running=True, left=left, log=page)
        ending = _ENDINGS.get(result, Ending.UNKNOWN)
        (address,) = struct.unpack_from(">Q", page, 8)
        if ending is not Ending.PART_FAILED or address == _NO_ADDRESS:
            return Look(running=False, ending=ending, log=page)
        medium = page[16] & 0xF == _MEDIUM_ERROR
        return Look(running=False, ending=Ending.READ_FAILURE if medium else ending, first_bad=address, log=page)

    def abort(self) -> None:
        commands.send(self.port, _diagnostic(_ABORT))

    def _log(self, page: int) -> bytes:
        room = 4 + _PARAMETER_BYTES * _MOST_PARAMETERS
        cdb = struct.pack(">BBBBBHHB", _LOG_SENSE, 0, _CUMULATIVE | page, 0, 0, 0, room, 0)
        result = commands.send(self.port, cdb, data_in=room)
        return result.data if result.succeeded else b""

    def _extended_seconds(self) -> float:
        """Control mode page, EXTENDED SELF-TEST COMPLETION TIME (SPC-4, 7.5.8); FFFFh says: that long or longer."""
        room = 252
        cdb = struct.pack(">BBBBBBBHB", _MODE_SENSE, 0x08, _CONTROL_PAGE, 0, 0, 0, 0, room, 0)
        result = commands.send(self.port, cdb, data_in=room)
        data = result.data[8:] if result.succeeded else b""
        if len(data) < _EXTENDED_SECONDS + 2 or data[0] & 0x3F != _CONTROL_PAGE:
            return _LONG_SECONDS
        (seconds,) = struct.unpack_from(">H", data, _EXTENDED_SECONDS)
        return float(seconds) or _LONG_SECONDS


def _diagnostic(code: int) -> bytes:
    return bytes((_SEND_DIAGNOSTIC, code << 5, 0, 0, 0, 0))

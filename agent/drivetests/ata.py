"""Self-tests of ATA drives: SMART EXECUTE OFF-LINE IMMEDIATE, in off-line mode, so that the drive goes on answering
(ACS-3, 7.48.5 and 7.48.6), and the self-test logs (ACS-3, A.14 and A.24)."""

import struct
from dataclasses import dataclass

from agent.drivetests.selftest import Ending, Look, Refused
from agent.model.ports import AtaCommand, AtaPort, AtaResult, NoAnswer
from agent.model.words import SelfTest
from agent.sanitize.ata.identify import SECONDS

_IDENTIFY, _SMART, _READ_LOG_EXT = 0xEC, 0xB0, 0x2F
_KEY = 0xC24F00
"""LBA 23:8 of every SMART command."""
_READ_DATA, _EXECUTE, _READ_LOG = 0xD0, 0xD4, 0xD5
_LOG, _EXTENDED_LOG = 0x06, 0x07
_CODES = {SelfTest.SHORT: 0x01, SelfTest.EXTENDED: 0x02}
_ABORT = 0x7F
_STATUS, _CAPABILITY, _SHORT_MINUTES, _EXTENDED_MINUTES, _MORE_MINUTES = 363, 367, 372, 373, 375
"""Bytes of the SMART data (ACS-3, table 136)."""
_SELF_TESTS = 0x10
"""Capability: self-tests are there."""
_RUNNING = 0xF
_ENDINGS = {
    0x0: Ending.PASSED, 0x1: Ending.ABORTED, 0x2: Ending.RESET, 0x3: Ending.INCOMPLETE, 0x4: Ending.PART_FAILED,
    0x5: Ending.PART_FAILED, 0x6: Ending.PART_FAILED, 0x7: Ending.READ_FAILURE, 0x8: Ending.DAMAGED,
}  # fmt: skip
"""Self-test execution status, upper half."""
_ENTRIES, _ENTRY_BYTES = 21, 24
_EXTENDED_ENTRIES, _EXTENDED_ENTRY_BYTES = 19, 26
_NO_ADDRESS = {0xFFFFFFFF, 0xFFFFFFFFFFFF}
_USUAL_SHORT_SECONDS = 120.0
_SLOW_BYTES_PER_SECOND = 50_000_000
"""For an extended test of which the drive does not say how long it takes."""


@dataclass(frozen=True)
class AtaTester:
    """Satisfies selftest.Tester."""

    port: AtaPort
    size_bytes: int
    step: float = 0.1

    def announced(self, kind: SelfTest) -> float | None:
        words = struct.unpack("<256H", _whole(self.port.data_in(AtaCommand(_IDENTIFY), 1, SECONDS)))
        if not words[82] & words[85] & 1:  # SMART is there, and on
            return None
        data = self._data()
        if not data[_CAPABILITY] & _SELF_TESTS:
            return None
        if kind is SelfTest.SHORT:
            return data[_SHORT_MINUTES] * 60.0 or _USUAL_SHORT_SECONDS
        minutes = data[_EXTENDED_MINUTES]
        if minutes == 0xFF:
            (minutes,) = struct.unpack_from("<H", data, _MORE_MINUTES)
        return minutes * 60.0 or _USUAL_SHORT_SECONDS + self.size_bytes / _SLOW_BYTES_PER_SECOND

    def start(self, kind: SelfTest) -> None:
        result = self._execute(_CODES[kind])
        # A bridge that keeps the registers leaves it to the drive's status whether the test runs.
        if result.registers and not result.succeeded:
            raise Refused(f"ATA status {result.status:02X}h error {result.error:02X}h")

    def look(self) -> Look:
        status = self._data()[_STATUS]
        log = self._log()
        if status >> 4 == _RUNNING:
            # Tenths that are left, rounded down: a test begins with 9.
            return Look(running=True, left=min(1.0, ((status & 0xF) + 1) / 10), log=log)
        ending = _ENDINGS.get(status >> 4, Ending.UNKNOWN)
        return Look(running=False, ending=ending, log=log, first_bad=self._address(log) if _is_fault(ending) else None)

    def abort(self) -> None:
        self._execute(_ABORT)

    def _execute(self, code: int) -> AtaResult:
        return self.port.no_data(AtaCommand(_SMART, feature=_EXECUTE, lba=_KEY | code), SECONDS)

    def _data(self) -> bytes:
        return _whole(self.port.data_in(AtaCommand(_SMART, feature=_READ_DATA, lba=_KEY), 1, SECONDS))

    def _log(self) -> bytes:
        """The self-test log; empty where the drive keeps none."""
        result = self.port.data_in(AtaCommand(_SMART, feature=_READ_LOG, lba=_KEY | _LOG), 1, SECONDS)
        return result.data if len(result.data) == 512 and not result.aborted else b""

    def _address(self, log: bytes) -> int | None:
        """Of the newest entry: by the log with 48-bit addresses where there is one."""
        found = self._extended_address()
        if found is None and log and 1 <= log[508] <= _ENTRIES:
            (found,) = struct.unpack_from("<I", log, 2 + _ENTRY_BYTES * (log[508] - 1) + 5)
        return None if found in _NO_ADDRESS else found

    def _extended_address(self) -> int | None:
        try:
            (index,) = struct.unpack_from("<H", self._extended_page(0), 2)
            if not 1 <= index <= _EXTENDED_ENTRIES * 0xFF:
                return None
            page, entry = divmod(index - 1, _EXTENDED_ENTRIES)
            data = self._extended_page(page)
        except (NoAnswer, struct.error):
            return None
        at = 4 + _EXTENDED_ENTRY_BYTES * entry
        return int.from_bytes(data[at + 5 : at + 11], "little") if len(data) == 512 else None

    def _extended_page(self, page: int) -> bytes:
        command = AtaCommand(_READ_LOG_EXT, lba=_EXTENDED_LOG | page << 8, extended=True)
        result = self.port.data_in(command, 1, SECONDS)
        return b"" if result.aborted else result.data


def _is_fault(ending: Ending) -> bool:
    return ending in (Ending.READ_FAILURE, Ending.PART_FAILED, Ending.DAMAGED)


def _whole(result: AtaResult) -> bytes:
    if len(result.data) != 512 or (result.registers and not result.succeeded):
        raise NoAnswer("the drive does not tell its SMART data")
    return result.data

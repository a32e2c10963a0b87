"""Self-tests of NVMe drives: Device Self-test, and its log (NVMe Base 2.0, 5.9 and 5.16.1.7)."""

import struct
from dataclasses import dataclass

from agent.drivetests.selftest import Ending, Look, Refused
from agent.model.ports import NoAnswer, NvmeCommand, NvmePort
from agent.model.words import SelfTest

_IDENTIFY, _GET_LOG_PAGE, _DEVICE_SELF_TEST = 0x06, 0x02, 0x14
_EVERYTHING = 0xFFFFFFFF
_CONTROLLER, _IDENTIFY_BYTES = 0x01, 4096
_OACS, _OFFERS, _EXTENDED_MINUTES = 256, 1 << 4, 316
_LOG, _LOG_BYTES = 0x06, 564
_CODES = {SelfTest.SHORT: 0x1, SelfTest.EXTENDED: 0x2}
_ABORT = 0xF
_ENDINGS = {
    0x0: Ending.PASSED, 0x1: Ending.ABORTED, 0x2: Ending.RESET, 0x3: Ending.ABORTED, 0x4: Ending.ERASED,
    0x5: Ending.INCOMPLETE, 0x6: Ending.PART_FAILED, 0x7: Ending.PART_FAILED, 0x8: Ending.UNKNOWN, 0x9: Ending.ERASED,
}  # fmt: skip
_ENTRY, _ENTRY_BYTES = 4, 28
_ADDRESS_VALID = 1 << 1
_SECONDS = 15.0
_SHORT_SECONDS = 120.0
"""NVMe Base 2.0, 8.6: a short one should end within two minutes."""


@dataclass(frozen=True)
class NvmeTester:
    """Satisfies selftest.Tester."""

    port: NvmePort
    step: float = 0.02

    def announced(self, kind: SelfTest) -> float | None:
        result = self.port.admin(NvmeCommand(_IDENTIFY, cdw10=_CONTROLLER), _IDENTIFY_BYTES, _SECONDS)
        if not result.succeeded or len(result.data) != _IDENTIFY_BYTES:
            raise NoAnswer("the drive does not identify itself")
        (abilities,) = struct.unpack_from("<H", result.data, _OACS)
        (minutes,) = struct.unpack_from("<H", result.data, _EXTENDED_MINUTES)
        if not abilities & _OFFERS:
            return None
        return _SHORT_SECONDS if kind is SelfTest.SHORT else minutes * 60.0 or 10 * _SHORT_SECONDS

    def start(self, kind: SelfTest) -> None:
        result = self.port.admin(NvmeCommand(_DEVICE_SELF_TEST, _EVERYTHING, cdw10=_CODES[kind]), 0, _SECONDS)
        if not result.succeeded:
            raise Refused(f"NVMe status {result.status:03X}h")

    def look(self) -> Look:
        dword10 = _LOG | (_LOG_BYTES // 4 - 1) << 16
        result = self.port.admin(NvmeCommand(_GET_LOG_PAGE, _EVERYTHING, cdw10=dword10), _LOG_BYTES, _SECONDS)
        if not result.succeeded or len(result.data) != _LOG_BYTES:
            raise NoAnswer(f"the drive does not show its self-test log (status {result.status:#x})")
        data = result.data
        log = data[_ENTRY:]
        if data[0] & 0xF:
            return Look(running=True, left=max(0.0, 1 - (data[1] & 0x7F) / 100), log=log)
        newest = data[_ENTRY : _ENTRY + _ENTRY_BYTES]
        ending = _ENDINGS.get(newest[0] & 0xF, Ending.UNKNOWN)
        (address,) = struct.unpack_from("<Q", newest, 16)
        if ending is not Ending.PART_FAILED or not newest[2] & _ADDRESS_VALID:
            return Look(running=False, ending=ending, log=log)
        return Look(running=False, ending=Ending.READ_FAILURE, first_bad=address, log=log)

    def abort(self) -> None:
        self.port.admin(NvmeCommand(_DEVICE_SELF_TEST, _EVERYTHING, cdw10=_ABORT), 0, _SECONDS)

"""What an NVMe drive has written down: the status of its sanitize, and its errors (NVMe Base 2.0, 5.16.1)."""

import struct
from dataclasses import dataclass
from enum import IntEnum

from agent.model.ports import NoAnswer, NvmeCommand, NvmePort, NvmeResult
from agent.model.words import Method

_GET_LOG_PAGE = 0x02
_ERRORS, _ERROR_BYTES = 0x01, 64
_SANITIZE, _SANITIZE_BYTES = 0x81, 512
_EVERYTHING = 0xFFFFFFFF
_SECONDS = 15.0
_PASSES_ESTIMATED = 16
_UNTOLD = (0, 0xFFFFFFFF)
"""Estimates that say nothing. 0 stands in logs that were never filled."""
ALLOW_EXIT = 1 << 3
"""Bit AUSE of a sanitize's dword 10."""
_ESTIMATES = {Method.OVERWRITE: 0, Method.BLOCK: 1, Method.CRYPTO: 2}
"""Where in the log the estimate stands; the same without deallocation three further on."""


class Stand(IntEnum):
    """SSTAT bits 2:0."""

    NEVER = 0
    DONE = 1
    RUNNING = 2
    FAILED = 3
    DONE_DEALLOCATED = 4
    """Done, and deallocated although that was not to be."""


@dataclass(frozen=True)
class Log:
    """Log page 81h."""

    progress: int
    """Of 65,536 parts; means something only while it runs."""
    stand: int
    untouched: bool
    """Global Data Erased: nothing was written since the most recent success, or since the factory."""
    dword10: int
    estimates: tuple[int, ...]

    @property
    def exit_allowed(self) -> bool:
        """The failure that it tells of may be left without another sanitize."""
        return bool(self.dword10 & ALLOW_EXIT)

    def seconds(self, method: Method, *, keeps_mapped: bool = False) -> float | None:
        """How long one of ours takes; None where the drive does not say. It estimates 16 passes of overwriting."""
        place = _ESTIMATES[method]
        told = [self.estimates[place + 3] if keeps_mapped else 0, self.estimates[place]]
        for seconds in told:
            if seconds not in _UNTOLD:
                return seconds / _PASSES_ESTIMATED if method is Method.OVERWRITE else float(seconds)
        return None


def read_log(port: NvmePort) -> Log:
    """The sanitize status. Raises NoAnswer, also where the log is empty (libnvme#979: zeros through and through; a
    drive that never sanitized says FFFFh for its progress); OSError."""
    result = _page(port, _SANITIZE, _SANITIZE_BYTES)
    if not result.succeeded or len(result.data) < 32:
        raise NoAnswer(f"the drive does not show its sanitize status (status {result.status:#x})")
    if not any(result.data):
        raise NoAnswer("the drive's sanitize status is empty")
    progress, status, ours, *estimates = struct.unpack_from("<HHI6I", result.data)
    return Log(progress, status & 0b111, bool(status & 1 << 8), ours, tuple(estimates))


def newest_error(port: NvmePort) -> int | None:
    """The status with which the most recent command failed, as the error log has it (5.16.1.2); None where it is empty.

    Raises NoAnswer, OSError."""
    data = _page(port, _ERRORS, _ERROR_BYTES).data
    if len(data) < _ERROR_BYTES or not any(data[:8]):  # the number of the error: 0 is no entry
        return None
    return int.from_bytes(data[12:14], "little") >> 1 & 0x7FF  # bit 0 is the phase tag


def _page(port: NvmePort, number: int, length: int) -> NvmeResult:
    dword10 = number | (length // 4 - 1) << 16
    return port.admin(NvmeCommand(_GET_LOG_PAGE, _EVERYTHING, cdw10=dword10), length, _SECONDS)

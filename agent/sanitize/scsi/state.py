"""What keeps a SAS drive from its work: the answer to TEST UNIT READY, read for erases."""

from dataclasses import dataclass
from enum import Enum, auto

from agent.host.passthrough.sense import decode
from agent.model.ports import NoAnswer, ScsiPort, ScsiResult
from agent.sanitize.scsi import commands

_MEDIUM_ERROR, _HARDWARE_ERROR = 0x3, 0x4
_FORMAT_CORRUPTED, _FORMAT_FAILED, _SANITIZE_FAILED = (0x31, 0x00), (0x31, 0x01), (0x31, 0x03)
"""Additional sense codes (SPC-4, annex F)."""


class Now(Enum):
    READY = auto()
    SANITIZING = auto()
    FORMATTING = auto()
    SANITIZE_FAILED = auto()
    FORMAT_FAILED = auto()
    FORMAT_CUT_OFF = auto()
    """Nothing can be read before another format (or sanitize) has come to its end."""
    BROKEN = auto()


@dataclass(frozen=True)
class Condition:
    now: Now
    result: ScsiResult
    progress: float | None = None
    """0 … 1, of a running erase."""


def ask(port: ScsiPort) -> Condition:
    """How the drive stands. Raises NoAnswer where it cannot say (it starts up, it was reset …), OSError."""
    result = commands.test_unit_ready(port)
    if result.succeeded:
        return Condition(Now.READY, result)
    if result.sanitizing:
        return Condition(Now.SANITIZING, result, _progress(port, result))
    if result.formatting:
        return Condition(Now.FORMATTING, result, _progress(port, result))
    now = {
        _FORMAT_CORRUPTED: Now.FORMAT_CUT_OFF,
        _FORMAT_FAILED: Now.FORMAT_FAILED,
        _SANITIZE_FAILED: Now.SANITIZE_FAILED,
    }.get((result.asc, result.ascq))
    if now is None and result.sense_key in (_MEDIUM_ERROR, _HARDWARE_ERROR):
        now = Now.BROKEN
    if now is None:
        raise NoAnswer(commands.code(result))
    return Condition(now, result)


def _progress(port: ScsiPort, result: ScsiResult) -> float | None:
    """Of 65,536 parts; some drives tell it in the data of REQUEST SENSE only (SBC-4, 4.11.3)."""
    parts = result.progress
    if parts is None:
        parts = decode(commands.request_sense(port)).progress
    return None if parts is None else parts / 0x10000

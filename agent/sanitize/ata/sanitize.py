"""Technique: SANITIZE DEVICE (ACS-4, 4.17 and 7.36): block erase, crypto scramble, overwrite.

The drive goes on by itself, also after a power cut, and cannot be stopped. A failure closes it for everything but
sanitize commands; the failure mode bit, always set here, is the way out.

"Completed without error" stays for ever, so it may be somebody else's. Ours it is where the drive was seen at work, or
where it did not say so right before our start. Nothing else is `done`: a drive that said so before and is never seen
at work cannot be told from one that ignored the command, and is told as `idle` with that reason.
"""

import struct
from dataclasses import dataclass
from enum import Enum, auto

from agent.model.message import Message, say
from agent.model.ports import AtaCommand, AtaPort, AtaResult, NoAnswer
from agent.model.words import Method, Technique
from agent.sanitize.ata import identify
from agent.sanitize.ata.identify import Identify
from agent.sanitize.ata.refusals import ANOTHER_DRIVE, RUNNING
from agent.sanitize.firmware import Checkpoint, NotAccepted, State, Status

PATTERN = b"ORDI"
"""What SANITIZE OVERWRITE writes over and over: not zeros, which a drive could also pretend by forgetting its map."""

_SANITIZE_DEVICE = 0xB4
_STATUS = 0x0000
_CLEAR_FAILURE = 0x01
"""COUNT of the status command: leave the failed state."""
_ONE_PASS, _FAILURE_MODE = 0x01, 0x10
# Subcommand in FEATURE, key in LBA against stray commands, COUNT (ACS-4, 7.36.2 to 7.36.4).
_STARTS = {
    Method.CRYPTO: (0x0011, int.from_bytes(b"Cryp"), _FAILURE_MODE),
    Method.BLOCK: (0x0012, int.from_bytes(b"BkEr"), _FAILURE_MODE),
    Method.OVERWRITE: (
        0x0014,
        int.from_bytes(b"OW") << 32 | int(struct.unpack("<I", PATTERN)[0]),
        _FAILURE_MODE | _ONE_PASS,
    ),
}
_COMPLETED, _RUNNING, _FROZEN = 0x8000, 0x4000, 0x2000
_REASON_FAILED, _REASON_UNSUPPORTED, _REASON_FROZEN = 1, 2, 3
"""LBA 7:0 of an aborted subcommand (ACS-4, table 205)."""
_PARTS = 0x10000


class Standing(Enum):
    IDLE = auto()
    RUNNING = auto()
    FROZEN = auto()
    FAILED = auto()
    REFUSED = auto()
    """The drive does not carry out the status command (locked, or no such feature set after all)."""
    SILENT = auto()
    """No registers: nobody can tell."""


@dataclass(frozen=True)
class Report:
    """What SANITIZE STATUS EXT tells."""

    standing: Standing
    completed: bool | None = None
    """The last one completed without error, whoever started it, whenever; None where the drive did not tell."""
    progress: float | None = None


def ask(port: AtaPort, *, clear: bool = False) -> Report:
    """Ask how far the drive is; with `clear`, leave the failed state. Raises NoAnswer, OSError."""
    command = AtaCommand(_SANITIZE_DEVICE, feature=_STATUS, count=_CLEAR_FAILURE if clear else 0, extended=True)
    return _read(port.no_data(command, identify.SECONDS))


def _read(result: AtaResult) -> Report:
    if not result.registers:
        return Report(Standing.SILENT)
    if not result.succeeded:
        # COUNT holds no flags then. Some drives abort the status itself while they are frozen (WD Ultrastar).
        reasons = {_REASON_FAILED: Standing.FAILED, _REASON_FROZEN: Standing.FROZEN}
        return Report(reasons.get(result.lba & 0xFF if result.aborted else 0, Standing.REFUSED))
    completed = bool(result.count & _COMPLETED)
    if result.count & _RUNNING:
        # The flag cannot be of the one that runs.
        return Report(Standing.RUNNING, completed=False, progress=(result.lba & 0xFFFF) / _PARTS)
    return Report(Standing.FROZEN if result.count & _FROZEN else Standing.IDLE, completed)


def blocked(report: Report) -> Message | None:
    """Why no sanitize can be started as the drive stands; None where it can."""
    return _BLOCKED.get(report.standing)


class Sanitize:
    """Satisfies firmware.Erase."""

    technique = Technique.ATA_SANITIZE

    def __init__(self, port: AtaPort, about: Identify, method: Method) -> None:
        """`about` is who the drive said it was when it was chosen, and offers `method`."""
        self._port = port
        self._about = about
        self._method = method
        self._said_before: bool | None = None
        """Whether the drive told of a success right before our start; None where it was not started here."""
        self._seen = False
        """It was seen at work."""

    @property
    def method(self) -> Method:
        return self._method

    @property
    def seconds(self) -> float:
        """The drive announces nothing. A block erase takes minutes on most drives, but not on all that offer one."""
        return self._about.cautious_seconds

    def start(self, checkpoint: Checkpoint) -> None:  # noqa: ARG002 - nothing of it needs to be remembered
        if not identify.ask(self._port).same_drive(self._about):
            raise NotAccepted(ANOTHER_DRIVE)
        before = ask(self._port)
        if (reason := blocked(before)) is not None:
            raise NotAccepted(reason)
        # From here on the drive may be at it, whatever comes back.
        self._said_before = bool(before.completed)
        self._seen = False
        feature, key, count = _STARTS[self._method]
        command = AtaCommand(_SANITIZE_DEVICE, feature=feature, count=count, lba=key, extended=True)
        result = self._port.no_data(command, identify.SECONDS)
        if not result.registers:
            raise NotAccepted(_BLOCKED[Standing.SILENT])
        if not result.succeeded:
            raise NotAccepted(_refusal(result))
        # The answer to the start already tells how the drive stands (ACS-4, 7.36.1).
        self._note(_read(result))

    def status(self) -> Status:
        report = ask(self._port)
        self._note(report)
        match report.standing:
            case Standing.SILENT:
                raise NoAnswer("the registers of SANITIZE STATUS EXT did not come back")
            case Standing.RUNNING:
                return Status(State.RUNNING, report.progress)
            case Standing.FAILED:
                return Status(State.FAILED, reason=_FAILED)
            case Standing.REFUSED:
                return Status(State.FAILED, reason=_BLOCKED[Standing.REFUSED])
        if not report.completed:
            return Status(State.IDLE, reason=say("The drive is not erasing itself, and does not say that it did."))
        if self._seen or self._said_before is False:
            return Status(State.DONE)
        return Status(
            State.IDLE,
            reason=say(
                "The drive says that it has erased itself, but it may mean an earlier erase: it was not seen at work "
                "this time."
            ),
        )

    def leave_failure(self) -> bool:
        """True as well where the drive does not stand in the failed state at all."""
        return leave_failure(self._port)

    def _note(self, report: Report) -> None:
        self._seen = self._seen or report.standing is Standing.RUNNING
        if self._said_before and report.completed is False:
            self._said_before = False  # the old success was taken back: a new one is ours


def leave_failure(port: AtaPort) -> bool:
    """Leave the failed state where there is one. True where the drive can be read and written again."""
    if ask(port).standing is Standing.FAILED:
        ask(port, clear=True)
    return ask(port).standing in {Standing.IDLE, Standing.FROZEN}


def _refusal(result: AtaResult) -> Message:
    match result.lba & 0xFF if result.aborted else 0:
        case reason if reason == _REASON_UNSUPPORTED:
            return say("The drive announces this way of erasing, but says now that it does not know it.")
        case reason if reason == _REASON_FROZEN:
            return _BLOCKED[Standing.FROZEN]
    return say(
        "The drive refused to erase itself (status {status}, error {error}).",
        status=f"{result.status:02X}h",
        error=f"{result.error:02X}h",
    )


_FAILED = say(
    "The drive could not erase all of itself and says that its erase has failed. Data may be left on it: if "
    "overwriting fails as well, destroy it."
)
_BLOCKED = {
    Standing.RUNNING: RUNNING,
    Standing.FROZEN: say(
        "The drive's sanitize commands are frozen until it is switched off. Let the computer sleep and wake it, or "
        "pull out the drive's cable and plug it in again."
    ),
    Standing.REFUSED: say("The drive announces that it can erase itself, but does not tell how far it is."),
    Standing.SILENT: say(
        "The adapter does not pass on the drive's answers, so nobody could tell whether it erased itself. Connect the "
        "drive without an adapter."
    ),
}

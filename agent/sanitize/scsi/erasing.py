"""What SANITIZE and FORMAT UNIT have in common: started with IMMED, then asked for by TEST UNIT READY.

A drive that is ready does not say of whose erase, or that there was one at all. So it counts as done only where the
drive accepted ours, or was seen at it. Whether that was more than words is for the canary and the transition seen.
"""

from abc import ABC, abstractmethod

from agent.model.message import say
from agent.model.ports import ScsiPort, ScsiResult
from agent.model.words import Method, Technique
from agent.sanitize.firmware import Checkpoint, NotAccepted, State, Status
from agent.sanitize.scsi import commands, state
from agent.sanitize.scsi.state import Now

_HOUR = 3600.0
_UNKNOWN_SIZE = 32 * 10**12
"""Bytes: a drive that erases does not tell its size; none that is given away is larger."""


def seconds(size_bytes: int | None, bytes_per_second: float) -> float:
    """How long an erase may take at the slowest: SCSI drives do not announce it."""
    return _HOUR + (size_bytes or _UNKNOWN_SIZE) / bytes_per_second


class ScsiErase(ABC):
    """Satisfies sanitize.firmware.Erase, with `begin` and `leave` by each technique."""

    technique: Technique
    running: Now
    """What the drive says of itself while it runs."""

    def __init__(self, port: ScsiPort, method: Method, longest: float) -> None:
        self._port = port
        self.method = method
        self.seconds = longest
        self._ours = False
        """The drive accepted it, or was seen at it."""

    @abstractmethod
    def begin(self) -> ScsiResult:
        """Send the command that starts it. Raises NoAnswer, OSError."""

    def leave(self) -> None:  # noqa: B027  after a format there is none
        """Send what leaves its failed state, where there is such a command. Raises NoAnswer, OSError."""

    def start(self, checkpoint: Checkpoint) -> None:  # noqa: ARG002  nothing of it outlives a power cut but the erase
        self._ours = False
        result = self.begin()
        if not result.succeeded:
            raise NotAccepted(
                say("The drive refuses to erase itself in this way ({code}).", code=commands.code(result))
            )
        self._ours = True

    def status(self) -> Status:
        found = state.ask(self._port)
        if found.now is self.running:
            self._ours = True
            return Status(State.RUNNING, found.progress)
        ours, self._ours = self._ours, False  # ready after a failure that was left is no success
        if found.now is Now.READY:
            self._ours = ours
            if ours:
                return Status(State.DONE)
            return Status(State.IDLE, reason=say("The drive is ready, and does not say that it has erased itself."))
        if found.now is Now.FORMAT_CUT_OFF and self.running is Now.FORMATTING:
            return Status(State.IDLE, reason=say("The drive's own erase was cut off, and must be started again."))
        if found.now in (Now.SANITIZING, Now.FORMATTING):
            return Status(State.FAILED, reason=say("The drive is busy with another erase than the one asked for."))
        return Status(
            State.FAILED, reason=say("The drive says that its erase failed ({code}).", code=commands.code(found.result))
        )

    def leave_failure(self) -> bool:
        self.leave()
        return state.ask(self._port).now is Now.READY

"""The Sanitize command and its status log (NVMe Base 2.0: 5.24, 5.16.1.25, 8.21): erases the whole subsystem.

The log tells of the most recent sanitize, whoever ordered it and however long ago. Ours is one whose command dword 10
is ours, and that was seen to come about: at work, or as a change of the log since before our command. After an
interruption, when nobody knows any more what the log said before, the drive must be seen at work, or say that nothing
was written since (Global Data Erased): the canary's marks were.
"""

import contextlib
from enum import IntEnum

from agent.model.message import say
from agent.model.ports import NoAnswer, NvmeCommand, NvmePort
from agent.model.words import Method, Technique
from agent.sanitize.firmware import Checkpoint, NotAccepted, State
from agent.sanitize.firmware import Status as Told
from agent.sanitize.nvme.identify import Subsystem
from agent.sanitize.nvme.logs import ALLOW_EXIT, Log, Stand, read_log
from agent.sanitize.nvme.status import RUNNING, Status, cautious_seconds, refusal

_SANITIZE = 0x84
_START_SECONDS = 120.0
"""Sanitize answers at once, but some drives first write out their cache."""

NO_DEALLOCATE, _ONE_PASS = 1 << 9, 1 << 4
"""Bit NDAS of dword 10; OWPASS."""
_PARTS = 65_536

UNREADABLE_LOG = say(
    "The drive does not tell how far its own erase is, so nobody could know when it ends and whether it succeeded."
)
_NOT_OURS = say("The drive's record tells of another erase than the one that was ordered.")

_UNCHANGED = say("The drive still tells of an earlier erase, and nothing has changed.")


class Action(IntEnum):
    """SANACT, dword 10 bits 2:0."""

    EXIT_FAILURE = 1
    BLOCK = 2
    OVERWRITE = 3
    CRYPTO = 4


ACTIONS = {Method.BLOCK: Action.BLOCK, Method.OVERWRITE: Action.OVERWRITE, Method.CRYPTO: Action.CRYPTO}
CAPABILITIES = {Method.CRYPTO: 1, Method.BLOCK: 2, Method.OVERWRITE: 4}
"""Bits of SANICAP."""


def leave_failed_state(port: NvmePort) -> bool:
    """Exit Failure Mode. True where the drive agreed. Raises NoAnswer, OSError."""
    return port.admin(NvmeCommand(_SANITIZE, cdw10=Action.EXIT_FAILURE), 0, _START_SECONDS).succeeded


def keeps_mapped(subsystem: Subsystem, method: Method) -> bool:
    """Whether to ask that nothing be deallocated afterwards: the canary then reads the media and not only a map that
    was emptied. Only where the drive follows that and the blocks can be read afterwards: overwritten ones, and others
    where the drive says so."""
    controller = subsystem.controller
    return controller.keeps_mapped and (method is Method.OVERWRITE or controller.readable_after)


class Sanitize:
    """Satisfies firmware.Erase."""

    technique = Technique.NVME_SANITIZE

    def __init__(self, port: NvmePort, method: Method, subsystem: Subsystem, estimate: float | None) -> None:
        """`estimate` in seconds, as the drive tells it."""
        self._port = port
        self._method = method
        self._keeps_mapped = keeps_mapped(subsystem, method)
        self._seconds = cautious_seconds(subsystem.native_bytes) if estimate is None else estimate
        self._asked: int | None = None
        """Dword 10 of our command; None while this process has sent none."""
        self._before: Log | None = None
        self._seen = False

    @property
    def method(self) -> Method:
        return self._method

    @property
    def seconds(self) -> float:
        return self._seconds

    def start(self, checkpoint: Checkpoint) -> None:
        try:
            before = read_log(self._port)
        except NoAnswer as nothing:
            raise NotAccepted(UNREADABLE_LOG) from nothing
        if before.stand == Stand.RUNNING:
            raise NotAccepted(RUNNING)
        self._before, self._seen = before, False
        for dword10 in self._wordings(before):
            checkpoint({"kind": "nvme_sanitize", "dword10": dword10})
            self._asked = dword10  # before the command: it may be carried out though its answer is lost
            result = self._port.admin(NvmeCommand(_SANITIZE, cdw10=dword10), 0, _START_SECONDS)
            if result.succeeded:
                break
            if result.status != Status.INVALID_FIELD:
                raise NotAccepted(refusal(result.status))
        else:
            raise NotAccepted(refusal(Status.INVALID_FIELD))
        with contextlib.suppress(NoAnswer, OSError):
            self.status()  # at once: a new key is made in a moment, and then nobody would have seen it at work

    def _wordings(self, before: Log) -> list[int]:
        """Dword 10 of our command, the best first. Drives that announce a wish and then refuse it get it plain."""
        plain: int = ACTIONS[self._method]
        # A failure in restricted mode (without AUSE) is only left by another sanitize in restricted mode.
        if before.stand != Stand.FAILED or before.exit_allowed:
            plain |= ALLOW_EXIT
        if self._method is Method.OVERWRITE:
            plain |= _ONE_PASS
        wanted = plain | NO_DEALLOCATE if self._keeps_mapped else plain
        if wanted == before.dword10 and self._method is not Method.OVERWRITE:
            # The number of passes means something only for an overwrite: here it tells ours from the one before.
            wanted |= _ONE_PASS
        return list(dict.fromkeys((wanted, plain)))

    def status(self) -> Told:
        log = read_log(self._port)
        if log.stand == Stand.NEVER:
            return Told(State.IDLE, reason=say("The drive says that it has never erased itself."))
        if self._asked is not None and not self._seen and log == self._before and log.stand != Stand.FAILED:
            return Told(State.IDLE, reason=_UNCHANGED)
        if not self._ours(log):
            return Told(State.FAILED, reason=_NOT_OURS)
        if log.stand == Stand.RUNNING:
            self._seen = True
            return Told(State.RUNNING, min(1.0, log.progress / _PARTS))
        if log.stand == Stand.FAILED:
            return Told(State.FAILED, reason=say("The drive says that its erase has failed."))
        warned = log.stand == Stand.DONE_DEALLOCATED and bool(log.dword10 & NO_DEALLOCATE)
        if log.stand != Stand.DONE and not warned:
            return Told(State.FAILED, reason=say("The drive tells a state of its erase that has no meaning."))
        if not self._new(log):
            return Told(State.IDLE, reason=_UNCHANGED)
        return Told(State.DONE, 1.0)

    def _ours(self, log: Log) -> bool:
        if self._asked is None:
            return log.dword10 & 0b111 == ACTIONS[self._method]
        return log.dword10 == self._asked

    def _new(self, log: Log) -> bool:
        """It came about after the canary's marks were written."""
        if self._seen or self._before is None:
            return self._seen or log.untouched
        before = (self._before.stand, self._before.dword10)
        return (log.stand, log.dword10) != before or (log.untouched and not self._before.untouched)

    def leave_failure(self) -> bool:
        return leave_failed_state(self._port)

"""The Sanitize command of a simulated NVMe subsystem and its status log (NVMe Base 2.0: 5.24, 5.16.1.25, 8.21).

The passes of an overwrite are carried out as one of their length, which leaves the pattern of the last.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from agent.training.description import Erased
from agent.training.erasing import Erase, Eraser, Outcome
from agent.training.kept import State
from agent.training.nvme_about import Deallocated, NoDeallocate, NvmeAbout
from agent.training.nvme_status import Status, require

NO_PROGRESS = 0xFFFF
"""SPROG while nothing is in progress."""
JOB = "nvme sanitize"
"""What the eraser calls it."""
_INHIBITED = 1 << 29
"""SANICAP bit 29, NDI: a request not to deallocate is not followed."""

_MODIFIES_MEDIA = 0b10 << 30
"""SANICAP bits 31:30, NODMMAS."""


class Action(IntEnum):
    """SANACT, command dword 10 bits 2:0."""

    EXIT_FAILURE = 1
    BLOCK_ERASE = 2
    OVERWRITE = 3
    CRYPTO_ERASE = 4


CAPABILITY = {Action.CRYPTO_ERASE: 1, Action.BLOCK_ERASE: 2, Action.OVERWRITE: 4}
"""Which bit of SANICAP announces it."""


class Sanitized(IntEnum):
    """SSTAT bits 2:0."""

    NEVER = 0
    DONE = 1
    RUNNING = 2
    FAILED = 3
    DONE_DEALLOCATED = 4
    """Done, but deallocated although the host asked not to."""


@dataclass
class Operation(State):
    """The most recent sanitize; kept over resets and power cycles."""

    status: int = Sanitized.NEVER.value
    dword10: int = 0
    exited: bool = False
    """A failure was left by Exit Failure Mode: the log still tells of it, commands are accepted again."""
    unwritten: bool = False
    """Nothing was written since the last success: the bit Global Data Erased."""

    @property
    def action(self) -> int:
        return self.dword10 & 7

    @property
    def unrestricted(self) -> bool:
        """AUSE: a failure may be left by Exit Failure Mode."""
        return bool(self.dword10 & 0x008)

    @property
    def passes(self) -> int:
        """OWPASS; 0 means 16."""
        return (self.dword10 >> 4 & 0xF) or 16

    @property
    def inverts(self) -> bool:
        """OIPBP: the pattern is inverted from pass to pass."""
        return bool(self.dword10 & 0x100)

    @property
    def keeps_mapped(self) -> bool:
        """NDAS: the host asked not to deallocate afterwards."""
        return bool(self.dword10 & 0x200)

    @property
    def running(self) -> bool:
        return self.status == Sanitized.RUNNING

    @property
    def failed(self) -> bool:
        """In failure mode: nothing but another sanitize, or the exit, is accepted."""
        return self.status == Sanitized.FAILED and not self.exited


class Sanitizer:
    """The sanitize state machine over the drive's eraser."""

    def __init__(self, about: NvmeAbout, eraser: Eraser, operation: Operation) -> None:
        self._about = about
        self._eraser = eraser
        self.operation = operation

    @property
    def sanicap(self) -> int:
        """The capabilities as Identify tells them, honest or not."""
        if self._about.claims_sanicap is not None:
            return self._about.claims_sanicap
        inhibits = self._about.no_deallocate is not NoDeallocate.HONOURED
        answers = _INHIBITED * inhibits | _MODIFIES_MEDIA * self._about.modifies_media
        return self._about.sanicap | answers if self._about.sanicap else 0

    def require_idle(self) -> None:
        """What every command begins with that a sanitize forbids. Raises Refusal."""
        require(not self.operation.running, Status.SANITIZE_IN_PROGRESS)
        require(not self.operation.failed, Status.SANITIZE_FAILED)

    def command(self, dword10: int, dword11: int, capacity: int) -> None:
        """Sanitize (84h): start an operation over all `capacity` bytes of media, or exit a failure. Raises Refusal."""
        require(self._about.sanicap, Status.INVALID_OPCODE)
        require(not self.operation.running, Status.SANITIZE_IN_PROGRESS)
        asked = Operation(Sanitized.RUNNING.value, dword10)
        if asked.action == Action.EXIT_FAILURE:
            require(not self.operation.failed or self.operation.unrestricted, Status.SANITIZE_FAILED)
            self.operation.exited = True
            return
        require(asked.action in CAPABILITY, Status.INVALID_FIELD)
        require(self._about.sanicap & CAPABILITY[Action(asked.action)], Status.INVALID_FIELD)
        refuses = self._about.no_deallocate is NoDeallocate.REFUSED
        require(not (asked.keeps_mapped and refuses), Status.INVALID_FIELD)
        # A failure in restricted mode is only left by another operation in restricted mode.
        restricted = self.operation.failed and not self.operation.unrestricted
        require(not (restricted and asked.unrestricted), Status.SANITIZE_FAILED)
        if not self._about.ignores_sanitize:
            self.operation = asked
            self._eraser.start(self._job(asked, dword11, capacity))

    def _job(self, asked: Operation, dword11: int, capacity: int) -> Erase:
        job = Erase(what=JOB, end=capacity, spare=True, exits=asked.unrestricted)
        maps = asked.keeps_mapped and self._about.no_deallocate is NoDeallocate.HONOURED
        if asked.action == Action.OVERWRITE:
            job.seconds = float(self._about.overwrite_pass_seconds * asked.passes)
            inverted = asked.inverts and asked.passes % 2 == 0
            job.pattern = (dword11 ^ (0xFFFFFFFF if inverted else 0)).to_bytes(4, "little").hex()
        elif asked.action == Action.BLOCK_ERASE:
            job.seconds = float(self._about.block_erase_seconds)
            job.erased = Erased.ONES.value  # erased cells, read as they are
        else:
            job.seconds = float(self._about.crypto_erase_seconds)
            job.erased = Erased.NOISE.value
        if not maps:
            job.pattern, job.erased = "", deallocated(self._about).value
        return job

    def settle(self) -> bool:
        """See what has become of the running operation; the eraser must have settled before. True where it has
        ended."""
        job = self._eraser.job
        if not self.operation.running or job.what != JOB or job.running:
            return False
        if job.outcome == Outcome.FAILED:
            self.operation.status = Sanitized.FAILED.value
            return True
        warns = self.operation.keeps_mapped and self._about.no_deallocate is NoDeallocate.WARNED
        self.operation.status = (Sanitized.DONE_DEALLOCATED if warns else Sanitized.DONE).value
        self.operation.unwritten = True
        return True

    def log(self) -> bytes:
        """Log page 81h: 512 bytes."""
        if self._about.sanitize_log_empty:
            return bytes(512)
        told = self.operation
        if self._about.sanitize_log_of is not None:
            told = Operation(Sanitized.DONE.value, self._about.sanitize_log_of)
        done = self._eraser.job.fraction if told.running else 1.0
        overwrites = told.action == Action.OVERWRITE and told.status != Sanitized.FAILED
        passes = int(done * told.passes) if overwrites else 0
        progress = self._eraser.job.progress if told.running else NO_PROGRESS
        about = self._about
        # Estimated for 16 passes of overwriting, as the standard has it; not deallocating takes as long.
        times = (16 * about.overwrite_pass_seconds, about.block_erase_seconds, about.crypto_erase_seconds)
        status = told.status | passes << 3 | told.unwritten << 8
        return struct.pack("<HHI6I", progress, status, told.dword10, *times, *times).ljust(512, b"\0")


def deallocated(about: NvmeAbout) -> Erased:
    """What the drive's deallocated blocks read as."""
    return {
        Deallocated.ZEROS: Erased.DEALLOCATED,
        Deallocated.ONES: Erased.ONES,
        Deallocated.UNREPORTED: Erased.PATTERN,
    }[about.deallocated]

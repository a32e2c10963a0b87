"""The Sanitize Device feature set of a simulated ATA drive (ACS-4, 4.17 and 7.36): SANITIZE DEVICE, B4h."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from agent.model.ports import AtaResult
from agent.training.ata_task import Abort, Handler, Task, good, require
from agent.training.description import Description
from agent.training.erasing import Erase, Eraser, Outcome
from agent.training.kept import Kept, State

SANITIZE_DEVICE = 0xB4


class Sub(IntEnum):
    """Subcommands, in the feature field."""

    STATUS = 0x0000
    CRYPTO_SCRAMBLE = 0x0011
    BLOCK_ERASE = 0x0012
    OVERWRITE = 0x0014
    FREEZE_LOCK = 0x0020
    ANTIFREEZE_LOCK = 0x0040


OPERATIONS = {Sub.CRYPTO_SCRAMBLE: "crypto", Sub.BLOCK_ERASE: "block", Sub.OVERWRITE: "overwrite"}
KEYS = {
    Sub.CRYPTO_SCRAMBLE: 0x43727970,  # "Cryp"
    Sub.BLOCK_ERASE: 0x426B4572,  # "BkEr"
    Sub.FREEZE_LOCK: 0x46724C6B,  # "FrLk"
    Sub.ANTIFREEZE_LOCK: 0x416E7469,  # "Anti"
}
"""What the address must hold, so that no stray command erases a drive."""
OVERWRITE_KEY = 0x4F57
"""The same in bits 47:32, above the pattern."""
NO_PROGRESS = 0xFFFF


class Reason(IntEnum):
    """Why a subcommand was aborted, in bits 7:0 of the address."""

    NOT_TOLD = 0
    FAILED = 1
    UNSUPPORTED = 2
    FROZEN = 3
    ANTIFREEZE = 4


@dataclass
class Success(State):
    """Kept without current."""

    last_succeeded: bool = False


@dataclass
class Locks(State):
    """Known only while the drive is on."""

    frozen: bool = False
    antifreeze: bool = False


class SanitizeSet:
    """The state machine, over the erase that the firmware carries out."""

    def __init__(
        self, drive: Description, kept: Kept, locks: Locks, eraser: Eraser, start: Callable[[Erase], None]
    ) -> None:
        """`start` begins an erase."""
        self._about = drive.ata
        self._drive = drive
        self._kept = kept
        self._eraser = eraser
        self._begin = start
        self._success = Success(drive.ata.sanitized_before)
        if (saved := kept.get("sanitize")) is not None:
            self._success = Success.load(saved)
        self.locks = locks
        self.commands: dict[int, Handler] = {SANITIZE_DEVICE: self._command} if drive.ata.sanitize else {}

    @property
    def word(self) -> int:
        """Word 59 of IDENTIFY DEVICE, bits 15:10."""
        if not self._about.sanitize:
            return 0
        bits = {"block": 0x8000, "overwrite": 0x4000, "crypto": 0x2000}
        return 0x1C00 | sum(bits[name] for name in self._about.sanitize)

    @property
    def _mine(self) -> bool:
        return self._eraser.job.what in OPERATIONS.values()

    @property
    def running(self) -> bool:
        """SD2: an operation is in process."""
        return self._mine and self._eraser.job.running

    @property
    def failed(self) -> bool:
        """SD3: one has failed, and nothing but another, or the exit where it was agreed on, is accepted."""
        return self._mine and self._eraser.job.outcome == Outcome.FAILED

    def _command(self, task: Task) -> AtaResult:
        sub = task.command.feature
        if sub == Sub.STATUS:
            return self._status(task.command.count)
        require(not self.running)
        require(sub in list(Sub), lba=Reason.UNSUPPORTED)
        key = task.lba >> 32 == OVERWRITE_KEY if sub == Sub.OVERWRITE else task.lba == KEYS[Sub(sub)]
        require(key, lba=Reason.NOT_TOLD)
        if sub == Sub.ANTIFREEZE_LOCK:
            require(not self.failed and not self.locks.frozen, lba=Reason.FROZEN)
            self.locks.antifreeze = True
        elif sub == Sub.FREEZE_LOCK:
            require(not self.failed, lba=Reason.FAILED)
            require(not self.locks.antifreeze, lba=Reason.ANTIFREEZE)
            self.locks.frozen = True
        else:
            self._start(Sub(sub), task)
        return self._status(0)

    def _start(self, sub: Sub, task: Task) -> None:
        require(not self.locks.frozen, lba=Reason.FROZEN)
        require(OPERATIONS[sub] in self._about.sanitize, lba=Reason.UNSUPPORTED)
        require(not self._drive.faults.erase_refused)
        if self._drive.faults.erase_ignored:
            return
        self._success.last_succeeded = False
        self._kept.update(sanitize=self._success.save())
        passes = 1
        pattern = b""
        if sub == Sub.OVERWRITE:
            passes = task.command.count & 0xF or 16
            # Bit 7 inverts it from pass to pass; bit 6 wants the last pass to be as given all the same.
            inverts = task.command.count & 0xC0 == 0x80 and passes % 2 == 0
            pattern = struct.pack("<I", (task.lba ^ 0xFFFFFFFF * inverts) & 0xFFFFFFFF)
        self._begin(
            Erase(
                what=OPERATIONS[sub],
                end=self._drive.media_bytes,
                sector_bytes=self._drive.logical_sector_bytes,
                spare=True,
                pattern=pattern.hex(),
                erased=self._drive.erased,
                seconds=float(self._about.sanitize_seconds * passes),
                exits=bool(task.command.count & 0x10),
            )
        )

    def settle(self) -> None:
        """Take note of an operation that is over."""
        if self._mine and self._eraser.job.outcome == Outcome.DONE and not self._success.last_succeeded:
            self._success.last_succeeded = True
            self._kept.update(sanitize=self._success.save())

    def _status(self, count: int) -> AtaResult:
        if self.failed:
            if not (count & 1 and self._eraser.job.exits):
                raise Abort(lba=Reason.FAILED)
            self._eraser.close(Outcome.NONE)
        running = self.running
        bits = (
            self._success.last_succeeded << 15
            | running << 14
            | self.locks.frozen << 13
            | self.locks.antifreeze << 12
        )  # fmt: skip
        return good(count=bits, lba=self._eraser.job.progress if running else NO_PROGRESS)

"""What the firmware of an open drive can be asked to do, whatever commands it speaks: the contract of all techniques.

One package per command set (`ata`, `nvme`, `scsi`, `mmc`) implements `DriveFirmware`; each technique is a module of
its own there and implements `Erase`. Runs in the drive's worker: no pydantic, no text of other programs parsed to
decide whether data is gone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agent.model.message import Message
from agent.model.words import Method, Technique

Record = Mapping[str, object]
"""What the journal must hold before the next command: plain JSON, with a key `kind`."""
Checkpoint = Callable[[Record], None]
"""Returns once the record is durable; raises chunks.Stopped, and then nothing more may be sent."""


class State(StrEnum):
    """Where an erase stands, as the drive itself says."""

    RUNNING = "running"
    DONE = "done"
    """Terminal, without error, and ours."""
    FAILED = "failed"
    """Terminal, with an error, or the status is of somebody else's erase."""
    IDLE = "idle"
    """No erase is running, and nothing says that ours was completed."""


@dataclass(frozen=True)
class Status:
    state: State
    progress: float | None = None
    """0 … 1 where the drive tells it."""
    reason: Message | None = None
    """For `failed` and `idle`: what the drive said."""


class NotAccepted(Exception):
    """The drive refused the erase, or nobody knows whether it took it: never a success."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Offer:
    """One way to erase that the drive announces."""

    technique: Technique
    method: Method
    seconds: float | None = None
    """How long the drive says that it takes; None where it does not say."""
    blocked: Message | None = None
    """Why it cannot be used now (frozen, locked, behind a bridge …); None where it can."""
    no_fallback: bool = False
    """Should it fail, the drive may stay unusable: no command leaves its failed state."""
    whole: bool = True
    """It covers everything that the drive's media hold for hosts, hidden and unallocated parts too."""


@dataclass(frozen=True)
class HiddenArea:
    """Media that the address space does not reach now. `kind`: `hpa`, `amac`, `dco`, `unallocated`, `unattached`."""

    kind: str
    bytes: int
    removable: bool
    """Ordis has a command that makes it reachable."""
    why: Message | None = None
    """What hinders that where it is not removable (frozen …)."""


@dataclass(frozen=True)
class Said:
    """Who the drive itself says it is, by its own identify command; text as on the label, stripped."""

    serial: str | None
    model: str | None
    size_bytes: int | None


@dataclass(frozen=True)
class About:
    """What the drive's firmware told before anything was changed."""

    said: Said | None
    offers: tuple[Offer, ...] = ()
    frozen: bool = False
    """Erase commands are frozen until power-on; a sleep or a re-plug lifts it."""
    locked: bool = False
    """A foreign password or Opal keeps the data from being read and written."""
    shadowed: bool = False
    """Opal shows a boot area of its own in place of the drive's first blocks (MBR shadowing)."""
    psid_revert: bool = False
    """Opal is there: the number on the label (PSID) can take back a foreign lock."""
    hidden: tuple[HiddenArea, ...] = ()
    native_size_bytes: int | None = None
    """Everything that hosts could ever reach, hidden areas included; None where the drive cannot be asked."""
    boundaries: tuple[int, ...] = ()
    """Byte addresses at which a hidden area or a namespace begins, within the address space as it will be."""
    untouched: tuple[Message, ...] = ()
    """Parts that no technique of ours reaches, named on the certificate (boot partitions, RPMB …)."""
    leftover_password: bool = False
    """A password of ours stands on the drive: an erase was cut off."""
    running: bool = False
    """An erase of the drive's own is running right now."""
    failed_before: bool = False
    """The drive stands in the failed state of an earlier erase."""


class Erase(Protocol):
    """One technique and method on one open drive."""

    @property
    def technique(self) -> Technique: ...

    @property
    def method(self) -> Method: ...

    @property
    def seconds(self) -> float:
        """How long the drive may be silent or busy: what it announced, else a cautious bound of ours by size."""

    def start(self, checkpoint: Checkpoint) -> None:
        """Make the drive begin. May block until the end (SECURITY ERASE UNIT, Format NVM). Whatever must outlive a
        power cut (a password) goes through `checkpoint` first. Raises NotAccepted, NoAnswer, OSError."""

    def status(self) -> Status:
        """Ask the drive how far it is; nothing else is ever sent while it erases. Raises NoAnswer, OSError."""

    def leave_failure(self) -> bool:
        """After a failure, try to bring the drive back to reads and writes. True where the drive agreed."""


class DriveFirmware(Protocol):
    """The firmware of one open drive. Every method may raise NoAnswer and OSError."""

    def said(self) -> Said | None:
        """Who the drive says it is, asked anew."""

    def about(self) -> About:
        """What it can do and how it stands. Changes nothing."""

    def erase(self, technique: Technique, method: Method) -> Erase:
        """The technique, ready to be started (or asked for its status after an interruption). Raises NotAccepted
        where the drive does not offer it now."""

    def reveal(self, checkpoint: Checkpoint) -> None:
        """Make hidden areas reachable (HPA, AMAC, DCO), each journalled before its command. Afterwards the medium is
        rescanned by the caller. Raises NotAccepted where the drive refuses."""

    def tidy(self, checkpoint: Checkpoint) -> None:
        """Take away what a cut-off erase of ours left (our ATA password, a failed state). Raises NotAccepted."""

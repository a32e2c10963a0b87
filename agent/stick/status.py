"""What became of the stick at start-up: written once, read by the screen and by `ordis stick check`."""

from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError

from agent.host.files import read_bounded, write_safely
from agent.model.base import Bytes, Count, Model
from agent.model.message import Message
from agent.model.problem import Problem

STATUS = Path("/run/ordis/stick.json")
LIMIT = 64 * 1024


class State(StrEnum):
    """Of the data partition, or why there is none."""

    MOUNTED = "mounted"
    """What is saved is on the stick."""
    DAMAGED = "damaged"
    """It is there and cannot be used: set aside, never made anew; everything stays in memory."""
    NONE = "none"
    """No stick is used: everything stays in memory."""


class Trouble(Model):
    reason: Message
    hint: Message | None = None

    @classmethod
    def of(cls, problem: Problem) -> "Trouble":
        return cls(reason=problem.reason, hint=problem.hint)


class StickStatus(Model):
    found: bool = False
    device: str | None = None
    """`/dev/sdb`"""
    diskseq: Count | None = None
    """The kernel's number of this appearance of the drive: pulled and plugged in again it has another."""
    volume: str | None = None
    """The number of its FAT volume."""
    state: State = State.NONE
    grown_by_bytes: Bytes = 0
    """What the data partition gained at this start."""
    key: str | None = None
    """The stick's public key."""
    wifi: int = 0
    """How many Wi-Fi networks were handed on from ordis.toml."""
    problems: tuple[Trouble, ...] = ()


def save(status: StickStatus, file: Path = STATUS) -> None:
    """Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_safely(file, status.model_dump_json(indent=1).encode() + b"\n", mode=0o644)


def load(file: Path = STATUS) -> StickStatus | None:
    """None where nothing was written, or what is there cannot be understood. Never raises."""
    try:
        return StickStatus.model_validate_json(read_bounded(file, LIMIT))
    except (OSError, ValidationError, ValueError):
        return None

"""What an NVMe drive's refusal of an erase means, in words (status codes: NVMe Base 2.0, 3.3.3.2.1)."""

from enum import IntEnum

from agent.model.message import Message, say


class Status(IntEnum):
    """Status code type << 8 | status code, as model.ports.NvmeResult holds them."""

    INVALID_OPCODE = 0x001
    INVALID_FIELD = 0x002
    INTERNAL_ERROR = 0x006
    SANITIZE_FAILED = 0x01C
    SANITIZE_IN_PROGRESS = 0x01D
    WRITE_PROTECTED = 0x020
    FORMAT_IN_PROGRESS = 0x084
    WAITING_FOR_RESET = 0x10B
    """New firmware waits for a conventional reset …"""
    WAITING_FOR_SUBSYSTEM_RESET = 0x110
    WAITING_FOR_CONTROLLER_RESET = 0x111
    ACCESS_DENIED = 0x286
    """Locked. With Do Not Retry, as nvme-cli shows it: 4286h."""


LOCKED = say("The drive is locked: it lets nobody read, write or erase it before the lock is taken back.")
RUNNING = say("The drive is erasing itself already. Let it come to its end.")
FAILED_BEFORE = say("The drive stands in the failed state of an earlier erase; only its sanitize command leads out.")
_UNKNOWN_COMMAND = say("The drive announces this way of erasing, but refuses the command.")
_NEW_FIRMWARE = say("New firmware waits in the drive for a restart. Switch the computer off and on, then start again.")

_WORDS = {
    Status.INVALID_OPCODE: _UNKNOWN_COMMAND,
    Status.INVALID_FIELD: _UNKNOWN_COMMAND,
    Status.SANITIZE_FAILED: FAILED_BEFORE,
    Status.SANITIZE_IN_PROGRESS: RUNNING,
    Status.WRITE_PROTECTED: say("A part of the drive is write-protected by its firmware, so the drive refuses."),
    Status.FORMAT_IN_PROGRESS: RUNNING,
    Status.WAITING_FOR_RESET: _NEW_FIRMWARE,
    Status.WAITING_FOR_SUBSYSTEM_RESET: _NEW_FIRMWARE,
    Status.WAITING_FOR_CONTROLLER_RESET: _NEW_FIRMWARE,
    Status.ACCESS_DENIED: LOCKED,
}


def refusal(status: int) -> Message:
    """The sentence for a command that did not end with success."""
    known = {code.value: words for code, words in _WORDS.items()}.get(status)
    return known or say("The drive refused the command (status {code}).", code=f"{status:03X}h")


def cautious_seconds(size_bytes: int) -> float:
    """How long an erase of so much may take where the drive does not say: slow writing of everything, and at least
    ten minutes. Most drives need a few minutes."""
    return max(600.0, size_bytes / 100_000_000)

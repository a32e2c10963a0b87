"""What is to be done to a drive, and what became of it."""

from agent.model.base import Bytes, Count, Model, Seconds, Text
from agent.model.message import Message
from agent.model.words import Level, Pattern, SanitizationStatus, Technique, Transport, Verify


class DriveIdentity(Model):
    """What a person confirmed. The worker reads it again on the open descriptor before it writes."""

    path: Text
    transport: Transport
    model: Text | None = None
    serial: Text | None = None
    size_bytes: Bytes
    diskseq: Count | None = None
    backing_file: Text | None = None
    simulated: bool = False
    virtual: bool = False


class SanitizationRequest(Model):
    """What the profile or the command line asks for. `technique` None: the plan chooses."""

    level: Level = Level.CLEAR
    technique: Technique | None = None
    pattern: Pattern = Pattern.ZERO
    verify: Verify = Verify.FULL


class PlanStep(Model):
    technique: Technique
    level: Level
    """The level that this step reaches when it and its verification succeed."""
    pattern: Pattern | None = None
    verify: Verify
    seconds_expected: Seconds


class RuledOut(Model):
    technique: Technique
    reason: Message


class Plan(Model):
    """What would be done to one drive, in order. No steps: nothing can be done, `obstacles` say why."""

    drive: DriveIdentity
    steps: list[PlanStep] = []
    ruled_out: list[RuledOut] = []
    obstacles: list[Message] = []
    level: Level | None = None
    """The level that the whole plan reaches."""
    seconds_expected: Seconds = 0
    single_confirmation: bool = False
    """True where `all` does not cover the drive: it must be named or confirmed by itself."""


class BlockRange(Model):
    """`count` logical blocks from address `first` on."""

    first: Count
    count: Count


class Evidence(Model):
    """What the statement rests on."""

    native_size_bytes: Bytes | None = None
    unwritable: list[BlockRange] = []
    unreadable: list[BlockRange] = []
    mismatched: list[BlockRange] = []
    flushed: bool = False
    """Every pass ended with a cache flush that succeeded."""
    kernel_bytes_read: Bytes | None = None
    """What the drive's read counter says was really read for the verification."""
    identity_reread: bool = False
    """Serial and size were read again on the open descriptor before the status was given."""
    statement: Message | None = None
    """What a sampled verification says, in statistical words."""


class Sanitization(Model):
    """What became of one drive. `level` is the level achieved, never the one asked for."""

    drive: DriveIdentity
    status: SanitizationStatus
    level: Level | None = None
    technique: Technique | None = None
    pattern: Pattern | None = None
    verification: Verify = Verify.NONE
    """What was carried out to its end, not what was asked for."""
    bytes_total: Bytes = 0
    bytes_written: Bytes = 0
    bytes_verified: Bytes = 0
    seconds: Seconds = 0
    cpu_seconds: Seconds = 0
    reason: Message
    hint: Message | None = None
    exceptions: list[Message] = []
    evidence: Evidence = Evidence()


def ended(
    drive: DriveIdentity, status: SanitizationStatus, reason: Message, hint: Message | None = None
) -> Sanitization:
    """What became of a drive on which nothing was brought to an end."""
    return Sanitization(drive=drive, status=status, reason=reason, hint=hint, bytes_total=drive.size_bytes)

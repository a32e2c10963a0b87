"""What is to be done to a drive, and what became of it."""

from agent.model.base import Bytes, Count, Model, Seconds, Text
from agent.model.message import Message
from agent.model.words import Level, Method, PassSet, Pattern, SanitizationStatus, Technique, Transport, Verify


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
    namespaces: list[Text] = []
    """Nodes of the further namespaces of an NVMe subsystem, which is claimed and erased whole."""


class SanitizationRequest(Model):
    """What the profile or the command line asks for. `technique` and `method` None: the plan chooses."""

    level: Level = Level.CLEAR
    technique: Technique | None = None
    method: Method | None = None
    pattern: Pattern = Pattern.ZERO
    passes: PassSet = PassSet.SINGLE
    """More than one pass only for a donor whose contract asks for them."""
    verify: Verify = Verify.FULL
    reveal: bool = True
    """Hidden areas (HPA, AMAC, DCO) may be removed."""
    discard: bool = False
    """Once all is proved, tell the drive that its blocks are free (TRIM). An addition, never a proof."""


class PlanStep(Model):
    technique: Technique
    method: Method | None = None
    """What the firmware does; None for an overwrite."""
    level: Level
    """The level that this step reaches when it and its verification succeed."""
    pattern: Pattern | None = None
    passes: list[Text] = []
    """Of an overwrite, in order: `zero`, `random`, or the bytes in hexadecimal that are repeated."""
    no_fallback: bool = False
    """Should it fail, the drive may stay unusable."""
    verify: Verify
    seconds_expected: Seconds


class RuledOut(Model):
    technique: Technique
    method: Method | None = None
    reason: Message


class Plan(Model):
    """What would be done to one drive, in order. No steps: nothing can be done, `obstacles` say why."""

    drive: DriveIdentity
    steps: list[PlanStep] = []
    ruled_out: list[RuledOut] = []
    obstacles: list[Message] = []
    warnings: list[Message] = []
    """What to know before saying yes: hidden areas that stay, no way back after a failure, a level out of reach."""
    level: Level | None = None
    """The level that the whole plan reaches."""
    seconds_expected: Seconds = 0
    single_confirmation: bool = False
    """True where `all` does not cover the drive: it must be named or confirmed by itself."""


class BlockRange(Model):
    """`count` logical blocks from address `first` on."""

    first: Count
    count: Count


class RevealedArea(Model):
    kind: Text
    """`hpa`, `amac` or `dco`."""
    bytes: Bytes


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
    revealed: list[RevealedArea] = []
    """Hidden areas that were removed before the erase."""
    untouched: list[Message] = []
    """Parts of the drive that no erase reaches, named on the certificate (boot partitions, RPMB)."""
    resumed_at_bytes: Bytes | None = None
    """Where an interrupted overwrite was taken up again; its verification then covers everything."""
    discarded: bool = False
    """The drive was told afterwards that its blocks are free. No proof of anything."""


class StepDone(Model):
    """What became of one step of the plan."""

    technique: Technique
    method: Method | None = None
    passes: list[Text] = []
    """Of an overwrite, in order, as in PlanStep."""
    succeeded: bool
    reason: Message | None = None
    seconds: Seconds = 0
    accepted: bool | None = None
    """Firmware only: the drive took the command."""
    transition_seen: bool | None = None
    """Firmware only: it was seen at work, or its state changed as a true erase changes it."""
    marks_planted: Count = 0
    """Canary: random blocks that were written and read back before."""
    marks_left: Count = 0
    found_hashed: Count = 0
    """Canary: blocks of the donor's that were not uniform."""
    found_left: Count = 0
    canary_unreadable: Count = 0


class Sanitization(Model):
    """What became of one drive. `level` is the level achieved, never the one asked for."""

    drive: DriveIdentity
    status: SanitizationStatus
    level: Level | None = None
    technique: Technique | None = None
    """The one on which the level rests."""
    method: Method | None = None
    pattern: Pattern | None = None
    steps: list[StepDone] = []
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

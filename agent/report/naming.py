"""The closed vocabularies in words that people read, for the summary and the workshop's pages."""

from agent.model.message import Message, say
from agent.model.words import (
    Chassis,
    GradeLetter,
    Level,
    Method,
    Outcome,
    Pattern,
    SanitizationStatus,
    Technique,
    Verify,
)

CHASSIS: dict[Chassis, Message] = {
    Chassis.NOTEBOOK: say("laptop"),
    Chassis.CONVERTIBLE: say("convertible laptop"),
    Chassis.TABLET: say("tablet"),
    Chassis.DESKTOP: say("desktop computer"),
    Chassis.ALL_IN_ONE: say("all-in-one computer"),
    Chassis.MINI_PC: say("mini computer"),
    Chassis.STICK_PC: say("stick computer"),
    Chassis.SERVER: say("server"),
    Chassis.OTHER: say("computer"),
}

OUTCOME: dict[Outcome, Message] = {
    Outcome.PASSED: say("passed"),
    Outcome.DEGRADED: say("degraded"),
    Outcome.FAILED: say("failed"),
    Outcome.SKIPPED: say("not tested"),
    Outcome.ERROR: say("could not be carried out"),
}

STATUS: dict[SanitizationStatus, Message] = {
    SanitizationStatus.SANITIZED: say("sanitized"),
    SanitizationStatus.SANITIZED_WITH_EXCEPTIONS: say("sanitized with exceptions"),
    SanitizationStatus.FAILED: say("NOT sanitized: failed"),
    SanitizationStatus.REFUSED: say("NOT sanitized: refused"),
    SanitizationStatus.INTERRUPTED: say("NOT sanitized: interrupted"),
    SanitizationStatus.NOT_REQUESTED: say("NOT sanitized: not asked for"),
    SanitizationStatus.REMOVED: say("removed from the machine"),
}
UNRECORDED = say("NOT sanitized: nothing is recorded")

LEVEL: dict[Level, Message] = {Level.CLEAR: say("level Clear"), Level.PURGE: say("level Purge")}

TECHNIQUE: dict[Technique, Message] = {
    Technique.OVERWRITE: say("overwrite"),
    Technique.ATA_SANITIZE: say("ATA sanitize"),
    Technique.ATA_SECURITY_ERASE: say("ATA security erase"),
    Technique.NVME_SANITIZE: say("NVMe sanitize"),
    Technique.NVME_FORMAT: say("NVMe format"),
    Technique.SCSI_SANITIZE: say("SCSI sanitize"),
    Technique.SCSI_FORMAT: say("SCSI format"),
    Technique.EMMC_SANITIZE: say("eMMC sanitize"),
    Technique.OPAL_REVERT: say("Opal revert"),
}

METHOD: dict[Method, Message] = {
    Method.BLOCK: say("block erase"),
    Method.CRYPTO: say("new encryption key"),
    Method.OVERWRITE: say("overwriting by the drive itself"),
    Method.NORMAL: say("normal"),
    Method.ENHANCED: say("enhanced"),
    Method.USER_DATA: say("erase of user data"),
    Method.SECURE_TRIM: say("secure trim"),
}

PATTERN: dict[Pattern, Message] = {Pattern.ZERO: say("with zeros"), Pattern.RANDOM: say("with random data")}

VERIFY: dict[Verify, Message] = {
    Verify.FULL: say("fully read back"),
    Verify.SAMPLED: say("read back in samples"),
    Verify.NONE: say("not read back"),
}

GRADE: dict[GradeLetter, Message] = {
    GradeLetter.A: say("A"),
    GradeLetter.B: say("B"),
    GradeLetter.C: say("C"),
    GradeLetter.D: say("D"),
    GradeLetter.PARTS: say("for parts"),
    GradeLetter.RECYCLE: say("for recycling"),
    GradeLetter.HOLD: say("on hold"),
}

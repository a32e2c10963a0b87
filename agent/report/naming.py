"""The closed vocabularies in words that people read, for the summary and the workshop's pages."""

import re

from agent.model.message import Message, say
from agent.model.words import (
    Certainty,
    Chassis,
    Contents,
    GradeLetter,
    Level,
    Method,
    Outcome,
    Pattern,
    SanitizationStatus,
    Suitability,
    Technique,
    Transport,
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

CONTENTS: dict[Contents, Message] = {
    Contents.WINDOWS: say("Windows"),
    Contents.LINUX: say("Linux"),
    Contents.ENCRYPTED: say("encrypted"),
    Contents.DATA: say("data"),
    Contents.EMPTY: say("empty"),
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

SUITABILITY: dict[Suitability, Message] = {
    Suitability.YES: say("yes"),
    Suitability.SETTING: say("yes, after changing a setting"),
    Suitability.NO: say("no"),
    Suitability.UNKNOWN: say("not certain"),
}

MEDIUM: dict[Transport, Message] = {
    Transport.ATA: say("SATA or IDE"),
    Transport.NVME: say("NVMe"),
    Transport.SCSI: say("SAS or SCSI"),
    Transport.MMC: say("eMMC or SD card"),
    Transport.USB: say("USB"),
    Transport.VIRTIO: say("disk of a virtual machine"),
    Transport.LOOP: say("file used as a drive"),
    Transport.NETWORK: say("network drive"),
    Transport.UNKNOWN: say("connection not known"),
}

CERTAINTY: dict[Certainty, Message] = {
    Certainty.CERTAIN: say("certain"),
    Certainty.LIKELY: say("likely"),
    Certainty.NONE: say("nothing tells this machine from others of its model"),
}

IDENTITY: dict[str, Message] = {
    "uuid": say("UUID"),
    "system_serial": say("serial number"),
    "board_serial": say("serial number of the board"),
    "macs": say("built-in network cards"),
    "board": say("board"),
}
"""What a `machine_id` rests on."""

INPUT: dict[str, Message] = {
    "keyboard": say("Keyboard"),
    "touchpad": say("Touchpad"),
    "touchscreen": say("Touchscreen"),
    "pointing_stick": say("Pointing stick"),
    "pen": say("Pen"),
    "mouse": say("Mouse"),
}

PORT: dict[str, Message] = {
    "usb_a": say("USB-A"),
    "usb_c": say("USB-C"),
    "thunderbolt": say("Thunderbolt"),
    "hdmi": say("HDMI"),
    "displayport": say("DisplayPort"),
    "vga": say("VGA"),
    "dvi": say("DVI"),
    "ethernet": say("Ethernet"),
    "audio": say("audio"),
    "serial": say("serial port"),
    "parallel": say("parallel port"),
    "ps2": say("PS/2"),
    "modem": say("modem"),
    "firewire": say("FireWire"),
    "sd_card": say("SD card"),
    "smart_card": say("smart card"),
    "esata": say("eSATA"),
}

PART: dict[str, Message] = {
    "smbios": say("description in the firmware (SMBIOS)"),
    "machine": say("machine"),
    "firmware": say("firmware"),
    "processors": say("processor"),
    "processor_details": say("details of the processor"),
    "memory": say("memory"),
    "drives": say("drives"),
    "unseen_drives": say("signs of drives that cannot be seen"),
    "batteries": say("battery"),
    "mains": say("mains"),
    "mains_connected": say("mains"),
    "displays": say("displays"),
    "graphics": say("graphics"),
    "network": say("network"),
    "bluetooth": say("Bluetooth"),
    "cameras": say("camera"),
    "sound": say("sound"),
    "inputs": say("keyboard and touchpad"),
    "ports": say("sockets"),
    "optical_drives": say("optical drive"),
    "tpm": say("TPM"),
    "tpm_version": say("TPM"),
    "windows_key": say("key of Windows"),
    "windows_key_present": say("key of Windows"),
    "password": say("firmware password"),
    "firmware_password": say("firmware password"),
    "firmware_locks": say("firmware locks"),
}
"""Parts of the inventory, as `unreadable` names them."""


def called(vendor: str | None, model: str | None) -> str:
    """Maker and model as people say them, the maker not said twice; empty where neither is known."""
    vendor = (vendor or "").strip()
    if vendor and model and model.casefold().startswith(vendor.split()[0].casefold()):
        return model
    return " ".join(filter(None, (vendor, model)))


def processor_name(model: str) -> str:
    """`Intel(R) Core(TM) i5-5300U CPU @ 2.30GHz` as a person says it: Intel Core i5-5300U."""
    return " ".join(re.sub(r"\((?:R|TM)\)|\bCPU\b|@.*", " ", model, flags=re.IGNORECASE).split())

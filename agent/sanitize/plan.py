"""What would be done to a drive: a pure function of the drive's facts and the request.

Unlike the rest of this package it runs in the service, and works on the models.
"""

from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.sanitization import DriveIdentity, Plan, PlanStep, RuledOut, SanitizationRequest
from agent.model.words import Level, Technique, Transport, Verify

HDD_BYTES_PER_SECOND = 120_000_000
"""Mean over a whole 3.5" or 2.5" disk of the last fifteen years; the outer tracks are up to twice as fast."""
SSD_BYTES_PER_SECOND = 350_000_000
"""A SATA SSD past its write cache."""
NVME_BYTES_PER_SECOND = 900_000_000
"""A consumer NVMe SSD past its write cache."""
USB_BYTES_PER_SECOND = 30_000_000
"""USB 2 at its best; a drive on USB 3 is done sooner."""

_FIRMWARE_TECHNIQUES = {
    Transport.ATA: (Technique.ATA_SANITIZE, Technique.ATA_SECURITY_ERASE, Technique.OPAL_REVERT),
    Transport.NVME: (Technique.NVME_SANITIZE, Technique.NVME_FORMAT, Technique.OPAL_REVERT),
    Transport.SCSI: (Technique.SCSI_SANITIZE,),
    Transport.MMC: (Technique.EMMC_SANITIZE,),
}


def identity(drive: Drive) -> DriveIdentity:
    """What a person confirms of this drive."""
    return DriveIdentity.model_validate({name: getattr(drive, name) for name in DriveIdentity.model_fields})


def rate(drive: Drive) -> int:
    """Expected bytes per second, for the time shown before a start; corrected while it runs."""
    if drive.transport is Transport.USB:
        return USB_BYTES_PER_SECOND
    if drive.rotational:
        return HDD_BYTES_PER_SECOND
    return NVME_BYTES_PER_SECOND if drive.transport is Transport.NVME else SSD_BYTES_PER_SECOND


def plan(drive: Drive, request: SanitizationRequest) -> Plan:
    """The steps for one drive, the level they reach, and why every other technique is out."""
    ruled_out = [
        RuledOut(technique=technique, reason=reason)
        for technique in Technique
        if (reason := _against(technique, drive)) is not None
    ]
    obstacles = list(drive.obstacles)
    wanted = request.technique or Technique.OVERWRITE
    if unusable := _against(wanted, drive):
        obstacles.append(unusable)
    steps = [] if obstacles else [_overwrite(drive, request)]
    return Plan(
        drive=identity(drive),
        steps=steps,
        ruled_out=ruled_out,
        obstacles=obstacles,
        level=Level.CLEAR if steps else None,
        seconds_expected=sum(step.seconds_expected for step in steps),
        # Without a serial number nobody can name it: only a person who sees the list can mean it.
        single_confirmation=drive.external or drive.serial is None,
    )


def _against(technique: Technique, drive: Drive) -> Message | None:
    if technique is Technique.OVERWRITE:
        return None
    if technique in _FIRMWARE_TECHNIQUES.get(drive.transport, ()):
        return say("This version of Ordis does not send erase commands to the drive's firmware yet.")
    return say("Not for this kind of drive.")


def _overwrite(drive: Drive, request: SanitizationRequest) -> PlanStep:
    passes = 2 if request.verify is Verify.FULL else 1
    return PlanStep(
        technique=Technique.OVERWRITE,
        level=Level.CLEAR,
        pattern=request.pattern,
        verify=request.verify,
        seconds_expected=round(passes * drive.size_bytes / rate(drive), 1),
    )

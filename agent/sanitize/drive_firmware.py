"""Which command set the firmware of an open drive speaks."""

from agent.model.words import Method, Technique
from agent.sanitize.ata.firmware import AtaFirmware
from agent.sanitize.firmware import About, Checkpoint, DriveFirmware, Erase, Said
from agent.sanitize.medium import Medium
from agent.sanitize.mmc.firmware import MmcFirmware
from agent.sanitize.nvme.firmware import NvmeFirmware
from agent.sanitize.opal.revert import PsidRevert
from agent.sanitize.scsi.firmware import ScsiFirmware


def firmware_of(medium: Medium, *, psid: str | None = None, leftover: bool = False) -> DriveFirmware | None:
    """The drive's firmware, or None where only reads and writes reach it.

    `psid` is what a person typed from its label; with `leftover` the journal says that an ATA password on it may be
    ours. Raises OSError, NoAnswer.
    """
    firmware = _spoken(medium, leftover=leftover)
    return firmware if firmware is None or psid is None else _WithPsid(firmware, medium, psid)


def _spoken(medium: Medium, *, leftover: bool) -> DriveFirmware | None:
    ports = medium.ports
    if ports.nvme is not None:
        return NvmeFirmware(medium)
    if ports.ata is not None:
        return AtaFirmware(ports, leftover=leftover)
    if ports.scsi is not None:
        return ScsiFirmware(ports.scsi)
    return MmcFirmware(ports.mmc) if ports.mmc is not None else None


class _WithPsid:
    """A drive's firmware, and the number on its label. Satisfies firmware.DriveFirmware."""

    def __init__(self, firmware: DriveFirmware, medium: Medium, psid: str) -> None:
        self._firmware = firmware
        self._medium = medium
        self._psid = psid

    def said(self) -> Said | None:
        return self._firmware.said()

    def about(self) -> About:
        return self._firmware.about()

    def erase(self, technique: Technique, method: Method) -> Erase:
        if technique is Technique.OPAL_REVERT:
            return PsidRevert(
                lambda: self._medium.ports, self._medium.node, self._psid, program=self._medium.sedutil_runner()
            )
        return self._firmware.erase(technique, method)

    def reveal(self, checkpoint: Checkpoint) -> None:
        self._firmware.reveal(checkpoint)

    def tidy(self, checkpoint: Checkpoint) -> None:
        self._firmware.tidy(checkpoint)

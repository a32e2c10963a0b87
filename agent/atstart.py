"""The drives that a bench PC had when the dock was started: never erased in that session, whatever is plugged where.

Pure. What is not provably another drive is taken for one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.hotplug import stayed
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.words import Transport

TOLD_BY_ITSELF = (Transport.ATA, Transport.NVME, Transport.SCSI)
"""Where the serial number is the drive's own. A USB bridge may give its own instead, the same for every drive in it."""

WAS_THERE = say(
    "This drive was there at the start: it is never erased here. If it is to be erased, take it out, end the dock, "
    "start it again, and plug the drive in then."
)


@dataclass(frozen=True)
class AtStart:
    """Frozen when the dock starts."""

    drives: tuple[Drive, ...] = ()

    def holds(self, drive: Drive) -> bool:
        """Whether it is there since the start, without having gone away."""
        return any(stayed(mine, drive) for mine in self.drives)

    def against(self, drive: Drive, present: Sequence[Drive]) -> Message | None:
        """Why this drive may not be erased; None where it is certainly none of those of the start.

        `present` are all that are there now.
        """
        if self.holds(drive) or any(_same_serial(mine, drive) for mine in self.drives):
            return WAS_THERE
        for mine in self.drives:
            # A drive that never went away cannot be this one as well. The stick goes to the next machine, and is
            # recognised by what is on it.
            gone = not mine.ordis_stick and not any(stayed(mine, other) for other in present)
            if gone and not _certainly_another(mine, drive):
                return say(
                    "{drive} ({serial}) was there at the start and was taken out, and nothing proves that this is "
                    "another drive. End the dock and start it again; then plug this one in.",
                    drive=mine.model or mine.path,
                    serial=mine.serial or "-",
                )
        return None


def _same_serial(mine: Drive, drive: Drive) -> bool:
    """Whatever else they say: a bridge invents models, and a hidden area changes the size."""
    return mine.serial is not None and drive.serial is not None and _bare(mine.serial) == _bare(drive.serial)


def _certainly_another(mine: Drive, drive: Drive) -> bool:
    """Both tell their own serial number in the same way, and it differs."""
    comparable = mine.transport is drive.transport and drive.transport in TOLD_BY_ITSELF
    return comparable and bool(mine.serial) and bool(drive.serial) and not _same_serial(mine, drive)


def _bare(serial: str) -> str:
    return "".join(serial.casefold().split())

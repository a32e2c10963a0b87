"""The door of `ordis stick write`: the one drive that a person named, confirmed by its serial number, which is a stick
in a port, and which nobody uses.

The guard of the erase never lets an Ordis stick through; here it is just what is looked for. Everything else that the
erase refuses is refused here as well.
"""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agent.host.blockdevice import BlockDevice, NotABlockDevice, device_number, kernel_name
from agent.host.blockuse import nodes
from agent.host.mounts import MountFailed, unmount
from agent.host.root_in_ram import root_in_ram
from agent.host.run import ToolMissing, ToolTimeout
from agent.host.source import Source
from agent.host.stickdisk import undisturbed
from agent.inventory import drives, identity
from agent.inventory.obstacles import judge_whole
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.stick.ready import Places

PASSING_SECONDS = 5.0


class Refused(Problem):
    """Nothing was written."""

    def __init__(self, why: Message, hint: Message | None = None) -> None:
        super().__init__(why, hint or say("Nothing was written. See which drives there are with: ordis drives"))


@dataclass(frozen=True)
class Target:
    """The drive as it was confirmed."""

    name: str
    serial: str
    size_bytes: int
    diskseq: int | None

    @property
    def path(self) -> str:
        return f"/dev/{self.name}"


def admit(source: Source, device: str, serial: str, places: Places, *, virtual: bool) -> Target:
    """Find the drive and judge it. What is mounted of the stick that this computer was started from is unmounted where
    the system lives in memory. Raises Refused."""
    path = os.path.realpath(device)
    try:
        name = kernel_name(source, device_number(path)) or ""
    except (NotABlockDevice, OSError) as error:
        raise Refused(say("{path} is not a drive: it is a file or another kind of device.", path=device)) from error
    present = drives.find(source, allow_virtual=virtual)
    found = next((drive for drive in present if drive.path == path), None)
    if found is None:
        raise Refused(_why(source, name, virtual=virtual) or say("{path} is no whole drive.", path=device))
    # Cheap sticks have no serial number, which lists show as "-": that confirms the only external drive without one.
    nameless = [drive for drive in present if drive.serial is None and (drive.external or drive.virtual)] == [found]
    if not serial or serial not in (found.serial, found.backing_file, "-" if nameless else None):
        raise Refused(
            say("The serial number does not match: {path} has {found}, you gave {given}.",
                path=path, found=found.serial or "-", given=serial),
            say("Nothing was written. Look at the drive's label and at: ordis drives"),
        )  # fmt: skip
    if not (found.external or found.virtual):
        raise Refused(say("{path} is built into this computer. A stick is in a USB port or a card slot.", path=path))
    _let_go(source, name, places)
    if why := _why(source, name, virtual=virtual):
        raise Refused(why)
    return Target(name, found.serial or "", found.size_bytes, found.diskseq)


def _why(source: Source, name: str, *, virtual: bool) -> Message | None:
    """The first obstacle, apart from its being an Ordis stick."""
    uses = [replace(use, ordis_labels=()) for use in nodes(source, name)]
    return next(iter(judge_whole(uses, allow_virtual=virtual)), None)


def _let_go(source: Source, name: str, places: Places) -> None:
    """Unmount what is ours, where the running system needs nothing of it."""
    mounted = {point for use in nodes(source, name) for point in use.mounted}
    ours = {str(places.boot), str(places.state)}
    if not mounted or not mounted <= ours:
        return
    if not root_in_ram(source):
        raise Refused(
            say("This computer was started from this stick and needs it."),
            say("Nothing was written. Start another stick, or choose “start from RAM” in the menu."),
        )
    for point in sorted(mounted):
        try:
            unmount(Path(point))
        except (MountFailed, ToolMissing, ToolTimeout, OSError) as error:
            raise Refused(
                say("The stick is in use ({error}).", error=str(error)),
                say("Nothing was written. End the screen and the service first: systemctl stop ordis"),
            ) from error


def _opened(source: Source, target: Target) -> BlockDevice:
    """Whoever looks at a new disk (udev, a desktop) holds it for a moment only."""
    until = time.monotonic() + PASSING_SECONDS
    while True:
        try:
            return BlockDevice(target.path, source=source)
        except (NotABlockDevice, OSError) as error:
            if getattr(error, "errno", None) != errno.EBUSY or time.monotonic() > until:
                why = getattr(error, "strerror", None) or str(error)
                raise Refused(say("{path} could not be opened ({error}).", path=target.path, error=why)) from error
        time.sleep(0.2)


@contextmanager
def claimed(source: Source, target: Target) -> Iterator[BlockDevice]:
    """The drive, held against everybody else, proved again on the open descriptor. Raises Refused."""
    disk = _opened(source, target)
    try:
        label = identity.read(source, disk.name() or "")
        same = (label.serial or "", disk.size_bytes(), disk.diskseq()) == (
            target.serial, target.size_bytes, target.diskseq,
        )  # fmt: skip
        if not same:
            raise Refused(say("The drive was unplugged or replaced since it was confirmed."))
        if disk.logical_sector_bytes != 512:
            raise Refused(say("The drive has sectors of another size than a stick that a computer can start from."))
        with undisturbed(disk):
            yield disk
    finally:
        disk.close()

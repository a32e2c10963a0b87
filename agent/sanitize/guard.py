"""The guard: what stands between an order and a drive. Every refusal has its own sentence.

Runs in the drive's worker, right before anything is written; what the service judged earlier may have changed.
"""

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from agent.host.blockdevice import NotABlockDevice, device_number, kernel_name
from agent.host.blockuse import nodes, regular_file
from agent.host.smartctl import smartctl
from agent.host.source import Live, Source
from agent.host.topology import place
from agent.inventory.obstacles import judge_whole
from agent.model.message import Message, say
from agent.model.ports import NoAnswer
from agent.model.words import Transport
from agent.sanitize.drive_firmware import firmware_of
from agent.sanitize.joined import Joined
from agent.sanitize.medium import Identity, Medium, Refused
from agent.sanitize.nvme.nodes import NvmeNodes
from agent.sanitize.real import RealDrive
from agent.sanitize.stick import is_ordis

OpenSimulated = Callable[[str], Medium]
"""Opens a simulated drive by its path; real work never loads the simulation. Raises Refused, OSError."""

LOOK_AGAIN = say("Nothing was written. Read the list of drives again and confirm anew.")


@dataclass(frozen=True)
class DriveSpec:
    """The drive that was confirmed, as model.sanitization.DriveIdentity without pydantic."""

    path: str
    identity: Identity
    simulated: bool = False
    virtual: bool = False
    namespaces: tuple[str, ...] = ()
    """Nodes of the further namespaces of an NVMe subsystem."""

    @classmethod
    def from_dict(cls, fields: object) -> Self:
        """From the JSON form of a DriveIdentity."""
        assert isinstance(fields, Mapping)
        return cls(
            path=str(fields["path"]),
            identity=Identity(
                serial=fields.get("serial"),
                model=fields.get("model"),
                size_bytes=int(fields["size_bytes"]),
                diskseq=fields.get("diskseq"),
            ),
            simulated=bool(fields.get("simulated")),
            virtual=bool(fields.get("virtual")),
            namespaces=tuple(map(str, fields.get("namespaces") or ())),
        )


def look(spec: DriveSpec, simulated: OpenSimulated) -> dict[str, object] | None:
    """The drive's health as smartctl tells it; None where there is none.

    Raises Refused, ToolMissing, ToolTimeout, OSError.
    """
    if spec.simulated:
        drive = simulated(spec.path)
        try:
            return drive.smart()
        finally:
            drive.close()
    if spec.virtual:
        return None
    return smartctl(spec.path)


def open_to_look(spec: DriveSpec, simulated: OpenSimulated) -> Medium:
    """Open the drive to ask its firmware: nothing is claimed, and nothing can be written through it.

    Raises Refused, OSError, NotABlockDevice.
    """
    if spec.simulated:
        return simulated(spec.path)
    source, paths = Live(), [os.path.realpath(path) for path in (spec.path, *spec.namespaces)]
    transport = place(source, kernel_name(source, device_number(paths[0])) or "").transport
    drive = _opened(paths, source, transport, look_only=True)
    try:
        same = drive.identity().diskseq == spec.identity.diskseq
    except BaseException:
        drive.close()
        raise
    if not same:
        drive.close()
        raise Refused(say("The drive was unplugged or replaced since it was confirmed."), LOOK_AGAIN)
    return drive


def open_to_test(spec: DriveSpec, simulated: OpenSimulated) -> Medium:
    """As `open_to_look`, for what keeps the drive at work: one that may not be erased, being in use or no drive of the
    machine's own, is left in peace, and another one in its place is not taken for it.

    Raises Refused, OSError, NotABlockDevice.
    """
    if not spec.simulated:
        source = Live()
        uses = nodes(source, kernel_name(source, device_number(os.path.realpath(spec.path))) or "")
        if against := judge_whole(uses, allow_virtual=spec.virtual):
            raise Refused(against[0], say("It was not tested, and nothing was written."))
    drive = open_to_look(spec, simulated)
    try:
        serial = drive.identity().serial
    except BaseException:
        drive.close()
        raise
    if serial != spec.identity.serial:
        drive.close()
        raise Refused(say("Another drive is in its place by now: it was not tested."), LOOK_AGAIN)
    return drive


def admit(spec: DriveSpec, simulated: OpenSimulated, *, resumed: bool = False) -> Medium:
    """Open the drive for erasing when nothing speaks against it. Raises Refused, and then nothing was written.

    `resumed`: the journal holds an erase of this very drive, which was admitted before it was cut off.
    """
    try:
        drive = simulated(spec.path) if spec.simulated else _open_real(spec, Live())
    except NotABlockDevice as error:
        raise Refused(
            say("{path} is not a drive: it is a file or another kind of device.", path=spec.path), LOOK_AGAIN
        ) from error
    except OSError as error:
        raise _cannot_open(spec.path, error) from error
    try:
        _examine(drive, spec, resumed=resumed)
    except BaseException:
        drive.close()
        raise
    return drive


def _open_real(spec: DriveSpec, source: Source) -> Medium:
    paths = [os.path.realpath(path) for path in (spec.path, *spec.namespaces)]
    uses = nodes(source, kernel_name(source, device_number(paths[0])) or "")
    if against := judge_whole(uses, allow_virtual=spec.virtual):
        raise Refused(against[0], say("Nothing was written."))
    names = [kernel_name(source, device_number(path)) for path in paths]
    if names != [use.name for use in uses]:
        raise Refused(
            say("The drive is not divided into the same parts (namespaces) any more as when it was confirmed."),
            LOOK_AGAIN,
        )
    drive, loop = _opened(paths, source, uses[0].transport), uses[0].loop
    if loop and isinstance(drive, RealDrive) and drive.loop_file() != regular_file(loop.backing_file):
        drive.close()
        raise Refused(say("The file behind {path} is not the one that its name says.", path=spec.path), LOOK_AGAIN)
    return drive


def _opened(paths: Sequence[str], source: Source, transport: Transport, *, look_only: bool = False) -> Medium:
    if transport is Transport.NVME:
        return NvmeNodes.open(paths, source, look_only=look_only)
    return RealDrive(paths[0], source, transport, look_only=look_only)


def _examine(drive: Medium, spec: DriveSpec, *, resumed: bool) -> None:
    try:
        found = drive.identity()
        if difference := _difference(spec.identity, found):
            raise Refused(difference, LOOK_AGAIN)
    except OSError as error:
        raise _unreadable(error) from error
    try:
        if any(is_ordis(one.window, one.logical_sector_bytes, one.identity().size_bytes) for one in _parts(drive)):
            raise Refused(
                say("This is an Ordis stick. It is never erased from here."),
                say("Nothing was written. Take the stick out."),
            )
    except OSError as error:
        # A drive whose first sectors cannot be read might be anything; in doubt it is left alone. But one that erases
        # itself since before a power cut, or that says itself that it is locked, answers no reads: that is no stick.
        if not (resumed or _locked(drive)):
            raise _unreadable(error) from error


def _locked(drive: Medium) -> bool:
    try:
        firmware = firmware_of(drive)
        return firmware is not None and firmware.about().locked
    except (NoAnswer, OSError):
        return False


def _unreadable(error: OSError) -> Refused:
    return Refused(
        say("The drive could not be examined before erasing ({error}).", error=error.strerror or str(error)),
        say("Nothing was written. Check its cable; if it stays so, take the drive out and have it destroyed."),
    )


def _parts(drive: Medium) -> Sequence[Medium]:
    """What may each hold a system of its own."""
    return drive.parts if isinstance(drive, Joined) else (drive,)


def _difference(confirmed: Identity, found: Identity) -> Message | None:
    """What is not as it was confirmed, each thing with its own sentence."""
    if found.size_bytes == 0:
        return say("The drive has no size: it holds no medium or does not work.")
    if found.serial != confirmed.serial:
        return say(
            "The serial number is {found}, not {confirmed} as confirmed.",
            found=found.serial or "-", confirmed=confirmed.serial or "-",
        )  # fmt: skip
    if found.size_bytes != confirmed.size_bytes:
        return say(
            "The drive's size is {found:bytes}, not {confirmed:bytes} as confirmed.",
            found=found.size_bytes, confirmed=confirmed.size_bytes,
        )  # fmt: skip
    if found.model != confirmed.model:
        return say(
            "The drive's model is {found}, not {confirmed} as confirmed.",
            found=found.model or "-", confirmed=confirmed.model or "-",
        )  # fmt: skip
    if found.diskseq != confirmed.diskseq:
        return say("The drive was unplugged or replaced since it was confirmed.")
    return None


def _cannot_open(path: str, error: OSError) -> Refused:
    match error.errno:
        case errno.EBUSY:
            return Refused(
                say("The drive is in use by another program or by the system."),
                say("Nothing was written. Close what uses it, then start again."),
            )
        case errno.EACCES | errno.EPERM:
            return Refused(
                say("Erasing needs administrator rights (root)."), say("Nothing was written. Start again with sudo.")
            )
        case errno.EROFS:
            return Refused(say("The drive is write-protected."), say("Nothing was written. Look for a switch on it."))
        case errno.ENOENT | errno.ENODEV | errno.ENXIO | errno.ENOMEDIUM:
            return Refused(say("There is no drive at {path} (any more).", path=path), LOOK_AGAIN)
    return Refused(
        say("{path} could not be opened ({error}).", path=path, error=error.strerror or str(error)), LOOK_AGAIN
    )

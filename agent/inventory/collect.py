"""The whole inventory: the fast facts for the first screen, then what takes longer. Asking drives is the workers'.

Each entry of `_steps` is named like the field of the inventory that it fills.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from agent.host import cpuid
from agent.host.recorded import DRM, EDID_SUFFIX, Recorded
from agent.host.source import Source
from agent.inventory import (
    batteries,
    bluetooth,
    cameras,
    displays,
    dmidecode,
    drives,
    firmware,
    firmware_locks,
    graphics,
    inputs,
    machine,
    memory,
    network,
    optical,
    ports,
    processors,
    security,
    sound,
    told_drives,
    unseen,
)
from agent.inventory.dmidecode import Record
from agent.inventory.parts import Part, Parts
from agent.inventory.smart.unread import can_tell, unread
from agent.model.inventory import Drive, Inventory, Unreadable, UnseenDrive
from agent.model.message import say
from agent.model.words import Health

PART_SECONDS = 10.0
"""What one part may take. All of them together take a fraction of a second, but some seconds on a slow machine that is
still starting."""
DRIVES_SECONDS = 60.0
"""What listing the drives may take: without the list the machine is held, so a slow start must not be taken for a
failure. No drive is asked anything for it; only a kernel that hangs needs longer."""
FIRST_SECONDS = 0.25
"""After this the screen gets what there is."""
_SLOW_SECONDS = 40.0
_OF_DRIVES = {"drives", "unseen_drives"}

Steps = Mapping[str, Callable[[], object]]


def fast(
    source: Source,
    find_drives: Callable[[Source], list[Drive]] = drives.find,
    tell: Callable[[Inventory], None] | None = None,
) -> Inventory:
    """Everything from /sys, /proc and dmidecode, in under a second. Never raises: see `unreadable`.

    `tell` gets what there is after FIRST_SECONDS, should a part keep the others waiting, and again should the drives.
    """
    parts = Parts()
    begun = _begin(parts, source, find_drives)
    for seconds in (FIRST_SECONDS, PART_SECONDS):
        ended = parts.wait(seconds)
        if tell is not None and not ended and (seconds == FIRST_SECONDS or _awaited(begun)):
            tell(_so_far(begun).model_copy(update={"unreadable": parts.unreadable()}))
    for part in _awaited(begun):
        part.wait(DRIVES_SECONDS)
    return _whole(parts, begun)


def slow(source: Source, inventory: Inventory) -> Inventory:
    """The same with py-cpuinfo's facts, which take seconds. Never raises."""
    parts = Parts()
    asked = parts.start("processor_details", partial(cpuid.read, source))
    parts.wait(_SLOW_SECONDS)
    return inventory.model_copy(
        update={
            "processors": processors.completed(inventory.processors, asked.value or cpuid.CpuFacts()),
            "unreadable": [*inventory.unreadable, *parts.unreadable()],
        }
    )


def recorded(folder: Recorded) -> Inventory:
    """What a recorded machine is. Never raises."""
    parts = Parts(beside=False)
    found = _whole(parts, _begin(parts, folder, drives.find))
    listed = folder.names(DRM)
    others = {name: displays.from_edid(name, data) for name, data in folder.edids.items() if name not in listed}
    smartctl, nvme, firmware_told = (folder.documents(kind) for kind in ("smartctl", "nvme", "firmware"))
    found = found.model_copy(
        update={
            "drives": told_drives.completed(found.drives, smartctl, nvme, firmware_told),
            "displays": [*found.displays, *(display for display in others.values() if display is not None)],
        }
    )
    rubbish = [
        Unreadable(part=f"edid/{name}{EDID_SUFFIX}", reason=say("It describes no display."))
        for name, display in others.items()
        if display is None
    ]
    silent = [*unread(found.drives, smartctl), *_never_asked(found.drives, smartctl, nvme)]
    reasons = [*found.unreadable, *_not_recorded(folder, found), *silent, *rubbish, *_broken(folder)]
    return found.model_copy(update={"unreadable": reasons})


def _never_asked(found: Sequence[Drive], *documents: Mapping[str, object]) -> list[Unreadable]:
    """The drives that a recording lists and holds no word of."""
    told = {name.split(".")[0] for kind in documents for name in kind}
    names = [drive.path.rsplit("/", 1)[-1] for drive in found if drive.health is Health.UNKNOWN and can_tell(drive)]
    return [
        Unreadable(part=f"health of {name}", reason=say("It was not recorded.")) for name in names if name not in told
    ]


def _not_recorded(folder: Recorded, found: Inventory) -> list[Unreadable]:
    """A recording without what stands below /sys says nothing about most parts: not that they are missing."""
    if folder.has_system:
        return []
    known = {one.part for one in found.unreadable}
    # That there is no password is an answer; that there is no camera is none.
    silent = [name for name in _steps(folder, list, drives.find) if getattr(found, name) in (None, [])]
    return [Unreadable(part=name, reason=say("It was not recorded.")) for name in silent if name not in known]


def _broken(folder: Recorded) -> list[Unreadable]:
    return [
        Unreadable(part=name, reason=say("It could not be read: {error}", error=why))
        for name, why in folder.broken.items()
    ]


def _steps(source: Source, records: Callable[[], list[Record]], find_drives: Callable[[Source], list[Drive]]) -> Steps:
    return {
        "drives": lambda: find_drives(source),
        "unseen_drives": lambda: unseen.read(source),
        "machine": lambda: machine.read(source, records()),
        "firmware": lambda: firmware.read(source, records()),
        "processors": lambda: processors.read(source, records()),
        "memory": lambda: memory.read(source, records()),
        "batteries": lambda: batteries.read(source, records()),
        "displays": lambda: displays.read(source),
        "graphics": lambda: graphics.read(source),
        "network": lambda: network.read(source),
        "bluetooth": lambda: bluetooth.read(source),
        "cameras": lambda: cameras.read(source),
        "sound": lambda: sound.read(source),
        "inputs": lambda: inputs.read(source),
        "ports": lambda: ports.read(source, records()),
        "optical_drives": lambda: optical.read(source),
        "mains_connected": lambda: batteries.mains_connected(source),
        "tpm_version": lambda: security.tpm_version(source),
        "windows_key_present": lambda: security.windows_key_present(source),
        "firmware_password": lambda: security.firmware_password(source, records()),
        "firmware_locks": lambda: firmware_locks.read(source),
    }


def _begin(parts: Parts, source: Source, find_drives: Callable[[Source], list[Drive]]) -> dict[str, Part[object]]:
    smbios = parts.start("smbios", partial(dmidecode.read, source))

    def records() -> list[Record]:
        return smbios.wait(dmidecode.SECONDS) or dmidecode.from_kernel(source)

    return {name: parts.start(name, step) for name, step in _steps(source, records, find_drives).items()}


def _so_far(begun: Mapping[str, Part[object]]) -> Inventory:
    return Inventory.model_validate({name: part.value for name, part in begun.items() if part.value is not None})


def _awaited(begun: Mapping[str, Part[object]]) -> list[Part[object]]:
    """What is worth a longer wait and has not ended yet."""
    return [begun[name] for name in _OF_DRIVES if not begun[name].ended]


def _whole(parts: Parts, begun: Mapping[str, Part[object]]) -> Inventory:
    unreadable = parts.unreadable()
    found = _so_far(begun)
    silent = {one.part for one in unreadable} & _OF_DRIVES
    doubt = [_not_looked()] if silent else []
    return found.model_copy(update={"unreadable": unreadable, "unseen_drives": [*found.unseen_drives, *doubt]})


def _not_looked() -> UnseenDrive:
    """Where looking for drives failed, nobody may say "all drives"."""
    return UnseenDrive(
        sign=say("The drives of this computer could not be listed, so some may be missing here."),
        remedy=say("Start again from the stick. If it happens again, take the drives out and erase them on the dock."),
    )

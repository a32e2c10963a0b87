"""Every whole drive of the machine, with what speaks against erasing it. No drive is opened for this."""

from collections import Counter
from collections.abc import Sequence

from agent.host.blockuse import SECTOR, BlockUse, nodes, open_devices
from agent.host.source import Source, integer
from agent.host.topology import Kind, place
from agent.host.udev import block_names
from agent.inventory import identity
from agent.inventory.obstacles import judge_whole
from agent.inventory.values import count
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.words import Transport

# Behind these the kernel's word for "rotates" is a default, not an answer of the drive.
_GUESSED = {Transport.USB, Transport.VIRTIO, Transport.NETWORK, Transport.LOOP, Transport.UNKNOWN}


def find(source: Source, allow_virtual: bool = False) -> list[Drive]:
    """All drives, in the order of their names; an NVMe subsystem is one. `allow_virtual` adds whole loop devices over
    an existing file.

    Never listed: partitions, boot areas, discs, floppies, devices made by software, further ways to a drive that is
    listed, and slots of card readers with nothing in them.
    """
    openers = open_devices(source)
    wanted = {Kind.DRIVE, Kind.LOOP} if allow_virtual else {Kind.DRIVE}
    drives = []
    listed: set[str] = set()
    for name in block_names(source):
        # A live system has dozens of loop devices, and looking for who uses each takes its time.
        if name in listed or place(source, name).kind not in wanted:
            continue
        uses = nodes(source, name, openers)
        listed.update(use.name for use in uses)
        # A namespace that the system cannot use must not make the others be taken for all of the drive.
        uses.sort(key=lambda use: use.hidden)
        if uses and _is_drive(source, uses[0], allow_virtual):
            drives.append(_drive(source, uses))
    doubts = doubtful_serials(drives)
    return [
        drive.model_copy(update={"obstacles": [*drive.obstacles, doubts[drive.path]]})
        if drive.path in doubts
        else drive
        for drive in drives
    ]


def doubtful_serials(drives: Sequence[Drive]) -> dict[str, Message]:
    """By path: why a drive cannot be told from others. Docks repeat serials, and some drives give none.

    A single drive without a serial is no doubt: the screen confirms it by itself (see `plan`).
    """
    seen = Counter(drive.serial for drive in drives)
    doubts = {}
    for drive in drives:
        if seen[drive.serial] == 1:
            continue
        if drive.serial is None:
            doubts[drive.path] = say(
                "{count} drives give no serial number, so they cannot be told apart. "
                "They can be erased only at the screen, one at a time, with the others unplugged.",
                count=seen[None],
            )
        else:
            doubts[drive.path] = say(
                "{count} drives give the same serial number {serial}. "
                "They can be erased only at the screen, one at a time, with the others unplugged.",
                count=seen[drive.serial],
                serial=drive.serial,
            )
    return doubts


def _is_drive(source: Source, use: BlockUse, allow_virtual: bool) -> bool:
    if use.kind is Kind.LOOP:
        file = use.loop
        return allow_virtual and file is not None and file.regular and file.whole and not file.deleted
    if use.kind is not Kind.DRIVE or use.hidden:
        return False
    return use.size_bytes > 0 or integer(source, f"/sys/block/{use.name}/removable") != 1


def _drive(source: Source, uses: Sequence[BlockUse]) -> Drive:
    first, *others = uses
    folder = f"/sys/block/{first.name}"
    label = identity.read(source, first.name)
    rotational = integer(source, f"{folder}/queue/rotational")
    virtual = first.kind is Kind.LOOP
    size = sum(use.size_bytes for use in uses)
    sequences = [count(integer(source, f"/sys/block/{use.name}/diskseq")) for use in uses]
    return Drive(
        path=_path(first),
        transport=first.transport,
        vendor=label.vendor,
        model=label.model,
        serial=label.serial,
        firmware_version=label.firmware,
        size_bytes=count(size) or 0,
        logical_sector_bytes=count(max(use.logical_sector_bytes for use in uses)) or SECTOR,
        physical_sector_bytes=count(integer(source, f"{folder}/queue/physical_block_size")),
        rotational=None if rotational is None or (rotational and first.transport in _GUESSED) else bool(rotational),
        removable=integer(source, f"{folder}/removable") == 1,
        external=any(use.external for use in uses),
        virtual=virtual,
        ordis_stick=any(use.ordis_labels for use in uses),
        diskseq=identity.appearance(sequences),
        backing_file=first.loop.backing_file if first.loop else None,
        namespaces=[_path(use) for use in others],
        obstacles=judge_whole(uses, allow_virtual=virtual),
    )


def _path(use: BlockUse) -> str:
    return "/dev/" + use.name.replace("!", "/")

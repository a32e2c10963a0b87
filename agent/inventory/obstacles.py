"""Why a block device may not be erased, as far as can be told without opening it (section 6 of the design).

Runs in the service for the list of drives, and again in the drive's worker right before it opens the drive:
no pydantic here.
"""

from collections.abc import Iterator, Sequence

from agent.host.blockuse import SECTOR, BlockUse, LoopUse
from agent.host.topology import Kind
from agent.model.message import Message, say
from agent.model.words import Transport


def judge(use: BlockUse, *, allow_virtual: bool = False) -> list[Message]:
    """Every obstacle to erasing this one node as a drive, each as a sentence of its own; an empty list means that none
    was seen.

    A loop device is no drive unless `allow_virtual` says so, whatever else is true of it.
    """
    if use.namespaces and use.name != use.namespaces[0]:
        return [
            say(
                "{name} is a part (namespace) of the drive {drive}, which is erased as a whole. Name that one.",
                name=use.name,
                drive=use.namespaces[0],
            )
        ]
    return _judge(use, allow_virtual=allow_virtual)


def _judge(use: BlockUse, *, allow_virtual: bool) -> list[Message]:
    if foreign := _no_drive(use):
        return [foreign]
    loop = _loop(use.loop, allow_virtual=allow_virtual) if use.kind is Kind.LOOP else ()
    return [*_attachment(use), *_in_use(use), *loop, *_format(use)]


def judge_whole(uses: Sequence[BlockUse], *, allow_virtual: bool = False) -> list[Message]:
    """The same for all nodes of one drive: one, or every namespace of an NVMe subsystem. What stops one stops all."""
    found = [message for use in uses for message in _judge(use, allow_virtual=allow_virtual)]
    numbers = [use.nsid for use in uses if use.nsid is not None]
    if len(set(numbers)) < len(numbers):
        found.append(
            say(
                "This drive shows the same part (namespace) under more than one name, so that nobody can tell what "
                "would be erased twice and what not at all. Start Ordis with NVMe multipath switched on."
            )
        )
    if against := uneven([use.size_bytes for use in uses], [use.logical_sector_bytes for use in uses]):
        found.append(against)
    return list({str(message): message for message in found}.values())


def uneven(sizes: Sequence[int], sectors: Sequence[int]) -> Message | None:
    """What speaks against taking these parts of a drive, one behind the other, as one: bytes of each and of its logical
    sector."""
    largest = max(sectors, default=SECTOR)
    if all(size % largest == 0 for size in sizes):
        return None
    return say(
        "The parts (namespaces) of this drive have different block sizes that do not fit together ({size} bytes), "
        "so this version cannot erase it as a whole. Set the drive aside.",
        size=_told(largest),
    )


def _no_drive(use: BlockUse) -> Message | None:
    """The sentence for what can never be erased, whoever asks."""
    match use.kind:
        case Kind.DRIVE | Kind.LOOP:
            return None
        case Kind.ABSENT:
            return say("There is no drive {name} in this computer. Look at the list of drives again.", name=use.name)
        case Kind.PARTITION:
            return say("{name} is a partition. Only whole drives are erased: name the drive it is on.", name=use.name)
        case Kind.BOOT_AREA:
            return say("{name} is a special area of a memory chip. Name the drive itself.", name=use.name)
        case Kind.STACKED:
            return say("{name} is made by software from other drives. Erase those drives themselves.", name=use.name)
        case Kind.REMOTE:
            return say(
                "{name} is a drive of another computer, reached over the network. Leave it alone.", name=use.name
            )
        case Kind.MEMORY:
            return say("{name} lives in this computer's memory and vanishes by switching off.", name=use.name)
        case Kind.DISC:
            return say("{name} is a disc or floppy drive. Take the disc out; there is nothing to erase.", name=use.name)
        case Kind.OTHER:
            return say("{name} is of a kind that this program does not know, so it is left alone.", name=use.name)


def _attachment(use: BlockUse) -> Iterator[Message]:
    if use.ordis_labels:
        yield say(
            "This is an Ordis stick (it has a partition named {label}). It is never erased from here.",
            label=use.ordis_labels[0],
        )
    if use.transport is Transport.VIRTIO:
        yield say("This is a virtual machine's disk, not a drive that was given away. It is never erased.")
    if use.transport is Transport.NETWORK:
        yield say("This drive is reached over a network, so it is not in this computer. It is never erased from here.")
    if use.transport is Transport.UNKNOWN:
        yield say(
            "This program does not know how this drive is attached, so it leaves it alone. "
            "Erase it on another computer or a dock."
        )
    if use.hidden and len(use.namespaces) > 1:
        yield say("A part of this drive (namespace {name}) cannot be used by this system. Set it aside.", name=use.name)
    elif use.hidden:
        yield say("This is one of several ways to the same drive. Use the drive's own name from the list.")


def _in_use(use: BlockUse) -> Iterator[Message]:
    if use.mounted:
        yield say("This drive is in use: it is mounted at {where}. Unmount it first.", where=_listed(use.mounted))
    if use.swap:
        yield say(
            "This drive is in use as swap memory ({where}). Switch that off first (swapoff).", where=_listed(use.swap)
        )
    if use.holders:
        yield say("This drive is part of something that is active: {what}. Stop that first.", what=_listed(use.holders))
    for pid, name in use.processes:
        yield say("The program {program} (process {pid}) is using this drive. End it first.", program=name, pid=pid)


def _format(use: BlockUse) -> Iterator[Message]:
    if use.read_only:
        yield say("This drive is write-protected. Look for a small switch on it, or for a setting of the dock.")
    if use.zoned:
        yield say("This drive is written in zones (SMR), which this version cannot erase. Set the drive aside.")
    if use.protected or use.logical_sector_bytes & (use.logical_sector_bytes - 1):
        yield say(
            "This drive has an unusual sector format ({size} bytes, or with protection data beside them), "
            "which this version cannot erase. Set the drive aside.",
            size=_told(use.logical_sector_bytes),
        )
    if use.size_bytes <= 0:
        yield say(
            "This drive says that it holds nothing (0 bytes): it is broken, locked, "
            "or formatted for another kind of computer. Set it aside."
        )


def _loop(loop: LoopUse | None, *, allow_virtual: bool) -> Iterator[Message]:
    if not allow_virtual:
        yield say("This is a loop device over a file, not a drive.")
    if loop is None:
        yield say("No file is attached to this loop device.")
        return
    if loop.deleted:
        yield say("The file {file} behind this loop device has been deleted.", file=loop.backing_file)
    elif not loop.regular:
        yield say(
            "Behind this loop device is {file}, which is not an ordinary file. It is left alone.",
            file=loop.backing_file,
        )
    if not loop.whole:
        yield say(
            "This loop device shows only a part of the file {file}. Attach the whole file.", file=loop.backing_file
        )
    if loop.shared_with:
        yield say(
            "The file {file} is attached to other loop devices too: {others}. Detach those first.",
            file=loop.backing_file,
            others=_listed(loop.shared_with),
        )


def _listed(things: tuple[str, ...], most: int = 3) -> str:
    """The first few, so that the sentence stays one."""
    return ", ".join(things[:most]) + (" …" if len(things) > most else "")


def _told(size: int) -> int:
    """As a sentence can hold it, whatever the kernel says; model.base, which knows the most, is too heavy here."""
    return min(max(0, size), 2**53 - 1)

"""Who uses a block device, and what else about it could forbid erasing it: facts only, told without opening it.

The judgement is agent/inventory/obstacles.py. The drive's worker asks both again right before it opens the
drive, so neither imports pydantic.
"""

import os
import re
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent.host.source import Source, integer
from agent.host.system import running_here
from agent.host.topology import Kind, namespaces, nsid, partitions, place
from agent.host.udev import properties
from agent.model.words import Transport

ORDIS_LABELS = frozenset({"ORDIS", "ORDIS-STATE"})
"""File system labels of an Ordis stick, in capitals."""

SECTOR = 512
"""/sys/block/X/size counts in units of 512 bytes whatever the drive's sector is."""

_DELETED = " (deleted)"
# udev opens each new disk for a moment to look at it.
_PASSERS_BY = {"systemd-udevd", "(udev-worker)"}
# No integrity profile; `nop` is a format with metadata that nobody checks, which counts.
_NO_INTEGRITY = {None, "", "none"}


@dataclass(frozen=True)
class Opener:
    """A process that holds a block device open; `number` is the device's MAJOR:MINOR."""

    pid: int
    name: str
    number: str


@dataclass(frozen=True)
class LoopUse:
    """A loop device's file. `regular`: it exists now, and is a regular file and not a device."""

    backing_file: str
    deleted: bool = False
    regular: bool = True
    whole: bool = True
    shared_with: tuple[str, ...] = ()
    """Other loop devices over the same file."""


@dataclass(frozen=True)
class BlockUse:
    name: str
    kind: Kind = Kind.DRIVE
    transport: Transport = Transport.UNKNOWN
    external: bool = False
    size_bytes: int = 0
    logical_sector_bytes: int = 512
    mounted: tuple[str, ...] = ()
    """Where the disk or one of its partitions is mounted."""
    swap: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    """What is built on the disk or its partitions and active: `dm-0 (vg-root)`, `md127`, `loop3`, `btrfs …`."""
    processes: tuple[tuple[int, str], ...] = ()
    """(pid, name) of other processes that hold it open."""
    read_only: bool = False
    hidden: bool = False
    zoned: bool = False
    protected: bool = False
    """Formatted with protection information or metadata beside the data."""
    ordis_labels: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    """Names of all namespaces of its NVMe subsystem, itself included, where there are several."""
    nsid: int | None = None
    """The identifier of this namespace."""
    loop: LoopUse | None = None
    """None for what is no loop device, and for one without a file."""


def read_use(source: Source, name: str, openers: Sequence[Opener] | None = None) -> BlockUse:
    """Look at the block device with this kernel name (`sda`). Never raises.

    `openers` is what `open_devices` found, for who asks about several devices; by default it is asked now.
    """
    where = place(source, name)
    if where.kind is Kind.ABSENT:
        return BlockUse(name, where.kind)
    node = where.node
    nodes = {name: node} | {part: f"{node}/{part}" for part in partitions(source, name)}
    numbers = {number for folder in nodes.values() if (number := source.text(f"{folder}/dev"))}
    found = open_devices(source) if openers is None else openers
    loop = _loop(source, name) if where.kind is Kind.LOOP else None
    together = namespaces(source, name)
    return BlockUse(
        name=name,
        kind=where.kind,
        transport=where.transport,
        external=where.external,
        size_bytes=(integer(source, f"{node}/size") or 0) * SECTOR,
        logical_sector_bytes=integer(source, f"{node}/queue/logical_block_size") or SECTOR,
        mounted=tuple(_mounted(source, nodes, numbers)),
        swap=tuple(_swap(source, nodes, loop)),
        holders=tuple(_holders(source, nodes, numbers)),
        processes=tuple(sorted({(one.pid, one.name) for one in found if one.number in numbers})),
        read_only=integer(source, f"{node}/ro") == 1,
        hidden=integer(source, f"{node}/hidden") == 1,
        zoned=source.text(f"{node}/queue/zoned") not in (None, "", "none"),
        protected=_protected(source, node),
        ordis_labels=tuple(_ordis_labels(source, nodes)),
        namespaces=tuple(together) if len(together) > 1 else (),
        nsid=nsid(source, name),
        loop=loop,
    )


def nodes(source: Source, name: str, openers: Sequence[Opener] | None = None) -> list[BlockUse]:
    """Every node of the drive that this block device (`sda`) belongs to: of an NVMe subsystem each of its namespaces,
    by their identifiers; else just the one. `openers` as in read_use."""
    use = read_use(source, name, openers)
    return [use if each == name else read_use(source, each, openers) for each in use.namespaces or (name,)]


def holding_processes(source: Source, numbers: Collection[str]) -> list[tuple[int, str]]:
    """(pid, name) of every process but this one that holds open a block device with one of these MAJOR:MINOR.

    As much as may be seen: only root sees other people's processes.
    """
    return sorted({(one.pid, one.name) for one in open_devices(source) if one.number in numbers})


def open_devices(source: Source) -> list[Opener]:
    """Every block device that some process but this one holds open."""
    here = running_here(source)
    found = []
    for entry in source.names("/proc"):
        if not entry.isdecimal() or int(entry) == os.getpid():
            continue
        folder = f"/proc/{entry}"
        descriptors = (f"{folder}/fd/{descriptor}" for descriptor in source.names(f"{folder}/fd"))
        numbers = {number for each in descriptors if (number := _node(each) if here else _named(source, each))}
        if numbers and (name := source.text(f"{folder}/comm") or "?") not in _PASSERS_BY:
            found += [Opener(int(entry), name, number) for number in sorted(numbers)]
    return found


def _node(path: str) -> str | None:
    """MAJOR:MINOR of the block device that a path of this machine leads to, whatever the path is.

    An open descriptor of another process (/proc/PID/fd/N) leads to its device also from a container or a chroot,
    where the names of devices are others.
    """
    try:
        node = os.stat(path)
    except (OSError, ValueError):
        return None
    return f"{os.major(node.st_rdev)}:{os.minor(node.st_rdev)}" if stat.S_ISBLK(node.st_mode) else None


def _named(source: Source, path: str) -> str | None:
    """The same in a recorded tree, which has no nodes: by the name in /dev."""
    target = source.link(path) or ""
    return source.text(f"/sys/class/block/{target.rsplit('/', 1)[-1]}/dev") if target.startswith("/dev/") else None


def regular_file(path: str) -> tuple[int, int] | None:
    """(device, inode) of a regular file on this machine; None for everything else."""
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return None
    return (about.st_dev, about.st_ino) if stat.S_ISREG(about.st_mode) else None


def _unescaped(field: str) -> str:
    r"""The kernel writes blanks in paths of mountinfo and swaps as \040."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8) & 0xFF), field)


def _names(source: Source, path: str) -> set[str]:
    """The kernel names that a path of /dev may stand for: its own, and the one behind its links."""
    if not path.startswith("/dev/"):
        return set()
    return {found.rsplit("/", 1)[-1] for found in (path, source.link(path)) if found}


def _mounted(source: Source, nodes: Collection[str], numbers: Collection[str]) -> list[str]:
    """Mount points, by device number and by every device that the mount names.

    btrfs and overlay mounts show a number of no device; XFS and ext4 name journals on other devices as options.
    """
    found = []
    # Process 1 may see mounts that a service with a mount namespace of its own does not.
    lines = {line for who in ("self", "1") for line in (source.text(f"/proc/{who}/mountinfo") or "").splitlines()}
    for line in lines:
        left, _, right = line.partition(" - ")
        fields, (_, origin, options, *_) = left.split(), [*right.split(), "", "", ""]
        if len(fields) < 5:
            continue
        # bcachefs joins its devices with colons.
        paths = [*_unescaped(origin).split(":"), *(option.partition("=")[2] for option in options.split(","))]
        if fields[2] in numbers or any(_names(source, path) & {*nodes} for path in paths):
            found.append(_unescaped(fields[4]))
    return sorted(set(found))


def _swap(source: Source, nodes: Collection[str], loop: LoopUse | None) -> list[str]:
    found = []
    for line in (source.text("/proc/swaps") or "").splitlines()[1:]:
        path = _unescaped(line.split(maxsplit=1)[0]) if line.strip() else ""
        if _names(source, path) & {*nodes} or (loop and _same_file(path, loop.backing_file)):
            found.append(path)
    return found


def _same_file(one: str, other: str) -> bool:
    return one == other or ((file := regular_file(one)) is not None and file == regular_file(other))


def _holders(source: Source, nodes: Mapping[str, str], numbers: Collection[str]) -> list[str]:
    found, here = set(), running_here(source)
    for folder in nodes.values():
        for holder in source.names(f"{folder}/holders"):
            title = source.text(f"/sys/block/{holder}/dm/name")
            found.add(f"{holder} ({title})" if title else holder)
        if source.names(f"{folder}/bcache"):
            found.add("bcache")
    found |= {
        loop
        for loop, backing in _loops(source)
        if _names(source, backing) & {*nodes} or (here and _node(backing) in numbers)
    }
    for system in source.names("/sys/fs/btrfs"):
        # Only the first device of a btrfs over several is named by its mount.
        if {*source.names(f"/sys/fs/btrfs/{system}/devices")} & {*nodes}:
            found.add(f"btrfs {system}")
    return sorted(found)


def _loops(source: Source) -> Iterator[tuple[str, str]]:
    for loop in source.names("/sys/block"):
        if loop.startswith("loop") and (backing := source.text(f"/sys/block/{loop}/loop/backing_file")):
            yield loop, backing


def _loop(source: Source, name: str) -> LoopUse | None:
    backing = source.text(f"/sys/block/{name}/loop/backing_file")
    if not backing:
        return None
    folder = f"/sys/block/{name}/loop"
    return LoopUse(
        backing_file=backing,
        deleted=backing.endswith(_DELETED),
        regular=regular_file(backing) is not None,
        whole=integer(source, f"{folder}/offset") == 0 and integer(source, f"{folder}/sizelimit") == 0,
        shared_with=tuple(
            other for other, file in _loops(source) if other != name and _same_file(file, backing)
        ),
    )  # fmt: skip


def _protected(source: Source, node: str) -> bool:
    """NVMe tells metadata bytes, SCSI a protection type (1 to 3), and both an integrity profile where it is active."""
    types = (
        integer(source, f"{node}/device/scsi_disk/{entry}/protection_type")
        for entry in source.names(f"{node}/device/scsi_disk")
    )
    return (
        source.text(f"{node}/integrity/format") not in _NO_INTEGRITY
        or bool(integer(source, f"{node}/metadata_bytes"))
        or any(types)
    )


def _ordis_labels(source: Source, nodes: Collection[str]) -> list[str]:
    found = set()
    for node in nodes:
        known = properties(source, "block", node)
        found |= {known.get("ID_FS_LABEL", ""), known.get("ID_PART_ENTRY_NAME", ""), known.get("PARTNAME", "")}
    for label in source.names("/dev/disk/by-label"):
        if _names(source, f"/dev/disk/by-label/{label}") & {*nodes}:
            found.add(label)
    return sorted(label for label in found if label.upper() in ORDIS_LABELS)

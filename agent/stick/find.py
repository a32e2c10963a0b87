"""Which drive is the stick that we started from, proved on the drive itself before anything on it is touched."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent.host.blockdevice import BlockDevice, NotABlockDevice, kernel_name
from agent.host.boot import words
from agent.host.mounts import Node, mounted_at
from agent.host.source import Source, integer
from agent.host.topology import Kind, partitions, place
from agent.host.udev import block_names, properties
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.words import Transport
from agent.sanitize.stick import DISK_SIGNATURE
from agent.stick.table import SECTOR, NotOurs, Table, has_state, read_table, volume_id

LIVE_MEDIUM = ("/run/live/medium", "/usr/lib/live/mount/medium")
"""Where live-boot mounts what it started from; with `toram` it is memory by now."""
OPTION = "ordis.stick="
"""On the kernel's command line: the FAT volume's number, where GRUB could tell it."""

_MARK = DISK_SIGNATURE[::-1].hex()
"""Our disk signature as udev writes it: a little-endian number."""


class NoStick(Problem):
    """No stick is used, and why."""

    def __init__(self, why: Message, hint: Message | None = None) -> None:
        super().__init__(why, hint or say("Plug the stick in again, then start once more."))


@dataclass(frozen=True)
class Stick:
    """An open drive that carries exactly what an Ordis stick carries. Valid as long as `open_stick` lasts."""

    disk: BlockDevice
    name: str
    sector: bytes
    """Its first sector."""
    table: Table
    volume: str
    """The number of its FAT volume, `1A2B-3C4D`."""
    has_state: bool
    """Whether an ext file system with our label begins where the state partition does."""
    boot: Node
    state: Node


@contextmanager
def open_stick(source: Source, name: str) -> Iterator[Stick]:
    """Open the drive with this kernel name to read, and prove that it is a stick. Raises NotOurs, NoStick, OSError."""
    try:
        disk = BlockDevice(f"/dev/{name}", source=source, look_only=True)
    except NotABlockDevice as error:
        raise NoStick(say("There is no drive {name} (any more).", name=name)) from error
    try:
        yield _proved(source, name, disk)
    finally:
        disk.close()


def _proved(source: Source, name: str, disk: BlockDevice) -> Stick:
    # Everything below is asked of the open descriptor; the name only has to lead back to it.
    if kernel_name(source, disk.number) != name:
        raise NoStick(say("The drive {name} was unplugged or replaced.", name=name))
    if disk.logical_sector_bytes != SECTOR:
        raise NotOurs(say("The drive has sectors of another size than a stick that a computer can start from."))
    sector = disk.window(0, SECTOR)
    table = read_table(sector, disk.size_bytes() // SECTOR)
    volume = volume_id(disk.window(table.boot.first * SECTOR, SECTOR), table)
    superblock = disk.window(table.state.first * SECTOR + 1024, 1024)
    boot, state = node(source, name, 1, table.boot.first), node(source, name, 2, table.state.first)
    return Stick(disk, name, sector, table, volume, has_state(superblock), boot, state)


def node(source: Source, name: str, number: int, first: int) -> Node:
    """The kernel's partition of this number, which must begin where the table says. Raises NoStick."""
    for part in partitions(source, name):
        folder = f"/sys/class/block/{part}"
        if integer(source, f"{folder}/partition") == number and integer(source, f"{folder}/start") == first:
            major, _, minor = (source.text(f"{folder}/dev") or "").partition(":")
            if major.isdecimal() and minor.isdecimal():
                return Node(f"/dev/{part}", (int(major), int(minor)))
    raise NoStick(
        say("The system does not see the partitions of the stick {name} as they are on it.", name=name),
        say("Take the stick out and plug it in again."),
    )


@dataclass(frozen=True)
class Wanted:
    """Which stick is looked for."""

    name: str | None = None
    """The drive's kernel name, where somebody says which; what is on it still decides."""
    virtual: bool = False
    """Loop devices count too."""
    wait: float = 0.0
    """Seconds that the stick named by the kernel's command line may take to appear."""


def find(source: Source, wanted: Wanted) -> str:
    """The kernel name of the stick that we started from: the drive of the live system; else the one whose volume the
    kernel's command line names; else the only Ordis stick that is plugged in. The answer is still to be proved by
    `open_stick`. Raises NoStick.
    """
    if (name := wanted.name or _live_drive(source)) is not None:
        return name
    named = _named(source)
    until = time.monotonic() + (wanted.wait if named else 0.0)
    found = _sticks(source, virtual=wanted.virtual)
    while named and named not in found.values() and time.monotonic() < until:
        time.sleep(0.5)
        found = _sticks(source, virtual=wanted.virtual)
    # A stick of ours will do where the named one has gone: it is there to keep reports.
    names = [name for name, volume in found.items() if volume == named] or list(found)
    if len(names) == 1:
        return names[0]
    if names:
        raise NoStick(
            say("Several Ordis sticks are plugged in ({names}), and nothing tells which one this computer was started "
                "from. None of them is used: reports stay in memory.", names=", ".join(names)),
            say("Pull out all sticks but one, then plug that one in again."),
        )  # fmt: skip
    raise NoStick(
        say("No Ordis stick is plugged in: reports stay in memory until the workshop has received them."),
        say("Plug in an Ordis stick, or do not switch off before every report is sent."),
    )


def _live_drive(source: Source) -> str | None:
    for point in LIVE_MEDIUM:
        mount = mounted_at(source, point)
        folder = source.link("/sys/dev/block/{}:{}".format(*mount.number)) if mount else None
        if folder is not None:
            parts = folder.split("/")
            return parts[-2] if source.text(f"{folder}/partition") is not None else parts[-1]
    return None


def _named(source: Source) -> str | None:
    return next((word.removeprefix(OPTION).upper() for word in words(source) if word.startswith(OPTION)), None) or None


def _sticks(source: Source, *, virtual: bool) -> dict[str, str]:
    """Every stick that is plugged in, with its volume's number."""
    found = {}
    for name in block_names(source):
        try:
            if _may_be(source, name, virtual=virtual):
                with open_stick(source, name) as stick:
                    found[name] = stick.volume
        except (Problem, OSError):
            continue
    return found


def _may_be(source: Source, name: str, *, virtual: bool) -> bool:
    """Whether it is worth opening: a donor's drive that dies may answer no read for minutes, so where udev has looked
    already, only what it saw our mark on is opened."""
    where = place(source, name)
    wanted: Callable[[Kind], bool] = (Kind.DRIVE, Kind.LOOP).__contains__ if virtual else Kind.DRIVE.__eq__
    if not wanted(where.kind) or where.transport is Transport.NETWORK:
        return False
    mark = properties(source, "block", name).get("ID_PART_TABLE_UUID")
    return mark == _MARK if mark else source.link("/run/udev/control") is None

"""A new image onto a stick; on request its data partition and what people put beside the system stay."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from agent.host.blockdevice import BlockDevice, NotABlockDevice
from agent.host.mounts import MountFailed, Node, mount, unmount
from agent.host.run import ToolMissing, ToolTimeout
from agent.host.source import Source
from agent.host.stickdisk import read_table_again, resize_partition
from agent.model.message import say
from agent.stick import keep
from agent.stick.door import Refused, Target, admit, claimed
from agent.stick.find import NoStick, node
from agent.stick.imagefile import ImageFile, check_whole
from agent.stick.pour import Layout, NotWritten, Progress, layout, pour
from agent.stick.ready import STATE_OPTIONS, Places, check_state
from agent.stick.table import SECTOR, NotOurs, Table, has_state, read_table

SETTLE_SECONDS = 10.0
"""For udev to be done with a stick that was written."""


@dataclass(frozen=True)
class Order:
    """What a person asked for."""

    image: Path
    device: str
    serial: str
    keep: bool = False
    """The data partition stays, and ordis.toml, reports/ and support/ of the first one."""
    lose: bool = False
    """An Ordis stick may be written over with all that is on it."""
    virtual: bool = False
    places: Places = field(default_factory=Places)


def write_image(source: Source, order: Order, progress: Progress) -> str:
    """Write and read back; the number of the new FAT volume. Raises Refused, WrongImage, DoesNotFit, NotKept, Damaged,
    NotWritten."""
    check_whole(order.image, progress)
    with ImageFile(order.image) as image:
        head = image.head()
        target = admit(source, order.device, order.serial, order.places, virtual=order.virtual)
        old = _table_of(source, target)
        _decided(order, old)
        kept = old if order.keep else None
        plan = layout(head, target.size_bytes // SECTOR, kept)
        with _explained():
            if kept is not None:
                with _mounted(source, target, kept, order.places, after=False) as (boot, state):
                    keep.save(boot, state)
            try:
                with claimed(source, target) as disk:
                    pour(disk, image, plan, progress)
                    _tell_kernel(disk, plan, head.table, kept)
            except Refused:
                # Nothing was written, so the copy must not stand in for what people change from now on.
                if kept is not None:
                    with _mounted(source, target, kept, order.places, after=False) as (_, state):
                        keep.forget(state)
                raise
            if kept is not None:
                new = Table(head.table.boot, kept.state)
                with _mounted(source, target, new, order.places, after=True) as (boot, state):
                    keep.restore(state, boot)
    return head.volume


def _table_of(source: Source, target: Target) -> Table | None:
    """The partitions, where the drive is an Ordis stick with a data partition, whatever its first one holds: that may
    be half an image of an earlier try."""
    try:
        disk = BlockDevice(target.path, source=source, look_only=True)
    except (NotABlockDevice, OSError) as error:
        raise Refused(say("{path} cannot be read.", path=target.path)) from error
    try:
        table = read_table(disk.window(0, SECTOR), disk.size_bytes() // SECTOR)
        return table if has_state(disk.window(table.state.first * SECTOR + 1024, 1024)) else None
    except NotOurs:
        return None
    except OSError as error:
        raise Refused(say("{path} cannot be read.", path=target.path)) from error
    finally:
        disk.close()


def _decided(order: Order, old: Table | None) -> None:
    if order.keep and old is None:
        raise Refused(
            say("This is no Ordis stick with a data partition, so there is nothing to keep."),
            say("Nothing was written. To make an Ordis stick of it, leave --keep-data out."),
        )
    if old is not None and not (order.keep or order.lose):
        raise Refused(
            say("This is an Ordis stick: it may hold reports that nobody has received yet, and its key."),
            say("Nothing was written. Say --keep-data to keep them, or --lose-data to write over them."),
        )


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (OSError, MountFailed, ToolMissing, ToolTimeout) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise NotWritten(
            say("The stick could not be written ({error}).", error=why),
            say("Its data partition is as it was. Give the same command again."),
        ) from error


@contextmanager
def _mounted(
    source: Source, target: Target, table: Table, places: Places, *, after: bool
) -> Iterator[tuple[Path, Path]]:
    """Both partitions at places of our own; the first one to be written only `after` the image. Where an earlier try
    was cut off, the first one may hold half an image: what was on it is on the data partition already."""
    with ExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="ordis-write-")))
        state = _node(source, target, 2, table.state.first)
        check_state(state)
        mount(state, folder / "state", "ext4", STATE_OPTIONS, write=True)
        undo.callback(unmount, folder / "state")
        if after or not keep.saved(folder / "state"):
            boot = _node(source, target, 1, table.boot.first)
            mount(boot, folder / "boot", places.boot_kind, places.boot_options, write=after)
            undo.callback(unmount, folder / "boot")
        yield folder / "boot", folder / "state"


def _node(source: Source, target: Target, number: int, first: int) -> Node:
    """Once udev has read the table again, which it does in its own time."""
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        try:
            return node(source, target.name, number, first)
        except NoStick:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _tell_kernel(disk: BlockDevice, plan: Layout, new: Table, kept: Table | None) -> None:
    if kept is None:
        read_table_again(disk)
    elif kept.boot != new.boot:
        resize_partition(disk, 1, plan.boot_first, new.boot.count)

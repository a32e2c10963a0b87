"""At the first start the data partition grows to the end of the stick, while it is in use.

Every step leaves a stick that starts and grows on: the table first (one sector), then the kernel's view (in memory
only), then the file system, by the kernel itself with its journal. Whatever was cut off, the next start compares the
three sizes again and does what is missing.
"""

import os
import struct

from agent.host.run import run
from agent.host.source import Source, integer
from agent.host.stickdisk import replace_first_sector, resize_partition, undisturbed, write_sectors
from agent.model.message import say
from agent.model.problem import Problem
from agent.stick.find import Stick
from agent.stick.table import ALIGNMENT, SECTOR, Part, largest_state, state_bytes, with_state

RESIZE_SECONDS = 60.0
"""Growing to 8 GiB took less than 20 s in an emulated machine, Python's start included. What is not done by then, the
kernel ends by itself, or the next start does."""
_GROUP_BYTES = 128 * 1024 * 1024
"""What is less than a block group (ext4 with 4 KiB blocks) may be left over at the end: the kernel adds no stub."""


class NotGrown(Problem):
    """The data partition works, only smaller than it could be."""


def grow(source: Source, stick: Stick) -> int:
    """Make the mounted state partition as large as the stick allows; how many bytes the file system gained.

    Raises NotGrown, OSError, ToolMissing, ToolTimeout.
    """
    disk, part = stick.disk, stick.table.state
    before = _state_bytes(stick)
    wanted = largest_state(stick.table, disk.size_bytes() // SECTOR)
    if wanted > part.count:
        with undisturbed(disk):
            _refuse_false_size(stick, part.first + wanted)
            replace_first_sector(disk, stick.sector, with_state(stick.sector, Part(part.first, wanted)))
    if _kernel_sectors(source, stick) != wanted:
        resize_partition(disk, 2, part.first, wanted)
    if wanted * SECTOR - before < min(_GROUP_BYTES, before):
        return 0
    done = run(["resize2fs", stick.state.path], timeout=RESIZE_SECONDS)
    gained = _state_bytes(stick) - before
    if done.code or gained <= 0:
        lines = (done.err.strip() or done.out.strip()).splitlines()
        raise NotGrown(
            say("The stick's data partition could not be made larger ({error}).", error=lines[-1] if lines else "-"),
            say("It works all the same, with less room. The next start tries again."),
        )
    return gained


def _kernel_sectors(source: Source, stick: Stick) -> int | None:
    return integer(source, "/sys/dev/block/{}:{}/size".format(*stick.state.number))


def _state_bytes(stick: Stick) -> int:
    return state_bytes(stick.disk.window(stick.table.state.first * SECTOR + 1024, 1024))


def _refuse_false_size(stick: Stick, end: int) -> None:
    """Sticks are sold that say they are larger than they are. Some leave out the upper bits of an address, so that what
    is written behind their true end comes down a multiple of a power of two before it; others keep nothing there.
    Marks in space that no partition has used yet show both. First two of them, the largest power of two apart: in the
    one case they come down on each other, and on nothing else. Only then one at the very end. Raises NotGrown, OSError.
    """
    base = stick.table.state.end + ALIGNMENT
    if base >= end:
        return
    far = (1 << (end - 1 - base).bit_length()) >> 1
    for places in ((base, base + far), (end - 1,)):
        marks = {place: struct.pack("<Q", place) + os.urandom(SECTOR - 8) for place in places}
        write_sectors(stick.disk, marks)
        if any(stick.disk.window(place * SECTOR, SECTOR) != mark for place, mark in marks.items()):
            raise NotGrown(
                say("This stick says that it is larger than it is: what was written near its end did not stay there."),
                say("It is used as far as the image reaches. Replace it: such sticks lose data."),
            )

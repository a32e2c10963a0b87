"""Writing an image onto a stick, in an order that survives a power cut, and reading it back past every cache.

The two sectors that decide what a stick is come last: the table (the drive's first sector) and the begin of the FAT
volume. Onto a new stick the table comes at the very end: half an image is no stick. Where the data partition is kept,
its entry in the table is the same before, during and after, and not one of its sectors is written.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from mmap import mmap
from typing import Protocol

from agent.model.message import say
from agent.model.problem import Problem
from agent.stick.imagefile import Head, WrongImage
from agent.stick.table import SECTOR, Table, with_state

CHUNK = 4 * 1024 * 1024

Progress = Callable[[str, int, int], None]
"""(`check`, `write` or `verify`; bytes done, bytes in all)"""


class Drive(Protocol):
    """As agent.host.blockdevice.BlockDevice."""

    def write(self, buffer: mmap, length: int, offset: int) -> int: ...
    def read_into(self, buffer: mmap, length: int, offset: int) -> int: ...
    def flush(self) -> None: ...


class Source(Protocol):
    """As ImageFile."""

    def read(self, length: int) -> bytes: ...


class NotWritten(Problem):
    """The image is not, or not wholly, on the stick."""

    exit_code = 3


class DoesNotFit(Problem):
    """Nothing was written."""


@dataclass(frozen=True)
class Layout:
    """What goes where."""

    first: bytes
    """The first sector as it is in the end."""
    boot_first: int
    end: int
    """Sectors of the image that are written."""
    keeps: bool
    """Whether the state partition stays as it is."""


def layout(head: Head, sectors: int, kept: Table | None) -> Layout:
    """For a drive of so many sectors; `kept` is its table where its state partition is to stay. Raises DoesNotFit."""
    if kept is None:
        if head.table.state.end > sectors:
            raise DoesNotFit(
                say("The stick is too small: the image needs {size:bytes}.", size=head.size_bytes),
                say("Nothing was written. Take a larger stick."),
            )
        return Layout(head.sector, head.table.boot.first, head.table.state.end, keeps=False)
    if head.table.boot.end > kept.state.first or head.table.boot.first != kept.boot.first:
        raise DoesNotFit(
            say("The new system needs more room than there is before the stick's data partition."),
            say("Nothing was written. Send the reports, then write the image without keeping the data."),
        )
    return Layout(with_state(head.sector, kept.state), head.table.boot.first, head.table.boot.end, keeps=True)


def pour(drive: Drive, image: Source, plan: Layout, progress: Progress) -> None:
    """Write, and read back. Raises NotWritten, WrongImage (then a part may have been written)."""
    with mmap(-1, CHUNK) as buffer:
        try:
            if not plan.keeps:
                _put(drive, buffer, 0, bytes(SECTOR))
                drive.flush()
            last, pieces = {}, []
            for at, data in _pieces(image, plan, progress):
                if at in (0, plan.boot_first * SECTOR):
                    last[at] = data
                else:
                    _put(drive, buffer, at, data)
                    pieces.append((at, len(data), hashlib.sha256(data).digest()))
            drive.flush()
            _verify(drive, buffer, pieces, plan.end * SECTOR, progress)
            last[0] = plan.first
            # Kept: the table first, which is good for the old volume and for the new one.
            for at in sorted(last, reverse=not plan.keeps):
                _put(drive, buffer, at, last[at])
                drive.flush()
            ends = [(at, len(data), hashlib.sha256(data).digest()) for at, data in last.items()]
            _verify(drive, buffer, ends, plan.end * SECTOR, progress)
        except OSError as error:
            raise NotWritten(
                say("The stick could not be written ({error}).", error=error.strerror or str(error)),
                say("It is not complete now. Try once more at another port, then with another stick."),
            ) from error


def _pieces(image: Source, plan: Layout, progress: Progress) -> Iterator[tuple[int, bytes]]:
    """(offset, bytes) in order, with the two sectors that come last as pieces of their own. Raises WrongImage."""
    alone = [0, plan.boot_first * SECTOR]
    cuts = sorted({*alone, *(at + SECTOR for at in alone), plan.end * SECTOR})
    at = 0
    while at < plan.end * SECTOR:
        until = min([at - at % CHUNK + CHUNK, *(cut for cut in cuts if cut > at)])
        data = image.read(until - at)
        if len(data) != until - at:
            raise WrongImage(say("The image ends too early: it is not whole."), say("Download or copy it anew."))
        yield at, data
        at = until
        progress("write", at, plan.end * SECTOR)


def _put(drive: Drive, buffer: mmap, at: int, data: bytes) -> None:
    buffer[: len(data)] = data
    if drive.write(buffer, len(data), at) != len(data):
        raise OSError(None, "less was written than wanted")


def _verify(drive: Drive, buffer: mmap, pieces: list[tuple[int, int, bytes]], total: int, progress: Progress) -> None:
    for at, length, digest in pieces:
        got = drive.read_into(buffer, length, at)
        if got != length or hashlib.sha256(buffer[:length]).digest() != digest:
            raise NotWritten(
                say("The stick does not keep what is written to it (at {offset:bytes}).", offset=at),
                say("Take another stick, and throw this one away."),
            )
        progress("verify", at + length, total)

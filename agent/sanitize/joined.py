"""Several open drives, or parts of one, as a single address space: one behind the other, in their order.

So an NVMe subsystem of several namespaces is erased, marked and verified as what it is: one drive.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from mmap import mmap

from agent.host.run import Run
from agent.inventory.identity import appearance
from agent.inventory.obstacles import uneven
from agent.model.message import say
from agent.model.ports import Ports
from agent.sanitize.medium import Coverage, Identity, Medium, Refused

Piece = tuple[int, int, int]
"""(number of the part, offset within it, length); bytes."""


class Layout:
    """Where each part begins, and which of them a stretch of the whole falls into."""

    def __init__(self, sizes: Sequence[int], sectors: Sequence[int]) -> None:
        """Bytes of each part and of its logical sector. Raises Refused where the parts do not fit together: every one
        must be a multiple of the largest sector, the unit of the whole."""
        if against := uneven(tuple(sizes), tuple(sectors)):
            raise Refused(against, say("Nothing was written. Set the drive aside."))
        self.sizes = tuple(sizes)
        self.size_bytes = sum(sizes)
        self.sector_bytes = max(sectors, default=512)

    def pieces(self, offset: int, length: int) -> Iterator[Piece]:
        """In ascending order; what lies beyond the end has none. Raises OSError (EINVAL) for a negative place."""
        if offset < 0 or length < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        start = 0
        for number, size in enumerate(self.sizes):
            first, last = max(offset, start), min(offset + length, start + size)
            if first < last:
                yield number, first - start, last - first
            start += size


class Joined:
    """Satisfies medium.Medium. The parts are its own from then on: it closes them."""

    def __init__(self, parts: Sequence[Medium]) -> None:
        """At least one part. Raises Refused, OSError; then they are closed."""
        self.parts = tuple(parts)
        try:
            self._layout = self._measured()
        except BaseException:
            self.close()
            raise

    def _measured(self) -> Layout:
        sizes = [part.identity().size_bytes for part in self.parts]
        return Layout(sizes, [part.logical_sector_bytes for part in self.parts])

    @property
    def logical_sector_bytes(self) -> int:
        return self._layout.sector_bytes

    @property
    def reads_ahead(self) -> int:
        return min(part.reads_ahead for part in self.parts)

    @property
    def ports(self) -> Ports:
        """The ways to the firmware that all parts have in common."""
        return self.parts[0].ports

    def node(self) -> str:
        """The first part's: a lock is of all of them."""
        return self.parts[0].node()

    def sedutil_runner(self) -> Run:
        return self.parts[0].sedutil_runner()

    def identity(self) -> Identity:
        """Serial and model of the first part, the size of all together; `diskseq` changes when that of any part does,
        and when parts are added, missing, or in another order."""
        found = [part.identity() for part in self.parts]
        size = sum(one.size_bytes for one in found)
        return Identity(found[0].serial, found[0].model, size, appearance([one.diskseq for one in found]))

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        done = 0
        for number, place, size in self._layout.pieces(offset, length):
            if done == 0:
                got = self.parts[number].read_into(buffer, size, place)
            else:  # a part fills a buffer from its start
                with mmap(-1, size) as rest:
                    got = self.parts[number].read_into(rest, size, place)
                    buffer[done : done + got] = rest[:got]
            done += got
            if got < size:
                break
        return done

    def write(self, buffer: mmap, length: int, offset: int) -> int:
        done = 0
        for number, place, size in self._layout.pieces(offset, length):
            if done == 0:
                got = self.parts[number].write(buffer, size, place)
            else:
                with mmap(-1, size) as rest:
                    rest[:] = buffer[done : done + size]
                    got = self.parts[number].write(rest, size, place)
            done += got
            if got < size:
                return done
        if done == 0 < length:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return done

    def flush(self) -> None:
        """All parts are flushed, also after one of them has failed to; then the first error is raised."""
        failed: OSError | None = None
        for part in self.parts:
            try:
                part.flush()
            except OSError as error:
                failed = failed or error
        if failed is not None:
            raise failed

    def bytes_read(self) -> int | None:
        counts = [part.bytes_read() for part in self.parts]
        return None if None in counts else sum(count or 0 for count in counts)

    def rescan(self) -> None:
        """Raises Refused as well, where the parts do not fit together any more."""
        for part in self.parts:
            part.rescan()
        self._layout = self._measured()

    def discard(self) -> bool:
        """Of every part; False where one of them does not know that."""
        done = [part.discard() for part in self.parts]  # of all, also where the first does not know it
        return all(done)

    def coverage(self) -> Coverage:
        found = [part.coverage() for part in self.parts]
        sizes = [one.native_size_bytes for one in found]
        untouched = tuple(message for one in found for message in one.untouched)
        return Coverage(None if None in sizes else sum(size or 0 for size in sizes), untouched)

    def window(self, offset: int, length: int) -> bytes:
        pieces = self._layout.pieces(offset, length)
        return b"".join(self.parts[number].window(place, size) for number, place, size in pieces)

    def smart(self) -> dict[str, object] | None:
        """One controller tells of all parts."""
        return self.parts[0].smart()

    def close(self) -> None:
        for part in self.parts:
            part.close()

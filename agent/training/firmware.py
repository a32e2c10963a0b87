"""What the firmware of every simulated drive does, whatever commands it speaks.

No files and no sockets: the sectors are a `Sectors`, the commands are methods. A command that fails raises
OSError with the errno that Linux gives to the reader of a block device in that case.
"""

import contextlib
import errno
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Sequence
from typing import NoReturn

from agent.training.description import Description
from agent.training.media import VolatileCache, WrappingMedia
from agent.training.store import Sectors

_REST = 0.001
"""Seconds ahead of the drive's speed from which on waiting is worth a sleep."""


class Firmware:
    """A drive that is switched on. One command at a time: a second waits, as behind a real queue of one."""

    def __init__(self, drive: Description, store: Sectors) -> None:
        self._drive = drive
        self._faults = drive.faults
        self._cache: VolatileCache | None = None
        self._media: Sectors = store
        if self._faults.loses_unflushed:
            self._media = self._cache = VolatileCache(store, drive.logical_sector_bytes)
        if self._faults.real_bytes is not None:
            # In front of the cache, which then knows the true addresses only.
            self._media = WrappingMedia(self._media, min(self._faults.real_bytes, drive.media_bytes))
        self._unreadable = sorted(self._faults.unreadable)
        self._unwritable = sorted(self._faults.unwritable)
        self._bad = {*self._unreadable, *self._unwritable}
        self._found_bad: set[int] = set()
        self._busy = threading.Lock()
        self._off = threading.Event()
        self._free_at = 0.0
        self.bytes_read = 0
        """Bytes handed to the host since power-on."""
        self.bytes_written = 0
        """Bytes taken from the host since power-on, flushed or not."""

    def read_into(self, buffer: memoryview, offset: int) -> None:
        """Read `len(buffer)` bytes from byte `offset` on, whole sectors.

        Raises OSError: EIO at a bad sector or outside of the drive (what stands before is read), ENODEV when gone.
        """
        with self._busy:
            self.require_answer()
            through = self._reach(offset, len(buffer), self._unreadable)
            if through:
                with buffer[:through] as part:
                    self._media.read_into(part, offset)
            self.bytes_read += through
            self._take_time(through)
            if through < len(buffer):
                self._break_off(offset + through)

    def write(self, data: memoryview, offset: int) -> None:
        """Write all of `data` from byte `offset` on, whole sectors. Raises OSError as `read_into` does."""
        with self._busy:
            self.require_answer()
            through = self._reach(offset, len(data), self._unwritable)
            if through:
                with data[:through] as part:
                    self._media.write(part, offset)
            self.bytes_written += through
            self._take_time(through)
            if through < len(data):
                self._break_off(offset + through)

    def flush(self) -> None:
        """Bring the cache to the media. Raises OSError: EIO when that fails, ENODEV when gone."""
        with self._busy:
            self.require_answer()
            if self._faults.flush_fails:
                raise _error(errno.EIO)
            self._media.sync()

    def power_cut(self) -> None:
        """The current fails: what waits in a volatile cache is lost, and nothing answers any more."""
        self._off.set()
        with self._busy:
            if self._cache is not None:
                self._cache.lose()

    def shut_down(self) -> None:
        """Switch off in good order, which a drive that hangs or has vanished cannot do. Never raises."""
        orderly = not (self._off.is_set() or self._vanished or self._hangs)
        self._off.set()
        with self._busy:
            if orderly and self._cache is not None:
                with contextlib.suppress(OSError):
                    self._cache.write_out()

    def require_answer(self) -> None:
        """What every command begins with. Blocks in a drive that hangs; raises OSError (ENODEV) when it is gone."""
        if self._hangs:
            self._off.wait()
        if self._off.is_set() or self._vanished:
            raise _error(errno.ENODEV)

    @property
    def said_serial(self) -> str:
        """The serial as the drive says it now."""
        changed = self._faults.changed_serial
        return changed if self._changed and changed is not None else self._drive.serial

    @property
    def said_bytes(self) -> int:
        """The size as the drive says it now."""
        return (self._changed and self._faults.changed_size_bytes) or self._drive.size_bytes

    @property
    def native_bytes(self) -> int:
        """The size with all that is hidden."""
        return max(self._drive.media_bytes, self.said_bytes)

    @property
    def _changed(self) -> bool:
        after = self._faults.changes_after_bytes
        return after is not None and self.bytes_written >= after

    @property
    def found_bad(self) -> int:
        """How many bad sectors the host has met since power-on."""
        return len(self._found_bad)

    @property
    def _vanished(self) -> bool:
        return self._left(self._faults.vanishes_after_bytes) == 0

    @property
    def _hangs(self) -> bool:
        return self._left(self._faults.hangs_after_bytes) == 0 and not self._off.is_set()

    def _left(self, limit: int | None) -> int | None:
        """How many more bytes, in whole sectors, are moved before `limit` strikes; None: without end."""
        if limit is None:
            return None
        sector = self._drive.logical_sector_bytes
        return max(0, limit - self.bytes_read - self.bytes_written) // sector * sector

    def _reach(self, offset: int, length: int, bad: Sequence[int]) -> int:
        """How many of the bytes are moved before something stops the transfer."""
        sector = self._drive.logical_sector_bytes
        ends = [length, min(self.said_bytes, self._drive.size_bytes) - offset]
        next_bad = bisect_left(bad, offset // sector)
        if next_bad < len(bad):
            ends.append(bad[next_bad] * sector - offset)
        limits = (self._faults.vanishes_after_bytes, self._faults.hangs_after_bytes)
        ends += [left for limit in limits if (left := self._left(limit)) is not None]
        return max(0, min(ends))

    def _break_off(self, address: int) -> NoReturn:
        self.require_answer()
        sector = address // self._drive.logical_sector_bytes
        if sector in self._bad:
            self._found_bad.add(sector)
        raise _error(errno.EIO)

    def _take_time(self, length: int) -> None:
        """Wait as long as the drive takes for `length` bytes at its speed."""
        if self._drive.bytes_per_second is None:
            return
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + length / self._drive.bytes_per_second
        # Short waits are saved up: a sleep is never as short as a small transfer.
        if self._free_at - now > _REST and self._off.wait(self._free_at - now):
            raise _error(errno.ENODEV)


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))

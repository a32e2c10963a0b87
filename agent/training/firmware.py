"""What the firmware of every simulated drive does, whatever commands it speaks.

No files and no sockets: the sectors are a `Sectors`, the commands are methods. A command that fails raises
OSError with the errno that Linux gives to the reader of a block device in that case.
"""

import contextlib
import errno
import math
import os
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from agent.model.ports import NoAnswer
from agent.training.cells import Cells
from agent.training.clock import Clock, RealClock
from agent.training.description import Description, Erased
from agent.training.erasing import Erase, Eraser, Outcome
from agent.training.fills import fill
from agent.training.kept import Kept, State
from agent.training.media import VolatileCache, WrappingMedia
from agent.training.opal import LockedMedia, Method, Opal
from agent.training.self_tests import Ended, SelfTests
from agent.training.store import Sectors

_REST = 0.001
"""Seconds ahead of the drive's speed from which on waiting is worth a sleep."""


class SectorError(OSError):
    """EIO because of one sector, bad or beyond the end; what stands before it was moved."""

    def __init__(self, sector: int) -> None:
        super().__init__(errno.EIO, os.strerror(errno.EIO))
        self.sector = sector


@dataclass
class Counts(State):
    """What the drive has counted in its simulated life, on top of its description."""

    power_cycles: int = 0
    unsafe_shutdowns: int = 0
    bytes_read: int = 0
    bytes_written: int = 0
    commands: int = 0
    bad: list[int] = field(default_factory=list)
    """Bad sectors that a host has met."""


class Firmware:
    """A drive that is switched on. One command at a time: a second waits, as behind a real queue of one.

    What survives a power cut is in the cells and in what is kept; everything else is in this object, and goes
    with it. A drive that was shut down in good order is still on for the next who opens it (its `session`), as a
    real one is for the next process; one whose process died has lost its power.
    """

    LOCKED_ERRNO = errno.EIO
    """What Linux answers where Opal has locked the data."""

    def __init__(
        self, drive: Description, store: Sectors, kept: Kept | None = None, clock: Clock | None = None
    ) -> None:
        """Over a store of its own, or the cells of a drive that was on before. Raises ValueError where what is kept
        is not of this firmware's making, OSError where it cannot be kept."""
        self._drive = drive
        self._faults = drive.faults
        self._clock = clock or RealClock()
        self._kept = kept or Kept()
        self._cells = store if isinstance(store, Cells) else make_cells(drive, store)
        self._cache: VolatileCache | None = None
        self._media: Sectors = self._cells
        if self._faults.loses_unflushed:
            self._media = self._cache = VolatileCache(self._cells, drive.logical_sector_bytes)
        if self._faults.real_bytes is not None:
            # In front of the cache, which then knows the true addresses only.
            self._media = WrappingMedia(self._media, min(self._faults.real_bytes, drive.media_bytes))
        self.opal = Opal(drive.opal, self._kept)
        if self.opal.supported:
            self._media = LockedMedia(self._media, self.opal, self.LOCKED_ERRNO)
        self._unreadable = sorted(self._faults.unreadable)
        self._unwritable = sorted(self._faults.unwritable)
        self._forgetful = sorted(self._faults.forgetful)
        self._slow = set(self._faults.slow)
        self._bad = {*self._unreadable, *self._unwritable}
        # Reentrant: a power cut may strike in the middle of a command.
        self._busy = threading.RLock()
        self._off = threading.Event()
        self._free_at = 0.0
        self.bytes_read = 0
        """Bytes handed to the host since power-on."""
        self.bytes_written = 0
        """Bytes taken from the host since power-on, flushed or not."""
        self._eraser = Eraser(self._faults, self._cells, self._clock, self._keep_erase)
        self._wake()

    def _wake(self) -> None:
        """Take up what is kept."""
        self._counts = Counts.load(self._kept.get("counts"))
        if (cells := self._kept.get("cells")) is not None:
            self._cells.load(cells)
        elif self._faults.found_zeros:
            self._cells.unmap(0, self._cells.size_bytes)
        self._session: dict[str, Any] | None = self._kept.get("session")
        """What a drive that was never switched off still knows; None at power-on."""
        if self._session is None and not self._kept.new:
            self._counts.power_cycles += 1
        self._kept.update(session=None, counts=self._counts.save(), cells=self._cells.save())
        self._eraser.resume(Erase.load(self._kept.get("erase")))
        self.self_tests = SelfTests(self._drive, self._kept, self._clock, at_start=self._session is None)

    def _keep_erase(self, job: Erase) -> None:
        self._kept.update(erase=job.save(), cells=self._cells.save())

    def session(self) -> dict[str, Any]:
        """What the drive knows only while it is on, for the next who opens it; JSON."""
        return {}

    def read_into(self, buffer: memoryview, offset: int) -> None:
        """Read `len(buffer)` bytes from byte `offset` on, whole sectors.

        Raises OSError: EIO at a bad sector or outside of the drive (what stands before is read), ENODEV when gone.
        """
        with self.turn():
            self.take_out(buffer, offset)

    def take_out(self, buffer: memoryview, offset: int) -> None:
        """As `read_into`, inside the `turn` of a command."""
        self.require_data()
        through = self._reach(offset, len(buffer), self._unreadable)
        if through:
            with buffer[:through] as part:
                self._media.read_into(part, offset)
        self.bytes_read += through
        self._take_time(through)
        self._dawdle(offset, through)
        if through < len(buffer):
            self._break_off(offset + through)

    def write(self, data: memoryview, offset: int) -> None:
        """Write all of `data` from byte `offset` on, whole sectors. Raises OSError as `read_into` does."""
        with self.turn():
            self.put_in(data, offset)

    def put_in(self, data: memoryview, offset: int) -> None:
        """As `write`, inside the `turn` of a command."""
        self.require_data()
        through = self._reach(offset, len(data), self._unwritable)
        for start, end in self._kept_writes(offset, offset + through):
            with data[start - offset : end - offset] as part:
                self._media.write(part, start)
        self.bytes_written += through
        self._take_time(through)
        if through < len(data):
            self._break_off(offset + through)

    def _kept_writes(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What of these bytes of a write really gets to the media."""
        if self._faults.ignores_writes:
            return
        sector = self._drive.logical_sector_bytes
        for lost in self._forgetful:
            if start <= lost * sector < end:
                if start < lost * sector:
                    yield start, lost * sector
                start = (lost + 1) * sector
        if start < end:
            yield start, end

    def flush(self) -> None:
        """Bring the cache to the media. Raises OSError: EIO when that fails, ENODEV when gone."""
        with self.turn():
            self.make_durable()

    def make_durable(self) -> None:
        """As `flush`, inside the `turn` of a command."""
        self.require_data()
        if self._faults.flush_fails:
            raise _error(errno.EIO)
        self._media.sync()

    def unmap(self, offset: int, length: int) -> None:
        """Let go of the places of these sectors, inside the `turn` of a command (TRIM and its like)."""
        self.require_data()
        if offset < 0 or offset + length > self.said_bytes:
            raise _error(errno.EIO)
        self._media.sync()  # what waits in the cache comes before
        self._cells.unmap(offset, offset + length)

    def start_erase(self, job: Erase) -> None:
        """Begin an erase of the whole drive; what waits in the cache is forgotten."""
        if self._cache is not None:
            self._cache.lose()
        self.self_tests.interrupt(Ended.ERASE)
        self._eraser.start(job)

    @contextlib.contextmanager
    def turn(self, timeout: float | None = None) -> Iterator[None]:
        """One command, from its arrival to its answer. Raises as `require_answer` does."""
        with self._busy:
            self._counts.commands += 1
            number = self._counts.commands
            if number == self._faults.cut_before_command:
                self.power_cut()
            self.require_answer(timeout)
            try:
                yield
            finally:
                if number == self._faults.cut_after_command:
                    self.power_cut()
                    self.require_answer()

    def require_answer(self, timeout: float | None = None) -> None:
        """What every command begins with: the drive must be there, and not busy.

        With `timeout` (seconds) the host gives up after it and resets the link: NoAnswer. Without, it waits for
        ever. Raises OSError: ENODEV when the drive is gone, EIO at a reset of the link.
        """
        left = math.inf if timeout is None else timeout
        while True:
            self.settle()
            if self._hangs:
                self._wait(left)
                self._give_up_unless_off()
            if self._off.is_set() or self._vanished:
                raise _error(errno.ENODEV)
            if self._eraser.reset:
                self._eraser.reset = False
                self.link_was_reset()
                raise _error(errno.EIO) if timeout is None else NoAnswer
            if not self.busy:
                return
            if left <= 0:
                raise NoAnswer
            step = min(left, self._eraser.seconds_left())
            self._wait(step)
            left -= step

    def revert(self, psid: str) -> Method:
        """TCG Opal's revert by the number on the label: the keys are made anew. Raises as `require_answer` does."""
        with self.turn():
            return self.opal.revert(psid, self._make_keys_anew)

    def _make_keys_anew(self) -> None:
        if self._cache is not None:
            self._cache.lose()
        self._cells.erase(0, self._cells.size_bytes, fill(Erased.NOISE, "opal"))
        self._cells.erase_spare()
        self._kept.update(cells=self._cells.save())

    def settle(self) -> None:
        """Bring what goes on inside the drive to the present moment."""
        if not self._off.is_set():
            self._eraser.settle()
            self.self_tests.settle()
            if self._eraser.power_fails:
                self.power_cut()

    def _wait(self, seconds: float) -> None:
        self._clock.wait(seconds, self._off)

    def _give_up_unless_off(self) -> None:
        if not self._off.is_set():
            raise NoAnswer

    @property
    def commands(self) -> int:
        """How many commands have reached the drive in its life, as the faults count them."""
        return self._counts.commands

    @property
    def is_on(self) -> bool:
        """The drive has current, whether it answers or not."""
        return not self._off.is_set()

    @property
    def busy(self) -> bool:
        """The drive takes no command at all (BSY), because of what it does inside."""
        return False

    def require_data(self) -> None:
        """What reads, writes and flushes need besides an answer. Raises OSError (EIO) where the drive refuses them."""

    def link_was_reset(self) -> None:
        """The host has reset the link."""

    def power_cut(self) -> None:
        """The current fails: what waits in a volatile cache is lost, and nothing answers any more."""
        was_on = not self._off.is_set()
        self._off.set()
        with self._busy:
            if was_on:
                self._eraser.settle()
                self.self_tests.settle()
                self._counts.unsafe_shutdowns += 1
                self._keep_all(None)

    def shut_down(self) -> None:
        """Let go in good order, which a drive that hangs or has vanished cannot do. Never raises."""
        if self._off.is_set():
            return
        if self._vanished or self._hangs:
            with contextlib.suppress(OSError):
                self.power_cut()
            return
        self._off.set()
        with self._busy, contextlib.suppress(OSError):
            if self._cache is not None:
                self._cache.write_out()
            self._eraser.settle()
            self.self_tests.settle()
            self._keep_all(self.session())

    def _keep_all(self, session: dict[str, Any] | None) -> None:
        self._counts.bytes_read += self.bytes_read
        self._counts.bytes_written += self.bytes_written
        self._kept.update(
            session=session,
            counts=self._counts.save(),
            cells=self._cells.save(),
            erase=self._eraser.job.save(),
            self_test=self.self_tests.save(),
        )

    @property
    def said_serial(self) -> str:
        """The serial as the drive says it now."""
        changed = self._faults.changed_serial
        return changed if self._changed and changed is not None else self._drive.serial

    @property
    def said_bytes(self) -> int:
        """The size as the drive says it now."""
        return (self._changed and self._faults.changed_size_bytes) or self.accessible_bytes

    @property
    def sector_bytes(self) -> int:
        """Bytes of a logical sector."""
        return self._drive.logical_sector_bytes

    @property
    def accessible_bytes(self) -> int:
        """The size that the drive offers to its host."""
        return self._drive.size_bytes

    @property
    def native_bytes(self) -> int:
        """The size with all that is hidden."""
        return max(self._drive.media_bytes, self.said_bytes)

    @property
    def end_bytes(self) -> int:
        """The address on the media where reads and writes of the host end."""
        return min(self.said_bytes, self._drive.media_bytes)

    @property
    def _changed(self) -> bool:
        after = self._faults.changes_after_bytes
        erased = self._eraser.job.outcome in {Outcome.DONE, Outcome.FAILED}
        return (after is not None and self.bytes_written >= after) or (self._faults.changes_after_erase and erased)

    @property
    def found_bad(self) -> int:
        """How many bad sectors hosts have met."""
        return len(self._counts.bad)

    @property
    def power_cycles(self) -> int:
        """How often the drive was switched on."""
        return self._drive.power_cycles + self._counts.power_cycles

    @property
    def written_ever(self) -> int:
        """Bytes that hosts have ever written."""
        return self._drive.written_bytes + self._counts.bytes_written + self.bytes_written

    @property
    def _vanished(self) -> bool:
        return self._eraser.vanished or self.self_tests.vanished or self._left(self._faults.vanishes_after_bytes) == 0

    @property
    def _hangs(self) -> bool:
        hangs = self._eraser.hangs or self._left(self._faults.hangs_after_bytes) == 0
        return hangs and not self._off.is_set()

    def _left(self, limit: int | None) -> int | None:
        """How many more bytes, in whole sectors, are moved before `limit` strikes; None: without end."""
        if limit is None:
            return None
        sector = self._drive.logical_sector_bytes
        return max(0, limit - self.bytes_read - self.bytes_written) // sector * sector

    def _reach(self, offset: int, length: int, bad: Sequence[int]) -> int:
        """How many of the bytes are moved before something stops the transfer."""
        sector = self._drive.logical_sector_bytes
        ends = [length, self.end_bytes - offset]
        next_bad = bisect_left(bad, offset // sector)
        if next_bad < len(bad):
            ends.append(bad[next_bad] * sector - offset)
        limits = (self._faults.vanishes_after_bytes, self._faults.hangs_after_bytes)
        ends += [left for limit in limits if (left := self._left(limit)) is not None]
        return max(0, min(ends))

    def _break_off(self, address: int) -> NoReturn:
        self.require_answer()
        sector = address // self._drive.logical_sector_bytes
        if sector in self._bad and sector not in self._counts.bad:
            self._counts.bad.append(sector)
        raise SectorError(sector)

    def _take_time(self, length: int) -> None:
        """Wait as long as the drive takes for `length` bytes at its speed."""
        if self._drive.bytes_per_second is None:
            return
        now = self._clock.now()
        self._free_at = max(self._free_at, now) + length / self._drive.bytes_per_second
        # Short waits are saved up: a sleep is never as short as a small transfer.
        if self._free_at - now > _REST and self._clock.wait(self._free_at - now, self._off):
            raise _error(errno.ENODEV)

    def _dawdle(self, offset: int, length: int) -> None:
        """Wait for the slow sectors among these bytes."""
        sector = self._drive.logical_sector_bytes
        met = {one for one in self._slow if offset <= one * sector < offset + length}
        if self._faults.slow_once:
            self._slow -= met
        if met and self._clock.wait(len(met) * self._faults.slow_milliseconds / 1000, self._off):
            raise _error(errno.ENODEV)


def make_cells(drive: Description, store: Sectors) -> Cells:
    """The cells of a drive as it comes from its donor."""
    real = drive.media_bytes if drive.faults.real_bytes is None else min(drive.faults.real_bytes, drive.media_bytes)
    return Cells(store, real, drive.spare_bytes + drive.counters.reallocated * drive.logical_sector_bytes)


def refused() -> OSError:
    """What Linux tells the reader or writer of a drive that aborts the command."""
    return _error(errno.EIO)


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))

"""Firmware of a simulated eMMC device: erase, trim, discard, secure erase and sanitize (JEDEC JESD84-B51, 6.6).

Untested on hardware, and in-process only. What is erased or trimmed loses its address and reads as zeros, but its
cells keep it until a sanitize; a discard changes nothing that can be read here, as the standard allows. An erase
or sanitize that is cut off is over: it must be started again.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from agent.training.emmc_csd import (
    DISCARD_SINCE,
    SECTOR,
    SECURE_ERASE,
    TIMEOUT_UNIT,
    TRIM,
    ext_csd,
    features,
    group_bytes,
)
from agent.training.erasing import Erase, Outcome
from agent.training.firmware import Firmware

ERASE_JOB, SECURE_JOB, SANITIZE_JOB = "emmc erase", "emmc secure erase", "emmc sanitize"
"""What the eraser calls them. It keeps their time; the cells are seen to here."""
Span = tuple[int, int]


class Erasure:
    """Arguments of ERASE (CMD38)."""

    ERASE = 0x00000000
    TRIM = 0x00000001
    DISCARD = 0x00000003
    SECURE_ERASE = 0x80000000
    SECURE_TRIM_MARK = 0x80000001
    SECURE_TRIM = 0x80008000


class EmmcFirmware(Firmware):
    """Operations as methods. All raise OSError (ENODEV) when the drive is gone."""

    def _wake(self) -> None:
        self._interrupts = False
        super()._wake()
        session = self._session or {}
        self._targets: list[Span] = [(start, end) for start, end in session.get("targets", ())]
        """What is being erased for good, in order."""
        self._marked: list[Span] = [(start, end) for start, end in session.get("marked", ())]
        if self._session is None:
            self.interrupt()

    def session(self) -> dict[str, Any]:
        return {"targets": self._targets, "marked": self._marked}

    def interrupt(self) -> None:
        """What is being erased is given up, however far it has come."""
        if self.working:
            self._eraser.close(Outcome.FAILED)

    def link_was_reset(self) -> None:
        self.interrupt()

    @property
    def working(self) -> bool:
        """The state `programming`: something is being erased."""
        return self._eraser.job.running

    @property
    def failed(self) -> bool:
        """The most recent erase did not come to its end."""
        return self._eraser.job.outcome == Outcome.FAILED

    @property
    def busy(self) -> bool:
        return self.working and not self._interrupts

    @contextmanager
    def at_any_time(self) -> Iterator[None]:
        """For what a busy device answers as well."""
        self._interrupts = True
        try:
            yield
        finally:
            self._interrupts = False

    @property
    def features(self) -> int:
        """SEC_FEATURE_SUPPORT."""
        return features(self._drive)

    def ext_csd(self) -> bytes:
        """EXT_CSD: 512 bytes."""
        return ext_csd(self._drive, self.said_bytes)

    def offers(self, argument: int) -> bool:
        """Whether the device knows this argument of ERASE."""
        needed = {
            Erasure.ERASE: 0,
            Erasure.TRIM: TRIM,
            Erasure.DISCARD: TRIM,
            Erasure.SECURE_ERASE: SECURE_ERASE,
            Erasure.SECURE_TRIM_MARK: SECURE_ERASE | TRIM,
            Erasure.SECURE_TRIM: SECURE_ERASE | TRIM,
        }
        old = argument == Erasure.DISCARD and self._drive.emmc.revision < DISCARD_SINCE
        return argument in needed and needed[argument] & ~self.features == 0 and not old

    def erase(self, argument: int, first: int, last: int) -> None:
        """ERASE from sector `first` to sector `last` inclusive, with an argument that is offered."""
        self._write_out()
        span = self._span(first, last, whole_groups=argument in {Erasure.ERASE, Erasure.SECURE_ERASE})
        if argument == Erasure.SECURE_TRIM_MARK:
            self._marked.append(span)
        elif argument == Erasure.SECURE_TRIM:
            marked, self._marked = self._marked, []
            self._begin(SECURE_JOB, marked, secure=True)
        elif argument == Erasure.SECURE_ERASE:
            self._begin(SECURE_JOB, [span], secure=True)
        else:
            if argument != Erasure.DISCARD:
                covered = (span[1] - span[0]) // SECTOR * self._faults.erase_covers_percent // 100 * SECTOR
                self._cells.unmap(span[0], span[0] + covered)
            self._begin(ERASE_JOB, [span], secure=False)

    def sanitize(self) -> None:
        """SANITIZE_START: erase for good what has lost its address."""
        self._write_out()
        self._targets = list(self._cells.residue().unseen)
        seconds = float(self._drive.emmc.sanitize_seconds)
        self._eraser.start(Erase(what=SANITIZE_JOB, seconds=seconds, spare=True))
        self.settle()

    def settle(self) -> None:
        """Bring what goes on inside the drive to the present moment."""
        super().settle()
        job = self._eraser.job
        if self._targets and job.what in {SECURE_JOB, SANITIZE_JOB}:
            self._erase_up_to(min(job.fraction, self._faults.erase_covers_percent / 100))
            if not job.running:
                self._targets = []
                self._kept.update(cells=self._cells.save())

    def _begin(self, what: str, spans: list[Span], *, secure: bool) -> None:
        about = self._drive.emmc
        groups = sum(-(-(end - start) // group_bytes(self._drive)) for start, end in spans)
        seconds = groups * about.erase_timeout_units * TIMEOUT_UNIT / 2 * (about.secure_factor if secure else 1)
        self._targets = spans if secure else []
        self._eraser.start(Erase(what=what, seconds=seconds))
        self.settle()

    def _erase_up_to(self, fraction: float) -> None:
        total = sum(end - start for start, end in self._targets)
        for start, end in _first(self._targets, int(total // SECTOR * fraction) * SECTOR):
            if not self._faults.erase_unmaps_only:
                self._cells.erase(start, end, None)
            elif self._eraser.job.what == SECURE_JOB:
                self._cells.unmap(start, end)

    def _span(self, first: int, last: int, *, whole_groups: bool) -> Span:
        """The bytes that are meant; an erase takes every group of which it names a part."""
        unit = group_bytes(self._drive) if whole_groups else SECTOR
        end = -(-(last + 1) * SECTOR // unit) * unit
        return first * SECTOR // unit * unit, min(end, self._cells.size_bytes)

    def _write_out(self) -> None:
        if self._cache is not None:
            self._cache.write_out()


def _first(spans: Iterable[Span], length: int) -> Iterator[Span]:
    """The first `length` bytes of the spans."""
    for start, end in spans:
        taken = min(length, end - start)
        if taken > 0:
            yield start, start + taken
        length -= taken

"""Listens to the kernel for as long as an intake lasts, and ties what it complains of to the machine's parts."""

import asyncio
import contextlib
import logging
import re
import threading
from collections.abc import AsyncIterator, Callable

from agent.checks import kernel_log
from agent.checks.kernel_lines import complaint
from agent.checks.kernel_parts import Parts
from agent.checkwork import CheckWork
from agent.dossier import Dossier
from agent.host.kernel_log import KernelLog
from agent.host.source import Source
from agent.model.check import CheckResult
from agent.model.inventory import Drive, Inventory, Memory
from agent.model.words import Mode

log = logging.getLogger("ordis.kernel")

LOOK_SECONDS = 1.0
"""Between two looks: the kernel keeps some thousand lines, and a drive that vanishes must still be known."""
_MOST_WAITING = 5000
"""Lines that wait until it is known what they are about."""

# A disk that comes: what was said under its names before was about another one. drivers/scsi/sd.c, drivers/nvme.
_NEW_DISK = re.compile(
    r"sd [\d:]{7,20} \[(sd[a-z]{1,3})\] \d{1,20} \d{2,5}-byte logical blocks|nvme (nvme\d{1,3}): pci function"
)
# The first word on a port comes after its first troubles with the very same drive.
_NEW_ON_PORT = re.compile(r"(ata\d{1,3})\.\d{2}: ATA-")

Known = Callable[[], tuple[list[Drive], Memory] | None]


class KernelWatch:
    """What is heard in one intake."""

    def __init__(self, source: Source, known: Known, open_log: Callable[[], KernelLog] = KernelLog) -> None:
        """`known` tells all drives that are or were there, the stick's included, and the memory; None before that is
        known. Each drive may replace an earlier one with the same node. It is called in other threads."""
        self._known = known
        self._open = open_log
        self._parts = Parts(source)
        self._ear = kernel_log.Ear()
        self._log: KernelLog | None = None
        self._ports: set[str] = set()
        self._waiting: list[tuple[str, bool]] = []
        self._last: tuple[list[Drive], Memory] | None = None
        self._first: int | None = None
        self._dropped = False
        self._one_look = threading.Lock()
        """One that was given up may still run while the next begins."""

    def begin(self) -> None:
        """Open the log, and take in what the kernel has said before the intake."""
        with self._one_look:
            self._log = self._open()
            self._log.rewind()
            self._hear(before=True)

    def look(self) -> None:
        """Take in what it has said since."""
        with self._one_look:
            self._learn()
            self._hear(before=False)
            if self._last is not None and len(self._waiting) > _MOST_WAITING // 2:
                self._tie()

    def end(self) -> None:
        """Listen a last time, and close the log."""
        with self._one_look:
            self._learn()
            self._hear(before=False)
            self._tie()
            if self._log is not None:
                self._log.close()

    def results(self, most_corrected: int) -> list[CheckResult]:
        """What was heard amounts to this, the worst last."""
        if self._log is None or not self._log.was_readable:
            return [kernel_log.unreadable()]
        results = self._ear.results(most_corrected, gone=self._first or 0)
        return kernel_log.incomplete(results) if self._log.lost or self._dropped else results

    def _hear(self, *, before: bool) -> None:
        for line in self._log.lines() if self._log is not None else []:
            self._first = line.number if self._first is None else self._first
            if complaint(line.text) is None and not (_NEW_DISK.search(line.text) or _NEW_ON_PORT.search(line.text)):
                continue
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.append((line.text, before))
            else:
                self._dropped = True

    def _learn(self) -> None:
        """What is known of a drive grows (its serial, that it is locked), so its lines wait; until another one has its
        node."""
        try:
            known = self._known()
        except Exception:  # what is not known keeps the kernel's name
            log.exception("the drives cannot be listed")
            return
        if known is None or known == self._last:
            return
        if self._last is not None and _replaced(self._last[0], known[0]):
            self._tie()
        self._last = known
        self._parts.know(*known)

    def _tie(self) -> None:
        for text, before in self._waiting:
            if before:
                self._forget(text)
            if (found := complaint(text)) is not None:
                self._ear.hear(self._parts.part(found.about), found, before=before)
        self._waiting = []

    def _forget(self, text: str) -> None:
        """Of what was said before the intake: a drive that came since has nothing to do with the one before it."""
        if disk := _NEW_DISK.search(text):
            self._ear.forget(disk[1] or disk[2])
        elif port := _NEW_ON_PORT.search(text):
            if port[1] in self._ports:
                self._ear.forget(port[1])
            self._ports.add(port[1])


def _replaced(before: list[Drive], now: list[Drive]) -> bool:
    """Whether some node has another drive now: another number of its appearance, or another serial."""
    old = {drive.path: drive for drive in before}
    return any(
        (was := old.get(path)) is not None
        and (_differ(was.diskseq, drive.diskseq) or _differ(was.serial, drive.serial))
        for path, drive in {drive.path: drive for drive in now}.items()
    )


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


class KernelCheck:
    """The check of the kernel's log in the flow: it has no process and no time of its own."""

    def __init__(self, dossier: Dossier, checks: CheckWork, *, one_drive: bool = False) -> None:
        """`one_drive`: the intake is about the only drive of its dossier, at the dock, and not about the computer."""
        self._one_drive = one_drive
        self._dossier = dossier
        self._checks = checks
        self._drives: list[Drive] | None = None
        self._settings = dossier.profile.checks.kernel_log

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Within this, the kernel is heard; at its regular end the results are kept."""
        if not self._settings.enabled:
            yield
            return
        place = self._dossier.place
        watch = KernelWatch(place.source, self._known, place.kernel_log)
        await asyncio.to_thread(watch.begin)
        job = asyncio.create_task(_keep_looking(watch))
        try:
            yield
        finally:
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)
            await asyncio.to_thread(watch.end)
        results = watch.results(self._settings.most_corrected)
        for result in kernel_log.about_one(results, self._dossier.names()) if self._one_drive else results:
            step_id = f"check:{result.id}:{result.subject}" if result.subject else f"check:{result.id}"
            self._dossier.checklist.add(step_id, result.title)
            self._checks.keep(step_id, result)

    def _known(self) -> tuple[list[Drive], Memory] | None:
        place, inventory = self._dossier.place, self._dossier.inventory
        if inventory == Inventory():
            return None
        if self._drives is None:  # the machine's own, and the stick
            self._drives = place.find_drives(place.source) if place.mode is Mode.REAL else []
        return [*self._drives, *inventory.drives], inventory.memory


async def _keep_looking(watch: KernelWatch) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        try:
            await asyncio.to_thread(watch.look)
        except Exception:  # the intake goes on; what was missed is read at the next look
            log.exception("the kernel's log")

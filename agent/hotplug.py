"""Drives that come and go while an intake works: told apart, recognised when they come back, and never confused."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from agent.grading.evidence import last_about
from agent.host.udev import DiskMonitor, disk_monitor
from agent.model.inventory import Drive, UnseenDrive
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.sanitization import Sanitization
from agent.model.words import SanitizationStatus
from agent.schedule import Schedule, Task

log = logging.getLogger("ordis.hotplug")

LOOK_SECONDS = 2.0
"""Between two looks where the kernel tells nobody (containers, simulated drives)."""
SURE_SECONDS = 20.0
"""The same where it does: messages can be lost."""
SETTLE_SECONDS = 1.0
"""After the kernel's message, until udev has found out who the drive is."""


@dataclass(frozen=True)
class Recognised:
    """Known drives and those that are there now, paired off."""

    same: list[tuple[Drive, Drive]] = field(default_factory=list)
    """(as known, as it is there now): also a drive that came back under another name."""
    new: list[Drive] = field(default_factory=list)
    gone: list[Drive] = field(default_factory=list)


def recognise(known: Sequence[Drive], present: Sequence[Drive]) -> Recognised:
    """Which drive is which. Each known drive is found again at most once, so two with one serial stay two.

    One that kept its place is the same. One that went and came back is known by serial, model and size together; a
    drive without a serial number is never known again.
    """
    found = Recognised(gone=list(known))
    left = list(present)
    for test in (stayed, _came_back):
        for drive in list(found.gone):
            if (again := next((other for other in left if test(drive, other)), None)) is not None:
                found.gone.remove(drive)
                left.remove(again)
                found.same.append((drive, again))
    found.new.extend(left)
    return found


def stayed(drive: Drive, other: Drive) -> bool:
    """Whether a drive that was seen earlier is this one and never went away.

    The kernel has a number for each appearance of a disk; where there is none, all that is told must agree.
    """
    if drive.path != other.path or drive.diskseq != other.diskseq:
        return False
    return drive.diskseq is not None or (drive.serial, drive.model) == (other.serial, other.model)


def _came_back(drive: Drive, other: Drive) -> bool:
    if not drive.serial or (drive.serial, drive.model) != (other.serial, other.model):
        return False
    # An erase may have brought hidden areas to light.
    return other.size_bytes in (drive.size_bytes, drive.native_size_bytes)


def lost(gone: Sequence[Drive], drives: list[Drive], results: list[Sanitization]) -> list[UnseenDrive]:
    """A sign for each drive that went away before it was sanitized: as long as there is one, the machine is held.

    `drives` are all of the intake, `results` what became of them so far.
    """
    return [
        UnseenDrive(
            sign=say(
                "The drive {drive} ({serial}) was there at first and went away before it was erased.",
                drive=drive.model or drive.path,
                serial=drive.serial or "-",
            ),
            remedy=say("Plug it in again and start a new intake, or say that it was removed and where it went."),
        )
        for drive in gone
        if (last := last_about(drive, drives, results)) is None or last.status is not SanitizationStatus.SANITIZED
    ]


@dataclass(frozen=True)
class Watch:
    """Looks again and again at which drives are there, as soon as the kernel tells of a change."""

    list_drives: Callable[[], list[Drive]]
    """Blocks; raises OSError or Problem where a look fails, which the next one makes good."""
    hear: bool
    """Whether the kernel's messages are of any use: not for simulated drives."""
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def looks(self) -> AsyncIterator[list[Drive]]:
        """The drives that are there, without end."""
        monitor = disk_monitor() if self.hear else None
        told = asyncio.Event()
        loop = asyncio.get_running_loop()
        if monitor is not None:
            loop.add_reader(monitor.fileno(), _hear, monitor, told)
        try:
            while True:
                await self._until(told, LOOK_SECONDS if monitor is None else SURE_SECONDS)
                if (present := await self.look()) is not None:
                    yield present
        finally:
            if monitor is not None:
                loop.remove_reader(monitor.fileno())

    async def _until(self, told: asyncio.Event, seconds: float) -> None:
        waits = [asyncio.ensure_future(self.pause(seconds)), asyncio.ensure_future(told.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if told.is_set():
                await self.pause(SETTLE_SECONDS)
                told.clear()
        finally:
            for wait in waits:
                wait.cancel()
            # Not suppressed: who is told to end in this very moment must end.
            await asyncio.gather(*waits, return_exceptions=True)

    async def look(self) -> list[Drive] | None:
        """The drives that are there now; None where that could not be found out this time."""
        try:
            return await asyncio.to_thread(self.list_drives)
        except (OSError, Problem) as error:  # a description that is only half written, a drive that is just leaving
            log.info("a look at the drives failed: %s", error)
            return None


class Crowd:
    """Runs an intake's tasks, and beside them keeps an eye on the drives, whose tasks join in when they appear."""

    def __init__(
        self,
        watch: Watch,
        known: Callable[[], list[Drive]],
        results: Callable[[], list[Sanitization]],
        noticed: Callable[[list[Drive], list[UnseenDrive]], Awaitable[list[Task]]],
    ) -> None:
        """`known` are all drives of the intake so far, `results` what became of them. `noticed` is told of drives that
        are new, which it adds to the known ones, and of all that are lost; it gives the tasks of the new ones."""
        self._watch = watch
        self._known = known
        self._results = results
        self._noticed = noticed
        self._looking = asyncio.Lock()
        self._lost: list[UnseenDrive] = []

    async def run(self, schedule: Schedule) -> None:
        """As Schedule.run. There is a last look at the end: what came or went after that is no part of the work."""
        watching = asyncio.ensure_future(self._watch_drives(schedule))
        try:
            await schedule.run()
            # The look before what has joined: it waits for another one that may be under way and find something, too.
            while (late := await self._compare(await self._watch.look())) or schedule.waiting:
                schedule.add(late)
                await schedule.run()
        finally:
            watching.cancel()
            [broken] = await asyncio.gather(watching, return_exceptions=True)
            if isinstance(broken, Exception):
                log.error("nobody watched for new drives", exc_info=broken)

    async def _watch_drives(self, schedule: Schedule) -> None:
        async for present in self._watch.looks():
            schedule.add(await self._compare(present))

    async def _compare(self, present: list[Drive] | None) -> list[Task]:
        if present is None:
            return []
        async with self._looking:
            seen = recognise(self._known(), present)
            gone = lost(seen.gone, [*self._known(), *seen.new], self._results())
            if not seen.new and gone == self._lost:
                return []
            self._lost = gone
            return await self._noticed(seen.new, gone)


def _hear(monitor: DiskMonitor, told: asyncio.Event) -> None:
    if monitor.drain():
        told.set()

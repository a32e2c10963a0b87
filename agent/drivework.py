"""One drive's way through an intake: its health read, then, if that is wanted, its erase.

An erase goes through the hands of several workers where one dies or the drive goes away for a while: each takes up
what the journal holds of those before it, after the guard has looked at the drive anew.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from agent.drivelink import Cut, Done, DriveLink, Job
from agent.host.child import ChildDied
from agent.memory import Memory
from agent.model.inventory import Drive
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.sanitization import DriveIdentity, Plan, Sanitization, SanitizationRequest, ended
from agent.model.words import SanitizationStatus, Verify
from agent.pace import Pace
from agent.sanitize.firmware import Record

RESTARTS = 2
"""Workers that may die over one drive before it is left alone."""
RETURNS = 3
"""Times that a drive may go away and come back: beyond that its plug or the drive is bad."""
REPLUG_SECONDS = 120.0
"""How long a drive that went away is waited for."""
LOOK_SECONDS = 2.0
"""Between two looks whether it is back; a drive needs some to spin up."""
NOTE_SECONDS = 20.0
"""A sentence for whoever pressed a key stays before progress covers it again."""

NOTHING = Memory()
STOPPED = say("The erase was stopped.")
UNSAVED = say("THE STICK IS GONE or cannot be written: plug it in again, and do not switch off. The erase goes on.")


async def read_health(plan: Plan) -> dict[str, object] | Message:
    """The drive's own word about its health, as smartctl tells it, or why there is none."""
    try:
        async with await DriveLink.start(plan.drive) as link:
            return await link.health()
    except (ChildDied, TimeoutError, OSError) as error:
        return say("The drive's health could not be read ({error}).", error=str(error) or type(error).__name__)


@dataclass(frozen=True)
class Way:
    """How far an erase is, for whoever watches."""

    percent: float | None
    detail: Message
    seconds_left: float | None = None
    phase: str | None = None
    """What the worker told, where it told something: `write`, `verify` (bytes) or `firmware` (parts)."""
    done: int = 0
    total: int = 0
    rate: float | None = None
    """Bytes per second."""
    bad_places: int = 0


@dataclass(frozen=True)
class Around:
    """What an erase needs of the rest of the program."""

    record: Callable[..., None]
    """As Journal.record."""
    show: Callable[[Way], None]
    find: Callable[[], list[Drive]]
    """Lists the drives that are there now, for one that went away. May raise OSError, Problem."""
    track: Callable[..., OSError | None]
    """As Journal.track."""
    take_over: Callable[[], None] = lambda: None
    """Called in a thread once all that older journals know of the drive stands in this one. May raise JournalError."""
    may_return: bool = True
    """Whether a drive that went away is waited for; else it is asked about anew when it comes back."""
    warn: Callable[[Message | None], None] = lambda _: None
    """What somebody must do now for this erase to survive a power cut; None: nothing any more."""


class DriveErase:
    """The erase of one drive. Await `run` once; `stop` may be called at any time."""

    def __init__(
        self,
        plan: Plan,
        request: SanitizationRequest,
        around: Around,
        memory: Memory = NOTHING,
        psid: str | None = None,
    ) -> None:
        """`memory` is what journals hold of an erase of this drive that was cut off."""
        self._plan = plan
        self._request = request
        self._around = around
        self._memory = memory
        self._psid = psid
        self._link: DriveLink | None = None
        self._stopping = asyncio.Event()
        self._note: tuple[Message, float] | None = None
        self._way = Way(None, say("getting ready"))
        self._pace = Pace(plan.steps, plan.drive.size_bytes, request.verify)
        self._begun = False
        self.found_surface: Mapping[str, object] | None = None
        """What the full reading back showed of the drive's surface; None where there was none."""

    async def run(self) -> Sanitization:
        """What became of the drive. Raises OSError where no worker can be started."""
        self._loop = asyncio.get_running_loop()
        drive, died, away = self._plan.drive, 0, 0
        ready_by: float | None = None
        while True:
            done = await self._by_worker(drive)
            died, away = died + (done.cut is Cut.DIED), away + (done.cut is Cut.AWAY)
            if not self._can_go_on(done) or died > RESTARTS or away > RETURNS or self._stopping.is_set():
                return self._told(done)
            if done.cut is Cut.DIED:
                self._around.show(Way(None, say("The program that erases this drive ended; another goes on.")))
                continue
            if done.cut is Cut.NOT_ADMITTED:
                # It is not ready yet, or still held by a worker that hangs: time may help.
                ready_by = ready_by or time.monotonic() + REPLUG_SECONDS
                if time.monotonic() > ready_by:
                    return self._told(done)
                self._around.show(Way(None, done.result.reason, round(ready_by - time.monotonic())))
                await self._pause(LOOK_SECONDS)
            else:
                ready_by = None
            back = await self._returned(drive)
            if back is None:
                return self._told(Done(_stopped(self._plan)) if self._stopping.is_set() else done)
            drive = back

    async def stop(self) -> None:
        """Stop at the next safe point, or say that there is none. Never raises."""
        self._stopping.set()
        if self._link is not None:
            await self._link.stop()

    @property
    def password_set(self) -> bool:
        """A password of ours may stand on the drive."""
        return self._memory.password_set

    @property
    def stopped(self) -> bool:
        """A person has stopped it."""
        return self._stopping.is_set()

    def _can_go_on(self, done: Done) -> bool:
        """Whether another worker may take it up."""
        match done.cut:
            case Cut.NOT_ADMITTED:
                return bool(self._memory.records)  # at the start, no is no
            case Cut.AWAY:
                # Without a serial number nobody could tell whether the same drive comes back.
                return self._around.may_return and self._plan.drive.serial is not None
        return done.cut is Cut.DIED

    def _told(self, done: Done) -> Sanitization:
        """Under the name by which the drive is in the inventory, whatever it is called since."""
        result = done.result.model_copy(update={"drive": self._plan.drive})
        if result.status is SanitizationStatus.REFUSED and self._memory.records:
            return result.model_copy(update={"status": SanitizationStatus.INTERRUPTED})
        return result

    async def _by_worker(self, drive: DriveIdentity) -> Done:
        memory = self._memory
        request = self._request.model_copy(update={"verify": Verify.FULL}) if memory.records else self._request
        job = Job(request, self._plan.steps, memory.records, self._psid)
        async with await DriveLink.start(drive) as link:
            if self._stopping.is_set():
                return Done(_stopped(self._plan))
            self._link = link
            try:
                return await link.sanitize(job, self)
            finally:
                self._link = None

    async def _returned(self, gone: DriveIdentity) -> DriveIdentity | None:
        """The drive when it has come back, under whatever name; None when the time is over or it is stopped."""
        until = time.monotonic() + REPLUG_SECONDS
        while (left := until - time.monotonic()) > 0 and not self._stopping.is_set():
            found = await asyncio.to_thread(self._look)
            if back := self._memory.find(self._plan.drive, found):
                return back
            detail = say("{path} is gone. Plug the drive in again: it is waited for.", path=gone.path)
            self._around.show(Way(None, detail, round(left)))
            await self._pause(min(LOOK_SECONDS, left))
        return None

    def _look(self) -> list[Drive]:
        """The drives that are there now; none where that cannot be told at this moment."""
        try:
            found = self._around.find()
        except (OSError, Problem):
            return []
        if self._around.may_return:
            return found
        mine = (self._plan.drive.path, self._plan.drive.diskseq)
        # What has gone away and come back has another diskseq; without one nobody can tell.
        return [one for one in found if (one.path, one.diskseq) == mine and one.diskseq is not None]

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    # ---- what the worker says (drivelink.Follower)

    def keep(self, record: Record) -> None:
        drive = self._plan.drive.model_dump(mode="json")
        if not self._begun:
            # Before the first go: from here on the next start of this computer knows of this erase.
            self._around.record("erase_started", drive=drive, request=self._request.model_dump(mode="json"))
            for earlier in self._memory.records:
                self._around.record("erase_step", drive=drive, step=dict(earlier))
            self._around.take_over()
            self._begun = True
        if self._memory.can_do_without(record):
            # Nothing new is destroyed after it: a stick that was pulled is no reason to break off what runs.
            lost = self._around.track("erase_step", drive=drive, step=dict(record))
            self._loop.call_soon_threadsafe(self._around.warn, None if lost is None else UNSAVED)
        else:
            self._around.record("erase_step", drive=drive, step=dict(record))
        self._memory = self._memory.with_record(record)

    def progress(self, phase: str, done: int, total: int) -> None:
        percent, detail, left = self._pace.told(phase, done, total)
        self._tell(Way(percent, detail, left, phase, done, total, self._pace.rate, self._memory.bad_places))

    def silent(self, seconds: float) -> None:
        self._tell(Way(*self._pace.silent(seconds)))

    def surface(self, found: Mapping[str, object]) -> None:
        self.found_surface = found

    def unstoppable(self) -> None:
        self._stopping.clear()
        note = say(
            "The drive erases itself, and that cannot be stopped. Do not switch off: it goes on until it is done."
        )
        self._note = note, time.monotonic() + NOTE_SECONDS
        self._tell(self._way)

    def _tell(self, way: Way) -> None:
        self._way = way
        if self._note is not None and time.monotonic() < self._note[1]:
            way = replace(way, detail=self._note[0])
        self._around.show(way)


def _stopped(plan: Plan) -> Sanitization:
    return ended(plan.drive, SanitizationStatus.INTERRUPTED, STOPPED)

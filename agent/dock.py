"""The dock: bare drives on a bench PC, which is no donation. Only what is plugged in after the start is worked on.

Several drives go their way at once (agent.docked), each with a confirmation, a tag and a report of its own. The session
ends when somebody stops the step `dock`, once every drive in work is done.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent import habits, hotplug, questions, timekeeping
from agent.atstart import AtStart
from agent.checklist import Checklist
from agent.defence import defended
from agent.docked import Docked, Session, titled
from agent.grading.evidence import label
from agent.hotplug import Watch, stayed
from agent.inventory.drives import doubtful_serials
from agent.journal import Journal, JournalError
from agent.ledger import open_journal
from agent.leftovers import Leftover, leftovers
from agent.model.inventory import Drive, Inventory
from agent.model.message import Message, say
from agent.model.messages import AnyEvent, FinishedEvent, IntakeRequest, InventoryEvent, PhaseEvent, UseAid
from agent.model.problem import Problem
from agent.model.profile import Profile, ProfileSource
from agent.model.words import Mode, Outcome, Phase, SanitizationStatus
from agent.restart import Restart
from agent.sanitize.plan import identity
from agent.timekeeping import Timekeeping
from agent.unsaved import Unsaved
from agent.workplace import Workplace

log = logging.getLogger("ordis.dock")

STEP = "dock"
MOST_LOOKS = 15
"""At the start: one drive that comes and goes must not keep the dock from ever opening."""
UNFINISHED = say(
    "An earlier erase of this drive was never finished, but it was there at the start. Take it out, end the dock, "
    "start it again, and plug the drive in then."
)
QUIET_LOOKS = 2
"""Looks in a row that must find nothing new before the start is over: disks need some time to spin up."""


@dataclass(frozen=True)
class Earlier:
    """What the journal tells of a session that a crash of the service broke off."""

    start: AtStart | None = None
    committed: tuple[tuple[Drive, str], ...] = ()
    """Drives whose erase was confirmed and has no end, with their tags."""

    @classmethod
    def read(cls, journal: Journal) -> "Earlier":
        """Raises OSError, ValidationError."""
        start: AtStart | None = None
        committed: dict[str, tuple[Drive, str]] = {}
        for record in journal.records():
            match record:
                case {"record": "dock_start", "drives": list(drives)}:
                    start = AtStart(tuple(map(Drive.model_validate, drives)))
                case {"record": "committed", "drive": dict(drive), "tag": str(tag)}:
                    known = Drive.model_validate(drive)
                    committed[known.path] = (known, tag)
                case {"record": "undocked", "drive": {"path": str(path)}}:
                    committed.pop(path, None)
        return cls(start, tuple(committed.values()))

    def tag_of(self, drive: Drive) -> str | None:
        """The tag under which this very drive was confirmed; None unless it has been plugged in ever since."""
        if drive.diskseq is None and not drive.simulated:
            return None
        tags = [tag for known, tag in self.committed if stayed(known, drive) and known.size_bytes == drive.size_bytes]
        return tags[0] if len(tags) == 1 else None


class Dock:
    """One session. Create one and await `run` once; the rest as agent.intake.Intake."""

    def __init__(
        self,
        place: Workplace,
        profile: Profile,
        request: IntakeRequest,
        emit: Callable[[AnyEvent], None],
        ask: questions.Ask,
    ) -> None:
        self._place = place
        self._profile = profile
        self._request = request
        self._emit = emit
        self._ask = ask
        self._checklist = Checklist(place.mode, emit)
        self._time = Timekeeping(place.clock, place.settings.zone, self._checklist, ask if request.attended else None)
        self._unsaved = Unsaved(place, emit)
        self._source: ProfileSource | None = None
        self._restart: Restart | None = None
        self._journal: Journal | None = None
        # All that are there, the stick too: what was there at the start is to be known, whatever it is.
        self._watch = Watch(lambda: place.find_drives(place.source), hear=place.mode is Mode.REAL)
        self._start = AtStart()
        self._earlier = Earlier()
        self._left: list[Leftover] = []
        self._docked: list[Docked] = []
        """Those that are plugged in, or in work."""
        self._past: list[Docked] = []
        self._jobs: dict[Docked, asyncio.Task[None]] = {}
        self._away: dict[str, Drive] = {}
        """By step: drives that are there and must not be erased."""
        self._count = 0
        self._stopping = asyncio.Event()
        self._ending = asyncio.Lock()

    def take_up(self, restart: Restart) -> None:
        """Go on where a crash broke this session off; before `run`."""
        self._restart = restart

    def hand_on(self, unsaved: Unsaved, source: ProfileSource | None = None) -> None:
        """As Intake.hand_on."""
        self._unsaved, self._source = unsaved, source

    async def run(self) -> None:
        """Carry the session through; what goes wrong becomes an event, never an exception."""
        try:
            await defended(self._place.mode, self._emit, self._carry_through)
        finally:
            self._note("ended")

    async def stop_step(self, step_id: str) -> None:
        """`dock`: take no further drive, and end with the last one in work. Others as Intake.stop_step."""
        if step_id == STEP:
            self._stopping.set()
            return
        if step_id == timekeeping.STEP:
            await self._time.stop()
            return
        for one in self._docked:
            await one.stop_step(step_id)

    async def repeat_step(self, step_id: str) -> None:
        """As Intake.repeat_step."""
        if step_id == timekeeping.STEP:
            self._time.repeat()
        for one in self._docked:
            await one.repeat_step(step_id)

    def again(self, _step_id: str) -> None:
        """Nothing: its drives may be gone. Another session has them all again."""

    async def use_aid(self, _command: UseAid) -> None:
        """Nobody tries anything by hand on bare drives."""

    async def _carry_through(self) -> None:
        if (refusal := _refusal(self._request)) is not None:
            raise refusal
        self._phase(Phase.INVENTORY)
        self._emit(InventoryEvent(mode=self._place.mode, inventory=Inventory(), plans=[]))
        self._checklist.add(STEP, say("Dock for bare drives"))
        self._checklist.start(STEP, say("Plug in no drive yet: what is there now will never be touched."))
        if self._restart is None:
            await asyncio.to_thread(self._place.unplug)
        await asyncio.to_thread(self._open_journal)
        self.freeze(self._earlier.start.drives if self._earlier.start else await self._at_start())
        await asyncio.to_thread(
            self._note, "dock_start", drives=[one.model_dump(mode="json") for one in self._start.drives]
        )
        self._tell_start()
        self._phase(Phase.WORK)
        if self._restart is None:
            await asyncio.to_thread(self._place.plug)
        async with self._time:
            await self._serve()
        self._phase(Phase.DELIVERY)
        self._finish()

    # ---- the start

    def freeze(self, drives: Sequence[Drive]) -> None:
        """From now on these are never touched."""
        self._start = AtStart(tuple(drives))

    async def _at_start(self) -> list[Drive]:
        """Every drive that is seen until nothing new comes any more. Raises Problem where nobody can tell."""
        seen: list[Drive] = []
        quiet = good = 0
        for number in range(MOST_LOOKS):
            if number:
                await self._watch.pause(hotplug.LOOK_SECONDS)
            if (present := await self._watch.look()) is None:
                quiet = 0
                continue
            new = [one for one in present if not any(stayed(known, one) for known in seen)]
            seen += new
            good, quiet = good + 1, 0 if new else quiet + 1
            if quiet >= QUIET_LOOKS:
                break
        if not good:
            raise Problem(
                say("Which drives this computer has could not be found out, so the dock does not open."),
                say("Start it again. If it stays so, send the file of the log to the team."),
            )
        return seen

    def _open_journal(self) -> None:
        # The stick may leave again before a report is signed.
        self._place.signer.remember()
        habits.keep(self._place.settings, self._place.mode, self._request)
        self._left = leftovers(self._place.settings.journal(self._place.mode))
        try:
            if self._restart is not None:
                self._earlier = Earlier.read(self._restart.journal)
                self._journal = self._restart.reopened(self._place, uuid.uuid4())
            else:
                self._journal = open_journal(self._place, uuid.uuid4())
                self._journal.note("intake", request=self._request.model_dump(mode="json"))
        except (JournalError, ValueError, OSError) as error:
            # Each drive has a journal of its own, and says so itself where that is not to be had either.
            log.warning("the session has no journal: %s", error)

    def _tell_start(self) -> None:
        names = ", ".join(label(one) for one in self._start.drives)
        self._checklist.add("at_start", say("There from the start"))
        detail = say("never touched: {drives}", drives=names) if names else say("no drive")
        self._checklist.end("at_start", Outcome.SKIPPED, detail)
        for drive in self._start.drives:
            if any(left.of(identity(drive)) for left in self._left):
                self._turn_away(drive, UNFINISHED)
        self._checklist.let(STEP, repeat=False)
        self._checklist.progress(STEP, None, say("Plug in a drive."))

    # ---- the work

    async def _serve(self) -> None:
        """Until somebody ends the session, and every drive in work is done."""
        watching = asyncio.ensure_future(self._watch_drives())
        stopped = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({watching, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not watching.done():
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
            self._checklist.progress(STEP, None, say("No further drive is taken; those in work go on to their end."))
            await asyncio.gather(*self._jobs.values(), return_exceptions=True)
            if not watching.cancelled() and (error := watching.exception()) is not None:
                raise error
        finally:
            jobs = [watching, stopped, *self._jobs.values()]
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def _watch_drives(self) -> None:
        async for present in self._watch.looks():
            self.look(present)

    def look(self, present: list[Drive]) -> None:
        """Compare what is there now with what is known, and act on it. Never waits."""
        strangers = [one for one in present if not self._start.holds(one)]
        for docked in list(self._docked):
            if (there := docked.among(strangers)) is not None:
                strangers.remove(there)
            elif docked.over:
                self._docked.remove(docked)
            elif not docked.committed:
                self._docked.remove(docked)
                self._jobs[docked].cancel()
        for step_id, drive in list(self._away.items()):
            if not any(stayed(drive, one) for one in (*strangers, *present)):
                self._forget(step_id)
        doubts = doubtful_serials(present)
        for drive in strangers:
            if drive.ordis_stick:
                continue  # it brings settings and takes reports, and is known by what is on it
            why = self._start.against(drive, present) or next(iter(drive.obstacles), None) or doubts.get(drive.path)
            if why is None:
                self._take(drive)
            else:
                self._turn_away(drive, why)

    def _take(self, drive: Drive) -> None:
        self._forget(_step_of(drive))
        self._count += 1
        docked = Docked(self._session(), drive, self._count, self._earlier.tag_of(drive))
        self._docked.append(docked)
        self._past.append(docked)
        drives = {(one.drive.path, one.drive.serial, one.drive.size_bytes): one.drive for one in self._past}
        inventory = Inventory(drives=list(drives.values()))
        self._emit(InventoryEvent(mode=self._place.mode, inventory=inventory, plans=[]))
        self._jobs[docked] = asyncio.ensure_future(docked.run())

    def _session(self) -> Session:
        return Session(
            self._place, self._profile, self._request, self._emit, self._ask, self._unsaved, self._source,
            find=self._find, note=self._note, tag_is_taken=self._tag_is_taken, ending=self._ending,
        )  # fmt: skip

    def _find(self) -> list[Drive]:
        """The drives that may be erased: whoever looks for one that came back never finds one of the start."""
        present = self._place.find_drives(self._place.source)
        return [one for one in present if self._start.against(one, present) is None]

    def _tag_is_taken(self, tag: str, drive: Drive) -> Message | None:
        for other in self._past:
            same = drive.serial is not None and (other.drive.serial, other.drive.model) == (drive.serial, drive.model)
            if other.drive is not drive and not same and other.tag and other.tag.casefold() == tag.casefold():
                return say("“{tag}” is the tag of another drive of this session.", tag=tag)
        return None

    def _turn_away(self, drive: Drive, why: Message) -> None:
        step_id = _step_of(drive)
        if step_id not in self._away:
            self._away[step_id] = drive
            self._checklist.add(step_id, titled(drive))
        self._checklist.end(step_id, Outcome.SKIPPED, why)

    def _forget(self, step_id: str) -> None:
        if self._away.pop(step_id, None) is not None:
            self._checklist.remove(step_id)

    # ---- the end

    def _finish(self) -> None:
        results = [one.result for one in self._past if one.chosen]
        good = [one for one in results if one and one.status is SanitizationStatus.SANITIZED]
        bad = [one for one in results if one and one.status is not SanitizationStatus.SANITIZED]
        self._checklist.end(STEP, Outcome.PASSED, say("{count} drives erased", count=len(good)))
        if self._journal is not None:
            try:
                self._journal.close()
            except JournalError as error:
                log.warning("the journal of the session stays: %s", error)
            self._journal = None
        refused = bool(bad) and all(one.status is SanitizationStatus.REFUSED for one in bad)
        self._emit(FinishedEvent(mode=self._place.mode, good=len(good) == len(results), refused=refused))

    def _phase(self, phase: Phase) -> None:
        self._emit(PhaseEvent(mode=self._place.mode, phase=phase, profile=self._profile.name))

    def _note(self, kind: str, **fields: object) -> None:
        if self._journal is not None:
            self._journal.note(kind, **fields)


def _step_of(drive: Drive) -> str:
    return f"away:{drive.path}:{drive.diskseq}:{drive.serial}"


def _refusal(request: IntakeRequest) -> Problem | None:
    """Why a session cannot be held as it was asked for."""
    if not request.attended:
        return Problem(
            say("At the dock each drive is confirmed by somebody at the screen: it does not run without one."),
            say("Start ordis with a screen, and choose the dock."),
        )
    if request.erase not in (None, "none") or request.asset_tag is not None:
        return Problem(
            say("At the dock each drive gets its tag and its confirmation when it is plugged in, and none before."),
            say("Leave --asset-tag and --erase out."),
        )
    return None

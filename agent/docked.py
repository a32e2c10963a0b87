"""One bare drive's way through the dock: who it is, its tag, a confirmation of its own, tests, erase, report."""

import asyncio
import contextlib
import functools
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from agent import hotplug, probing, questions
from agent.asking import Asking
from agent.atstart import TOLD_BY_ITSELF
from agent.checkwork import CheckWork
from agent.dossier import Dossier
from agent.ending import Ending
from agent.erasing import Around, Erasing
from agent.gathering import Gathering
from agent.grading.evidence import label
from agent.journal import JournalError
from agent.kernelwatch import KernelCheck
from agent.ledger import open_journal
from agent.leftovers import interrupted, leftovers
from agent.model.inventory import Drive, Inventory
from agent.model.message import Message, say
from agent.model.messages import (
    AnyEvent,
    CheckEvent,
    CurvesEvent,
    DeliveryEvent,
    IntakeRequest,
    InventoryEvent,
    PhaseEvent,
)
from agent.model.profile import Profile, ProfileSource
from agent.model.sanitization import Plan, Sanitization
from agent.model.state import StepState, outcome_of
from agent.model.words import Delivery, Outcome, SanitizationStatus, StepStatus
from agent.pieces import Parts
from agent.report.naming import STATUS
from agent.schedule import Task
from agent.steering import Steering
from agent.tasks import Tasks, question
from agent.timekeeping import Timekeeping
from agent.unsaved import Unsaved
from agent.workplace import Workplace

log = logging.getLogger("ordis.dock")

UNPLUGGED = say("It was unplugged before anything was written to it.")


@dataclass(frozen=True)
class Session:
    """What the drives of one dock have in common."""

    place: Workplace
    profile: Profile
    request: IntakeRequest
    emit: Callable[[AnyEvent], None]
    ask: questions.Ask
    unsaved: Unsaved
    source: ProfileSource | None
    find: Callable[[], list[Drive]]
    """The drives that are there now but for those of the start; may raise OSError, Problem."""
    note: Callable[..., None]
    """Into the journal of the session: what its next life needs."""
    tag_is_taken: Callable[[str, Drive], Message | None]
    ending: asyncio.Lock
    """One report after the other: they share the spool."""


class Docked:
    """Create one for each time that a drive is plugged in, and await `run` once."""

    def __init__(self, session: Session, drive: Drive, number: int, tag: str | None = None) -> None:
        """`number` tells it from all others of this session. `tag`: it was confirmed before a crash, under this tag."""
        self.drive = drive
        self.committed = False
        """Its erase has been reached: from here on only the erase itself knows how to end."""
        self.over = False
        self._session = session
        self._id = uuid.uuid4()
        self._key = f"{drive.path}+{number}"
        self._line = f"drive:{self._id}"
        place = session.place
        self._dossier = dossier = Dossier(place, session.profile, session.request, self._tell)
        dossier.tag = tag
        self._checklist = dossier.checklist
        self._time = Timekeeping(place.clock, place.settings.zone, self._checklist, None)
        self._checks = CheckWork(place, self._checklist, self._tell, dossier.note)
        self._kernel = KernelCheck(dossier, self._checks, one_drive=True)
        around = Around(
            dossier.wanted, True, lambda: dossier.plans, dossier.drive, session.find, may_return=_tells_itself(drive)
        )
        self._erasing = Erasing(place, self._checklist, self._tell, around)
        if tag is not None:
            self._erasing.chosen.add(self._key)
        self._asking = Asking(dossier, self._erasing, session.ask)
        self._steering = Steering(dossier)
        self._tasks = Tasks(dossier, Gathering(dossier), self._checks, self._erasing, self._asking)
        self._delivery = Delivery.NOT_YET

    @property
    def tag(self) -> str | None:
        return self._dossier.tag

    @property
    def result(self) -> Sanitization | None:
        """What became of it, once that is known."""
        return next(iter(self._erasing.results.values()), None)

    @property
    def chosen(self) -> bool:
        """Somebody has confirmed that it is to be erased."""
        return self._key in self._erasing.chosen

    def among(self, present: Sequence[Drive]) -> Drive | None:
        """This drive among those that are there now. One whose erase goes on may have come back under another name;
        any other one that was unplugged is a stranger when it comes back."""
        if stayed := next((other for other in present if hotplug.stayed(self.drive, other)), None):
            return stayed
        if self.over or not self.committed:
            return None
        again = hotplug.recognise([self.drive], present).same
        return again[0][1] if again else None

    async def run(self) -> None:
        """From plugging in to "you may unplug it". What goes wrong is told on the drive's line; cancelled, it was
        unplugged too early."""
        try:
            await self._work()
        except asyncio.CancelledError:
            if not self.committed:  # else the service ends, and its journal tells how far the erase was
                self._fold(Outcome.SKIPPED, UNPLUGGED)
                await asyncio.to_thread(self._put_aside)
            raise
        except Exception as error:  # one drive must not stop the others
            log.exception("the drive %s broke off", self.drive.path)
            reason = say(
                "This step broke through a fault in Ordis ({error}): it counts as not done. Repeat it; if it breaks "
                "again, a support file helps those who can mend it.",
                error=f"{type(error).__name__}: {error}",
            )
            self._fold(Outcome.ERROR, reason)
        finally:
            self.over = True

    async def stop_step(self, step_id: str) -> None:
        """As Intake.stop_step; other drives' steps are passed over."""
        await self._steering.stop(step_id)

    async def repeat_step(self, step_id: str) -> None:
        """As Intake.repeat_step."""
        await self._steering.repeat(step_id)

    async def _work(self) -> None:
        dossier = self._dossier
        self._checklist.add(self._line, titled(self.drive))
        self._checklist.start(self._line, say("Do not unplug it."))
        [asked] = await probing.ask_all([self.drive])
        dossier.inventory = Inventory(drives=[asked])
        await asyncio.to_thread(self._open_journal)
        dossier.plans = [self._planned(asked)]
        self._steering.schedule.add(self._to_do(dossier.plans[0]))
        self._steering.open = True
        try:
            async with self._kernel.listening():
                await self._steering.schedule.run()
        finally:
            self._steering.open = False
        async with self._session.ending:
            await self._end()
        await asyncio.to_thread(self._session.note, "undocked", drive=self.drive.model_dump(mode="json"))

    def _open_journal(self) -> None:
        place, dossier = self._session.place, self._dossier
        self._erasing.leftovers = leftovers(place.settings.journal(place.mode))
        try:
            dossier.journal = self._erasing.journal = open_journal(place, self._id)
            dossier.note("docked", drive=self.drive.model_dump(mode="json"))
        except JournalError as error:
            # Tests and report go on; without a journal no erase starts (see Erasing).
            dossier.remarks.append(error.reason)

    def _put_aside(self) -> None:
        """Nothing was begun: nobody needs the journal."""
        if self._dossier.journal is not None:
            with contextlib.suppress(JournalError):
                self._dossier.journal.close()

    def _planned(self, drive: Drive) -> Plan:
        found = self._dossier.planned(drive)
        if (before := interrupted(found, self._erasing.leftovers)) is None:
            return found
        return found.model_copy(update={"warnings": [before.reason, *found.warnings]})

    # ---- steps

    def _to_do(self, drive_plan: Plan) -> list[Task]:
        tag, confirm, erase = (f"{step}:{self._key}" for step in ("asset_tag", "confirm", "erase"))
        tasks, first = [], None
        if self.tag is None:
            self._checklist.add(tag, say("Asset tag of the drive"))
            tasks.append(question(tag, functools.partial(self._ask_tag, tag)))
        if drive_plan.steps and not self.chosen and self._session.request.erase != "none":
            first = confirm
            self._checklist.add(confirm, say("Erase it?"))
            asking = functools.partial(self._asking.single_drive, confirm, drive_plan, self._key, questions.LATE)
            tasks.append(question(confirm, asking, tag if tasks else None, once=True))
        work = self._tasks.drive(drive_plan, self._key, first)
        return tasks + [
            replace(task, run=functools.partial(self._commit, task)) if task.id == erase else task for task in work
        ]

    async def _ask_tag(self, step_id: str) -> None:
        self._checklist.start(step_id)
        text = say("Which number is on the label of this drive: {drive}?", drive=label(self.drive))
        settings = self._session.place.settings
        refused = functools.partial(self._taken, self.drive)
        self._dossier.tag = await questions.asset_tag(self._session.ask, settings, text, refused)
        await asyncio.to_thread(self._dossier.note, "asset_tag", tag=self.tag)
        self._checklist.end(step_id, Outcome.PASSED, say("{tag}", tag=self.tag or ""))

    def _taken(self, drive: Drive, tag: str) -> Message | None:
        return self._session.tag_is_taken(tag, drive)

    async def _commit(self, erase: Task) -> None:
        self.committed = True
        if self.chosen:
            drive = self.drive.model_dump(mode="json")
            await asyncio.to_thread(self._session.note, "committed", drive=drive, tag=self.tag)
        await erase.run()

    # ---- the end

    async def _end(self) -> None:
        session = self._session
        pieces = Parts(self._dossier, self._checks, self._erasing, self._time).together(self._id, session.source, None)
        ending = Ending(session.place, self._checklist, self._tell, session.unsaved, key=str(self._id))
        await ending.run(pieces, self._dossier.journal)
        self._say_how_it_ended()

    def _say_how_it_ended(self) -> None:
        done = self.result
        outcome = outcome_of(done.status) if done else Outcome.ERROR
        fate = STATUS[done.status if done else SanitizationStatus.NOT_REQUESTED].text
        if self._delivery is Delivery.UNSAVED:
            # The report's own lines stay: they say what to do, and hear when it is saved after all.
            self._checklist.end(self._line, outcome, say("Tag {tag}: {fate}.", tag=self.tag or "-", fate=fate))
            return
        self._fold(outcome, say("Tag {tag}: {fate}. You may unplug it.", tag=self.tag or "-", fate=fate))

    def _fold(self, outcome: Outcome, detail: Message) -> None:
        status = StepStatus.SKIPPED if outcome is Outcome.SKIPPED else StepStatus.DONE
        title = titled(self.drive)
        self._checklist.fold(StepState(id=self._line, title=title, status=status, outcome=outcome, detail=detail))

    def _tell(self, event: AnyEvent) -> None:
        """To the faces: of one drive among several, and in few words, for a hundred may come by."""
        match event:
            case PhaseEvent() | InventoryEvent() | CurvesEvent():
                return
            case DeliveryEvent():
                self._delivery = event.delivery.status
            case CheckEvent():
                event = event.model_copy(update={"check": event.check.model_copy(update={"series": []})})
        self._session.emit(event)


def titled(drive: Drive) -> Message:
    """A drive at the dock as the checklist calls it."""
    return say("{drive}, {size:bytes}", drive=label(drive), size=drive.size_bytes)


def _tells_itself(drive: Drive) -> bool:
    """Its serial number is its own, so that it is known again when it comes back in the middle of its erase. A bridge
    may give one number to every drive: then only a person can say whether it is the same."""
    return drive.transport in TOLD_BY_ITSELF

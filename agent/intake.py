"""The one flow: inventory → checks and sanitization → grade → report → delivery. Prints nothing."""

import asyncio
import functools
import logging
import uuid
from collections.abc import Callable, Coroutine

from agent import ending, gathering, habits, hotplug, questions, selection, timekeeping
from agent.asking import Asking
from agent.checkwork import CheckWork
from agent.defence import defended
from agent.delivery.reach import reached
from agent.dossier import Dossier
from agent.ending import Ending
from agent.erasing import Around, Erasing
from agent.gathering import Gathering
from agent.grading.rubric import grade
from agent.journal import JournalError
from agent.kernelwatch import KernelCheck
from agent.ledger import open_journal
from agent.leftovers import leftovers
from agent.manualwork import ManualWork
from agent.model.message import say
from agent.model.messages import AnyEvent, FinishedEvent, GradeEvent, IntakeRequest, UseAid
from agent.model.profile import Profile, ProfileSource
from agent.model.words import Phase
from agent.outlook import Outlook
from agent.pieces import Parts
from agent.restart import Restart
from agent.steering import Steering
from agent.tasks import Tasks
from agent.timekeeping import Timekeeping
from agent.unsaved import Unsaved
from agent.workplace import Workplace

log = logging.getLogger("ordis.intake")

_AFTERWARDS = frozenset({"inventory", "asset_tag", "empty_bay", "check", timekeeping.STEP})
"""What can be repeated after the end, by the first word of its step's id."""


class Intake:
    """One machine's way through the bench. Create one per intake and await `run` once."""

    def __init__(
        self,
        place: Workplace,
        profile: Profile,
        request: IntakeRequest,
        emit: Callable[[AnyEvent], None],
        ask: questions.Ask,
    ) -> None:
        self._place = place
        self._source: ProfileSource | None = None
        self._emit = emit
        self._id = uuid.uuid4()
        self._dossier = dossier = Dossier(place, profile, request, emit)
        self._checklist = dossier.checklist
        self._asked = ask if request.attended else None
        self._time = Timekeeping(place.clock, place.settings.zone, self._checklist, self._asked)
        self._restart: Restart | None = None
        self._checks = CheckWork(place, self._checklist, emit, dossier.note, lambda: reached(place.settings))
        self._kernel = KernelCheck(dossier, self._checks)
        self._unsaved = Unsaved(place, emit)
        around = Around(dossier.wanted, request.attended, lambda: dossier.plans, dossier.drive)
        self._erasing = Erasing(place, self._checklist, emit, around)
        self._gathering = Gathering(dossier)
        self._asking = Asking(dossier, self._erasing, ask)
        self._steering = Steering(dossier)
        self._ending: Ending | None = None
        self._manual = ManualWork(dossier, ask, lambda: self._checks.results)
        self._tasks = Tasks(dossier, self._gathering, self._checks, self._erasing, self._asking, self._manual)
        self._tasks.retreat = self._steering.retreat

    def take_up(self, restart: Restart) -> None:
        """Go on where a crash broke this intake off, instead of beginning anew; before `run`."""
        self._restart = self._tasks.restart = self._checks.restart = self._manual.restart = restart
        self._erasing.take_up(restart)
        self._dossier.tag = restart.asset_tag

    def hand_on(self, unsaved: Unsaved, source: ProfileSource | None = None) -> None:
        """Who holds the report where it cannot be saved, for longer than this intake lasts; and which profile it is.
        Before `run`."""
        self._unsaved, self._source = unsaved, source

    async def run(self) -> None:
        """Carry the intake through; what goes wrong becomes an event, never an exception."""
        try:
            await defended(self._place.mode, self._emit, self._carry_through)
        finally:
            self._dossier.note("ended")  # also when it was told to: only what a crash broke off goes on by itself
            # Without a journal no erase begins any more, whatever is repeated afterwards.
            self._dossier.journal = self._erasing.journal = None

    async def stop_step(self, step_id: str) -> None:
        """Stop a step that runs, or skip one that has not begun; the rest goes on."""
        match step_id:
            case timekeeping.STEP:
                await self._time.stop()
            case gathering.UNFREEZE:
                self._gathering.stop_unfreezing()
            case ending.DELIVERY if self._ending is not None:
                self._ending.stop_delivery()
            case _:
                await self._steering.stop(step_id)

    async def repeat_step(self, step_id: str) -> None:
        """Carry a step out again that has ended, while the work goes on."""
        if step_id == timekeeping.STEP:
            self._time.repeat()
        else:
            await self._steering.repeat(step_id)

    def again(self, step_id: str) -> Coroutine[None, None, None] | None:
        """After the end: carry a step out again, and then make another report, which takes the place of the last one;
        of `delivery`, try again now. None for what is not repeated then: erases begin with an intake of their own."""
        if step_id not in self._afterwards():
            return None
        return defended(self._place.mode, self._emit, functools.partial(self._once_more, step_id))

    async def use_aid(self, command: UseAid) -> None:
        """Start or stop what helps to answer the open manual check."""
        await self._manual.use_aid(command)

    async def _carry_through(self) -> None:
        async with self._time, self._kernel.listening():
            await self._work_up()
        await self._end()

    async def _work_up(self) -> None:
        """Everything but the last word."""
        # The stick may have come after this program started, and may leave again before the report is signed.
        await asyncio.to_thread(self._place.signer.remember)
        self._dossier.phase(Phase.INVENTORY)
        await self._gathering.begin(anew=self._restart is None)
        await self._gathering.unfreeze(self._asked)
        self._erasing.chosen = self._choose()
        # In a thread, as all that waits for the stick: one that stalls must not keep the screens waiting.
        await asyncio.to_thread(self._open_journal)
        self._dossier.phase(Phase.WORK)
        await self._work()
        self._dossier.tell_inventory()

    async def _once_more(self, step_id: str) -> None:
        self._checklist.close()
        if step_id == ending.DELIVERY and self._ending is not None:
            await self._ending.deliver_again()
            self._finish()
            return
        if step_id == timekeeping.STEP:
            self._dossier.phase(Phase.WORK)
            if (asking := self._time.repeat()) is not None:
                await asking
        elif step_id != ending.REPORT:
            self._dossier.phase(Phase.WORK)
            for other in self._afterwards():  # they may join in
                self._checklist.let(other, repeat=True)
            self._checklist.close([timekeeping.STEP, ending.REPORT, ending.DELIVERY])
            self._steering.open = True
            try:
                await self._steering.repeat(step_id)
                await self._steering.schedule.run()
            finally:
                self._steering.open = False
        self._dossier.remarks.append(
            say("After steps were repeated, this report takes the place of the report {report}.", report=str(self._id))
        )
        self._id = uuid.uuid4()
        await self._end()

    def _afterwards(self) -> list[str]:
        """The steps that can be repeated after the end: no erase, and nothing that would lead to one."""
        if self._ending is None:
            return []
        steps = [step for step in self._checklist.steps() if step.partition(":")[0] in _AFTERWARDS]
        known = [step for step in steps if self._steering.known(step)]
        date = [timekeeping.STEP] if timekeeping.STEP in steps else []
        return [*known, *date, ending.REPORT, ending.DELIVERY]

    async def _end(self) -> None:
        dossier = self._dossier
        self._checklist.close()
        result = grade(
            dossier.inventory,
            self._checks.results,
            list(self._erasing.results.values()),
            dossier.profile.grade,
            empty_bay_confirmed=dossier.bay_empty,
        )
        self._emit(GradeEvent(mode=self._place.mode, grade=result))
        pieces = Parts(dossier, self._checks, self._erasing, self._time).together(self._id, self._source, result)
        self._ending = Ending(self._place, self._checklist, self._emit, self._unsaved)
        await self._ending.run(pieces, dossier.journal)
        self._finish()

    def _finish(self) -> None:
        for step_id in self._afterwards():
            self._checklist.let(step_id, repeat=True)
        good, refused = self._erasing.good(), self._erasing.refused()
        self._emit(FinishedEvent(mode=self._place.mode, good=good, refused=refused))

    def _choose(self) -> set[str]:
        """The drives that the command line names, or that were confirmed before a crash."""
        plans, request, settings = self._dossier.plans, self._dossier.request, self._place.settings
        if self._restart is not None and self._restart.confirmed is not None:
            return self._restart.chosen(plans)
        return selection.by_words(plans, request, self._place.mode, settings.unattended_erase)

    def _open_journal(self) -> None:
        dossier = self._dossier
        self._place.signer.remember()  # a stick that has come meanwhile
        habits.keep(self._place.settings, self._place.mode, dossier.request)
        self._erasing.leftovers = leftovers(self._place.settings.journal(self._place.mode))
        try:
            if self._restart is not None:
                journal = self._restart.reopened(self._place, self._id)
            else:
                journal = open_journal(self._place, self._id)
                machine = dossier.inventory.machine.machine_id
                journal.note("intake", machine_id=machine, request=dossier.request.model_dump(mode="json"))
            dossier.journal = self._erasing.journal = journal
            if dossier.request.erase is not None and self._restart is None:
                self._asking.note_confirmed([each for each in dossier.plans if each.drive.path in self._erasing.chosen])
        except JournalError as error:
            # Checks and the report go on; without a journal no erase starts (see Erasing).
            dossier.remarks.append(error.reason)

    async def _work(self) -> None:
        """All tasks, and those of the drives that appear meanwhile."""
        crowd = hotplug.Crowd(
            self._gathering.watch,
            lambda: self._dossier.inventory.drives,
            lambda: list(self._erasing.results.values()),
            self._tasks.noticed,
        )
        schedule = self._steering.schedule
        schedule.add(self._tasks.all())
        self._steering.open = True
        try:
            if self._restart is not None:
                self._steering.leave_out(self._restart.left_out)
            async with Outlook(self._dossier, schedule).told():
                await crowd.run(schedule)
                self._steering.open = False
                await schedule.run()  # what somebody repeated at the last moment
        finally:
            self._steering.open = False

"""The one flow: inventory → checks and sanitization → grade → report → delivery. Prints nothing."""

import asyncio
import functools
import logging
import uuid
from collections.abc import Callable

from agent import drivework, hotplug, probing, questions, selection, unfreezing
from agent.checklist import Checklist
from agent.checks import drive_health, registry
from agent.checkwork import CheckWork
from agent.ending import Ending, Pieces
from agent.erasing import Around, Erasing
from agent.grading.rubric import grade
from agent.inventory import collect, smart
from agent.journal import Journal, JournalError
from agent.ledger import ledger, open_journal
from agent.leftovers import leftovers
from agent.model.inventory import Drive, Inventory, UnseenDrive
from agent.model.message import Message, say
from agent.model.messages import (
    AnyEvent,
    FinishedEvent,
    GradeEvent,
    IntakeRequest,
    InventoryEvent,
    PhaseEvent,
    ProblemEvent,
)
from agent.model.problem import Problem
from agent.model.profile import Profile
from agent.model.sanitization import Plan
from agent.model.words import Mode, Outcome, Phase
from agent.restart import Restart
from agent.sanitize.plan import plan
from agent.schedule import Task
from agent.timekeeping import Timekeeping
from agent.unsaved import Unsaved
from agent.workplace import Workplace

log = logging.getLogger("ordis.intake")


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
        self._profile = profile
        self._request = request
        self._emit = emit
        self._ask = ask
        self._checklist = Checklist(place.mode, emit)
        self._id = uuid.uuid4()
        asked = ask if request.attended else None
        self._time = Timekeeping(place.clock, place.settings.zone, self._checklist, asked)
        self._restart: Restart | None = None
        self._tag = request.asset_tag
        self._inventory = Inventory()
        self._plans: list[Plan] = []
        self._bay_empty = False
        self._remarks: list[Message] = []
        self._journal: Journal | None = None
        self._checks = CheckWork(place.mode, self._checklist, emit, self._note)
        self._ask_drives = probing.ask_all
        self._watch = hotplug.Watch(lambda: place.machines_drives(place.source), hear=place.mode is Mode.REAL)
        self._lost: list[UnseenDrive] = []
        self._unsaved = Unsaved(place, emit)
        self._wanted = request.sanitization or profile.sanitization.request()
        around = Around(self._wanted, request.attended, lambda: self._plans, self._drive)
        self._erasing = Erasing(place, self._checklist, emit, around)

    def take_up(self, restart: Restart) -> None:
        """Go on where a crash broke this intake off, instead of beginning anew; before `run`."""
        self._restart = self._erasing.restart = restart
        self._tag = restart.asset_tag

    def hand_on(self, unsaved: Unsaved) -> None:
        """Who holds the report where it cannot be saved, for longer than this intake lasts; before `run`."""
        self._unsaved = unsaved

    async def run(self) -> None:
        """Carry the intake through; what goes wrong becomes an event, never an exception."""
        try:
            async with self._time:
                await self._work_up()
            await self._end()
        except Problem as problem:
            self._emit(ProblemEvent(mode=self._place.mode, problem=problem.reason, hint=problem.hint, refused=True))
        except Exception as error:  # the last line of defence: a volunteer sees a sentence
            log.exception("the intake broke off")
            self._emit(
                ProblemEvent(
                    mode=self._place.mode,
                    problem=say("The intake broke off: {error}.", error=f"{type(error).__name__}: {error}"),
                    hint=say("Start it again. If it happens twice, send the file of the log to the team."),
                )
            )
        finally:
            self._note("ended")  # also when it was told to: only what a crash broke off goes on by itself

    async def stop_step(self, step_id: str) -> None:
        """Stop one running check, or one erase even before it has begun; the rest goes on."""
        if not self._checks.stop(step_id):
            await self._erasing.stop(step_id)

    async def _work_up(self) -> None:
        """Everything but the last word."""
        self._phase(Phase.INVENTORY)
        await self._take_inventory()
        await self._unfreeze()
        self._erasing.chosen = self._choose()
        # In a thread, as all that waits for the stick: one that stalls must not keep the screens waiting.
        await asyncio.to_thread(self._open_journal)
        self._phase(Phase.WORK)
        await self._work()
        self._tell_inventory()

    async def _end(self) -> None:
        result = grade(
            self._inventory,
            self._checks.results,
            list(self._erasing.results.values()),
            self._profile.grade,
            empty_bay_confirmed=self._bay_empty,
        )
        self._emit(GradeEvent(mode=self._place.mode, grade=result))
        started, created = self._time.moments()
        doubt = self._time.remark()
        pieces = Pieces(
            report_id=self._id,
            started=started,
            created=created,
            time_source=self._time.source,
            seconds=self._time.seconds,
            profile=self._profile,
            asset_tag=self._tag,
            lot=self._request.lot,
            inventory=self._inventory,
            checks=self._checks.results,
            sanitizations=list(self._erasing.results.values()),
            grade=result,
            remarks=[*self._remarks, doubt] if doubt else self._remarks,
        )
        await Ending(self._place, self._checklist, self._emit, self._unsaved).run(pieces, self._journal)
        good, refused = self._erasing.good(), self._erasing.refused()
        self._emit(FinishedEvent(mode=self._place.mode, good=good, refused=refused))

    def _note(self, kind: str, **fields: object) -> None:
        """Journal what is good to know later. Only what an erase waits for may fail (see Erasing)."""
        if self._journal is not None:
            self._journal.note(kind, **fields)

    def _choose(self) -> set[str]:
        """The drives that the command line names, or that were confirmed before a crash."""
        if self._restart is not None and self._restart.confirmed is not None:
            return self._restart.chosen(self._plans)
        return selection.by_words(self._plans, self._request, self._place.mode, self._place.settings.unattended_erase)

    def _note_confirmed(self, plans: list[Plan]) -> None:
        self._note("confirmed", drives=[each.drive.model_dump(mode="json") for each in plans])

    def _phase(self, phase: Phase) -> None:
        self._emit(PhaseEvent(mode=self._place.mode, phase=phase, asset_tag=self._tag, profile=self._profile.name))

    # ---- inventory

    async def _take_inventory(self) -> None:
        self._checklist.add("inventory", say("What this machine is"))
        self._checklist.start("inventory")
        if self._restart is None:
            await asyncio.to_thread(self._place.prepare)
        loop = asyncio.get_running_loop()

        def tell(early: Inventory) -> None:
            loop.call_soon_threadsafe(self._tell_early, early)

        found = await asyncio.to_thread(collect.fast, self._place.source, self._place.machines_drives, tell=tell)
        self._know(found)
        # The facts are on the screen before the drives are asked, which takes a sleeping disk half a minute.
        self._know(found.model_copy(update={"drives": await self._ask_drives(found.drives)}))

    def _tell_early(self, found: Inventory) -> None:
        """Some part keeps the others waiting: the screen gets what there is."""
        self._emit(InventoryEvent(mode=self._place.mode, inventory=found, plans=[]))

    def _know(self, found: Inventory) -> None:
        self._inventory = found
        self._plans = [self._planned(drive) for drive in found.drives]
        self._tell_inventory()

    def _planned(self, drive: Drive) -> Plan:
        return plan(drive, self._wanted)

    async def _unfreeze(self) -> None:
        """Before anything else is done: nothing runs yet, and what is confirmed later is what is there then."""
        drives = self._inventory.drives
        if self._request.erase == "none" or not any(unfreezing.gains(drive, self._planned) for drive in drives):
            return
        self._checklist.add("unfreeze", say("Free frozen drives"))
        self._checklist.start("unfreeze")
        means = unfreezing.Means(
            planned=self._planned,
            list_drives=self._watch.look,
            ask_drives=self._ask_drives,
            no_sleep=self._place.no_sleep,
            sleep=self._place.sleep,
            tell=lambda what, left: self._checklist.progress("unfreeze", None, what, left),
        )
        ask, alone = (self._ask if self._request.attended else None), self._place.settings.unattended_sleep
        end = await unfreezing.Unfreezing(means, ask, alone=alone).run(drives)
        self._inventory = self._inventory.model_copy(update={"drives": end.drives})
        self._plans = [
            unfreezing.explained(drive, self._planned(drive), end.why, self._planned) for drive in end.drives
        ]
        self._checklist.end("unfreeze", Outcome.SKIPPED if end.why else Outcome.PASSED, end.why)
        self._tell_inventory()

    def _tell_inventory(self) -> None:
        self._emit(InventoryEvent(mode=self._place.mode, inventory=self._inventory, plans=self._plans))

    async def _complete_inventory(self) -> None:
        slow = await asyncio.to_thread(collect.slow, self._place.source, self._inventory)
        # Drive health arrives beside this: keep the drives as they are now.
        kept = {"drives": self._inventory.drives, "unseen_drives": self._inventory.unseen_drives}
        self._inventory = slow.model_copy(update=kept)
        self._tell_inventory()
        self._checklist.end("inventory", Outcome.PASSED)

    def _open_journal(self) -> None:
        # The stick may have come after this program started, and may leave again before the report is signed.
        self._place.signer.remember()
        self._erasing.leftovers = leftovers(self._place.settings.journal(self._place.mode))
        try:
            if self._restart is not None:
                journal = self._restart.journal
                journal.secure(self._place.keeps, ledger(self._place, self._id))
                journal.note("restarted", journal=journal.name)
            else:
                journal = open_journal(self._place, self._id)
                machine = self._inventory.machine.machine_id
                journal.note("intake", machine_id=machine, request=self._request.model_dump(mode="json"))
            self._journal = self._erasing.journal = journal
            if self._request.erase is not None and self._restart is None:
                self._note_confirmed([each for each in self._plans if each.drive.path in self._erasing.chosen])
        except JournalError as error:
            # Checks and the report go on; without a journal no erase starts (see _erase).
            self._remarks.append(error.reason)

    # ---- the plan of the work

    async def _work(self) -> None:
        """All tasks, and those of the drives that appear meanwhile."""
        crowd = hotplug.Crowd(
            self._watch, lambda: self._inventory.drives, lambda: list(self._erasing.results.values()), self._noticed
        )
        await crowd.run_all(self._tasks(), self._task_failed)

    async def _noticed(self, new: list[Drive], lost: list[UnseenDrive]) -> list[Task]:
        late = await self._ask_drives(new)
        others = [sign for sign in self._inventory.unseen_drives if sign not in self._lost]
        self._lost = lost
        update = {"drives": [*self._inventory.drives, *late], "unseen_drives": [*others, *lost]}
        self._inventory = self._inventory.model_copy(update=update)
        tasks = [task for drive in late for task in self._late_tasks(self._planned(drive))]
        self._tell_inventory()
        return tasks

    def _late_tasks(self, drive_plan: Plan) -> list[Task]:
        """A drive that came after the start: no earlier confirmation counts for it, and none by its name."""
        self._plans.append(drive_plan)
        # Never the path alone: an earlier drive may have had it, and may have been confirmed under it.
        key = f"{drive_plan.drive.path}+{len(self._plans)}"
        self._note("late_drive", drive=drive_plan.drive.model_dump(mode="json"))
        if not self._request.attended or self._request.erase == "none" or not drive_plan.steps:
            return self._drive_tasks(drive_plan, key, None)
        confirm = f"confirm:{key}"
        self._checklist.add(confirm, say("Erase {drive}, which came later?", drive=selection.named(drive_plan)))
        asking = functools.partial(self._ask_late, confirm, drive_plan, key)
        return [Task(confirm, asking, frozenset({"person"})), *self._drive_tasks(drive_plan, key, confirm)]

    def _tasks(self) -> list[Task]:
        tasks = [Task("inventory", self._complete_inventory)]
        tasks += self._question_tasks()
        for drive_plan in self._plans:
            first = "confirm" if self._asks_confirmation else None
            tasks += self._drive_tasks(drive_plan, drive_plan.drive.path, first)
        for order in registry.orders(self._profile, self._inventory):
            step_id = f"check:{order.check}:{order.subject}" if order.subject else f"check:{order.check}"
            self._checklist.add(step_id, order.title, order.expected_seconds)
            tasks.append(
                # After the inventory, whose processor measurement would be spoilt by the load.
                Task(
                    step_id, functools.partial(self._checks.run, step_id, order), order.loads, frozenset({"inventory"})
                )
            )
        for result in registry.verdicts(self._profile, self._inventory):
            step_id = f"check:{result.id}:{result.subject}" if result.subject else f"check:{result.id}"
            self._checklist.add(step_id, result.title)
            self._checks.keep(step_id, result)
        return tasks

    @property
    def _asks_confirmation(self) -> bool:
        confirmed = self._restart is not None and self._restart.confirmed is not None
        return self._request.erase is None and not confirmed and any(each.steps for each in self._plans)

    def _question_tasks(self) -> list[Task]:
        person = frozenset({"person"})
        tasks = []
        if self._tag is None:
            self._checklist.add("asset_tag", say("The machine's asset tag"))
            tasks.append(Task("asset_tag", self._ask_tag, person))
        after = frozenset(task.id for task in tasks)
        if self._asks_confirmation:
            self._checklist.add("confirm", say("Which drives to erase"))
            asking = functools.partial(self._ask_confirmation, list(self._plans))
            tasks.append(Task("confirm", asking, person, after))
        if not self._plans and self._request.attended:
            self._checklist.add("empty_bay", say("No drive was found"))
            tasks.append(Task("empty_bay", self._ask_empty_bay, person, after))
        return tasks

    def _drive_tasks(self, drive_plan: Plan, key: str, confirm: str | None) -> list[Task]:
        """`key` stands for the drive in the names of its steps and in what was chosen; `confirm` is the step whose end
        its erase waits for."""
        loads = frozenset({f"drive:{drive_plan.drive.path}"})
        name = selection.named(drive_plan)
        tasks = []
        health, after = f"check:drive_health:{key}", frozenset({confirm} if confirm else ())
        if self._profile.checks.drive_health.enabled:
            self._checklist.add(health, say("Health of {drive}", drive=name))
            tasks.append(Task(health, functools.partial(self._health, health, drive_plan), loads))
            after |= {health}
        asked = self._request.attended and self._request.erase != "none"
        if asked and selection.psid_opens(self._drive(drive_plan), self._wanted):
            psid = f"psid:{key}"
            self._checklist.add(psid, say("PSID of {drive}", drive=name))
            asking = functools.partial(self._ask_psid, psid, drive_plan, key)
            tasks.append(Task(psid, asking, frozenset({"person"}), frozenset({confirm} if confirm else ())))
            after |= {psid}
        erase = f"erase:{key}"
        self._checklist.add(erase, say("Erase {drive}", drive=name), drive_plan.seconds_expected or None)
        tasks.append(Task(erase, functools.partial(self._erasing.run, erase, drive_plan, key), loads, after))
        return tasks

    def _task_failed(self, task: Task, error: Exception) -> None:
        log.error("step %s broke", task.id, exc_info=error)
        reason = say("This step broke: {error}.", error=f"{type(error).__name__}: {error}")
        self._remarks.append(reason)
        self._checklist.end(task.id, Outcome.ERROR, reason)

    # ---- questions

    async def _ask_tag(self) -> None:
        self._checklist.start("asset_tag")
        self._tag = await questions.asset_tag(self._ask, self._place.settings)
        await asyncio.to_thread(self._note, "asset_tag", tag=self._tag)
        self._checklist.end("asset_tag", Outcome.PASSED, say("{tag}", tag=self._tag))
        self._phase(Phase.WORK)

    async def _ask_late(self, step_id: str, drive_plan: Plan, key: str) -> None:
        self._checklist.start(step_id)
        if await questions.late_drive_to_erase(self._ask, drive_plan, self._tag):
            self._erasing.chosen.add(key)
            await asyncio.to_thread(self._note_confirmed, [drive_plan])
            self._checklist.end(step_id, Outcome.PASSED)
        else:
            self._checklist.end(step_id, Outcome.SKIPPED, say("Nothing is erased."))

    async def _ask_confirmation(self, plans: list[Plan]) -> None:
        """Of the drives that were there at the start; a later one has a question of its own."""
        self._checklist.start("confirm")
        self._erasing.chosen |= await questions.drives_to_erase(self._ask, plans, self._tag)
        confirmed = [each for each in plans if each.drive.path in self._erasing.chosen]
        await asyncio.to_thread(self._note_confirmed, confirmed)
        if self._erasing.chosen:
            self._checklist.end("confirm", Outcome.PASSED, say("{count} confirmed", count=len(self._erasing.chosen)))
        else:
            self._checklist.end("confirm", Outcome.SKIPPED, say("Nothing is erased."))

    async def _ask_psid(self, step_id: str, drive_plan: Plan, key: str) -> None:
        """Of a locked drive that is to be erased; of no other one."""
        if self._erasing.without_work(drive_plan, key) is not None:
            self._checklist.end(step_id, Outcome.SKIPPED)
            return
        self._checklist.start(step_id)
        found = await questions.psid(self._ask, drive_plan.drive)
        if found is None:
            self._checklist.end(step_id, Outcome.SKIPPED, say("Nobody typed it: the drive stays locked."))
        else:
            self._erasing.psids[key] = found
            self._checklist.end(step_id, Outcome.PASSED)

    async def _ask_empty_bay(self) -> None:
        self._checklist.start("empty_bay")
        self._bay_empty = await questions.bay_is_empty(self._ask)
        self._checklist.end("empty_bay", Outcome.PASSED if self._bay_empty else Outcome.SKIPPED)

    # ---- drives

    def _place_of(self, drive_plan: Plan) -> int:
        """Drives and plans stand in the same order; a path may have belonged to two drives, one after the other."""
        return next(number for number, each in enumerate(self._plans) if each is drive_plan)

    def _drive(self, drive_plan: Plan) -> Drive:
        return self._inventory.drives[self._place_of(drive_plan)]

    async def _health(self, step_id: str, drive_plan: Plan) -> None:
        self._checklist.start(step_id)
        at = self._place_of(drive_plan)
        answer = await drivework.read_health(drive_plan)
        if not isinstance(answer, Message):
            drives = list(self._inventory.drives)
            drives[at] = smart.with_smart(drives[at], answer)
            self._inventory = self._inventory.model_copy(update={"drives": drives})
            self._tell_inventory()
        drive = self._inventory.drives[at]
        result = drive_health.judge(drive, self._profile.grade.drive)
        if isinstance(answer, Message):
            result = result.model_copy(update={"reason": answer})
        self._checks.keep(step_id, result)

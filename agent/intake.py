"""The one flow: inventory → checks and sanitization → grade → report → delivery. Prints nothing."""

import asyncio
import contextlib
import functools
import logging
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

from agent import drivework, questions, selection
from agent.checklist import Checklist
from agent.checks import drive_health, registry, runner
from agent.drivelink import DriveLink
from agent.ending import Ending, Pieces
from agent.grading.rubric import grade
from agent.inventory import collect, smart
from agent.journal import Journal, JournalError
from agent.leftovers import Leftover, interrupted, key, leftovers, stricter
from agent.model.check import CheckResult
from agent.model.inventory import Drive, Inventory
from agent.model.message import Message, say
from agent.model.messages import (
    AnyEvent,
    CheckEvent,
    FinishedEvent,
    GradeEvent,
    IntakeRequest,
    InventoryEvent,
    PhaseEvent,
    ProblemEvent,
    SanitizationEvent,
)
from agent.model.problem import Problem
from agent.model.profile import Profile
from agent.model.sanitization import Plan, Sanitization, SanitizationRequest, ended
from agent.model.state import outcome_of
from agent.model.words import Outcome, Phase, SanitizationStatus
from agent.sanitize.chunks import Stopped
from agent.sanitize.evidence import TRY_AGAIN
from agent.sanitize.plan import plan
from agent.schedule import Task, run_all
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
        self._started = datetime.now(UTC)
        self._clock = time.clock_gettime(time.CLOCK_BOOTTIME)  # goes on while the machine sleeps
        self._tag = request.asset_tag
        self._inventory = Inventory()
        self._plans: list[Plan] = []
        self._checks: list[CheckResult] = []
        self._sanitizations: dict[str, Sanitization] = {}
        self._chosen: set[str] = set()
        self._bay_empty = False
        self._remarks: list[Message] = []
        self._journal: Journal | None = None
        self._leftovers: list[Leftover] = []
        self._links: dict[str, DriveLink] = {}
        self._stopped: set[str] = set()
        self._jobs: dict[str, asyncio.Task[CheckResult]] = {}
        policy = profile.sanitization
        self._wanted = request.sanitization or SanitizationRequest(
            level=policy.level, pattern=policy.pattern, verify=policy.verify
        )

    async def run(self) -> None:
        """Carry the intake through; what goes wrong becomes an event, never an exception."""
        try:
            await self._run()
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

    async def stop_step(self, step_id: str) -> None:
        """Stop one running check, or one erase even before it has begun; the rest goes on."""
        self._stopped.add(step_id)
        if job := self._jobs.get(step_id):
            job.cancel()
        elif link := self._links.get(step_id):
            await link.stop()

    async def _run(self) -> None:
        self._phase(Phase.INVENTORY)
        await self._take_inventory()
        self._chosen = selection.by_words(
            self._plans, self._request, self._place.mode, self._place.settings.unattended_erase
        )
        self._open_journal()
        self._phase(Phase.WORK)
        await run_all(self._tasks(), self._task_failed)
        self._emit(InventoryEvent(mode=self._place.mode, inventory=self._inventory, plans=self._plans))
        result = grade(
            self._inventory,
            self._checks,
            list(self._sanitizations.values()),
            self._profile.grade,
            empty_bay_confirmed=self._bay_empty,
        )
        self._emit(GradeEvent(mode=self._place.mode, grade=result))
        pieces = Pieces(
            report_id=self._id,
            started=self._started,
            seconds=time.clock_gettime(time.CLOCK_BOOTTIME) - self._clock,
            profile=self._profile,
            asset_tag=self._tag,
            lot=self._request.lot,
            inventory=self._inventory,
            checks=self._checks,
            sanitizations=list(self._sanitizations.values()),
            grade=result,
            remarks=self._remarks,
        )
        await Ending(self._place, self._checklist, self._emit).run(pieces, self._journal)
        self._settle_leftovers()
        wanted = [self._sanitizations.get(path) for path in self._chosen]
        good = all(done is not None and done.status is SanitizationStatus.SANITIZED for done in wanted)
        self._emit(FinishedEvent(mode=self._place.mode, good=good))

    def _note(self, kind: str, **fields: object) -> None:
        """Journal what is good to know later. Only what an erase waits for may fail (see Eraser)."""
        if self._journal is not None:
            with contextlib.suppress(JournalError):
                self._journal.record(kind, **fields)

    def _settle_leftovers(self) -> None:
        """An old journal is put aside once every drive that it left half erased was erased to the end."""
        clean = {
            key(done.drive) for done in self._sanitizations.values() if done.status is SanitizationStatus.SANITIZED
        }
        for leftover in self._leftovers:
            if set(leftover.drives) <= clean:
                with contextlib.suppress(JournalError):
                    leftover.journal.close()

    def _phase(self, phase: Phase) -> None:
        self._emit(PhaseEvent(mode=self._place.mode, phase=phase, asset_tag=self._tag, profile=self._profile.name))

    # ---- inventory

    async def _take_inventory(self) -> None:
        self._checklist.add("inventory", say("What this machine is"))
        self._checklist.start("inventory")
        await asyncio.to_thread(self._place.prepare)
        self._inventory = await asyncio.to_thread(collect.fast, self._place.source, find_drives=self._place.find_drives)
        self._plans = [plan(drive, self._wanted) for drive in self._inventory.drives]
        self._tell_inventory()

    def _tell_inventory(self) -> None:
        self._emit(InventoryEvent(mode=self._place.mode, inventory=self._inventory, plans=self._plans))

    async def _complete_inventory(self) -> None:
        slow = await asyncio.to_thread(collect.slow, self._place.source, self._inventory)
        # Drive health arrives beside this: keep the drives as they are now.
        self._inventory = slow.model_copy(update={"drives": self._inventory.drives})
        self._tell_inventory()
        self._checklist.end("inventory", Outcome.PASSED)

    def _open_journal(self) -> None:
        self._leftovers = leftovers(self._place.settings.journal(self._place.mode))
        try:
            journal = Journal.create(self._place.settings.journal(self._place.mode), str(self._id))
            journal.record(
                "intake",
                machine_id=self._inventory.machine.machine_id,
                request=self._request.model_dump(mode="json"),
            )
            self._journal = journal
        except JournalError as error:
            # Checks and the report go on; without a journal no erase starts (see _erase).
            self._remarks.append(error.reason)

    # ---- the plan of the work

    def _tasks(self) -> list[Task]:
        tasks = [Task("inventory", self._complete_inventory)]
        tasks += self._question_tasks()
        for drive_plan in self._plans:
            tasks += self._drive_tasks(drive_plan)
        for order in registry.orders(self._profile, self._inventory):
            step_id = f"check:{order.check}"
            self._checklist.add(step_id, order.title, order.expected_seconds)
            tasks.append(
                # After the inventory, whose processor measurement would be spoilt by the load.
                Task(step_id, functools.partial(self._check, step_id, order), order.loads, frozenset({"inventory"}))
            )
        for result in registry.verdicts(self._profile, self._inventory):
            step_id = f"check:{result.id}:{result.subject}" if result.subject else f"check:{result.id}"
            self._checklist.add(step_id, result.title)
            self._checked(step_id, result)
        return tasks

    def _question_tasks(self) -> list[Task]:
        person = frozenset({"person"})
        tasks = []
        if self._tag is None:
            self._checklist.add("asset_tag", say("The machine's asset tag"))
            tasks.append(Task("asset_tag", self._ask_tag, person))
        after = frozenset(task.id for task in tasks)
        if self._request.erase is None and any(drive_plan.steps for drive_plan in self._plans):
            self._checklist.add("confirm", say("Which drives to erase"))
            tasks.append(Task("confirm", self._ask_confirmation, person, after))
        if not self._plans and self._request.attended:
            self._checklist.add("empty_bay", say("No drive was found"))
            tasks.append(Task("empty_bay", self._ask_empty_bay, person, after))
        return tasks

    def _drive_tasks(self, drive_plan: Plan) -> list[Task]:
        path = drive_plan.drive.path
        loads = frozenset({f"drive:{path}"})
        name = drive_plan.drive.model or path
        tasks = []
        health, after = f"check:drive_health:{path}", frozenset[str]()
        if self._profile.checks.drive_health.enabled:
            self._checklist.add(health, say("Health of {drive}", drive=name))
            tasks.append(Task(health, functools.partial(self._health, health, drive_plan), loads))
            after |= {health}
        erase = f"erase:{path}"
        self._checklist.add(erase, say("Erase {drive}", drive=name), drive_plan.seconds_expected or None)
        if self._request.erase is None and any(each.steps for each in self._plans):
            after |= {"confirm"}
        tasks.append(Task(erase, functools.partial(self._erase, erase, drive_plan), loads, after))
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
        self._checklist.end("asset_tag", Outcome.PASSED, say("{tag}", tag=self._tag))
        self._phase(Phase.WORK)

    async def _ask_confirmation(self) -> None:
        self._checklist.start("confirm")
        self._chosen = await questions.drives_to_erase(self._ask, self._plans, self._tag)
        self._note("confirmed", drives=sorted(self._chosen))
        if self._chosen:
            self._checklist.end("confirm", Outcome.PASSED, say("{count} confirmed", count=len(self._chosen)))
        else:
            self._checklist.end("confirm", Outcome.SKIPPED, say("Nothing is erased."))

    async def _ask_empty_bay(self) -> None:
        self._checklist.start("empty_bay")
        self._bay_empty = await questions.bay_is_empty(self._ask)
        self._checklist.end("empty_bay", Outcome.PASSED if self._bay_empty else Outcome.SKIPPED)

    # ---- drives

    async def _health(self, step_id: str, drive_plan: Plan) -> None:
        self._checklist.start(step_id)
        path = drive_plan.drive.path
        answer = await drivework.read_health(drive_plan)
        if not isinstance(answer, Message):
            drives = [
                smart.with_smart(drive, answer) if drive.path == path else drive for drive in self._inventory.drives
            ]
            self._inventory = self._inventory.model_copy(update={"drives": drives})
            self._tell_inventory()
        drive = self._drive(path)
        result = drive_health.judge(drive, self._profile.grade.drive)
        if isinstance(answer, Message):
            result = result.model_copy(update={"reason": answer})
        self._checked(step_id, result)

    def _drive(self, path: str) -> Drive:
        return next(drive for drive in self._inventory.drives if drive.path == path)

    async def _erase(self, step_id: str, drive_plan: Plan) -> None:
        path = drive_plan.drive.path
        result = selection.untouched(drive_plan, path in self._chosen)
        if result is not None:
            result = interrupted(drive_plan, self._leftovers) or result
        elif self._journal is None:
            result = ended(
                drive_plan.drive,
                SanitizationStatus.REFUSED,
                say("Without a journal on the stick no erase is started."),
                say("Plug in a healthy Ordis stick with free space, then start again."),
            )
        else:
            result = await self._carry_out(step_id, drive_plan, self._journal)
            self._note("sanitization", result=result.model_dump(mode="json"))
        self._sanitizations[path] = result
        self._checklist.end(step_id, outcome_of(result.status), result.reason)
        self._emit(SanitizationEvent(mode=self._place.mode, sanitization=result))

    async def _carry_out(self, step_id: str, drive_plan: Plan, journal: Journal) -> Sanitization:
        wanted = stricter(self._wanted, drive_plan, self._leftovers)
        eraser = drivework.Eraser(wanted, journal, self._checklist)

        def running(link: DriveLink) -> None:
            self._links[step_id] = link
            if step_id in self._stopped:
                raise Stopped

        try:
            return await eraser.erase(drive_plan, step_id, running)
        except Stopped:
            return ended(drive_plan.drive, SanitizationStatus.INTERRUPTED, say("The erase was stopped."))
        except Exception as error:  # whatever broke, nobody knows how far the drive is
            log.exception("%s broke", step_id)
            reason = say("The erase broke off: {error}.", error=f"{type(error).__name__}: {error}")
            return ended(drive_plan.drive, SanitizationStatus.INTERRUPTED, reason, TRY_AGAIN)
        finally:
            self._links.pop(step_id, None)

    # ---- checks

    async def _check(self, step_id: str, order: runner.CheckOrder) -> None:
        self._checklist.start(step_id)
        job = asyncio.ensure_future(
            runner.run(order, lambda percent, detail, left: self._checklist.progress(step_id, percent, detail, left))
        )
        self._jobs[step_id] = job
        try:
            result = await job
        except asyncio.CancelledError:
            if not job.cancelled():
                job.cancel()
                raise
            result = CheckResult(
                id=order.check, subject=order.subject, title=order.title, outcome=Outcome.SKIPPED,
                reason=say("Stopped by hand."),
            )  # fmt: skip
        finally:
            del self._jobs[step_id]
        self._checked(step_id, result)

    def _checked(self, step_id: str, result: CheckResult) -> None:
        self._checks.append(result)
        self._note("check", result=result.model_dump(mode="json", exclude={"series"}))
        self._checklist.end(step_id, result.outcome, result.reason)
        self._emit(CheckEvent(mode=self._place.mode, check=result))

"""The steps of an intake's work as tasks: what each loads, and what it waits for."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from agent import drivework, questions, selection
from agent.asking import Asking
from agent.checks import battery, drive_health, registry
from agent.checks.runner import CheckOrder
from agent.checkwork import CheckWork
from agent.dossier import Dossier
from agent.drivetasks import DriveTests
from agent.erasing import Erasing
from agent.gathering import Gathering
from agent.inventory import batteries, smart
from agent.manual import registry as manual_registry
from agent.manual.base import Module, unanswered
from agent.manualwork import ManualWork, Retreat
from agent.model.check import CheckResult
from agent.model.inventory import Drive, UnseenDrive
from agent.model.message import Message, say
from agent.model.sanitization import Plan
from agent.restart import Restart
from agent.schedule import Task

PERSON_SECONDS = 30.0
"""What a question is taken to need: nobody knows better beforehand."""
HEALTH_SECONDS = 5.0
"""smartctl on a drive that is awake; a sleeping disk needs up to half a minute."""
INVENTORY_SECONDS = 3.0
"""For what is slow to find out: py-cpuinfo sleeps a second, displays are asked one by one."""


def question(task_id: str, ask: Callable[[], Awaitable[None]], after: str | None = None, *, once: bool = False) -> Task:
    """A step that a person answers."""
    waits_for = frozenset({after} if after else ())
    return Task(task_id, ask, frozenset({"person"}), waits_for, seconds=lambda: PERSON_SECONDS, once=once)


@dataclass
class Tasks:
    """Builds them, puts each on the checklist, and knows how each is carried out."""

    dossier: Dossier
    gathering: Gathering
    checks: CheckWork
    erasing: Erasing
    asking: Asking
    manual: ManualWork | None = None
    """None: nobody is asked to try anything."""
    restart: Restart | None = None
    retreat: Callable[[str, str], Awaitable[None]] | None = None
    """Told that the first step is about to return undone, since a person wants the second one again."""

    def all(self) -> list[Task]:
        """The work as it is known at its beginning."""
        questions = self._questions()
        tasks = [
            Task("inventory", self.gathering.complete, frozenset({"processor"}), seconds=lambda: INVENTORY_SECONDS),
            *questions,
        ]
        first = "confirm" if self._asks_confirmation else None
        for drive_plan in self.dossier.plans:
            tasks += self.drive(drive_plan, drive_plan.drive.path, first)
        tasks += [self._check(order) for order in registry.orders(self.dossier.profile, self.dossier.inventory)]
        tasks += [self._verdict(one) for one in registry.verdicts(self.dossier.profile, self.dossier.inventory)]
        return tasks + self._manual(frozenset(task.id for task in questions))

    async def noticed(self, new: list[Drive], lost: list[UnseenDrive]) -> list[Task]:
        """The tasks of drives that came while the others run."""
        tasks = [task for drive_plan in await self.gathering.noticed(new, lost) for task in self._late(drive_plan)]
        self.dossier.tell_inventory()
        return tasks

    # ---- questions

    @property
    def _asks_confirmation(self) -> bool:
        confirmed = self.restart is not None and self.restart.confirmed is not None
        return self.dossier.request.erase is None and not confirmed and any(each.steps for each in self.dossier.plans)

    def _questions(self) -> list[Task]:
        tasks, add = [], self.dossier.checklist.add
        if self.dossier.tag is None:
            add("asset_tag", say("The machine's asset tag"))
            tasks.append(question("asset_tag", self.asking.tag))
        after = "asset_tag" if tasks else None
        if self._asks_confirmation:
            add("confirm", say("Which drives to erase"))
            asking = functools.partial(self.asking.confirmation, list(self.dossier.plans))
            tasks.append(question("confirm", asking, after, once=True))
        if not self.dossier.plans and self.dossier.request.attended:
            add("empty_bay", say("No drive was found"))
            tasks.append(question("empty_bay", self.asking.empty_bay, after))
        return tasks

    # ---- checks

    def _check(self, order: CheckOrder) -> Task:
        step_id = _step_of(order.check, order.subject)
        self.dossier.checklist.add(step_id, order.title, order.expected_seconds)
        # After the inventory, whose processor measurement would be spoilt by the load, and of which checks make use.
        return Task(
            step_id,
            functools.partial(self._carry_out, step_id, order),
            order.loads,
            frozenset({"inventory"}),
            seconds=lambda: order.expected_seconds,
            left_out=functools.partial(self.checks.left_out, step_id, order.check, order.subject, order.title),
        )

    async def _carry_out(self, step_id: str, order: CheckOrder) -> None:
        await self.checks.run(step_id, replace(order, inventory=self.dossier.inventory))

    def _verdict(self, result: CheckResult) -> Task:
        """What the inventory has answered already."""
        step_id = _step_of(result.id, result.subject)
        self.dossier.checklist.add(step_id, result.title)
        batteries_again = functools.partial(self._battery_again, step_id, result)

        async def tell() -> None:
            self.checks.keep(step_id, result)

        return Task(step_id, tell, again=batteries_again, once=result.id != battery.ID)

    def _battery_again(self, step_id: str, before: CheckResult) -> list[Task]:
        """Read anew: somebody may have pushed it home."""

        async def look() -> None:
            found = await asyncio.to_thread(batteries.read, self.dossier.place.source)
            if found:  # else it was the firmware that told of one, or it is out: then what was read first stays
                self.dossier.learn(batteries=found)
                self.dossier.tell_inventory()
            results = registry.verdicts(self.dossier.profile, self.dossier.inventory)
            same = [each for each in results if (each.id, each.subject) == (battery.ID, before.subject)]
            self.checks.keep(step_id, same[0] if same else before)

        return [replace(self._verdict(before), run=look)]

    # ---- what a person tries

    def _manual(self, after: frozenset[str]) -> list[Task]:
        """After the questions that start long work. Where nobody is there, nobody is asked."""
        if self.manual is None:
            return []
        wanted = manual_registry.wanted(self.dossier.profile, self.dossier.inventory)
        if not self.dossier.request.attended:
            return [self._verdict(unanswered(module)) for module in wanted]
        return [self._try(self.manual, module, after) for module in wanted]

    def _try(self, manual: ManualWork, module: Module, after: frozenset[str]) -> Task:
        step_id = _step_of(module.ID, None)
        self.dossier.checklist.add(step_id, module.TITLE)
        return Task(
            step_id,
            functools.partial(self._carry_out_by_hand, step_id, manual, module),
            module.LOADS,
            after,
            seconds=functools.partial(manual.seconds, module),
            left_out=functools.partial(self.checks.left_out, step_id, module.ID, None, module.TITLE),
            patient=True,
        )

    async def _carry_out_by_hand(self, step_id: str, manual: ManualWork, module: Module) -> None:
        if not self.checks.known(step_id, module.ID, None):
            self.dossier.checklist.start(step_id)
            try:
                self.checks.keep(step_id, await manual.carry_out(step_id, module))
            except Retreat as to:
                if self.retreat is not None:
                    await self.retreat(step_id, to.earlier)

    # ---- drives

    def _late(self, drive_plan: Plan) -> list[Task]:
        """A drive that came after the start: no earlier confirmation counts for it, and none by its name."""
        self.dossier.plans.append(drive_plan)
        # Never the path alone: an earlier drive may have had it, and may have been confirmed under it.
        key = f"{drive_plan.drive.path}+{len(self.dossier.plans)}"
        self.dossier.note("late_drive", drive=drive_plan.drive.model_dump(mode="json"))
        request = self.dossier.request
        if not request.attended or request.erase == "none" or not drive_plan.steps:
            return self.drive(drive_plan, key, None)
        confirm = f"confirm:{key}"
        title = say("Erase {drive}, which came later?", drive=selection.named(drive_plan))
        self.dossier.checklist.add(confirm, title)
        asking = functools.partial(self.asking.single_drive, confirm, drive_plan, key, questions.LATE)
        return [question(confirm, asking, once=True), *self.drive(drive_plan, key, confirm)]

    def drive(self, drive_plan: Plan, key: str, confirm: str | None) -> list[Task]:
        """`key` stands for the drive in the names of its steps and in what was chosen; `confirm` is the step whose end
        its erase waits for."""
        dossier, add = self.dossier, self.dossier.checklist.add
        name = selection.named(drive_plan)
        tasks = []
        health, after = _step_of(drive_health.ID, key), frozenset({confirm} if confirm else ())
        if registry.enabled(dossier.profile, drive_health.ID):
            add(health, say("Health of {drive}", drive=name))
            tasks.append(self._health(health, drive_plan))
            after |= {health}
        asked = dossier.request.attended and dossier.request.erase != "none"
        if asked and selection.psid_opens(dossier.drive(drive_plan), dossier.wanted):
            psid = f"psid:{key}"
            add(psid, say("PSID of {drive}", drive=name))
            asking = functools.partial(self.asking.psid, psid, drive_plan, key)
            tasks.append(question(psid, asking, confirm))
            after |= {psid}
        tests = DriveTests(dossier, self.checks, self.erasing)
        tasks += tests.before_erase(drive_plan, key, frozenset(task.id for task in tasks if task.id == health))
        add(f"erase:{key}", say("Erase {drive}", drive=name), drive_plan.seconds_expected or None)
        return [*tasks, self._erase(drive_plan, key, confirm, after), *tests.after_erase(drive_plan, key)]

    def _erase(self, drive_plan: Plan, key: str, confirm: str | None, after: frozenset[str]) -> Task:
        step_id = f"erase:{key}"
        return Task(
            step_id,
            functools.partial(self.erasing.run, step_id, drive_plan, key),
            _load_of(drive_plan),
            after,
            seconds=functools.partial(self._erase_seconds, drive_plan, key, confirm),
            stop=functools.partial(self.erasing.stop, step_id),
            again=functools.partial(self._erase_again, drive_plan, key),
        )

    def _erase_seconds(self, drive_plan: Plan, key: str, confirm: str | None) -> float:
        """None where nobody wants it erased; until that is known, as if somebody did."""
        wanted = key in self.erasing.chosen or (confirm is not None and confirm not in self.asking.answered)
        return drive_plan.seconds_expected if wanted else 0.0

    def _erase_again(self, drive_plan: Plan, key: str) -> list[Task]:
        """A drive that nobody has confirmed is asked about first."""
        confirm = f"confirm:{key}"
        self.erasing.begin_again(f"erase:{key}", drive_plan)
        if key in self.erasing.chosen or not drive_plan.steps:
            return [self._erase(drive_plan, key, None, frozenset())]
        self.dossier.checklist.add(confirm, say("Erase {drive} after all?", drive=selection.named(drive_plan)))
        asking = functools.partial(self.asking.single_drive, confirm, drive_plan, key, questions.AFTER_ALL)
        self.asking.answered.discard(confirm)
        return [question(confirm, asking, once=True), self._erase(drive_plan, key, confirm, frozenset({confirm}))]

    def _health(self, step_id: str, drive_plan: Plan) -> Task:
        async def read() -> None:
            self.dossier.checklist.start(step_id)
            answer = await drivework.read_health(drive_plan)
            self.checks.keep(step_id, self._judged(drive_plan, answer))

        def left_out(why: Message) -> None:
            self.checks.left_out(step_id, drive_health.ID, self.dossier.who(drive_plan), drive_health.TITLE, why)

        return Task(step_id, read, _load_of(drive_plan), seconds=lambda: HEALTH_SECONDS, left_out=left_out)

    def _judged(self, drive_plan: Plan, answer: dict[str, object] | Message) -> CheckResult:
        """What the drive's own word amounts to; `answer` may be why there is none."""
        dossier, at = self.dossier, self.dossier.place_of(drive_plan)
        if not isinstance(answer, Message):
            drives = list(dossier.inventory.drives)
            drives[at] = smart.with_smart(drives[at], answer)
            dossier.learn(drives=drives)
            dossier.tell_inventory()
        judged = drive_health.judge(dossier.inventory.drives[at], dossier.profile.grade.drive)
        result = judged.model_copy(update={"subject": dossier.who(drive_plan)})
        return result.model_copy(update={"reason": answer}) if isinstance(answer, Message) else result


def _load_of(drive_plan: Plan) -> frozenset[str]:
    return frozenset({f"drive:{drive_plan.drive.path}"})


def _step_of(check: str, part: str | None) -> str:
    return f"check:{check}:{part}" if part else f"check:{check}"

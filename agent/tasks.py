"""The steps of an intake's work as tasks: what each loads, and what it waits for."""

import functools
from dataclasses import dataclass, replace

from agent import drivework, selection
from agent.asking import Asking
from agent.checks import drive_health, registry
from agent.checks.runner import CheckOrder
from agent.checkwork import CheckWork
from agent.dossier import Dossier
from agent.erasing import Erasing
from agent.gathering import Gathering
from agent.inventory import smart
from agent.model.check import CheckResult
from agent.model.inventory import Drive, UnseenDrive
from agent.model.message import Message, say
from agent.model.sanitization import Plan
from agent.restart import Restart
from agent.schedule import Task

PERSON = frozenset({"person"})


@dataclass
class Tasks:
    """Builds them, puts each on the checklist, and knows how each is carried out."""

    dossier: Dossier
    gathering: Gathering
    checks: CheckWork
    erasing: Erasing
    asking: Asking
    restart: Restart | None = None

    def all(self) -> list[Task]:
        """The work as it is known at its beginning."""
        tasks = [Task("inventory", self.gathering.complete), *self._questions()]
        first = "confirm" if self._asks_confirmation else None
        for drive_plan in self.dossier.plans:
            tasks += self._drive(drive_plan, drive_plan.drive.path, first)
        tasks += [self._check(order) for order in registry.orders(self.dossier.profile, self.dossier.inventory)]
        for result in registry.verdicts(self.dossier.profile, self.dossier.inventory):
            step_id = _step_of(result.id, result.subject)
            self.dossier.checklist.add(step_id, result.title)
            self.checks.keep(step_id, result)
        return tasks

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
            tasks.append(Task("asset_tag", self.asking.tag, PERSON))
        after = frozenset(task.id for task in tasks)
        if self._asks_confirmation:
            add("confirm", say("Which drives to erase"))
            asking = functools.partial(self.asking.confirmation, list(self.dossier.plans))
            tasks.append(Task("confirm", asking, PERSON, after))
        if not self.dossier.plans and self.dossier.request.attended:
            add("empty_bay", say("No drive was found"))
            tasks.append(Task("empty_bay", self.asking.empty_bay, PERSON, after))
        return tasks

    # ---- checks

    def _check(self, order: CheckOrder) -> Task:
        step_id = _step_of(order.check, order.subject)
        self.dossier.checklist.add(step_id, order.title, order.expected_seconds)
        # After the inventory, whose processor measurement would be spoilt by the load, and of which checks make use.
        return Task(step_id, functools.partial(self._carry_out, step_id, order), order.loads, frozenset({"inventory"}))

    async def _carry_out(self, step_id: str, order: CheckOrder) -> None:
        await self.checks.run(step_id, replace(order, inventory=self.dossier.inventory))

    # ---- drives

    def _late(self, drive_plan: Plan) -> list[Task]:
        """A drive that came after the start: no earlier confirmation counts for it, and none by its name."""
        self.dossier.plans.append(drive_plan)
        # Never the path alone: an earlier drive may have had it, and may have been confirmed under it.
        key = f"{drive_plan.drive.path}+{len(self.dossier.plans)}"
        self.dossier.note("late_drive", drive=drive_plan.drive.model_dump(mode="json"))
        request = self.dossier.request
        if not request.attended or request.erase == "none" or not drive_plan.steps:
            return self._drive(drive_plan, key, None)
        confirm = f"confirm:{key}"
        title = say("Erase {drive}, which came later?", drive=selection.named(drive_plan))
        self.dossier.checklist.add(confirm, title)
        asking = functools.partial(self.asking.late_drive, confirm, drive_plan, key)
        return [Task(confirm, asking, PERSON), *self._drive(drive_plan, key, confirm)]

    def _drive(self, drive_plan: Plan, key: str, confirm: str | None) -> list[Task]:
        """`key` stands for the drive in the names of its steps and in what was chosen; `confirm` is the step whose end
        its erase waits for."""
        dossier, add = self.dossier, self.dossier.checklist.add
        loads = frozenset({f"drive:{drive_plan.drive.path}"})
        name = selection.named(drive_plan)
        tasks = []
        health, after = _step_of(drive_health.ID, key), frozenset({confirm} if confirm else ())
        if registry.enabled(dossier.profile, drive_health.ID):
            add(health, say("Health of {drive}", drive=name))
            tasks.append(Task(health, functools.partial(self._health, health, drive_plan), loads))
            after |= {health}
        asked = dossier.request.attended and dossier.request.erase != "none"
        if asked and selection.psid_opens(dossier.drive(drive_plan), dossier.wanted):
            psid = f"psid:{key}"
            add(psid, say("PSID of {drive}", drive=name))
            asking = functools.partial(self.asking.psid, psid, drive_plan, key)
            tasks.append(Task(psid, asking, PERSON, frozenset({confirm} if confirm else ())))
            after |= {psid}
        erase = f"erase:{key}"
        add(erase, say("Erase {drive}", drive=name), drive_plan.seconds_expected or None)
        tasks.append(Task(erase, functools.partial(self.erasing.run, erase, drive_plan, key), loads, after))
        return tasks

    async def _health(self, step_id: str, drive_plan: Plan) -> None:
        self.dossier.checklist.start(step_id)
        answer = await drivework.read_health(drive_plan)
        self.checks.keep(step_id, self._judged(drive_plan, answer))

    def _judged(self, drive_plan: Plan, answer: dict[str, object] | Message) -> CheckResult:
        """What the drive's own word amounts to; `answer` may be why there is none."""
        dossier, at = self.dossier, self.dossier.place_of(drive_plan)
        if not isinstance(answer, Message):
            drives = list(dossier.inventory.drives)
            drives[at] = smart.with_smart(drives[at], answer)
            dossier.learn(drives=drives)
            dossier.tell_inventory()
        result = drive_health.judge(dossier.inventory.drives[at], dossier.profile.grade.drive)
        return result.model_copy(update={"reason": answer}) if isinstance(answer, Message) else result


def _step_of(check: str, part: str | None) -> str:
    return f"check:{check}:{part}" if part else f"check:{check}"

"""The tests of one drive as steps of an intake: when each has its turn, and what takes the place of one."""

import contextlib
import functools
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from agent import drivetesting, selection
from agent.checks import drive_self_test, drive_speed, drive_surface, registry
from agent.checks.base import Progress
from agent.checks.drive_tests import DriveTest
from agent.checkwork import CheckWork
from agent.dossier import Dossier
from agent.erasing import Erasing
from agent.leftovers import interrupted
from agent.model.check import CheckResult
from agent.model.message import Message, say
from agent.model.sanitization import Plan
from agent.model.words import Verify
from agent.schedule import Task

_TITLES: Mapping[str, Message] = {
    drive_speed.ID: say("Speed of {drive}"),
    drive_self_test.ID: say("Own test of {drive}"),
    drive_surface.ID: say("Reading of {drive}"),
}


@dataclass(frozen=True)
class DriveTests:
    """All of them load their drive alone: beside its erase none runs, and beside everything else all can."""

    dossier: Dossier
    checks: CheckWork
    erasing: Erasing

    def before_erase(self, drive_plan: Plan, key: str, after: frozenset[str]) -> list[Task]:
        """Speed and the drive's own test, which go on while a person is still asked. The speed is that of the donor's
        data: flash that holds nothing answers without reading. Only an erase that was cut off comes before them."""
        if interrupted(drive_plan, self.erasing.leftovers) is not None:
            after |= {f"erase:{key}"}
        tests: tuple[DriveTest, ...] = (drive_speed, drive_self_test)
        return [
            self._task(test, drive_plan, key, after)
            for test in tests
            if registry.enabled(self.dossier.profile, test.ID)
        ]

    def after_erase(self, drive_plan: Plan, key: str) -> list[Task]:
        """The surface, which the reading back of an erase may have looked at."""
        if not registry.enabled(self.dossier.profile, drive_surface.ID):
            return []
        return [self._task(drive_surface, drive_plan, key, frozenset({f"erase:{key}"}))]

    def _task(self, test: DriveTest, drive_plan: Plan, key: str, after: frozenset[str]) -> Task:
        step_id = f"check:{test.ID}:{key}"
        title = Message(_TITLES[test.ID].text, {"drive": selection.named(drive_plan)})
        self.dossier.checklist.add(step_id, title, self._seconds(test, drive_plan, key) or None)
        run = self._surface if test is drive_surface else functools.partial(self._run, test)

        def left_out(why: Message) -> None:
            self.checks.left_out(step_id, test.ID, self.dossier.who(drive_plan), test.TITLE, why)

        return Task(
            step_id,
            functools.partial(run, step_id, drive_plan, key),
            frozenset({f"drive:{drive_plan.drive.path}"}),
            after,
            seconds=functools.partial(self._seconds, test, drive_plan, key),
            left_out=left_out,
        )

    def _seconds(self, test: DriveTest, drive_plan: Plan, key: str) -> float:
        """0 for a surface at which the reading back of an erase looks."""
        last = drive_plan.steps[-1] if drive_plan.steps and key in self.erasing.chosen else None
        if test is drive_surface and last is not None and last.verify is Verify.FULL:
            return 0.0
        return test.expected_seconds(self.dossier.profile.checks, self.dossier.drive(drive_plan))

    async def _surface(self, step_id: str, drive_plan: Plan, key: str) -> None:
        # Once: who repeats this step wants the drive to be read.
        found = self.erasing.surfaces.pop(key, None)
        if found is not None and (result := self._from_erase(drive_plan, found)) is not None:
            self.checks.keep(step_id, result)
        else:
            await self._run(drive_surface, step_id, drive_plan, key)

    def _from_erase(self, drive_plan: Plan, found: Mapping[str, object]) -> CheckResult | None:
        """None where the worker told what it should not."""
        drive = self.dossier.drive(drive_plan)
        try:
            result = drive_surface.judge(drive, found, self.dossier.profile.checks, from_erase=True)
        except ValidationError:
            return None
        return result.model_copy(update={"subject": self.dossier.who(drive_plan)})

    async def _run(self, test: DriveTest, step_id: str, drive_plan: Plan, _: str) -> None:
        drive, checks = self.dossier.drive(drive_plan), self.dossier.profile.checks
        who = self.dossier.who(drive_plan)

        async def work(progress: Progress) -> CheckResult:
            ears = drivetesting.Ears(progress, lambda found: self._draw(step_id, found))
            result = await drivetesting.run(test, drive, drive_plan.drive, checks, ears)
            return result.model_copy(update={"subject": who})

        await self.checks.follow(step_id, test.ID, who, work)

    def _draw(self, step_id: str, found: Mapping[str, object]) -> None:
        with contextlib.suppress(ValidationError):  # at its end the same is refused for good
            self.checks.draw(step_id, drive_surface.curves(found))

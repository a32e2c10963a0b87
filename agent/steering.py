"""What a person may do to single steps while an intake works: skip, stop and repeat them. The others go on."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace

from agent.dossier import Dossier
from agent.model.check import SKIPPED, STOPPED
from agent.model.message import Message, say
from agent.model.words import Outcome
from agent.schedule import Schedule, Task

log = logging.getLogger("ordis.steering")


class Steering:
    """The schedule of one intake's work, and the hand at it. Satisfies schedule.Observer."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._checklist = dossier.checklist
        self.schedule = Schedule(self)
        self.open = False
        """The work goes on; before and after that nothing can be changed."""

    # ---- the hand

    async def stop(self, step_id: str) -> None:
        """Stop a step that runs, or skip one that waits. What is neither is left as it is."""
        task = self.schedule.unfinished(step_id) if self.open else None
        if task is None:
            return
        if task.stop is not None:  # an erase, which journals by itself how it ended, and may not be stoppable
            await task.stop()
            self.schedule.hasten(step_id)
            return
        await asyncio.to_thread(self._dossier.note, "left_out", step_id=step_id)
        if not self.schedule.stop(step_id) and self.schedule.skip(step_id):
            self._leave_out(task, SKIPPED)

    async def repeat(self, step_id: str) -> None:
        """Begin a step again that has ended, as soon as what it loads is free."""
        if not self._repeatable(step_id):
            return
        await asyncio.to_thread(self._dossier.note, "repeated", step_id=step_id)
        task = self.schedule.ended(step_id)
        if task is None or not self._repeatable(step_id):
            return
        log.info("%s is repeated by hand", step_id)
        self._checklist.begin_again(step_id)
        self.schedule.add(task.again() if task.again is not None else [replace(task, after=frozenset())])

    async def retreat(self, step_id: str, earlier: str) -> None:
        """A step that runs is about to return undone, since a person wants an earlier one again: that one is repeated,
        then this one."""
        first = []
        if self._repeatable(earlier):
            await asyncio.to_thread(self._dossier.note, "repeated", step_id=earlier)
            if (task := self.schedule.ended(earlier)) is not None and self._repeatable(earlier):
                self._checklist.begin_again(earlier)
                first = [replace(task, after=frozenset())]
        self._checklist.put_back(step_id)
        self.schedule.put_back(step_id, first)

    def _repeatable(self, step_id: str) -> bool:
        return self.open and self.known(step_id)

    def known(self, step_id: str) -> bool:
        """It has ended, and could be carried out again."""
        task = self.schedule.ended(step_id)
        return task is not None and not task.once

    def leave_out(self, step_ids: Iterable[str]) -> None:
        """Steps that a person skipped or stopped before a crash of the service."""
        for step_id in step_ids:
            if (task := self.schedule.skip(step_id)) is not None:
                self._leave_out(task, SKIPPED)

    def _leave_out(self, task: Task, why: Message) -> None:
        log.info("%s: %s", task.id, why)
        if task.left_out is not None:
            task.left_out(why)
        else:
            self._checklist.end(task.id, Outcome.SKIPPED, why)

    # ---- what becomes of the tasks

    def added(self, task: Task) -> None:
        """Tell the faces what may be done to it."""
        self._checklist.let(task.id, repeat=not task.once)

    def broke(self, task: Task, error: Exception) -> None:
        log.error("step %s broke", task.id, exc_info=error)
        reason = say(
            "This step broke through a fault in Ordis ({error}): it counts as not done. Repeat it; if it breaks "
            "again, a support file helps those who can mend it.",
            error=f"{type(error).__name__}: {error}",
        )
        self._dossier.remarks.append(reason)
        self._checklist.end(task.id, Outcome.ERROR, reason)

    def stopped(self, task: Task) -> None:
        self._leave_out(task, STOPPED)

"""When the work of an intake will be over: told before it begins, and again whenever that has changed."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

from agent.dossier import Dossier
from agent.forecast import Expected, forecast, longest_chain
from agent.model.messages import TimetableEvent
from agent.model.state import Timetable, TimetableStep
from agent.schedule import Schedule, Task
from agent.timesource import source

LOOK_SECONDS = 5.0
"""Between two looks whether the end has moved."""
QUIET_SECONDS = 30.0
"""After which it is told again all the same, so that what is left is never far from true."""
MOVED_SECONDS = 5.0
MOVED_SHARE = 0.02
"""The end has moved if it did by so many seconds, or by this part of what is left, whichever is more."""
TRUSTED_PERCENT = 5.0
"""From here on what is done says how long the rest takes, where the step itself does not."""
ENDING_SECONDS = 5.0
"""For grade, report and delivery, when the last step has ended."""
OVERDUE_SHARE = 0.1
"""A step that takes longer than expected is taken to need a tenth of its time so far once more, never more than was
expected of it at first: a question that nobody answers counts as if somebody came about now."""


class Outlook:
    """Keeps the timetable of one intake. `now` is a monotonic clock, in seconds."""

    def __init__(self, dossier: Dossier, schedule: Schedule, now: Callable[[], float] = time.monotonic) -> None:
        self._dossier = dossier
        self._schedule = schedule
        self._now = now
        self._said: dict[str, tuple[float, float]] = {}
        """What each running step last said it still takes, and when that was new."""
        self._told: tuple[float, float, frozenset[str]] | None = None
        """The end on the monotonic clock, when it was told, and the steps that it was about."""

    @contextlib.asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Within this the faces are kept informed; afterwards there is no timetable any more."""
        self.tell()
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            self._dossier.emit(TimetableEvent(mode=self._dossier.place.mode, timetable=None))

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.tell()

    def tell(self) -> None:
        """Tell the timetable, if it is not what was told last."""
        now, table = self._now(), self.timetable()
        end, steps = now + table.seconds_left, frozenset(step.id for step in table.steps)
        if self._told is not None:
            last_end, when, about = self._told
            moved = abs(end - last_end) > max(MOVED_SECONDS, MOVED_SHARE * table.seconds_left)
            if not moved and about == steps and now - when < QUIET_SECONDS:
                return
        self._told = end, now, steps
        self._dossier.emit(TimetableEvent(mode=self._dossier.place.mode, timetable=table))

    def timetable(self) -> Timetable:
        """As it looks now."""
        running = [
            self._expected(task, self._still(task, begun), running=True) for task, begun in self._schedule.running
        ]
        steps = [*running, *(self._expected(task, task.seconds()) for task in self._schedule.waiting)]
        spans = forecast(steps)
        left = max((span.ends for span in spans.values()), default=0.0) + ENDING_SECONDS
        return Timetable(
            seconds_left=round(left, 1),
            longest_chain_seconds=round(longest_chain(steps) + ENDING_SECONDS, 1),
            ends_at=self._moment(left),
            steps=[
                TimetableStep(
                    id=step.id,
                    begins_in=round(spans[step.id].begins, 1),
                    ends_in=round(spans[step.id].ends, 1),
                    loads=sorted(step.loads),
                    after=sorted(step.after),
                )
                for step in steps
            ],
        )

    def _moment(self, seconds: float) -> datetime | None:
        clock, zone = self._dossier.place.clock, self._dossier.place.settings.zone
        if source(clock) == "unconfirmed":
            return None
        with contextlib.suppress(OverflowError, ValueError):
            return (clock.now() + timedelta(seconds=seconds)).astimezone(zone)
        return None

    def _expected(self, task: Task, seconds: float, *, running: bool = False) -> Expected:
        return Expected(task.id, seconds, task.loads, task.after, running)

    def _still(self, task: Task, begun: float) -> float:
        """Seconds that a running step still takes: by its own word, by how far it is, or by what was expected."""
        now, line = self._now(), self._dossier.checklist.step(task.id)
        gone, expected = now - begun, task.seconds()
        overdue = min(expected, OVERDUE_SHARE * gone)
        if line is not None and line.seconds_left is not None and line.progress_percent is not None:
            said, when = self._said.get(task.id, (None, now))
            if said != line.seconds_left:
                self._said[task.id] = line.seconds_left, now
                when = now
            return max(line.seconds_left - (now - when), overdue if gone > expected else 0.0)
        if line is not None and (done := line.progress_percent or 0.0) >= TRUSTED_PERCENT:
            return gone * (100 - done) / done
        return max(expected - gone, overdue)

"""What runs beside what: tasks say what they load, and everything that can overlap does."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from agent.model.message import Message


class Piece(Protocol):
    """What the order of tasks hangs on."""

    @property
    def loads(self) -> frozenset[str]:
        """Names of what only one task may use at a time (`processor`, `drive:/dev/sda`, `person`)."""

    @property
    def after(self) -> frozenset[str]:
        """Ids of tasks that must have ended first, however they ended."""


Pieces = TypeVar("Pieces", bound=Piece)


def ready(waiting: Iterable[Pieces], running: Iterable[Piece], ended: AbstractSet[str]) -> list[Pieces]:
    """Those of the waiting ones that start now; earlier ones first."""
    loaded = frozenset[str]().union(*(each.loads for each in running))
    found = []
    for each in waiting:
        if each.after <= ended and not each.loads & loaded:
            found.append(each)
            loaded |= each.loads
    return found


@dataclass(frozen=True)
class Task:
    """One step of an intake's work; `loads` and `after` as in Piece."""

    id: str
    run: Callable[[], Awaitable[None]]
    loads: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    seconds: Callable[[], float] = lambda: 0.0
    """How long it takes, as far as is known now."""
    left_out: Callable[[Message], None] | None = None
    """Keep what is to be known of it where a person skipped or stopped it; the message says which. None: its line of
    the checklist is enough."""
    stop: Callable[[], Awaitable[None]] | None = None
    """Stop it, or skip it before it has begun: it then ends by itself. None: it may be broken off anywhere."""
    again: Callable[[], list["Task"]] | None = None
    """What takes its place when a person repeats it; None: itself, without waiting for others."""
    once: bool = False
    """It cannot be repeated."""
    patient: bool = False
    """Whatever else could begin goes first, even if it came later: what long work waits for is asked first."""


class Observer(Protocol):
    """Who hears what becomes of the tasks."""

    def added(self, task: Task) -> None: ...

    def broke(self, task: Task, error: Exception) -> None:
        """It raised; it counts as ended."""

    def stopped(self, task: Task) -> None:
        """It was broken off by `Schedule.stop`; it counts as ended."""


class Schedule:
    """Runs every task as early as its loads and predecessors permit, earlier ones first. No task stops another."""

    def __init__(self, observer: Observer, now: Callable[[], float] = time.monotonic) -> None:
        self._observer = observer
        self._now = now
        self._waiting: list[Task] = []
        self._running: dict[asyncio.Task[None], Task] = {}
        self._ended: dict[str, Task] = {}
        self._begun: dict[str, float] = {}
        self._back: dict[str, list[Task]] = {}
        self._changed = asyncio.Event()

    @property
    def waiting(self) -> list[Task]:
        return list(self._waiting)

    @property
    def running(self) -> list[tuple[Task, float]]:
        """With the moment at which each began, on the clock `now`."""
        return [(task, self._begun[task.id]) for task in self._running.values()]

    def ended(self, task_id: str) -> Task | None:
        return self._ended.get(task_id)

    def unfinished(self, task_id: str) -> Task | None:
        """The task that waits or runs under this id."""
        return next((task for task in (*self._waiting, *self._running.values()) if task.id == task_id), None)

    def add(self, tasks: Iterable[Task]) -> None:
        """Also while others run. One with the id of a task that has ended is that task, to be run again.

        Raises ValueError for predecessors that are no tasks, and for a task that is there already.
        """
        new = list(tasks)
        there = {task.id for task in (*self._waiting, *self._running.values())}
        known = there | self._ended.keys() | {task.id for task in new}
        if unknown := {name for task in new for name in task.after} - known:
            raise ValueError(f"no such tasks: {sorted(unknown)}")
        if twice := there & {task.id for task in new}:
            raise ValueError(f"these are there already: {sorted(twice)}")
        for task in new:
            self._ended.pop(task.id, None)
            self._waiting.append(task)
            self._observer.added(task)
        self._waiting.sort(key=lambda task: task.patient)
        self._changed.set()

    def put_back(self, task_id: str, first: Iterable[Task] = ()) -> None:
        """A running task is about to return undone: it runs again once `first`, which have ended before, have run
        again, and all of them before whatever else is patient. If it is broken off instead, so be it."""
        self._back[task_id] = list(first)

    def _run_again(self, task: Task, first: list[Task]) -> None:
        """Those of `first` that somebody wanted again meanwhile are there already."""
        again = [each for each in first if self.unfinished(each.id) is None]
        place = sum(1 for each in self._waiting if not each.patient)
        self._waiting[place:place] = [*again, replace(task, after=frozenset(each.id for each in again))]
        for each in again:
            self._ended.pop(each.id, None)
            self._observer.added(each)

    def skip(self, task_id: str) -> Task | None:
        """Take a waiting task out: it counts as ended. None where none waits under this id."""
        task = self._take(task_id)
        if task is not None:
            self._ended[task.id] = task
            self._changed.set()
        return task

    def hasten(self, task_id: str) -> bool:
        """Start a waiting task now, whatever others load: it is to do no more than end. False: none waits."""
        task = self._take(task_id)
        if task is not None:
            self._start(task)
            self._changed.set()
        return task is not None

    def stop(self, task_id: str) -> bool:
        """Break a running task off; it ends as soon as it has cleared up. False where none runs under this id."""
        jobs = [job for job, task in self._running.items() if task.id == task_id]
        for job in jobs:
            job.cancel()
        return bool(jobs)

    async def run(self) -> None:
        """Until nothing is left to do. Cancelling this cancels what runs and waits for it. Raises ValueError for tasks
        that wait for each other."""
        try:
            while self._waiting or self._running:
                for task in ready(self._waiting, self._running.values(), self._ended.keys()):
                    self._waiting.remove(task)
                    self._start(task)
                if not self._running:
                    raise ValueError(f"these wait for each other: {[task.id for task in self._waiting]}")
                await self._until_something_changes()
                self._end_what_is_done()
        finally:
            jobs = list(self._running)
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    def _take(self, task_id: str) -> Task | None:
        task = next((task for task in self._waiting if task.id == task_id), None)
        if task is not None:
            self._waiting.remove(task)
        return task

    def _start(self, task: Task) -> None:
        self._begun[task.id] = self._now()
        self._running[asyncio.ensure_future(_call(task))] = task

    async def _until_something_changes(self) -> None:
        bell = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait({*self._running, bell}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            bell.cancel()
            self._changed.clear()

    def _end_what_is_done(self) -> None:
        for job in [job for job in self._running if job.done()]:
            task = self._running.pop(job)
            back = self._back.pop(task.id, None)
            if back is not None and not job.cancelled() and job.exception() is None:
                self._run_again(task, back)
                continue
            self._ended[task.id] = task
            if job.cancelled():
                self._observer.stopped(task)
            elif isinstance(error := job.exception(), Exception):
                self._observer.broke(task, error)


async def _call(task: Task) -> None:
    await task.run()

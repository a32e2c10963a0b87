"""What runs beside what: tasks say what they load, and everything that can overlap does."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """`loads` are names of what only one task may use at a time (`processor`, `drive:/dev/sda`, `person`);
    `after` are ids of tasks that must have ended first, however they ended."""

    id: str
    run: Callable[[], Awaitable[None]]
    loads: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


class Joining:
    """Tasks that come up while others run. They are taken up as long as any other still runs."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []
        self._woken = asyncio.Event()

    def add(self, tasks: Iterable[Task]) -> None:
        self._tasks.extend(tasks)
        self._woken.set()

    def taken(self) -> list[Task]:
        """What has come since the last call."""
        tasks, self._tasks = self._tasks, []
        self._woken.clear()
        return tasks

    async def wait(self) -> None:
        await self._woken.wait()


async def run_all(
    tasks: Iterable[Task], failed: Callable[[Task, Exception], None], joining: Joining | None = None
) -> None:
    """Run every task once, as early as its loads and predecessors permit, earlier ones first.

    A task that raises is given to `failed` and counts as ended: no task stops another. Cancelling this
    cancels what runs and waits for it. Raises ValueError for predecessors that are no tasks or wait in a ring.
    """
    others = joining or Joining()
    waiting: list[Task] = []
    ended: set[str] = set()
    running: dict[asyncio.Task[None], Task] = {}
    _admit([*tasks, *others.taken()], waiting, running, ended)
    bell = asyncio.ensure_future(others.wait())
    try:
        while waiting or running:
            _start_ready(waiting, running, ended)
            if not running:
                raise ValueError(f"these wait for each other: {[task.id for task in waiting]}")
            done, _ = await asyncio.wait({*running, bell}, return_when=asyncio.FIRST_COMPLETED)
            if bell in done:
                _admit(others.taken(), waiting, running, ended)
                bell = asyncio.ensure_future(others.wait())
            for job in done & running.keys():
                task = running.pop(job)
                ended.add(task.id)
                error = job.exception() if not job.cancelled() else None
                if isinstance(error, Exception):
                    failed(task, error)
    finally:
        for job in (bell, *running):
            job.cancel()
        await asyncio.gather(bell, *running, return_exceptions=True)


def _admit(tasks: list[Task], waiting: list[Task], running: dict[asyncio.Task[None], Task], ended: set[str]) -> None:
    known = {task.id for task in (*waiting, *running.values(), *tasks)} | ended
    unknown = {name for task in tasks for name in task.after} - known
    if unknown:
        raise ValueError(f"no such tasks: {sorted(unknown)}")
    waiting.extend(tasks)


def _start_ready(waiting: list[Task], running: dict[asyncio.Task[None], Task], ended: set[str]) -> None:
    for task in list(waiting):
        loaded = frozenset[str]().union(*(other.loads for other in running.values()))
        if task.after <= ended and not task.loads & loaded:
            waiting.remove(task)
            running[asyncio.ensure_future(_call(task))] = task


async def _call(task: Task) -> None:
    await task.run()

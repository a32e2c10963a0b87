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


async def run_all(tasks: Iterable[Task], failed: Callable[[Task, Exception], None]) -> None:
    """Run every task once, as early as its loads and predecessors permit, earlier ones first.

    A task that raises is given to `failed` and counts as ended: no task stops another. Cancelling this
    cancels what runs and waits for it. Raises ValueError for predecessors that are no tasks or wait in a ring.
    """
    waiting = list(tasks)
    unknown = {name for task in waiting for name in task.after} - {task.id for task in waiting}
    if unknown:
        raise ValueError(f"no such tasks: {sorted(unknown)}")
    ended: set[str] = set()
    running: dict[asyncio.Task[None], Task] = {}
    try:
        while waiting or running:
            _start_ready(waiting, running, ended)
            if not running:
                raise ValueError(f"these wait for each other: {[task.id for task in waiting]}")
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                task = running.pop(job)
                ended.add(task.id)
                error = job.exception() if not job.cancelled() else None
                if isinstance(error, Exception):
                    failed(task, error)
    finally:
        for job in running:
            job.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _start_ready(waiting: list[Task], running: dict[asyncio.Task[None], Task], ended: set[str]) -> None:
    for task in list(waiting):
        loaded = frozenset[str]().union(*(other.loads for other in running.values()))
        if task.after <= ended and not task.loads & loaded:
            waiting.remove(task)
            running[asyncio.ensure_future(_call(task))] = task


async def _call(task: Task) -> None:
    await task.run()

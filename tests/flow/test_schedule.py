"""Tasks overlap where they may, and never where they may not."""

import asyncio

import pytest

from agent.schedule import Schedule, Task


class Trace:
    def __init__(self) -> None:
        self.running: set[str] = set()
        self.together: set[frozenset[str]] = set()
        self.order: list[str] = []
        self.failures: list[str] = []
        self.stops: list[str] = []

    def task(self, name: str, loads: str = "", after: str = "", *, fails: bool = False) -> Task:
        async def work() -> None:
            self.order.append(name)
            self.running.add(name)
            for _ in range(5):
                self.together.add(frozenset(self.running))
                await asyncio.sleep(0)
            self.running.discard(name)
            if fails:
                raise RuntimeError(name)

        return Task(name, work, frozenset(loads.split()), frozenset(after.split()))

    def added(self, task: Task) -> None: ...

    def broke(self, task: Task, error: Exception) -> None:
        self.failures.append(f"{task.id}: {error}")

    def stopped(self, task: Task) -> None:
        self.stops.append(task.id)

    async def all(self, *tasks: Task) -> None:
        schedule = Schedule(self)
        schedule.add(tasks)
        await schedule.run()


async def test_what_loads_the_same_never_overlaps_and_the_rest_does() -> None:
    trace = Trace()
    tasks = [trace.task("a", "processor"), trace.task("b", "processor"), trace.task("c", "drive:x")]
    await trace.all(*tasks)
    assert frozenset({"a", "c"}) in trace.together
    assert not any({"a", "b"} <= group for group in trace.together)


async def test_predecessors_end_first_even_when_they_fail() -> None:
    trace = Trace()
    await trace.all(trace.task("second", after="first"), trace.task("first", fails=True))
    assert trace.order == ["first", "second"]
    assert trace.failures == ["first: first"]


@pytest.mark.parametrize("after", ["nobody", "a"])
async def test_what_can_never_start_is_refused(after: str) -> None:
    trace = Trace()
    with pytest.raises(ValueError, match=r"no such|wait for each other"):
        await trace.all(trace.task("a", after=after))


async def test_cancelling_cancels_what_runs() -> None:
    ended = asyncio.Event()

    async def forever() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.set()

    job = asyncio.create_task(Trace().all(Task("x", forever)))
    await asyncio.sleep(0.01)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert ended.is_set()

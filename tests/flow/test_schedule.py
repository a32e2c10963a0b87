"""Tasks overlap where they may, and never where they may not."""

import asyncio
import functools
from collections.abc import Callable

import pytest
from unheard import Unheard

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


# ---- by hand


async def until(happened: Callable[[], object]) -> None:
    for _ in range(200):
        if happened():
            return
        await asyncio.sleep(0)
    raise AssertionError


def endless(name: str, loads: str = "", after: str = "") -> Task:
    async def work() -> None:
        await asyncio.Event().wait()

    return Task(name, work, frozenset(loads.split()), frozenset(after.split()))


async def test_a_skipped_one_never_runs_and_holds_up_nobody() -> None:
    trace = Trace()
    schedule = Schedule(trace)
    schedule.add([endless("long", "x"), trace.task("skipped", "x"), trace.task("after", after="skipped")])
    job = asyncio.create_task(schedule.run())
    await until(lambda: schedule.running)
    assert schedule.skip("skipped") is not None
    assert schedule.skip("skipped") is None
    assert schedule.skip("long") is None
    await until(lambda: trace.order)
    assert trace.order == ["after"]
    assert schedule.stop("long")
    await job
    assert trace.stops == ["long"]
    assert trace.failures == []


async def test_a_stopped_one_counts_as_ended_and_the_rest_goes_on() -> None:
    trace = Trace()
    schedule = Schedule(trace)
    schedule.add([endless("stopped", "x"), trace.task("next", "x"), trace.task("after", after="stopped")])
    job = asyncio.create_task(schedule.run())
    await until(lambda: schedule.running)
    assert not schedule.stop("next")
    assert schedule.stop("stopped")
    await job
    assert trace.stops == ["stopped"]
    assert sorted(trace.order) == ["after", "next"]


async def test_one_that_ended_runs_again_when_it_is_added_again() -> None:
    trace = Trace()
    schedule = Schedule(trace)
    again = trace.task("again", "x")
    schedule.add([again, endless("other")])
    job = asyncio.create_task(schedule.run())
    await until(lambda: schedule.ended("again"))
    schedule.add([again])
    with pytest.raises(ValueError, match="there already"):
        schedule.add([again])
    await until(lambda: trace.order == ["again", "again"])
    schedule.stop("other")
    await job


async def test_a_hastened_one_runs_beside_what_it_would_wait_for() -> None:
    trace = Trace()
    schedule = Schedule(trace)
    schedule.add([endless("long", "x"), trace.task("hastened", "x", "long")])
    job = asyncio.create_task(schedule.run())
    await until(lambda: schedule.running)
    assert schedule.hasten("hastened")
    assert not schedule.hasten("long")
    await until(lambda: schedule.ended("hastened"))
    assert schedule.unfinished("long") is not None
    schedule.stop("long")
    await job
    assert trace.order == ["hastened"]


# ---- back to an earlier task


class Backwards:
    """Three tasks that load the person; `b` goes back to `a` once, or as often as told."""

    def __init__(self, times: int = 1) -> None:
        self.schedule = Schedule(Unheard())
        self.ran: list[str] = []
        self._times = times
        self._tasks = {name: Task(name, functools.partial(self._run, name), PERSON, patient=True) for name in "abc"}

    async def run(self) -> list[str]:
        self.schedule.add(self._tasks.values())
        await self.schedule.run()
        return self.ran

    async def _run(self, name: str) -> None:
        self.ran.append(name)
        if name == "b" and self._times > 0:
            self._times -= 1
            self.schedule.put_back("b", [self._tasks["a"]])


PERSON = frozenset({"person"})


async def test_a_task_that_is_put_back_runs_again_after_an_earlier_one_and_before_the_others() -> None:
    assert await Backwards().run() == ["a", "b", "a", "b", "c"]
    assert await Backwards(times=2).run() == ["a", "b", "a", "b", "a", "b", "c"]


async def test_what_is_wanted_again_already_is_not_there_twice() -> None:
    bench = Backwards(times=0)

    async def run() -> None:
        bench.ran.append("b")
        if len(bench.ran) == 2:
            bench.schedule.put_back("b", [bench._tasks["a"]])
            bench.schedule.add([bench._tasks["a"]])

    bench._tasks["b"] = Task("b", run, PERSON, patient=True)
    ran = await bench.run()
    assert sorted(ran) == ["a", "a", "b", "b", "c"]


async def test_a_task_that_is_broken_off_does_not_come_back() -> None:
    bench = Backwards(times=0)

    async def run() -> None:
        bench.ran.append("b")
        bench.schedule.put_back("b", [bench._tasks["a"]])
        bench.schedule.stop("b")
        await asyncio.sleep(0)

    bench._tasks["b"] = Task("b", run, PERSON, patient=True)
    assert await bench.run() == ["a", "b", "c"]

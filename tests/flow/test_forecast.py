"""The end that is told beforehand is the end that the schedule then has."""

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unheard import Unheard

from agent.forecast import Expected, forecast, longest_chain
from agent.schedule import Schedule, Task

LOADS = ("processor", "memory", "person", "drive:a", "drive:b")
SECONDS = st.integers(0, 1000).map(float)


@st.composite
def plans(draw: st.DrawFn) -> list[Expected]:
    """Steps that wait for earlier ones only, as in an intake."""
    steps: list[Expected] = []
    for number in range(draw(st.integers(1, 12))):
        after = draw(st.sets(st.sampled_from([step.id for step in steps]), max_size=3)) if steps else set()
        loads = draw(st.sets(st.sampled_from(LOADS), max_size=2))
        steps.append(Expected(str(number), draw(SECONDS), frozenset(loads), frozenset(after)))
    return steps


def end(steps: list[Expected]) -> float:
    return max(span.ends for span in forecast(steps).values())


@given(plans())
def test_never_before_the_longest_chain_nor_after_one_by_one(steps: list[Expected]) -> None:
    assert longest_chain(steps) <= end(steps) <= sum(step.seconds for step in steps)


@given(plans())
def test_one_by_one_where_all_use_the_same_part(steps: list[Expected]) -> None:
    same = [Expected(step.id, step.seconds, step.loads | {"x"}, step.after) for step in steps]
    assert end(same) == longest_chain(same) == sum(step.seconds for step in same)


@given(plans())
def test_the_longest_chain_where_nothing_is_shared(steps: list[Expected]) -> None:
    free = [Expected(step.id, step.seconds, frozenset(), step.after) for step in steps]
    assert end(free) == longest_chain(free)


@given(plans())
def test_nothing_begins_too_early_or_beside_what_it_may_not(steps: list[Expected]) -> None:
    spans = forecast(steps)
    assert spans.keys() == {step.id for step in steps}
    for step in steps:
        span = spans[step.id]
        assert span.ends == span.begins + step.seconds
        assert all(spans[name].ends <= span.begins for name in step.after)
        for other in steps:
            if other is not step and other.loads & step.loads:
                assert spans[other.id].ends <= span.begins or span.ends <= spans[other.id].begins


@given(plans())
def test_the_schedule_begins_in_the_same_order(steps: list[Expected]) -> None:
    """Played with a clock that jumps from end to end; what ends at one moment may follow each other either way."""
    now, begun, sleepers = 0.0, {}, []  # type: ignore[var-annotated]

    def task(step: Expected) -> Task:
        async def work() -> None:
            begun[step.id] = now
            woken = asyncio.Event()
            sleepers.append((now + step.seconds, woken))
            await woken.wait()

        return Task(step.id, work, step.loads, step.after)

    async def play() -> None:
        nonlocal now
        schedule = Schedule(Unheard())
        schedule.add(task(step) for step in steps)
        running = asyncio.create_task(schedule.run())
        while not running.done():
            for _ in range(6):  # the schedule needs some turns of the loop to notice an end and begin what is next
                await asyncio.sleep(0)
            if sleepers:
                now = min(when for when, _ in sleepers)
                for when, woken in [each for each in sleepers if each[0] <= now]:
                    sleepers.remove((when, woken))
                    woken.set()
        await running

    asyncio.run(play())
    assert begun == {name: span.begins for name, span in forecast(steps).items()}


def test_what_runs_already_holds_its_part_and_waits_for_nothing() -> None:
    steps = [
        Expected("a", 50, frozenset({"processor"}), frozenset({"gone"}), running=True),
        Expected("b", 10, frozenset({"processor"}), frozenset({"gone"})),
        Expected("c", 5, frozenset(), frozenset({"a"})),
    ]
    spans = forecast(steps)
    assert {name: (span.begins, span.ends) for name, span in spans.items()} == {
        "a": (0, 50), "b": (50, 60), "c": (50, 55),
    }  # fmt: skip
    assert longest_chain(steps) == 60


def test_nothing_to_do_and_nonsense_never_raise() -> None:
    assert forecast([]) == {}
    assert longest_chain([]) == 0
    ring = [Expected("a", math.nan, after=frozenset({"b"})), Expected("b", -5, after=frozenset({"a"}))]
    assert end(ring) == 0
    assert longest_chain(ring) == 0
    assert end([Expected("a", math.inf)]) == 0


@pytest.mark.parametrize("count", [200])
def test_many_steps_are_quickly_told(count: int) -> None:
    chain = [
        Expected(str(n), 1, frozenset({f"drive:{n % 7}"}), frozenset({str(n - 1)} if n else ())) for n in range(count)
    ]
    assert end(chain) == longest_chain(chain) == count

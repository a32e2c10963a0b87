"""When a set of steps will be over: the schedule played through in thought. Pure functions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.schedule import ready


@dataclass(frozen=True)
class Expected:
    """One step that has not ended; `loads` and `after` as in schedule.Piece."""

    id: str
    seconds: float
    """That it still takes."""
    loads: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    running: bool = False


@dataclass(frozen=True)
class Span:
    """Seconds from now."""

    begins: float
    ends: float


def forecast(steps: Sequence[Expected]) -> dict[str, Span]:
    """When each step begins and ends, by the rules of the schedule. A predecessor that is not among them has ended.

    Never raises: steps that wait for each other are taken one by one.
    """
    spans: dict[str, Span] = {}
    waiting, running = [step for step in steps if not step.running], [step for step in steps if step.running]
    ended = {name for step in steps for name in step.after} - {step.id for step in steps}
    now = 0.0
    spans |= {step.id: Span(now, now + _sound(step)) for step in running}
    while waiting or running:
        begin = ready(waiting, running, ended) or ([] if running else waiting[:1])
        spans |= {step.id: Span(now, now + _sound(step)) for step in begin}
        waiting = [step for step in waiting if step not in begin]
        running += begin
        now = min(spans[step.id].ends for step in running)
        ended |= {step.id for step in running if spans[step.id].ends <= now}
        running = [step for step in running if step.id not in ended]
    return spans


def longest_chain(steps: Sequence[Expected]) -> float:
    """Seconds that no order of these steps could do without: the longest row of steps that wait for each other, or of
    steps that need the same part."""
    by_id = {step.id: step for step in steps}
    heads: dict[str, float] = {}
    for step in steps:
        _head(step, by_id, heads, frozenset())
    chains = [heads[step.id] + _sound(step) for step in steps]
    for load in {load for step in steps for load in step.loads}:
        sharing = [step for step in steps if load in step.loads]
        first = min(0.0 if step.running else heads[step.id] for step in sharing)
        chains.append(first + sum(_sound(step) for step in sharing))
    return max(chains, default=0.0)


def _head(step: Expected, by_id: Mapping[str, Expected], heads: dict[str, float], above: frozenset[str]) -> float:
    """Seconds before it can begin because of its predecessors alone."""
    if step.id not in heads:
        if step.running or step.id in above:
            heads[step.id] = 0.0
        else:
            before = [by_id[name] for name in step.after if name in by_id]
            heads[step.id] = max(
                (_head(each, by_id, heads, above | {step.id}) + _sound(each) for each in before), default=0.0
            )
    return heads[step.id]


def _sound(step: Expected) -> float:
    """Whatever a check says: a number of seconds."""
    return min(max(0.0, step.seconds), 1e9) if math.isfinite(step.seconds) else 0.0

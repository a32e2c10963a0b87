"""How well an intake overlaps: a whole one in training mode, with its three simulated drives, beside its longest chain.

The chain is of the same run: what it took before the work and after it, and in between the longest row of steps that
wait for each other or use the same part (agent.forecast), each with the time that it really took. Gaps, a bad order and
steps that wait without need are what makes the whole longer than that.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from figures import Row
from loops import folder_on_disk
from runners import ROOT, Broken

from agent import settings as settings_file
from agent.client import Client, Unreachable
from agent.forecast import Expected, longest_chain
from agent.model.messages import (
    AnyEvent,
    FinishedEvent,
    IntakeRequest,
    PhaseEvent,
    ProblemEvent,
    Shutdown,
    SnapshotEvent,
    Start,
    StepEvent,
    TimetableEvent,
)
from agent.model.state import TimetableStep
from agent.model.words import Mode, StepStatus

MOST = 1.15
"""Times the longest chain (issue 6)."""
SHARE = 0.2
"""Of the times of the standard profile: as shipped an intake would take a quarter of an hour, and the share of what
cannot overlap would look smaller than it is here."""
LIMIT_SECONDS = 3600.0
STARTS = 4
NAME = "overlap"
_SECONDS = re.compile(r"^(seconds = )(\d+)$", re.MULTILINE)
Heard = tuple[float, AnyEvent]


def race(folder: Path, share: float, tell: Callable[[str], None]) -> list[Row]:
    """The rows of one intake. `folder`: on a disk with 1.3 GB free. Raises Broken, OSError, Problem."""
    with folder_on_disk(folder) as scratch:
        (scratch / f"{NAME}.toml").write_text(shortened((ROOT / "profiles/standard.toml").read_text(), share))
        config = scratch / "ordis.toml"
        config.write_text(f'state_dir = "{scratch}/state"\nprofile_dir = "{scratch}"\n')
        tell(f"a whole intake with {share:g} of the standard profile's times")
        return list(rows(measured(_patiently(config)), share))


def shortened(profile: str, share: float) -> str:
    """The profile under another name, all checks' times shorter by the same share; nothing below a second."""
    checks, erasing = profile.split("\n[sanitization]\n")
    checks = _SECONDS.sub(lambda found: f"{found[1]}{max(1, round(int(found[2]) * share))}", checks)
    return checks.replace('\nname = "standard"\n', f'\nname = "{NAME}"\n') + "\n[sanitization]\n" + erasing


def _patiently(config: Path) -> list[Heard]:
    """On a busy machine the service that was started may answer only when it is asked once more."""
    for _ in range(STARTS - 1):
        with contextlib.suppress(Unreachable):
            return asyncio.run(_heard(config))
    return asyncio.run(_heard(config))


async def _heard(config: Path) -> list[Heard]:
    """Everything that a face hears of one intake, and when. The service is ended afterwards."""
    heard: list[Heard] = []
    client = Client(settings_file.load(config), Mode.TRAINING, config)
    request = IntakeRequest(profile=NAME, asset_tag="BENCH-1", erase="all", attended=False)
    async with asyncio.timeout(LIMIT_SECONDS):
        async for event in client.events():
            if isinstance(event, SnapshotEvent) and not heard:
                await client.send(Start(mode=Mode.TRAINING, request=request))
            heard.append((time.monotonic(), event))
            if isinstance(event, ProblemEvent):
                raise Broken(str(event.problem))
            if isinstance(event, FinishedEvent):
                await client.send(Shutdown(mode=Mode.TRAINING))
    return heard


@dataclass(frozen=True)
class Measured:
    """Seconds of one intake."""

    whole: float
    chain: float
    one_by_one: float
    """If no two steps had run at the same time."""
    told: float
    """The work's end as it was told before the work began."""
    work: float
    steps: int


def measured(heard: list[Heard]) -> Measured:
    """Raises Broken where the intake did not come to its end."""
    moments = _moments(heard)
    try:
        start, began, over, end = (moments[name] for name in ("start", "began", "over", "end"))
    except KeyError as missing:
        raise Broken(f"the intake did not tell of its {missing}") from missing
    known: dict[str, TimetableStep] = {}
    for table in (event.timetable for _, event in heard if isinstance(event, TimetableEvent) and event.timetable):
        known |= {step.id: step for step in table.steps}
    took = _took(heard, began)
    chain = longest_chain(
        [
            Expected(step.id, took.get(step.id, 0.0), frozenset(step.loads), frozenset(step.after))
            for step in known.values()
        ]
    )
    first = next(event.timetable for _, event in heard if isinstance(event, TimetableEvent) and event.timetable)
    around = began - start + end - over
    return Measured(
        whole=end - start,
        chain=around + chain,
        one_by_one=around + sum(took.get(name, 0.0) for name in known),
        told=first.seconds_left,
        work=end - began,
        steps=len(known),
    )


def _moments(heard: list[Heard]) -> dict[str, float]:
    """`start` of the intake, when the work `began`, when it was `over`, and the `end`."""
    found: dict[str, float] = {}
    for at, event in heard:
        match event:
            case PhaseEvent():
                found.setdefault("start", at)
            case TimetableEvent(timetable=None):
                found["over"] = at
            case TimetableEvent():
                found.setdefault("began", at)
            case FinishedEvent():
                found["end"] = at
    return found


def _took(heard: list[Heard], began: float) -> dict[str, float]:
    """Seconds of each step since the work began."""
    since: dict[str, float] = {}
    took: dict[str, float] = {}
    for at, event in heard:
        if isinstance(event, StepEvent):
            step = event.step
            if step.status is StepStatus.RUNNING:
                since.setdefault(step.id, max(at, began))
            elif step.status is not StepStatus.WAITING and step.id in since:
                # Told of again later, when it may be repeated: its end was the first time.
                took[step.id] = took.get(step.id, 0.0) + max(0.0, at - since.pop(step.id))
    return took


def rows(found: Measured, share: float) -> Iterator[Row]:
    ratio = found.whole / found.chain
    yield Row(
        "-", f"whole intake of {found.steps} steps ({share:g} × standard) / longest chain", f"{found.whole:.1f} s",
        f"{found.chain:.1f} s", round(ratio, 3), f"≤ {MOST}", "pass" if ratio <= MOST else "short",
    )  # fmt: skip
    yield Row(
        "-", "the same / all steps one after the other", f"{found.whole:.1f} s", f"{found.one_by_one:.1f} s",
        round(found.whole / found.one_by_one, 3), "-", "-",
    )  # fmt: skip
    yield Row(
        "-", "work until the report / as told before it began", f"{found.work:.1f} s", f"{found.told:.1f} s",
        round(found.work / max(found.told, 0.1), 3), "-", "-",
    )  # fmt: skip

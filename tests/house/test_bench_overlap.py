"""What `make bench` makes of what it hears of a whole intake."""

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from agent.model.message import say
from agent.model.messages import AnyEvent, FinishedEvent, PhaseEvent, StepEvent, TimetableEvent
from agent.model.profile import Profile
from agent.model.state import StepState, Timetable, TimetableStep
from agent.model.words import Mode, Outcome, Phase, StepStatus

ROOT = Path(__file__).parents[2]
MODE = Mode.TRAINING


@pytest.fixture
def overlap(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(ROOT / "tools" / "bench")
    import overlap

    yield overlap
    for name in ("overlap", "figures", "runners", "loops"):
        sys.modules.pop(name, None)


def test_the_shortened_profile_keeps_its_proportions(overlap: Any) -> None:
    text = (ROOT / "profiles/standard.toml").read_text()
    standard = Profile.model_validate(tomllib.loads(text))
    short = Profile.model_validate(tomllib.loads(overlap.shortened(text, 0.2)))
    assert short.name == "overlap"
    assert short.checks.processor.seconds == standard.checks.processor.seconds / 5
    assert short.checks.memory.seconds == standard.checks.memory.seconds / 5
    assert short.checks.memory.percent == standard.checks.memory.percent
    assert short.sanitization == standard.sanitization
    assert short.grade == standard.grade


def step(name: str, status: StepStatus) -> StepEvent:
    outcome = Outcome.PASSED if status is StepStatus.DONE else None
    return StepEvent(mode=MODE, step=StepState(id=name, title=say("x"), status=status, outcome=outcome))


def expected(name: str, *loads: str, after: str | None = None) -> TimetableStep:
    return TimetableStep(id=name, begins_in=0, ends_in=0, loads=list(loads), after=[after] if after else [])


def heard(gap: float) -> list[tuple[float, AnyEvent]]:
    """10 s before the work; a (30 s) and b (20 s) share a part, with a gap between, c beside them; 5 s after it."""
    table = Timetable(
        seconds_left=60, longest_chain_seconds=60,
        steps=[expected("a", "x"), expected("b", "x"), expected("c", "y")],
    )  # fmt: skip
    run, done = StepStatus.RUNNING, StepStatus.DONE
    return [
        (0, PhaseEvent(mode=MODE, phase=Phase.INVENTORY)),
        (5, step("a", run)),  # begun before the work: what counts is what it takes of it
        (10, TimetableEvent(mode=MODE, timetable=table)),
        (10, step("c", run)),
        (40, step("a", done)),
        (40 + gap, step("b", run)),
        (50, step("c", done)),
        (60 + gap, step("b", done)),
        (60 + gap, TimetableEvent(mode=MODE, timetable=None)),
        (65 + gap, FinishedEvent(mode=MODE, good=True)),
    ]


@pytest.mark.parametrize(("gap", "ratio", "verdict"), [(0, 1.0, "pass"), (13, 1.2, "short")])
def test_an_intake_is_judged_by_its_longest_chain(overlap: Any, gap: float, ratio: float, verdict: str) -> None:
    found = overlap.measured(heard(gap))
    assert (found.whole, found.chain, found.one_by_one) == (65 + gap, 65, 65 + 40)
    row, _, beforehand = overlap.rows(found, 0.2)
    assert (row.ratio, row.verdict) == (ratio, verdict)
    assert (beforehand.ours, beforehand.other) == (f"{55 + gap:.1f} s", "60.0 s")


def test_an_intake_without_an_end_is_no_figure(overlap: Any) -> None:
    with pytest.raises(overlap.Broken, match="end"):
        overlap.measured(heard(0)[:-1])

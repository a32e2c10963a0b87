"""The checklist: one step as one or a few lines."""

from dataclasses import dataclass

from textual.content import Content

from agent.model.message import Message, say
from agent.model.state import IntakeState, ManualQuestion, StepState
from agent.model.words import Outcome, StepAction, StepStatus
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.theme import BAD, BUSY, DOUBT, GOOD, QUIET, STRONG
from agent.tui.words import word

_FIRST = (StepAction.STOP, StepAction.SKIP, StepAction.REPEAT)
TITLE_COLUMNS = 36
"""Titles are padded to this, so that the bars and words beneath each other form a column."""


@dataclass(frozen=True)
class Sign:
    """How a state looks: a mark that needs no colour, a colour, and a word."""

    mark: str
    style: str
    word: Message


_OUTCOMES = {
    Outcome.PASSED: Sign("[ok]", GOOD, word(Outcome.PASSED)),
    Outcome.DEGRADED: Sign("[ !]", DOUBT, word(Outcome.DEGRADED)),
    Outcome.FAILED: Sign("[XX]", BAD, word(Outcome.FAILED)),
    Outcome.SKIPPED: Sign("[--]", QUIET, word(Outcome.SKIPPED)),
    Outcome.ERROR: Sign("[??]", BAD, word(Outcome.ERROR)),
}
_STEPS = {"confirm_erase": "confirm", "asset_tag": "asset_tag"}
"""What the steps of these questions are called, before the drive that one may be about."""
WAITED_FOR = say("waits for your answer")
_STATUSES = {
    StepStatus.WAITING: Sign("[  ]", "", word(StepStatus.WAITING)),
    StepStatus.RUNNING: Sign("[>>]", BUSY, word(StepStatus.RUNNING)),
    # Done without an outcome is done, not passed: it gets a mark of its own.
    StepStatus.DONE: Sign("[==]", QUIET, word(StepStatus.DONE)),
    StepStatus.SKIPPED: _OUTCOMES[Outcome.SKIPPED],
}


def outcome_sign(outcome: Outcome) -> Sign:
    return _OUTCOMES[outcome]


def step_sign(step: StepState) -> Sign:
    if step.status is StepStatus.DONE and step.outcome is not None:
        return _OUTCOMES[step.outcome]
    return _STATUSES[step.status]


def bar(percent: float, columns: int) -> Content:
    """A progress bar of `columns` columns, brackets included; full only at 100."""
    inside = columns - 2
    filled = int(inside * min(percent, 100) / 100)
    return Content.assemble("[", plain("=" * filled, BUSY), plain("·" * (inside - filled), QUIET), "]")


def step_lines(step: StepState, width: int, tell: Tell) -> Lines:
    """The step in `width` columns: mark, title, and what can be said of it; more lines where one is too short."""
    sign = step_sign(step)
    title = tell(step.title) + (f" ({step.tries}×)" if step.tries > 1 else "")
    running = step.status is StepStatus.RUNNING
    right = _progress(step, width, tell) if running else plain(tell(sign.word), sign.style)
    left = Content.assemble(plain(sign.mark, sign.style), " ", plain(title, STRONG if running else ""))
    detail = tell(step.detail) if step.detail else ""
    gap = max(1, TITLE_COLUMNS + 6 - left.cell_length)
    if left.cell_length + gap + right.cell_length > width:
        heads = [left, Content.assemble(" " * (TITLE_COLUMNS + 6), right)]
    else:
        heads = [Content.assemble(left, " " * gap, right)]
    if not running and heads[-1].cell_length + 2 + len(detail) <= width:
        return [*heads[:-1], Content.assemble(heads[-1], "  ", detail)] if detail else heads
    if step.outcome is Outcome.PASSED and not running:
        return heads  # a step that passed needs no explaining: the list stays on one screen
    return heads + wrapped(f"! {detail}" if step.urgent else detail, width, 5, BAD if step.urgent else "")


def _progress(step: StepState, width: int, tell: Tell) -> Content:
    if step.progress_percent is None:
        return plain(tell(word(StepStatus.RUNNING)), BUSY)
    # Rounded down: what is not finished never reads 100 %.
    done = tell(say("{done:percent}", done=int(step.progress_percent)))
    left = "" if step.seconds_left is None else tell(say("{left:duration} left", left=step.seconds_left))
    room = width - TITLE_COLUMNS - 6 - len(" 100 %  ") - len(left)
    return Content.assemble(
        bar(step.progress_percent, max(8, min(room, 30))), plain(f" {done:>5}", STRONG), "  " if left else "", left
    )


def is_asked(state: IntakeState, step: StepState) -> bool:
    """Whether this step waits for the person: the question that is asked now is its own."""
    asked = state.question
    if asked is None or step.status is not StepStatus.RUNNING:
        return False
    if isinstance(asked, ManualQuestion):
        return step.id == f"check:{asked.check.id}"
    return step.id.partition(":")[0] == _STEPS.get(asked.kind)


def is_erase(step_id: str) -> bool:
    return step_id.startswith("erase:")


def is_check(step_id: str) -> bool:
    return step_id.startswith("check:")


def changeable(state: IntakeState) -> list[StepState]:
    """The steps that a person may stop, skip or repeat: first those that run, last those that have ended."""
    steps = [step for step in state.steps if step.may is not None]
    return sorted(steps, key=lambda step: _FIRST.index(step.may or StepAction.REPEAT))


def erases_running(state: IntakeState) -> int:
    return sum(is_erase(step.id) and step.status is StepStatus.RUNNING for step in state.steps)


def steps_done(state: IntakeState) -> int:
    return sum(step.status in (StepStatus.DONE, StepStatus.SKIPPED) for step in state.steps)

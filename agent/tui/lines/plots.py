"""Which series of which checks are worth a look, and how they are called; why there is none, where there is none."""

from collections.abc import Sequence

from agent.model.check import Series
from agent.model.message import Message, say
from agent.model.state import IntakeState, StepState
from agent.model.words import StepStatus
from agent.tui.charset import fit
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.measured import KINDS, check_of, headline, measured, results
from agent.tui.lines.plot import plot_lines
from agent.tui.theme import STRONG

_ROWS = 9
"""Of one curve with its title and axes: two and a bit stand on a screen of 24 rows."""
_DRAWN_BY = ("processor", "drive_surface", "battery_discharge", "charging", "sensors")
"""The checks that keep such series."""


def plots_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """All curves of the intake so far, each under its check, and those that still grow."""
    lines: Lines = []
    for check in state.checks:
        subject = fit(f" ({check.subject})") if check.subject else ""
        series = [each for each in check.series if each.name in KINDS]
        lines += _plots(tell(check.title) + subject, series, width, tell)
    for step in state.steps:
        if step.status is StepStatus.RUNNING and (series := measured(state, step)):
            title = tell(say("{step}, as it runs", step=tell(step.title)))
            lines += _plots(title, series, width, tell, running=True)
    return [*lines, *_missing(state, width, tell, any_there=bool(lines))]


def _plots(title: str, series: Sequence[Series], width: int, tell: Tell, *, running: bool = False) -> Lines:
    """All curves of one check; none where it kept no series that is worth a look."""
    lines: Lines = []
    for each in series:
        head, unit = headline(each, running=running), KINDS[each.name].unit
        lines += [*plot_lines(each, head, unit, (width, _ROWS), tell), plain("")]
    return [plain(title, STRONG), *lines] if lines else []


def _missing(state: IntakeState, width: int, tell: Tell, *, any_there: bool) -> Lines:
    """What is not there yet, or never will be, and why."""
    lines: Lines = []
    for step in state.steps:
        if check_of(step)[0] in _DRAWN_BY and (why := _why(state, step)) is not None:
            lines += wrapped(f"{tell(step.title)}: {tell(why)}", width)
    if not any_there and not lines:
        lines = wrapped(
            tell(say("No curve: neither processor nor drives nor battery are tested here, or nothing has begun yet.")),
            width,
        )
    return lines


def _why(state: IntakeState, step: StepState) -> Message | None:
    """Why the step has no curve; None where it has one."""
    if measured(state, step):
        return None
    if step.status is StepStatus.WAITING:
        return say("has not begun yet.")
    if step.status is StepStatus.RUNNING:
        return say("runs; nothing to draw was measured yet.")
    if step.status is StepStatus.SKIPPED or not results(state, step):
        return say("was not carried out.")
    return say("this computer told nothing that could be drawn.")

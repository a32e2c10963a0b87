"""The list of steps, one row each, and which of them is shown closer."""

from textual.content import Content

from agent.model.message import say
from agent.model.state import IntakeState, StepState
from agent.model.words import Outcome, Phase, StepStatus
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, plain
from agent.tui.lines.steps import WAITED_FOR, bar, is_asked, step_sign
from agent.tui.theme import BAD, BUSY, DOUBT, STRONG
from agent.tui.words import word

_BAD = (Outcome.FAILED, Outcome.ERROR, Outcome.DEGRADED)
_TITLE_SHARE, _TITLE_MOST, _BAR = 0.46, 44, 10


def checklist_rows(state: IntakeState, width: int, tell: Tell, chosen: str | None) -> Lines:
    """A row for every step, in order; the chosen one is pointed at."""
    return [step_row(step, width, tell, chosen=step.id == chosen, asked=is_asked(state, step)) for step in state.steps]


def step_row(step: StepState, width: int, tell: Tell, *, chosen: bool = False, asked: bool = False) -> Content:
    """Sign, title, and what can be said of it in `width` columns: state as a word or progress and time left, figure;
    of one that is `asked` for, that it waits for the person."""
    sign = step_sign(step)
    room = min(int(width * _TITLE_SHARE), _TITLE_MOST)
    title = shortened(tell(step.title) + (f" ({step.tries}×)" if step.tries > 1 else ""), room)
    running = step.status is StepStatus.RUNNING
    style = STRONG if running or chosen else ""
    left = Content.assemble(">" if chosen else " ", plain(sign.mark, sign.style), " ", plain(title.ljust(room), style))
    rest = width - left.cell_length - 2
    if asked:
        right = plain(shortened(tell(WAITED_FOR), rest), DOUBT)
    else:
        right = _running(step, rest, tell) if running else _ended(step, rest, tell)
    return Content.assemble(left, "  ", right)


def shortened(text: str, room: int) -> str:
    """At most `room` characters; three points say that something is missing."""
    return text if len(text) <= room else text[: room - 3].rstrip() + "..."


def _ended(step: StepState, room: int, tell: Tell) -> Content:
    sign = step_sign(step)
    said = tell(sign.word)
    figure = tell(step.figure) if step.figure else ""
    if figure and len(said) + 2 + len(figure) <= room:
        return Content.assemble(plain(said, sign.style), "  ", figure)
    return plain(shortened(said, room), sign.style)


def _running(step: StepState, room: int, tell: Tell) -> Content:
    if step.urgent:
        return plain(shortened("! " + tell(say("something must be done")), room), BAD)
    left = "" if step.seconds_left is None else tell(say("{left:duration}", left=step.seconds_left))
    if step.progress_percent is None:
        return plain(shortened("  ".join(filter(None, (tell(word(StepStatus.RUNNING)), left))), room), BUSY)
    # Rounded down: what is not finished never reads 100 %.
    done = tell(say("{done:percent}", done=int(step.progress_percent))).rjust(5)
    parts = [plain(done, STRONG)]
    used = len(done)
    for text in (left, rate(step, tell)):
        if text and used + 2 + len(text) <= room:
            parts += [plain("  "), plain(text)]
            used += 2 + len(text)
    if used + _BAR + 1 <= room:
        parts = [bar(step.progress_percent, _BAR), plain(" "), *parts]
    return Content.assemble(*parts)


def rate(step: StepState, tell: Tell) -> str:
    """How fast an erase is; empty where that is not counted."""
    if step.erase is None or step.erase.bytes_per_second is None:
        return ""
    return tell(say("{rate:bytes}/s", rate=step.erase.bytes_per_second))


def needs_looking(state: IntakeState) -> str | None:
    """The step that is shown closer as long as nobody chooses one: where somebody must act, what runs, what was last;
    at the end what is not as it should be."""
    running = [step for step in state.steps if step.status is StepStatus.RUNNING]
    urgent = [step for step in running if step.urgent]
    ended = [step for step in state.steps if step.status is StepStatus.DONE]
    if state.phase is Phase.FINISHED:
        ended = [step for step in ended if step.outcome in _BAD]
    else:
        ended.reverse()
    for steps in (urgent, running, ended, state.steps):
        if steps:
            return steps[0].id
    return None

"""One step looked at closer; of an erase, all drives at once."""

from textual.content import Content

from agent.model.message import say
from agent.model.state import IntakeState, StepState
from agent.model.words import StepAction, StepStatus
from agent.tui.charset import fit
from agent.tui.face import Tell
from agent.tui.lines.beside import with_curves
from agent.tui.lines.checklist import rate, shortened
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.machine import machine_lines
from agent.tui.lines.measured import measured
from agent.tui.lines.steps import WAITED_FOR, is_asked, is_erase, step_sign
from agent.tui.theme import BAD, DOUBT, QUIET, STRONG

_COLUMNS = (5, 9, 6, 12, 7)
"""Done, rate, temperature, time left, bad places."""
_NARROW = 64
"""Columns below which a table has no room."""
_MAY = {
    StepAction.STOP: say("F8 can stop it."),
    StepAction.SKIP: say("F8 can leave it out."),
    StepAction.REPEAT: say("F8 can repeat it."),
}


def closer_lines(state: IntakeState, step: StepState, width: int, tell: Tell) -> Lines:
    """What stands beside or below the list."""
    if is_erase(step.id):
        return _erases(state, step, width, tell) + _said(step, width, tell)
    sign = step_sign(step)
    title = tell(step.title) + (f" ({step.tries}×)" if step.tries > 1 else "")
    word = WAITED_FOR if is_asked(state, step) else sign.word
    facts = [tell(word), *([tell(step.figure)] if step.figure else [])]
    if step.status is StepStatus.RUNNING and step.seconds_left is not None:
        facts.append(tell(say("{left:duration} left", left=step.seconds_left)))

    def head(width: int) -> Lines:
        first = Content.assemble(plain(sign.mark, sign.style), " ", plain(shortened(title, width - 5), STRONG))
        return [first, *wrapped(" · ".join(facts), width, style=sign.style)]

    if step.id == "inventory" and state.inventory is not None:
        return head(width) + _said(step, width, tell) + machine_lines(state.inventory, width, tell)
    running = step.status is StepStatus.RUNNING
    return with_curves(
        lambda room: head(room) + _said(step, room, tell), measured(state, step), width, tell, running=running
    )


def _said(step: StepState, width: int, tell: Tell) -> Lines:
    lines: Lines = []
    if step.detail is not None:
        detail = tell(step.detail)
        lines += wrapped(f"! {detail}" if step.urgent else detail, width, style=BAD if step.urgent else "")
    return lines + (wrapped(tell(_MAY[step.may]), width, style=QUIET) if step.may is not None else [])


def _erases(state: IntakeState, chosen: StepState, width: int, tell: Tell) -> Lines:
    """Every erase in a row of a table, the chosen one pointed at: what happens beside it is seen at once."""
    if width < _NARROW:
        return [row for step in state.steps if is_erase(step.id) for row in _narrow(state, step, chosen, width, tell)]
    names = (say("done"), say("speed"), say("temp."), say("time left"), say("faults"))
    room = max(10, width - sum(_COLUMNS) - len(_COLUMNS) - 2)
    heads = " ".join(tell(name)[:wide].rjust(wide) for name, wide in zip(names, _COLUMNS, strict=True))
    lines = [plain("  " + tell(say("Drive")).ljust(room) + f" {heads}", QUIET)]
    for step in state.steps:
        if is_erase(step.id):
            name = _drive(state, step, room, tell).ljust(room)
            pointed = step.id == chosen.id
            lines.append(
                Content.assemble(
                    plain(f"{'>' if pointed else ' '} {name} ", STRONG if pointed else ""), _row(step, tell)
                )
            )
    return lines


def _narrow(state: IntakeState, step: StepState, chosen: StepState, width: int, tell: Tell) -> Lines:
    """Name and figures below each other."""
    pointed = step.id == chosen.id
    name = _drive(state, step, width - 2, tell)
    head = plain(f"{'>' if pointed else ' '} {name}", STRONG if pointed else "")
    if step.status is not StepStatus.RUNNING:
        return [head, Content.assemble("  ", _row(step, tell))]
    done, speed, heat, left = _cells(step, tell)
    bad = step.erase.bad_places if step.erase is not None else 0
    faults = tell(say("faults: {count}", count=bad)) if bad else ""
    left = tell(say("{left:duration} left", left=step.seconds_left or 0)) if left else ""
    facts = " · ".join(filter(None, (done, speed, heat, left, faults)))
    return [head, *wrapped(facts, width, 2, DOUBT if bad else "")]


def _drive(state: IntakeState, step: StepState, room: int, tell: Tell) -> str:
    """Model and the end of the serial: several drives of one model stand in one machine."""
    path = step.id.partition(":")[2]
    for drive in state.inventory.drives if state.inventory else ():
        if drive.path == path:
            end = fit(f" ({drive.serial[-4:]})") if drive.serial else ""
            return shortened(fit(drive.model or drive.path), room - len(end)) + end
    return shortened(tell(step.title), room)


def _row(step: StepState, tell: Tell) -> Content:
    if step.status is not StepStatus.RUNNING:
        sign = step_sign(step)
        return Content.assemble(plain(sign.mark, sign.style), " ", plain(tell(sign.word), sign.style))
    bad = step.erase.bad_places if step.erase is not None else 0
    texts = [(cell or "-").rjust(wide) for cell, wide in zip(_cells(step, tell), _COLUMNS, strict=False)]
    return Content.assemble(" ".join(texts), " ", plain(str(bad).rjust(_COLUMNS[-1]), DOUBT if bad else ""))


def _cells(step: StepState, tell: Tell) -> tuple[str, str, str, str]:
    """Done, rate, temperature, time left; empty where one is not known."""
    live = step.erase
    done = "" if step.progress_percent is None else tell(say("{done:percent}", done=int(step.progress_percent)))
    heat = "" if live is None or live.celsius is None else tell(say("{celsius} °C", celsius=live.celsius))
    left = "" if step.seconds_left is None else tell(say("{left:duration}", left=step.seconds_left))
    return done, rate(step, tell), heat, left

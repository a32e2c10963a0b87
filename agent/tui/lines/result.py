"""The end of an intake: the grade, its reasons, and where the report is."""

from textual.content import Content

from agent.model.check import CheckResult
from agent.model.grade import AxisGrade, Grade
from agent.model.message import Message, say
from agent.model.state import DeliveryState, IntakeState
from agent.model.words import Delivery, GradeLetter, Suitability
from agent.report import worth
from agent.report.naming import GRADE, OUTCOME
from agent.tui.charset import fit
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, marked, plain, wrapped
from agent.tui.lines.steps import outcome_sign
from agent.tui.theme import BAD, BUSY, DOUBT, GOOD, QUIET, STRONG

# Seven rows of seven columns each.
_SHAPES = {
    GradeLetter.A: ("  ###  ", " ## ## ", "##   ##", "##   ##", "#######", "##   ##", "##   ##"),
    GradeLetter.B: ("###### ", "##   ##", "##   ##", "###### ", "##   ##", "##   ##", "###### "),
    GradeLetter.C: (" ##### ", "##   ##", "##     ", "##     ", "##     ", "##   ##", " ##### "),
    GradeLetter.D: ("###### ", "##   ##", "##   ##", "##   ##", "##   ##", "##   ##", "###### "),
    GradeLetter.PARTS: ("###### ", "##   ##", "##   ##", "###### ", "##     ", "##     ", "##     "),
    GradeLetter.RECYCLE: ("###### ", "##   ##", "##   ##", "###### ", "## ##  ", "##  ## ", "##   ##"),
    GradeLetter.HOLD: ("  ###  ", "  ###  ", "  ###  ", "  ###  ", "       ", "  ###  ", "  ###  "),
}
_STYLES = {
    GradeLetter.A: "ansi_bright_green",
    GradeLetter.B: "ansi_bright_green",
    GradeLetter.C: "ansi_bright_yellow",
    GradeLetter.D: "ansi_bright_yellow",
    GradeLetter.PARTS: "ansi_bright_red",
    GradeLetter.RECYCLE: "ansi_bright_red",
    GradeLetter.HOLD: "ansi_bright_red",
}
_MEANINGS = {
    GradeLetter.A: say("Grade A: as good as new for today's uses."),
    GradeLetter.B: say("Grade B: good for everyday use."),
    GradeLetter.C: say("Grade C: fit for simple uses."),
    GradeLetter.D: say("Grade D: works, with clear limits."),
    GradeLetter.PARTS: say("For parts: the machine does not work well enough, its parts may."),
    GradeLetter.RECYCLE: say("For recycling: nothing of it should go back into use."),
    GradeLetter.HOLD: say("On hold: somebody must act before this machine can leave."),
}


def big_letter(letter: GradeLetter) -> Lines:
    """The grade to be read from across the bench."""
    return [plain(row.replace("#", "█"), _STYLES[letter]) for row in _SHAPES[letter]]


def grade_lines(grade: Grade | None, width: int, tell: Tell) -> Lines:
    """What the grade means and why it is not better."""
    if grade is None:
        return wrapped(tell(say("No grade: the intake did not get that far.")), width, style=DOUBT)
    lines = wrapped(tell(_MEANINGS[grade.letter]), width, style=STRONG)
    if grade.provisional:
        lines += wrapped(tell(say("Provisional: not everything was tested.")), width, style=DOUBT)
    lines += wrapped(worth.because(grade, tell), width)
    lines += [row for reason in worth.besides(grade) for row in marked("-", "", tell(reason), width)]
    lines += advice_lines(grade, width, tell)
    return lines + (wrapped(worth.suited(grade, tell), width) if grade.uses else [])


def advice_lines(grade: Grade, width: int, tell: Tell) -> Lines:
    """What would raise the grade, and what it costs."""
    rows = (f"{worth.advised(advice, tell)} {worth.effort(advice, tell)}" for advice in grade.advice)
    return [line for row in rows for line in marked("+", GOOD, row, width)]


_WHERE: dict[Delivery, tuple[str, str, Message]] = {
    Delivery.NOT_YET: ("[  ]", "", say("Report: not written yet.")),
    Delivery.UNSAVED: ("[XX]", BAD, say("NOT SAVED: the report exists in memory only. Do not switch off.")),
    Delivery.SPOOLED: ("[ !]", DOUBT, say("Report saved on the stick, not sent yet; the next run sends it.")),
    Delivery.DELIVERED: ("[ok]", GOOD, say("Report saved, and received by the workshop.")),
}


def delivery_line(delivery: DeliveryState, tell: Tell) -> Content:
    """Where the report is, in one line."""
    mark, style, sentence = _WHERE[delivery.status]
    return Content.assemble(plain(mark, style), " ", plain(tell(sentence), style))


def delivery_lines(delivery: DeliveryState, width: int, tell: Tell) -> Lines:
    """Where the report is, why, and the address of its page."""
    mark, style, sentence = _WHERE[delivery.status]
    lines = marked(mark, style, tell(sentence), width, style)
    if delivery.detail is not None:
        lines += wrapped(tell(delivery.detail), width, 5)
    if delivery.url is not None:
        lines += wrapped(tell(say("Its page: {url}", url=delivery.url)), width, 5, BUSY)
    return lines


def check_lines(check: CheckResult, width: int, tell: Tell) -> Lines:
    sign = outcome_sign(check.outcome)
    title = tell(check.title) + (fit(f" ({check.subject})") if check.subject else "")
    head = tell(say("{check}: {outcome}", check=title, outcome=OUTCOME[check.outcome].text))
    return marked(sign.mark, sign.style, head, width, STRONG) + wrapped(tell(check.reason), width, 5)


def axis_lines(axis: AxisGrade, width: int, tell: Tell) -> Lines:
    """One axis of the rubric; `--` where it does not apply or was not tested, and the reason says which."""
    letter = tell(GRADE[axis.letter]) if axis.letter else "--"
    head = plain(tell(say("{axis}: {letter}", axis=axis.axis, letter=letter)), STRONG)
    beside = Content.assemble(head, "  ", plain(tell(axis.value), QUIET))
    below = [head, *wrapped(tell(axis.value), width, 5, QUIET)]
    why = " ".join(tell(part) for part in (axis.reason, axis.missing) if part is not None)
    return [*([beside] if beside.cell_length <= width else below), *wrapped(why, width, 5)]


def details_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """Every check and every axis with its reason, then the uses."""
    lines = [plain(tell(say("Checks")), STRONG)]
    lines += [row for check in state.checks for row in check_lines(check, width, tell)]
    if state.grade is None:
        return lines
    lines += [plain(""), plain(tell(say("What the grade rests on")), STRONG)]
    lines += [row for axis in state.grade.axes for row in axis_lines(axis, width, tell)]
    if looks := worth.looks(state.grade, tell):
        lines += wrapped(looks, width)
    lines += _systems_and_footprint(state.grade, width, tell)
    if state.grade.uses:
        lines += [plain(""), plain(tell(say("Suitable uses")), STRONG)]
    for use in state.grade.uses:
        mark, style = ("[ok]", GOOD) if use.suitable else ("[--]", QUIET)
        lines += marked(mark, style, tell(use.name), width, STRONG)
        lines += wrapped(tell(use.reason), width, 5)
    return lines


def _systems_and_footprint(grade: Grade, width: int, tell: Tell) -> Lines:
    lines: Lines = []
    if grade.systems:
        lines += [plain(""), plain(tell(say("Operating systems")), STRONG)]
    for system in grade.systems:
        mark, style = _FITS[system.fit]
        lines += marked(mark, style, worth.system_line(system, tell), width)
    said = [] if grade.footprint is None else worth.footprint_lines(grade.footprint, tell)
    if said or grade.power:
        lines += [plain(""), plain(tell(say("Footprint")), STRONG)]
    return lines + [line for row in [*said, *worth.power_lines(grade, tell)] for line in wrapped(row, width)]


_FITS = {
    Suitability.YES: ("[ok]", GOOD),
    Suitability.SETTING: ("[ !]", DOUBT),
    Suitability.UNKNOWN: ("[ ?]", DOUBT),
    Suitability.NO: ("[--]", QUIET),
}

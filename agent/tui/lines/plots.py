"""Which series of which checks are worth a look, and how they are called; why there is none, where there is none."""

from collections.abc import Mapping

from agent.model.check import CheckResult
from agent.model.message import Message, say
from agent.model.state import IntakeState, StepState
from agent.model.words import StepStatus
from agent.tui.charset import fit
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.lines.plot import plot_lines
from agent.tui.theme import STRONG

_ROWS = 9
"""Of one curve with its title and axes: two and a bit stand on a screen of 24 rows."""
_SHOWN: Mapping[str, tuple[Message, str]] = {
    "temperature_celsius": (say("Temperature"), "°C"),
    "frequency_mhz": (say("Clock of the processor"), "MHz"),
    "fan_rpm": (say("Fan, turns per minute"), ""),
    "power_watts": (say("Power"), "W"),
    "charge_percent": (say("Charge of the battery"), "%"),
    "read_worst_ms": (say("Slowest read of each part of the drive, from its beginning to its end"), "ms"),
    "read_mb_per_second": (say("Reading speed, from the beginning of the drive to its end"), "MB/s"),
}
_DRAWN_BY = ("processor", "drive_surface", "battery_discharge", "charging", "sensors")
"""The checks that keep such series."""


def plots_lines(state: IntakeState, width: int, tell: Tell) -> Lines:
    """All curves of the intake so far, each under its check."""
    lines: Lines = []
    for check in state.checks:
        lines += check_plots(check, width, tell)
    return [*lines, *_missing(state, width, tell, any_there=bool(lines))]


def check_plots(check: CheckResult, width: int, tell: Tell) -> Lines:
    """The curves of one check; none where it kept no series that is worth a look."""
    lines: Lines = []
    for series in check.series:
        if (known := _SHOWN.get(series.name)) is not None:
            lines += [*plot_lines(series, *known, (width, _ROWS), tell), plain("")]
    if not lines:
        return []
    subject = fit(f" ({check.subject})") if check.subject else ""
    return [plain(tell(check.title) + subject, STRONG), *lines]


def _missing(state: IntakeState, width: int, tell: Tell, *, any_there: bool) -> Lines:
    """What is not there yet, or never will be, and why."""
    lines: Lines = []
    for step in state.steps:
        if _check_of(step) in _DRAWN_BY and (why := _why(state, step)) is not None:
            lines += wrapped(f"{tell(step.title)}: {tell(why)}", width)
    if not any_there and not lines:
        lines = wrapped(
            tell(say("No curve: neither processor nor drives nor battery are tested here, or nothing has begun yet.")),
            width,
        )
    return lines


def _check_of(step: StepState) -> str:
    kind, _, rest = step.id.partition(":")
    return rest.partition(":")[0] if kind == "check" else ""


def _why(state: IntakeState, step: StepState) -> Message | None:
    """Why the step has no curve; None where it has one."""
    if step.status is StepStatus.WAITING:
        return say("has not begun yet.")
    if step.status is StepStatus.RUNNING:
        return say("runs; its curve comes at its end.")
    name, subject = _check_of(step), step.id.partition(":")[2].partition(":")[2]
    results = [each for each in state.checks if each.id == name and (not subject or _about(each, subject, state))]
    if any(series.name in _SHOWN for each in results for series in each.series):
        return None
    if step.status is StepStatus.SKIPPED or not results:
        return say("was not carried out.")
    return say("this computer told nothing that could be drawn.")


def _about(check: CheckResult, subject: str, state: IntakeState) -> bool:
    """Steps name a drive by its path, results by its serial number."""
    serials = {drive.serial for drive in state.inventory.drives if drive.path == subject} if state.inventory else set()
    return check.subject == subject or check.subject in serials

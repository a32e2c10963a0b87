"""The series of a step that are worth a look, while it runs and afterwards, and the figure that matters of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.model.check import CheckResult, Series
from agent.model.message import Message, say
from agent.model.state import IntakeState, StepState
from agent.model.words import StepStatus
from agent.tui.lines.plot import sane

_AT_MOST, _AT_LEAST, _NOW = (
    say("{curve}: {value} {unit} at most"),
    say("{curve}: {value} {unit} at least"),
    say("{curve}: {value} {unit}"),
)


def _last(values: Sequence[float]) -> float:
    return values[-1]


_Figure = tuple[Callable[[Sequence[float]], float], Message]
_HIGHEST: _Figure = (max, _AT_MOST)
_LOWEST: _Figure = (min, _AT_LEAST)
_LAST: _Figure = (_last, _NOW)


@dataclass(frozen=True)
class Kind:
    """What is measured."""

    title: Message
    unit: Message
    ended: _Figure
    running: _Figure = _LAST
    short: Message | None = None
    """Where there is little room."""


KINDS: Mapping[str, Kind] = {
    "temperature_celsius": Kind(say("Temperature"), Message("°C"), _HIGHEST),
    "frequency_mhz": Kind(say("Clock of the processor"), Message("MHz"), _LOWEST, short=say("Clock")),
    "fan_rpm": Kind(say("Fan"), say("turns/min"), _HIGHEST),
    "power_watts": Kind(say("Power"), Message("W"), _HIGHEST),
    "charge_percent": Kind(say("Charge of the battery"), Message("%"), _LAST, short=say("Charge")),
    "read_worst_ms": Kind(
        say("Slowest read of each part of the drive, from its beginning to its end"),
        Message("ms"), _HIGHEST, _HIGHEST, say("Slowest read"),
    ),
    "read_mb_per_second": Kind(
        say("Reading speed, from the beginning of the drive to its end"),
        say("MB/s"), _LOWEST, short=say("Reading speed"),
    ),
}  # fmt: skip
"""By the name of the series, the one first that says most."""


def headline(series: Series, *, running: bool, short: bool = False) -> Message:
    """What the curve shows, and its figure that matters; no figure where there is none."""
    kind = KINDS[series.name]
    title = (kind.short or kind.title) if short else kind.title
    values = [value for value in series.values if sane(value)]
    if not values:
        return title
    pick, said = kind.running if running else kind.ended
    value = round(pick(values), 1)
    shown: float = int(value) if value == int(value) or abs(value) >= 100 else value
    return Message(said.text, {"curve": title.text, "value": shown, "unit": kind.unit.text})


def measured(state: IntakeState, step: StepState) -> list[Series]:
    """What the step has measured, so far where it runs; the series that says most first."""
    if step.status is StepStatus.RUNNING:
        found: Sequence[Series] = [curve for each in state.curves if each.step_id == step.id for curve in each.curves]
    else:
        found = [series for result in results(state, step) for series in result.series]
    order = list(KINDS)
    return sorted((series for series in found if series.name in KINDS), key=lambda series: order.index(series.name))


def check_of(step: StepState) -> tuple[str, str]:
    """The check that the step carries out, and of which part; empty where it carries out none, or has but one."""
    kind, _, rest = step.id.partition(":")
    name, _, subject = rest.partition(":")
    return (name, subject) if kind == "check" else ("", "")


def results(state: IntakeState, step: StepState) -> list[CheckResult]:
    """What came of the check that the step carries out."""
    name, subject = check_of(step)
    return [each for each in state.checks if each.id == name and (not subject or _about(each, subject, state))]


def _about(check: CheckResult, subject: str, state: IntakeState) -> bool:
    """Steps name a drive by its path, results by its serial number."""
    serials = {drive.serial for drive in state.inventory.drives if drive.path == subject} if state.inventory else set()
    return check.subject == subject or check.subject in serials

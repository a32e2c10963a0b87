"""How a check ended, with what was measured."""

from agent.model.base import Model, Seconds, Text
from agent.model.message import Message, say
from agent.model.words import Outcome

CONCLUSIVE = (Outcome.PASSED, Outcome.DEGRADED, Outcome.FAILED)
"""From best to worst. `skipped` and `error` say nothing: untested is never passed."""
SKIPPED = say("Skipped by hand.")
STOPPED = say("Stopped by hand.")
NOBODY = say("Nobody answered: this was not tried.")
UNTRIED = (SKIPPED, STOPPED, NOBODY)
"""Why a check was left out that would apply; any other `skipped` means "not applicable"."""


class Figure(Model):
    """One measured value. The unit is in the name (`temperature_max_celsius`)."""

    name: Text
    value: float | int | Text
    threshold: float | int | Text | None = None


class Series(Model):
    """A time series kept as evidence; `seconds` are counted from the start of the check."""

    name: Text
    seconds: list[float]
    values: list[float]


class Try(Model):
    """How one of several tries of a check ended."""

    outcome: Outcome
    reason: Message
    seconds: Seconds = 0


class CheckResult(Model):
    id: Text
    """Which check: `processor`, `memory`, `drive_health`, `battery` …"""
    subject: Text | None = None
    """Which of several parts: a drive's serial or path, a battery's name."""
    title: Message
    outcome: Outcome
    reason: Message
    figures: list[Figure] = []
    series: list[Series] = []
    seconds: Seconds = 0
    tries: list[Try] = []
    """Where it was repeated: every try in its order, this one among them. What counts is the last one that found
    something out (passed, degraded, failed): a try that was stopped or broke off takes nothing back."""

    @property
    def untried(self) -> bool:
        """Skipped though it would apply: the grade is then provisional."""
        return self.outcome is Outcome.SKIPPED and self.reason in UNTRIED


def counting(before: CheckResult | None, now: CheckResult) -> CheckResult:
    """Which of two results of one check counts, with all its tries."""
    if before is None:
        return now
    tries = [*(before.tries or [_try(before)]), *(now.tries or [_try(now)])]
    stays = before if before.outcome in CONCLUSIVE and now.outcome not in CONCLUSIVE else now
    return stays.model_copy(update={"tries": tries})


def _try(result: CheckResult) -> Try:
    return Try(outcome=result.outcome, reason=result.reason, seconds=result.seconds)

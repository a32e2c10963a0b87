"""How a check ended, with what was measured."""

from agent.model.base import Model, Seconds, Text
from agent.model.message import Message
from agent.model.words import Outcome


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

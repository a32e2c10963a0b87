"""A series while it is still being measured: thinned to what a screen can show, so that no state grows."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field

from agent.model.base import Model, Text
from agent.model.check import Series

POINTS = 120
"""Of one curve: two for each column of the widest place that shows it while it grows."""
MOST = 6
"""Curves of one step."""


class Curve(Series):
    """At most POINTS of a series."""

    seconds: Annotated[list[float], Field(max_length=POINTS)]
    values: Annotated[list[float], Field(max_length=POINTS)]


Curves = Annotated[list[Curve], Field(max_length=MOST)]


class StepCurves(Model):
    """What a step that runs has measured so far."""

    step_id: Text
    curves: Curves


def thinned(series: Series, most: int = POINTS) -> Curve:
    """The series with at most `most` points, an even number: of each stretch the lowest and the highest, so that no
    peak is lost."""
    pairs = list(zip(series.seconds, series.values, strict=False))
    if len(pairs) > most:
        parts = most // 2
        bounds = [len(pairs) * part // parts for part in range(parts + 1)]
        kept: list[tuple[float, float]] = []
        for first, end in pairwise(bounds):
            stretch = range(first, end)
            ends = {min(stretch, key=lambda at: pairs[at][1]), max(stretch, key=lambda at: pairs[at][1])}
            kept += [pairs[at] for at in sorted(ends)]
        pairs = kept
    return Curve(name=series.name, seconds=[at for at, _ in pairs], values=[value for _, value in pairs])

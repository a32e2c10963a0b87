"""How far a tone stands above the noise beside it: Goertzel's algorithm (Am. Math. Monthly 65, 1958) over a window."""

import math
from collections.abc import Sequence

_BESIDE = (-90, -75, -60, -45, 45, 60, 75, 90)
"""Hz from the tone: outside of what Hann's window spreads over one second, and near enough to be the same noise."""
_MOST_DB = 120.0
"""Where there is no noise at all."""
_LEAST_POWER = 1e-9


def power(samples: Sequence[float], rate: int, hertz: float) -> float:
    """The power at one frequency, in squares of a sample's unit; through Hann's window."""
    count = len(samples)
    turn = 2 * math.cos(math.tau * hertz / rate)
    step = math.tau / max(1, count - 1)
    before = before_that = 0.0
    for at, sample in enumerate(samples):
        now = sample * (0.5 - 0.5 * math.cos(step * at)) + turn * before - before_that
        before, before_that = now, before
    return max(0.0, (before * before + before_that * before_that - turn * before * before_that) / max(1, count) ** 2)


def above_noise_db(samples: Sequence[float], rate: int, hertz: float) -> float:
    """The tone against the mean of its neighbours, in decibels (at most 120)."""
    beside = [power(samples, rate, hertz + off) for off in _BESIDE]
    return decibels(power(samples, rate, hertz), sum(beside) / len(beside))


def decibels(one: float, other: float) -> float:
    """How far one power stands above another, within ±120 dB."""
    ratio = max(one, _LEAST_POWER) / max(other, _LEAST_POWER)
    return max(-_MOST_DB, min(_MOST_DB, 10 * math.log10(ratio)))

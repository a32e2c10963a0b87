"""The bounded time series."""

from hypothesis import given
from hypothesis import strategies as st

from agent.checks.base import Recorder


def test_nothing_read_is_no_series() -> None:
    recorder = Recorder("temperature_celsius")
    recorder.add(0.5, None)
    assert recorder.series() == []
    assert recorder.highest is None


@given(st.integers(1, 5000))
def test_it_stays_small_and_spans_the_whole_time(points: int) -> None:
    recorder = Recorder("temperature_celsius")
    for second in range(points):
        recorder.add(second, 40 + second % 7)
    (series,) = recorder.series()
    assert len(series.seconds) == len(series.values) <= Recorder.LIMIT
    assert len(series.seconds) >= min(points, Recorder.LIMIT // 2)
    assert series.seconds == sorted(series.seconds)
    assert series.seconds[0] == 0
    assert series.seconds[-1] >= points * 0.98 - 1


def test_extremes_between_the_points_are_not_lost() -> None:
    recorder = Recorder("temperature_celsius")
    for second in range(1000):
        recorder.add(second, 99 if second == 777 else 50)
    assert recorder.highest == 99
    assert recorder.lowest == 50

"""Judging batteries, sane and absurd."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.checks import battery
from agent.model.inventory import Battery, Inventory, Machine
from agent.model.profile import BatteryThresholds
from agent.model.words import Chassis, Outcome


def outcome(**facts: object) -> Outcome:
    return battery.judge(Battery.model_construct(name="BAT0", **facts)).outcome


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        (55, Outcome.PASSED),
        (50, Outcome.PASSED),
        (40, Outcome.PASSED),
        (39, Outcome.DEGRADED),
        (25, Outcome.DEGRADED),
        (24.9, Outcome.FAILED),
        (0, Outcome.FAILED),
    ],
)
def test_what_it_still_holds(full: float, expected: Outcome) -> None:
    assert outcome(design_wh=50, full_wh=full) is expected


def test_what_is_told() -> None:
    result = battery.judge(Battery(name="BAT0", design_wh=50, full_wh=36, cycles=312, status="Charging"))
    assert (result.id, result.subject) == ("battery", "BAT0")
    assert str(result.reason) == "The battery holds only 72% of what it held when new: it lasts less long."
    assert [(f.name, f.value, f.threshold) for f in result.figures] == [
        ("health_percent", 72, 80),
        ("design_wh", 50, None),
        ("full_wh", 36, None),
        ("cycles", 312, None),
        ("status", "Charging", None),
    ]


def test_a_new_battery_holds_at_most_everything() -> None:
    result = battery.judge(Battery(name="BAT0", design_wh=50, full_wh=55))
    assert result.figures[0].value == 100


def test_the_profile_decides() -> None:
    tired = Battery(name="BAT0", design_wh=50, full_wh=20)
    assert battery.judge(tired, BatteryThresholds(a_percent=40, b_percent=30, c_percent=20)).outcome is Outcome.PASSED


def test_the_percentage_alone_is_enough() -> None:
    assert outcome(health_percent=90) is Outcome.PASSED
    assert outcome(health_percent=30, design_wh=50) is Outcome.FAILED


def test_silence_is_no_pass() -> None:
    assert outcome() is Outcome.SKIPPED
    assert outcome(full_wh=40, charge_percent=100) is Outcome.SKIPPED


@pytest.mark.parametrize(
    ("design", "full"),
    [(0, 0), (0, 40), (-50, -40), (50, -1), (50, 65.1), (0.05, 0.04), (50_000, 40_000), (math.nan, 40),
     (50, math.nan), (50, math.inf), (math.inf, math.inf)],
)  # fmt: skip
def test_absurd_readings(design: float, full: float) -> None:
    assert outcome(design_wh=design, full_wh=full) is Outcome.ERROR


numbers = st.none() | st.floats() | st.integers(-(2**70), 2**70)


@given(design=numbers, full=numbers, told=numbers)
def test_no_number_raises_and_only_good_ones_pass(design: float | None, full: float | None, told: float | None) -> None:
    if outcome(design_wh=design, full_wh=full, health_percent=told) is Outcome.PASSED:
        if design is None or full is None:
            assert told is not None
            assert told >= 79.9
        else:
            assert design > 0
            assert 0.799 <= full / design <= 1.3


def test_where_it_applies() -> None:
    for chassis in Chassis:
        bare = Inventory(machine=Machine(chassis=chassis))
        assert battery.applies(bare) is chassis.portable
        assert battery.applies(bare.model_copy(update={"batteries": [Battery(name="BAT0")]}))
    assert battery.missing().outcome is Outcome.FAILED

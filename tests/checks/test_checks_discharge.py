"""How long a battery lasts, over a made-up machine whose every second is played."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from told_files import ToldFiles

from agent.checks import battery_discharge
from agent.checks.base import Bench
from agent.checks.slope import Slope
from agent.model.check import CheckResult
from agent.model.inventory import Battery, Inventory
from agent.model.profile import Checks, DischargeCheck, MemoryCheck, ProcessorCheck
from agent.model.words import Outcome

SUPPLY = "sys/class/power_supply"


@dataclass
class Play:
    """Seconds pass as the check sleeps; `battery(second)` says what stands in BAT0 then."""

    machine: ToldFiles
    battery: Callable[[int], dict[str, object]]
    busy: Callable[[int], bool] = lambda _: True
    second: int = 0
    ticks: list[int] = field(default_factory=lambda: [0, 0])

    def sleep(self, _: float) -> None:
        self.second += 1
        self.ticks[0 if self.busy(self.second) else 1] += 200
        told = {"type": "Battery", "status": "Discharging", "capacity": 80, "online": 0} | self.battery(self.second)
        files = {f"{SUPPLY}/AC/type": "Mains", f"{SUPPLY}/AC/online": told.pop("online")}
        files |= {f"{SUPPLY}/BAT0/{name}": value for name, value in told.items()}
        self.machine.put(files | {"proc/stat": f"cpu {self.ticks[0]} 0 0 {self.ticks[1]} 0 0 0 0"})


@pytest.fixture
def played(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    """Check a laptop of 50 Wh."""

    def play(
        battery: Callable[[int], dict[str, object]], busy: Callable[[int], bool] = lambda _: True, **facts: float
    ) -> CheckResult:
        checks = Checks(
            processor=ProcessorCheck(seconds=80, speed=False), memory=MemoryCheck(enabled=False),
            battery_discharge=DischargeCheck(seconds=60, least_minutes=45),
        )  # fmt: skip
        own = Battery(name="BAT0", **({"design_wh": 50, "full_wh": 50} | facts))  # type: ignore[arg-type]
        stage = Play(ToldFiles(), battery, busy)
        stage.machine.put({"proc/stat": "cpu 0 0 0 0 0 0 0 0"})
        monkeypatch.setattr(battery_discharge, "sleep", stage.sleep)
        return battery_discharge.check(
            replace(bench, checks=checks, inventory=Inventory(batteries=[own]), source=stage.machine)
        )

    return play


def falling(watts: float, told: float | None = None, step_mwh: int = 1) -> Callable[[int], dict[str, object]]:
    """A charge that falls by `watts`, counted in steps; the battery says that `told` watts flow."""

    def at(second: int) -> dict[str, object]:
        gone = int(watts * second / 3.6) // step_mwh * step_mwh
        power = {} if told is None else {"power_now": round(told * 1e6)}
        return {"energy_now": (40_000 - gone) * 1000} | power

    return at


def figures(result: CheckResult) -> dict[str, object]:
    return {figure.name: figure.value for figure in result.figures}


def test_the_slope_of_the_charge(played) -> None:
    result = played(falling(30, told=28))
    assert result.outcome is Outcome.PASSED
    assert figures(result)["power_watts"] == pytest.approx(30, abs=0.1)
    assert figures(result)["expected_minutes"] == 100
    assert figures(result)["measured_seconds"] == 60
    assert str(result.reason) == "Under full load (30.0 W) a full battery lasts 100 min; with ordinary work, longer."
    assert {series.name for series in result.series} == {"power_watts", "charge_percent"}


@pytest.mark.parametrize(("watts", "expected"), [(66, Outcome.PASSED), (68, Outcome.DEGRADED)])
def test_both_sides_of_the_threshold(played, watts: float, expected: Outcome) -> None:
    """50 Wh last 45 minutes at 66.7 W."""
    assert played(falling(watts)).outcome is expected


def test_a_charge_counted_in_large_steps_and_none_at_all(played) -> None:
    assert figures(played(falling(20, told=20, step_mwh=300)))["power_watts"] == 20
    assert figures(played(lambda _: {"power_now": 25_000_000}))["expected_minutes"] == 120


def test_a_charge_that_was_never_there(played) -> None:
    result = played(falling(60, told=20))
    assert result.outcome is Outcome.DEGRADED
    assert "holds less than it says, 50 min" in str(result.reason)


def test_only_full_load_counts(played) -> None:
    def drawn(second: int) -> dict[str, object]:
        return {"power_now": 40_000_000 if 10 < second <= 50 else 8_000_000}

    result = played(drawn, busy=lambda second: 10 < second <= 50)
    assert figures(result) == {
        "power_watts": 40, "expected_minutes": 75, "full_wh": 50, "measured_seconds": 40,
    }  # fmt: skip
    assert result.seconds == 60  # it ends by itself when the others have ended


def test_the_charger_is_in(played) -> None:
    result = played(lambda _: {"online": 1, "status": "Charging"}, busy=lambda second: second <= 30)
    assert result.outcome is Outcome.SKIPPED
    assert "unplug it during the check of the processor" in str(result.reason)
    assert result.seconds == 40


def test_a_charger_that_comes_back_begins_the_measurement_anew(played) -> None:
    def told(second: int) -> dict[str, object]:
        if 20 < second <= 25:
            return {"online": 1, "status": "Charging", "power_now": 1}
        return {"power_now": 90_000_000 if second <= 20 else 30_000_000}

    assert figures(played(told))["power_watts"] == 30


@pytest.mark.parametrize(
    ("battery", "facts", "expected", "words"),
    [
        (lambda _: {"capacity": 80}, {}, Outcome.SKIPPED, "does not tell what it gives"),
        (lambda _: {"power_now": 0}, {}, Outcome.ERROR, "no sense"),
        (lambda _: {"power_now": 450_000_000}, {}, Outcome.ERROR, "no sense"),
        (lambda _: {"capacity": -3}, {}, Outcome.ERROR, "no sense"),
        (falling(-30, told=30), {}, Outcome.ERROR, "no sense"),
        (falling(30), {"full_wh": 90}, Outcome.SKIPPED, "how much it holds"),
        (falling(30), {"full_wh": None}, Outcome.SKIPPED, "how much it holds"),
        (falling(30), {"full_wh": 0}, Outcome.SKIPPED, "how much it holds"),
    ],
)
def test_what_makes_no_sense_never_passes(played, battery, facts, expected: Outcome, words: str) -> None:
    result = played(battery, **facts)
    assert result.outcome is expected
    assert words in str(result.reason)


def test_too_short_a_time(played) -> None:
    assert played(falling(30), busy=lambda second: second <= 14).outcome is Outcome.SKIPPED
    assert played(falling(30), busy=lambda _: False).outcome is Outcome.SKIPPED


numbers = st.none() | st.integers(-(2**70), 2**70) | st.integers(0, 100)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=4), st.floats(0, 1000))
def test_nothing_raises_and_no_short_life_passes(played, told, full: float) -> None:
    def at(second: int) -> dict[str, object]:
        capacity, power, energy = told[second % len(told)]
        given = {"capacity": capacity, "power_now": power, "energy_now": energy}
        return {name: "" if value is None else value for name, value in given.items()}

    result = played(at, busy=lambda second: second <= 20, full_wh=full)
    if result.outcome is Outcome.PASSED:
        minutes, watts = figures(result)["expected_minutes"], figures(result)["power_watts"]
        assert isinstance(minutes, int)
        assert minutes >= 45
        assert isinstance(watts, float)
        assert 1 <= watts <= 400


def test_a_slope_needs_steps() -> None:
    slope = Slope()
    for second in range(100):
        slope.add(second, 40 - second // 30)
    assert slope.per_hour() is None or slope.per_hour() < 0
    flat = Slope()
    flat.add(1, 1)
    flat.add(1, 1)
    assert flat.per_hour() is None

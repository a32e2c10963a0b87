"""Whether the battery is charged, over a made-up /sys/class/power_supply."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.checks import charging
from agent.checks.base import Bench
from agent.model.check import CheckResult
from agent.model.inventory import Battery, Inventory
from agent.model.profile import ChargingCheck
from agent.model.words import Outcome

SUPPLY = "sys/class/power_supply"


def supply(**battery: object) -> dict[str, object]:
    told = {"type": "Battery", "capacity": 60, "status": "Charging", "power_now": 30_000_000} | battery
    return {f"{SUPPLY}/AC/type": "Mains", f"{SUPPLY}/AC/online": told.pop("online", 1)} | {
        f"{SUPPLY}/BAT0/{name}": value for name, value in told.items() if value is not None
    }


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What happens in the pauses between two looks, one after the other."""
    todo: list[Callable[[], None]] = []
    monkeypatch.setattr(charging, "sleep", lambda _: todo.pop(0)() if todo else None)
    return todo


@pytest.fixture
def laptop(bench: Bench, pauses) -> Bench:
    checks = bench.checks.model_copy(update={"charging": ChargingCheck(seconds=2)})
    return replace(bench, checks=checks, inventory=Inventory(batteries=[Battery(name="BAT0")]))


def checked(laptop: Bench, put, **battery: object) -> CheckResult:
    put(supply(**battery))
    return charging.check(laptop)


def test_power_flows(laptop, put) -> None:
    result = checked(laptop, put)
    assert result.outcome is Outcome.PASSED
    assert str(result.reason) == "The charger charges the battery with 30.0 W."
    assert {figure.name: figure.value for figure in result.figures} == {
        "power_watts": 30, "charge_percent": 60, "status": "Charging",
    }  # fmt: skip
    assert result.seconds == 0


def test_power_by_current_and_voltage(laptop, put) -> None:
    result = checked(laptop, put, power_now=None, current_now=-2_000_000, voltage_now=12_500_000)
    assert "25.0 W" in str(result.reason)


def test_a_charge_that_rises_where_no_power_is_told(laptop, put, pauses) -> None:
    pauses.append(lambda: put({f"{SUPPLY}/BAT0/energy_now": 20_010_000}))
    result = checked(laptop, put, power_now=None, energy_now=20_000_000)
    assert result.outcome is Outcome.PASSED
    assert result.seconds == 1


@pytest.mark.parametrize(
    ("battery", "expected", "words"),
    [
        ({"online": 0, "status": "Discharging"}, Outcome.SKIPPED, "not plugged in"),
        ({"status": "Full", "capacity": 100, "power_now": 0}, Outcome.PASSED, "is full"),
        ({"status": "Not charging", "capacity": 96, "power_now": 0}, Outcome.PASSED, "is full"),
        ({"status": "Unknown", "capacity": 80, "charge_control_end_threshold": 80}, Outcome.PASSED, "set a limit"),
        ({"status": "Not charging", "capacity": 60, "charge_control_start_threshold": 55}, Outcome.PASSED, "a limit"),
        ({"status": "Not charging", "capacity": 40, "charge_control_end_threshold": 80}, Outcome.FAILED, "not charged"),
        ({"status": "Not charging", "capacity": 99, "charge_control_end_threshold": 100}, Outcome.PASSED, "is full"),
        ({"status": "Not charging", "capacity": 90}, Outcome.FAILED, "not charged"),
        ({"status": "Charging", "power_now": 0}, Outcome.DEGRADED, "no power was seen"),
        ({"status": "Charging", "power_now": None}, Outcome.DEGRADED, "no power was seen"),
        ({"status": "Discharging", "power_now": 9_000_000}, Outcome.FAILED, "emptied although"),
        ({"status": "Charging", "power_now": 900_000_000}, Outcome.ERROR, "no sense"),
        ({"status": "Charging", "capacity": 300}, Outcome.ERROR, "no sense"),
        ({"status": None}, Outcome.SKIPPED, "does not tell"),
    ],
)  # fmt: skip
def test_what_is_seen(laptop, put, battery: dict[str, object], expected: Outcome, words: str) -> None:
    result = checked(laptop, put, **battery)
    assert result.outcome is expected
    assert words in str(result.reason)


def test_no_mains_to_ask(laptop, put) -> None:
    put({f"{SUPPLY}/BAT0/type": "Battery", f"{SUPPLY}/BAT0/status": "Discharging", f"{SUPPLY}/BAT0/capacity": 50})
    assert charging.check(laptop).outcome is Outcome.SKIPPED


def test_of_two_batteries_one_waits_its_turn(laptop, put) -> None:
    two = replace(laptop, inventory=Inventory(batteries=[Battery(name="BAT0"), Battery(name="BAT1")]))
    put(supply() | {f"{SUPPLY}/BAT1/type": "Battery", f"{SUPPLY}/BAT1/status": "Unknown", f"{SUPPLY}/BAT1/capacity": 5})
    assert charging.check(two).outcome is Outcome.PASSED


def test_where_it_applies() -> None:
    assert not charging.applies(Inventory())
    assert charging.applies(Inventory(batteries=[Battery(name="BAT0")]))


numbers = st.none() | st.integers(-(2**70), 2**70) | st.text(max_size=8) | st.integers(-10, 110)
statuses = st.sampled_from(["Charging", "Discharging", "Full", "Not charging", "Unknown", None, "?"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers, numbers, numbers, numbers, statuses)
def test_nothing_raises_and_no_nonsense_passes(laptop, put, capacity, power, energy, online, status) -> None:
    told = {"capacity": capacity, "power_now": power, "energy_now": energy, "online": online, "status": status}
    clean = {
        name: value.encode("utf-8", "replace").decode() if isinstance(value, str) else "" if value is None else value
        for name, value in told.items()
    }
    result = checked(laptop, put, **clean)
    if result.outcome is Outcome.PASSED:
        assert status in ("Charging", "Full", "Not charging", "Unknown", "?")
        assert isinstance(capacity, str) or capacity is None or 0 <= capacity <= 100 or len(str(capacity)) > 20

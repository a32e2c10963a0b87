"""Which checks a machine gets."""

from types import ModuleType

import pytest
from bench_place import only

from agent.checks import registry
from agent.checks.registry import MODULES
from agent.model.inventory import Battery, Inventory, Machine
from agent.model.message import Message, say
from agent.model.profile import BatteryThresholds, Checks, GradeThresholds, ProcessorCheck, Profile
from agent.model.words import Chassis, Outcome


def profile(checks: Checks | None = None, **thresholds: BatteryThresholds) -> Profile:
    return Profile(name="p", title_fr="p", title_en="p", checks=checks or Checks(), grade=GradeThresholds(**thresholds))


def inventory(chassis: Chassis, *batteries: Battery) -> Inventory:
    return Inventory(machine=Machine(chassis=chassis), batteries=list(batteries))


def made_up(monkeypatch: pytest.MonkeyPatch, **names: object) -> None:
    """Another check in the place of those of the program, under an id that has settings."""
    module = ModuleType("made_up")
    given = {
        "ID": "processor",
        "TITLE": say("Made up"),
        "LOADS": frozenset({"network"}),
        "applies": lambda _inventory: True,
        "expected_seconds": lambda _checks, _inventory: 7.0,
        "check": lambda _bench: None,
    }
    module.__dict__.update(given | names)
    monkeypatch.setattr(registry, "MODULES", (module,))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.ID))
def test_every_check_is_complete(module: object) -> None:
    assert isinstance(module.ID, str)  # type: ignore[attr-defined]
    assert registry.enabled(profile(), module.ID)  # type: ignore[attr-defined]
    assert module.expected_seconds(Checks(), Inventory()) > 0  # type: ignore[attr-defined]
    assert module.applies(Inventory()) in (True, False)  # type: ignore[attr-defined]


def test_each_check_has_the_name_of_its_module_by_which_its_process_finds_it() -> None:
    names = [vars(module)["__name__"] for module in MODULES]
    assert names == [f"agent.checks.{module.ID}" for module in MODULES]
    assert len(set(names)) == len(names)


def test_one_order_for_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up(monkeypatch, subjects=lambda _inventory: ["wlan0", "wlan1"])
    orders = registry.orders(profile(), Inventory())
    assert [(order.check, order.subject, order.loads) for order in orders] == [
        ("processor", "wlan0", {"network"}),
        ("processor", "wlan1", {"network"}),
    ]
    assert {order.expected_seconds for order in orders} == {7}


@pytest.mark.parametrize("why", [None, say("This laptop has no Wi-Fi.")])
def test_what_does_not_apply_is_told_where_somebody_would_ask(
    why: Message | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up(monkeypatch, applies=lambda _inventory: False, missed=lambda _inventory: why)
    assert registry.orders(profile(), Inventory()) == []
    told = [(one.id, one.title, one.outcome, one.reason) for one in registry.verdicts(profile(), Inventory())]
    assert told == ([] if why is None else [("processor", say("Made up"), Outcome.SKIPPED, why)])
    disabled = Checks(processor=ProcessorCheck(enabled=False))
    assert registry.verdicts(profile(disabled), Inventory()) == []


def test_every_machine_gets_processor_and_memory() -> None:
    slow = Checks(processor=ProcessorCheck(seconds=20, speed=False))
    orders = {order.check: order for order in registry.orders(profile(slow), Inventory())}
    assert orders["processor"].loads == {"processor"}
    assert orders["memory"].loads == {"processor", "memory"}
    expected = orders["processor"].expected_seconds
    assert 20 <= expected <= 30
    assert orders["processor"].time_limit_seconds == expected * 2 + 60
    assert set(orders) <= {module.ID for module in MODULES}


def test_what_the_profile_disables_is_not_listed() -> None:
    laptop = inventory(Chassis.NOTEBOOK, Battery(name="BAT0"))
    assert registry.orders(profile(only()), laptop) == []
    assert registry.verdicts(profile(only()), laptop) == []


def test_batteries() -> None:
    assert registry.verdicts(profile(only("battery")), inventory(Chassis.DESKTOP)) == []
    (missing,) = registry.verdicts(profile(only("battery")), inventory(Chassis.NOTEBOOK))
    assert missing.outcome is Outcome.FAILED
    two = inventory(Chassis.NOTEBOOK, Battery(name="BAT0", design_wh=50, full_wh=30), Battery(name="BAT1"))
    assert [(one.subject, one.outcome) for one in registry.verdicts(profile(only("battery")), two)] == [
        ("BAT0", Outcome.DEGRADED),
        ("BAT1", Outcome.SKIPPED),
    ]
    generous = profile(only("battery"), battery=BatteryThresholds(a_percent=60, b_percent=50, c_percent=40))
    assert registry.verdicts(generous, two)[0].outcome is Outcome.PASSED

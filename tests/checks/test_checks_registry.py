"""Which checks a machine gets."""

from types import ModuleType

import pytest

from agent.checks import registry
from agent.checks.registry import MODULES
from agent.model.inventory import Battery, Inventory, Machine
from agent.model.message import Message, say
from agent.model.profile import BatteryThresholds, Checks, GradeThresholds, MemoryCheck, ProcessorCheck, Profile, Toggle
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


def test_no_check_is_listed_twice() -> None:
    assert len(registry.CHILDREN) == len(MODULES)


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
    orders = registry.orders(profile(Checks(processor=ProcessorCheck(seconds=20))), Inventory())
    assert [order.check for order in orders] == ["processor", "memory"]
    assert orders[0].loads == {"processor"}
    assert orders[1].loads == {"processor", "memory"}
    assert 20 <= orders[0].expected_seconds <= 30
    assert orders[0].time_limit_seconds == orders[0].expected_seconds * 2 + 60
    assert {order.check for order in orders} == set(registry.CHILDREN)


def test_what_the_profile_disables_is_not_listed() -> None:
    checks = Checks(
        processor=ProcessorCheck(enabled=False), memory=MemoryCheck(enabled=False), battery=Toggle(enabled=False)
    )
    assert registry.orders(profile(checks), Inventory()) == []
    assert registry.verdicts(profile(checks), inventory(Chassis.NOTEBOOK, Battery(name="BAT0"))) == []


def test_batteries() -> None:
    assert registry.verdicts(profile(), inventory(Chassis.DESKTOP)) == []
    (missing,) = registry.verdicts(profile(), inventory(Chassis.NOTEBOOK))
    assert missing.outcome is Outcome.FAILED
    two = inventory(Chassis.NOTEBOOK, Battery(name="BAT0", design_wh=50, full_wh=30), Battery(name="BAT1"))
    assert [(one.subject, one.outcome) for one in registry.verdicts(profile(), two)] == [
        ("BAT0", Outcome.DEGRADED),
        ("BAT1", Outcome.SKIPPED),
    ]
    generous = profile(battery=BatteryThresholds(a_percent=60, b_percent=50, c_percent=40))
    assert registry.verdicts(generous, two)[0].outcome is Outcome.PASSED

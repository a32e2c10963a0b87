"""Which checks a machine gets."""

from agent.checks import registry
from agent.model.inventory import Battery, Inventory, Machine
from agent.model.profile import BatteryThresholds, Checks, GradeThresholds, MemoryCheck, ProcessorCheck, Profile, Toggle
from agent.model.words import Chassis, Outcome


def profile(checks: Checks | None = None, **thresholds: BatteryThresholds) -> Profile:
    return Profile(name="p", title_fr="p", title_en="p", checks=checks or Checks(), grade=GradeThresholds(**thresholds))


def inventory(chassis: Chassis, *batteries: Battery) -> Inventory:
    return Inventory(machine=Machine(chassis=chassis), batteries=list(batteries))


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

"""What holds for any machine with any results."""

from collections.abc import Callable

import pytest
from graded_machines import (
    CHECKS,
    IDS,
    INVENTORY,
    check,
    checks,
    erased,
    graded,
    inventories,
    lock,
    profiles,
    statuses,
    texts,
    verdict,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.check import CheckResult, Figure
from agent.model.grade import Grade
from agent.model.inventory import Battery, Drive, Inventory, Memory, Processor, UnseenDrive
from agent.model.message import say
from agent.model.profile import GradeThresholds
from agent.model.words import GradeLetter, Health, Outcome, SanitizationStatus


@given(inventories, checks, statuses, st.booleans(), profiles)
def test_grading_never_raises_and_never_promises_more_than_it_knows(
    inventory: Inventory,
    found: list[CheckResult],
    others: list[tuple[Drive, SanitizationStatus]],
    empty: bool,
    limits: GradeThresholds,
) -> None:
    sanitizations = [erased(drive) for drive in inventory.drives] + [erased(*other) for other in others]
    result = graded(inventory, found, sanitizations, limits, empty_bay_confirmed=empty)
    applicable = [axis for axis in result.axes if axis.applies]
    assert result.provisional == any(not axis.tested for axis in applicable)
    assert all(axis.letter is not None or not axis.tested for axis in applicable)
    assert all(axis.letter is None for axis in result.axes if not axis.applies)
    assert all(result.letter.rank >= axis.letter.rank for axis in result.axes if axis.letter)
    assert all(axis.missing is None for axis in result.axes if axis.tested)
    assert result.letter is GradeLetter.A or result.reasons
    assert "?" not in "".join(texts(result))
    for axis in result.axes:
        assert "?" not in f"{axis.value}{axis.threshold}{axis.next_threshold}{axis.reason}"
    assert Grade.model_validate_json(result.model_dump_json()) == result


@given(inventories.filter(lambda inventory: inventory.drives), checks, st.data())
def test_any_drive_that_is_not_sanitized_holds_the_machine(
    inventory: Inventory, found: list[CheckResult], data: st.DataObject
) -> None:
    left = data.draw(st.sampled_from(inventory.drives))
    done = [erased(drive) for drive in inventory.drives if drive != left]
    statuses = [each for each in SanitizationStatus if each not in ("sanitized", "removed")]
    status = data.draw(st.none() | st.sampled_from(statuses))
    done += [] if status is None else [erased(left, status)]
    assert verdict(inventory, found, done, empty_bay_confirmed=data.draw(st.booleans())).letter is GradeLetter.HOLD


def worse_processor(inventory: Inventory, draw: Callable[..., int]) -> Inventory:
    def lower(value: int | None) -> int | None:
        return None if value is None else draw(0, value)

    processors = [
        Processor(
            model=p.model if draw(0, 1) else None,
            x86_64_level=lower(p.x86_64_level),
            cores=lower(p.cores),
            threads=lower(p.threads),
        )
        for p in inventory.processors
    ]
    return inventory.model_copy(update={"processors": processors})


def worse_memory(inventory: Inventory, draw: Callable[..., int]) -> Inventory:
    memory = Memory(
        installed_bytes=inventory.memory.installed_bytes and draw(0, inventory.memory.installed_bytes),
        usable_bytes=inventory.memory.usable_bytes and draw(0, inventory.memory.usable_bytes),
    )
    if not (memory.installed_bytes or memory.usable_bytes):
        return inventory  # not known any more, which is another matter than worse
    return inventory.model_copy(update={"memory": memory})


def worse_drives(inventory: Inventory, draw: Callable[..., int]) -> Inventory:
    def higher(value: int | None, most: int) -> int | None:
        return None if value is None else draw(value, most)

    def worse(drive: Drive) -> Drive:
        update: dict[str, object] = {
            "wear_percent": higher(drive.wear_percent, 400),
            "power_on_hours": higher(drive.power_on_hours, 2**53),
            "rotational": drive.rotational if draw(0, 1) else True,
            "health": drive.health if draw(0, 1) else Health.FAILED,
            "size_bytes": draw(0, drive.size_bytes),
        }
        if drive.smart:
            names = ("reallocated", "reported_uncorrectable", "command_timeout", "pending", "offline_uncorrectable",
                     "media_errors", "critical_warning")  # fmt: skip
            counters = {name: higher(getattr(drive.smart, name), 99) for name in names}
            update["smart"] = drive.smart.model_copy(update=counters)
        return drive.model_copy(update=update)

    return inventory.model_copy(update={"drives": [worse(drive) for drive in inventory.drives]})


def worse_batteries(inventory: Inventory, draw: Callable[..., int]) -> Inventory:
    def worse(battery: Battery) -> Battery:
        health = battery.health_percent
        lower = None if health is None else health * draw(0, 100) / 100
        return battery.model_copy(update={"health_percent": lower})

    return inventory.model_copy(update={"batteries": [worse(battery) for battery in inventory.batteries]})


@pytest.mark.parametrize("worsen", [worse_processor, worse_memory, worse_drives, worse_batteries])
def test_a_worse_fact_never_improves(worsen: Callable[[Inventory, Callable[..., int]], Inventory]) -> None:
    @settings(max_examples=50)
    @given(inventories, checks, profiles, st.data())
    def holds(inventory: Inventory, found: list[CheckResult], limits: GradeThresholds, data: st.DataObject) -> None:
        worse = worsen(inventory, lambda low, high: data.draw(st.integers(low, high)))
        before, after = verdict(inventory, found, limits=limits), verdict(worse, found, limits=limits)
        assert after.letter.rank >= before.letter.rank
        for one, other in zip(before.axes, after.axes, strict=True):
            assert (other.letter.rank if other.letter else -1) >= (one.letter.rank if one.letter else -1)

    holds()


@given(inventories, checks, st.integers(0, 7), st.sampled_from([Outcome.DEGRADED, Outcome.FAILED]), profiles)
def test_a_worse_outcome_never_improves(
    inventory: Inventory, found: list[CheckResult], index: int, outcome: Outcome, limits: GradeThresholds
) -> None:
    order = [Outcome.PASSED, Outcome.DEGRADED, Outcome.FAILED]
    if index >= len(found) or found[index].outcome not in order[: order.index(outcome)]:
        return
    worse = [*found[:index], found[index].model_copy(update={"outcome": outcome}), *found[index + 1 :]]
    before, after = verdict(inventory, found, limits=limits), verdict(inventory, worse, limits=limits)
    assert after.letter.rank >= before.letter.rank
    for one, other in zip(before.axes, after.axes, strict=True):
        assert (other.letter.rank if other.letter else -1) >= (one.letter.rank if one.letter else -1)


@pytest.mark.parametrize("name", IDS)
def test_no_check_improves_by_failing(name: str) -> None:
    """Each by itself, on a machine where all else is well and on one that has nothing."""
    for inventory in (INVENTORY, Inventory()):
        others = [one for one in CHECKS if one.id != name]
        letters = [
            verdict(inventory, [*others, check(name, outcome)]).letter.rank
            for outcome in (Outcome.PASSED, Outcome.DEGRADED, Outcome.FAILED)
        ]
        assert letters == sorted(letters)


@given(inventories, checks, profiles, st.integers(1, 9), st.integers(0, 8))
def test_worse_looks_never_improve(
    inventory: Inventory, found: list[CheckResult], limits: GradeThresholds, looks: int, less: int
) -> None:
    def looking(category: int) -> list[CheckResult]:
        figure = Figure(name="cosmetic_category", value=f"C{category}")
        kept = [result for result in found if result.id != "cosmetic"]
        return [*kept, check("cosmetic").model_copy(update={"figures": [figure]})]

    before = verdict(inventory, looking(looks), limits=limits)
    after = verdict(inventory, looking(max(1, looks - less)), limits=limits)
    assert after.letter.rank >= before.letter.rank


@given(inventories, checks, profiles)
def test_what_holds_a_machine_never_improves_it(
    inventory: Inventory, found: list[CheckResult], limits: GradeThresholds
) -> None:
    hidden = UnseenDrive(sign=say("s"), remedy=say("r"))
    for worse in (
        {"firmware_password": True},
        {"firmware_locks": [*inventory.firmware_locks, lock(active=True)]},
        {"unseen_drives": [*inventory.unseen_drives, hidden]},
    ):
        after = verdict(inventory.model_copy(update=worse), found, limits=limits)
        assert after.letter is GradeLetter.HOLD
        assert after.letter.rank >= verdict(inventory, found, limits=limits).letter.rank


@given(inventories, checks, st.integers(0, 2**40), st.integers(0, 2**40), profiles)
def test_more_memory_never_worsens(
    inventory: Inventory, found: list[CheckResult], size: int, more: int, limits: GradeThresholds
) -> None:
    def sized(size: int) -> Inventory:
        return inventory.model_copy(update={"memory": Memory(installed_bytes=size)})

    if size:
        assert (
            verdict(sized(size + more), found, limits=limits).letter.rank
            <= verdict(sized(size), found, limits=limits).letter.rank
        )

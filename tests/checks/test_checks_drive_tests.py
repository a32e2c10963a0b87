"""What the facts about a drive amount to: its own test, its surface, its speed; each threshold on both sides."""

from typing import Any

import pytest
from pydantic import ValidationError

from agent.checks import drive_self_test, drive_speed, drive_surface
from agent.drivetests.selftest import Ending
from agent.model.check import CheckResult
from agent.model.inventory import Drive
from agent.model.profile import Checks, DriveSelfTestCheck, DriveSpeedCheck, DriveSurfaceCheck
from agent.model.surface import CLASSES_MS
from agent.model.words import Outcome, SelfTest, Surface, Transport

GB = 1_000_000_000
HDD = Drive(path="/dev/sda", serial="S1", transport=Transport.ATA, rotational=True, size_bytes=500 * GB)
SSD = HDD.model_copy(update={"rotational": False})
STRANGE = HDD.model_copy(update={"rotational": None, "serial": None})
CHECKS = Checks()


def figure(result: CheckResult, name: str) -> tuple[object, object]:
    [found] = [figure for figure in result.figures if figure.name == name]
    return found.value, found.threshold


# ---- the drive's own test


def own_test(**found: Any) -> CheckResult:
    return drive_self_test.judge(HDD, {"announced_seconds": 120, "limit_seconds": 360, "seconds": 90, **found}, CHECKS)


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [
        (Ending.PASSED, Outcome.PASSED),
        (Ending.READ_FAILURE, Outcome.FAILED),
        (Ending.PART_FAILED, Outcome.FAILED),
        (Ending.DAMAGED, Outcome.FAILED),
        (Ending.ABORTED, Outcome.ERROR),
        (Ending.RESET, Outcome.ERROR),
        (Ending.ERASED, Outcome.ERROR),
        (Ending.INCOMPLETE, Outcome.ERROR),
        (Ending.UNKNOWN, Outcome.ERROR),
        (Ending.ENDLESS, Outcome.ERROR),
        (Ending.IGNORED, Outcome.ERROR),
        (Ending.REFUSED, Outcome.ERROR),
        (Ending.UNSUPPORTED, Outcome.SKIPPED),
    ],
)
def test_every_ending_has_its_outcome(ending: Ending, outcome: Outcome) -> None:
    result = own_test(ending=ending)
    assert (result.id, result.subject, result.outcome) == ("drive_self_test", "S1", outcome)
    assert figure(result, "ending") == (ending.value, None)
    assert figure(result, "test_seconds") == (90, 360)
    assert "?" not in str(result.reason) or ending is Ending.REFUSED


def test_no_ending_is_forgotten() -> None:
    known = {"read_failure", "did_not_end", "refused", "unknown", *drive_self_test._ENDINGS}
    assert known == {ending.value for ending in Ending}
    assert own_test(ending="something else").outcome is Outcome.ERROR


def test_the_first_bad_block_is_told() -> None:
    result = own_test(ending="read_failure", first_bad_block=104_870_168)
    assert "104870168" in str(result.reason)
    assert figure(result, "first_bad_block") == (104_870_168, None)
    absurd = own_test(ending="read_failure", first_bad_block=2**64 - 1)
    assert absurd.outcome is Outcome.FAILED
    assert all(figure.name != "first_bad_block" for figure in absurd.figures)


def test_how_long_it_may_take() -> None:
    assert drive_self_test.expected_seconds(CHECKS, HDD) == 120
    extended = Checks(drive_self_test=DriveSelfTestCheck(test=SelfTest.EXTENDED))
    assert drive_self_test.expected_seconds(extended, HDD) == 120 + 5000
    assert drive_self_test.settings(extended) == {"test": "extended"}


# ---- the surface


def surface(drive: Drive = HDD, checks: Checks = CHECKS, from_erase: bool = False, **found: Any) -> CheckResult:
    facts = {
        "size_bytes": 500 * GB, "read_bytes": 2 * GB, "to_read_bytes": 2 * GB, "block_bytes": 512,
        "late": False, "unreadable": [], "unreadable_bytes": 0, "seconds": 30, "reads": 1000,
        "median_ms": 5.0, "p99_ms": 9.0, "worst_ms": 20.0, "classes": [0] * (len(CLASSES_MS) + 1),
        "zones": [[number, 9.0, None, 100.0, number / 10] for number in range(256)],
    }  # fmt: skip
    return drive_surface.judge(drive, {**facts, **found}, checks, from_erase=from_erase)


def zones(slow: int, worst: float, again: float | None) -> list[list[Any]]:
    return [[number, worst if number < slow else 9.0, again, 100.0, 1.0] for number in range(256)]


def test_a_sound_surface_passes_with_its_evidence() -> None:
    result = surface()
    assert (result.id, result.subject, result.outcome) == ("drive_surface", "S1", Outcome.PASSED)
    assert "Samples" in str(result.reason)
    assert figure(result, "unreadable_blocks") == (0, 0)
    assert figure(result, "slow_zones") == (0, 3)
    assert figure(result, "read_worst_ms") == (20.0, 100.0)
    assert {series.name: len(series.values) for series in result.series} == {
        "read_time_histogram": len(CLASSES_MS) + 1, "read_worst_ms": 256, "read_mb_per_second": 256,
    }  # fmt: skip
    assert all(len(series.seconds) == len(series.values) for series in result.series)


@pytest.mark.parametrize(
    ("slow", "worst", "again", "outcome"),
    [
        (4, 101.0, 101.0, Outcome.DEGRADED),
        (4, 101.0, None, Outcome.DEGRADED),  # it could not be read a second time
        (3, 101.0, 101.0, Outcome.PASSED),
        (4, 100.0, 101.0, Outcome.PASSED),  # not slower than the limit at first
        (4, 101.0, 100.0, Outcome.PASSED),  # nor at the second reading
    ],
)
def test_slow_places_on_a_hard_disk(slow: int, worst: float, again: float | None, outcome: Outcome) -> None:
    result = surface(zones=zones(slow, worst, again))
    assert result.outcome is outcome
    assert figure(result, "slow_zones_at_first")[0] == (slow if worst > 100 else 0)


@pytest.mark.parametrize(
    ("drive", "median", "limit"),
    [(SSD, 0.5, 50.0), (SSD, 5.0, 50.0), (SSD, 5.1, 51.0), (HDD, 10.0, 100.0), (HDD, 10.1, 101.0), (STRANGE, 1, 100.0)],
)
def test_what_is_slow(drive: Drive, median: float, limit: float) -> None:
    assert drive_surface.slow_limit_ms(median, drive, CHECKS.drive_surface) == limit


def test_what_cannot_be_read_fails_whatever_else_there_is() -> None:
    bad = [{"first": 7 * number, "count": 1} for number in range(40)]
    result = surface(unreadable=bad, unreadable_bytes=40 * 512, zones=zones(9, 900.0, 900.0), read_bytes=GB)
    assert result.outcome is Outcome.FAILED
    assert "block 0" in str(result.reason)
    assert figure(result, "unreadable_blocks") == (40, 0)
    listed = str(figure(result, "unreadable_at")[0])
    assert listed.startswith("0+1 7+1 14+1")
    assert listed.endswith("…")


def test_what_was_not_read_is_never_passed() -> None:
    assert surface(read_bytes=2 * GB - 512).outcome is Outcome.ERROR
    late = surface(read_bytes=2 * GB - 512, late=True)
    assert late.outcome is Outcome.DEGRADED
    assert "99.9%" in str(late.reason)
    assert surface(reads=0, read_bytes=0, zones=[]).outcome is Outcome.ERROR


def test_the_reading_back_of_an_erase_is_a_full_reading() -> None:
    result = surface(from_erase=True)
    assert figure(result, "read_by") == ("erase", None)
    assert figure(result, "extent") == ("full", None)
    assert str(result.reason).startswith("All of the drive")


@pytest.mark.parametrize(
    "nonsense",
    [
        {"zones": [[256, 1, 1, 1, 1]]},
        {"zones": [[0, -1, 1, 1, 1]]},
        {"zones": [[0, 1, 1, 1, 1]] * 257},
        {"classes": []},
        {"median_ms": float("nan")},
        {"block_bytes": 0},
        {"unreadable": [{"first": 1, "count": 1}] * 1025},
        {"surprise": 1},
    ],
)
def test_a_worker_that_talks_nonsense_is_refused(nonsense: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        surface(**nonsense)


def test_how_long_a_reading_takes() -> None:
    sample = drive_surface.expected_seconds(CHECKS, HDD)
    assert 20 < sample < 60
    assert drive_surface.expected_seconds(CHECKS, SSD) < 10
    full = Checks(drive_surface=DriveSurfaceCheck(extent=Surface.FULL))
    assert drive_surface.expected_seconds(full, HDD) == pytest.approx(500 * GB / 120e6)
    small = HDD.model_copy(update={"size_bytes": 1_200_000})
    assert drive_surface.expected_seconds(CHECKS, small) == pytest.approx(0.01)


# ---- the speed


def quick(drive: Drive = HDD, checks: Checks = CHECKS, **found: Any) -> CheckResult:
    facts = {
        "block_bytes": 4096, "seconds_each": 3, "outer_mb_per_second": 110.0, "middle_mb_per_second": 90.0,
        "inner_mb_per_second": 55.0, "read_errors": 0, "random_iops": 75.0, "random_median_ms": 13.0,
        "random_p99_ms": 25.0, "random_worst_ms": 40.0,
    }  # fmt: skip
    return drive_speed.judge(drive, {**facts, **found}, checks)


USB = SSD.model_copy(update={"transport": Transport.USB})
EMMC = SSD.model_copy(update={"transport": Transport.MMC})


@pytest.mark.parametrize(
    ("drive", "best", "outcome", "least"),
    [
        (HDD, 30.0, Outcome.PASSED, 30),
        (HDD, 29.9, Outcome.DEGRADED, 30),
        (SSD, 100.0, Outcome.PASSED, 100),
        (SSD, 99.9, Outcome.DEGRADED, 100),
        (EMMC, 30.0, Outcome.PASSED, 30),
        (STRANGE, 30.0, Outcome.PASSED, 30),
        (USB, 1.0, Outcome.PASSED, None),
        (SSD.model_copy(update={"external": True}), 1.0, Outcome.PASSED, None),
    ],
)
def test_how_quick_a_drive_must_be(drive: Drive, best: float, outcome: Outcome, least: int | None) -> None:
    result = quick(drive, outer_mb_per_second=best / 2, middle_mb_per_second=best, inner_mb_per_second=best / 4)
    assert result.outcome is outcome
    assert figure(result, "best_mb_per_second") == (best, least)


def test_a_profile_may_ask_for_more() -> None:
    checks = Checks(drive_speed=DriveSpeedCheck(least_hdd_mb_per_second=120))
    assert quick(checks=checks).outcome is Outcome.DEGRADED


def test_what_could_not_be_measured_is_no_speed() -> None:
    nothing = dict.fromkeys(("outer_mb_per_second", "middle_mb_per_second", "inner_mb_per_second"))
    assert quick(**nothing).outcome is Outcome.ERROR
    assert quick(random_iops=None).outcome is Outcome.ERROR
    assert quick(read_errors=1).outcome is Outcome.FAILED
    with pytest.raises(ValidationError):
        quick(outer_mb_per_second=-1)

"""Judging drives by what they say of themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.checks import drive_health
from agent.model.inventory import Drive, SmartCounters
from agent.model.profile import DriveThresholds
from agent.model.words import Health, Outcome

CLEAN = {"reallocated": 0, "pending": 0, "offline_uncorrectable": 0, "reported_uncorrectable": 0, "command_timeout": 0}
CLEAN_NVME = {"critical_warning": 0, "media_errors": 0, "available_spare_percent": 100, "spare_threshold_percent": 10}


def drive(counters: dict[str, float] | None = None, **facts: object) -> Drive:
    smart = None if counters is None else SmartCounters(**counters)  # type: ignore[arg-type]
    return Drive(path="/dev/sda", serial="S1", smart=smart, **{"smart_supported": True, **facts})  # type: ignore[arg-type]


def outcome(counters: dict[str, float] | None = None, **facts: object) -> Outcome:
    return drive_health.judge(drive(counters, **{"health": Health.PASSED, **facts})).outcome


@pytest.mark.parametrize("counters", [CLEAN, CLEAN_NVME])
def test_a_healthy_drive(counters: dict[str, float]) -> None:
    assert outcome(counters) is Outcome.PASSED
    assert outcome(counters, health=Health.UNKNOWN) is Outcome.PASSED


@pytest.mark.parametrize(
    "sign",
    [
        {"pending": 1},
        {"offline_uncorrectable": 8},
        {"critical_warning": 4},
        {"available_spare_percent": 9, "spare_threshold_percent": 10},
        {"reallocated": 4},
    ],
)
def test_signs_of_death_outweigh_the_drives_own_verdict(sign: dict[str, float]) -> None:
    assert outcome(CLEAN | sign) is Outcome.FAILED
    assert outcome(sign, smart_supported=False) is Outcome.FAILED


def test_its_own_verdict() -> None:
    assert outcome(CLEAN, health=Health.FAILED) is Outcome.FAILED
    assert outcome(None, health=Health.FAILED) is Outcome.FAILED


@pytest.mark.parametrize(
    "sign",
    [
        {"reallocated": 1},
        {"reallocated": 3},
        {"reported_uncorrectable": 1},
        {"command_timeout": 2},
        {"media_errors": 1},
    ],
)
def test_signs_of_age(sign: dict[str, float]) -> None:
    assert outcome(CLEAN | sign) is Outcome.DEGRADED


def test_wear() -> None:
    assert outcome(CLEAN, wear_percent=79) is Outcome.PASSED
    assert outcome(CLEAN, wear_percent=80) is Outcome.DEGRADED
    assert outcome(CLEAN, wear_percent=255) is Outcome.DEGRADED


def test_the_profile_decides() -> None:
    limits = DriveThresholds(d_reallocated=10, b_wear_percent=95)
    assert drive_health.judge(drive(CLEAN | {"reallocated": 8}), limits).outcome is Outcome.DEGRADED
    assert drive_health.judge(drive(CLEAN, wear_percent=90), limits).outcome is Outcome.PASSED


def test_silence_is_no_pass() -> None:
    for counters in (None, {}, {"reallocated": 0}, {"command_timeout": 0, "media_errors": 0}):
        assert outcome(counters, health=Health.UNKNOWN) is Outcome.SKIPPED
    silent = drive_health.judge(drive(None, smart_supported=False))
    assert silent.outcome is Outcome.SKIPPED
    assert "no SMART" in str(silent.reason)


def test_a_verdict_without_counters_says_so() -> None:
    result = drive_health.judge(drive({"reallocated": 0}, health=Health.PASSED))
    assert result.outcome is Outcome.PASSED
    assert "does not tell all error counts" in str(result.reason)


def test_what_is_told() -> None:
    disk = drive(CLEAN | {"pending": 2}, rotational=True, power_on_hours=40_000, temperature_celsius=35)
    result = drive_health.judge(disk)
    assert (result.id, result.subject) == ("drive_health", "S1")
    assert drive_health.judge(Drive(path="/dev/sdb")).subject == "/dev/sdb"
    told = {figure.name: (figure.value, figure.threshold) for figure in result.figures}
    assert told["pending"] == (2, 0)
    assert told["power_on_hours"] == (40_000, 37_000)
    assert told["temperature_celsius"] == (35, None)
    assert "wear_percent" not in told


counts = st.none() | st.integers(-(2**70), 2**70)
counters = st.builds(SmartCounters.model_construct, **dict.fromkeys(SmartCounters.model_fields, counts))


@given(st.sampled_from(Health), counters, st.none() | st.booleans(), counts)
def test_no_numbers_raise_and_no_failed_drive_passes(
    health: Health, smart: SmartCounters, supported: bool | None, wear: int | None
) -> None:
    told = Drive.model_construct(
        path="/dev/sda", health=health, smart=smart, smart_supported=supported, wear_percent=wear
    )
    result = drive_health.judge(told)
    if result.outcome is Outcome.PASSED:
        assert health is not Health.FAILED
        assert supported is not False
        assert (smart.pending or 0) <= 0
        assert (smart.offline_uncorrectable or 0) <= 0
        assert not smart.critical_warning
        assert (smart.reallocated or 0) <= 0
        assert health is Health.PASSED or smart.pending is not None or smart.critical_warning is not None

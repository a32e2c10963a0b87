"""nvme-cli's JSON in its versions' forms."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory.smart import with_smart
from agent.inventory.smart.nvme_cli import as_smartctl
from agent.inventory.told_drives import completed, from_documents
from agent.model.inventory import Drive, SmartCounters
from agent.model.words import Health, Transport

CONTROLLER = {
    "vid": 5197, "ssvid": 5197, "sn": "S466NX0M776250H     ", "mn": "Samsung SSD 970 EVO 500GB               ",
    "fr": "2B2QEXE7", "tnvmcap": 500107862016, "unvmcap": 0,
}  # fmt: skip
LOG = {
    "critical_warning": 0, "temperature": 308, "avail_spare": 99, "spare_thresh": 10, "percent_used": 3,
    "endurance_grp_critical_warning_summary": 0, "power_cycles": 25, "power_on_hours": 12798, "media_errors": 7,
    "temperature_sensor_1": 308,
}  # fmt: skip
DRIVE = Drive(path="/dev/nvme0n1", transport=Transport.NVME)


def heard(**changes: object) -> Drive:
    return with_smart(DRIVE, as_smartctl({**LOG, **changes}, "nvme0n1"))


def test_a_drive_from_both_commands() -> None:
    found = from_documents({}, {"nvme0.id-ctrl": CONTROLLER, "nvme0.smart-log": LOG})
    assert found == [
        Drive(
            path="/dev/nvme0", transport=Transport.NVME, vendor="Samsung", model="Samsung SSD 970 EVO 500GB",
            serial="S466NX0M776250H", firmware_version="2B2QEXE7", size_bytes=500107862016, rotational=False,
            smart_supported=True, health=Health.PASSED, power_on_hours=12798, power_cycles=25, wear_percent=3,
            temperature_celsius=35,
            smart=SmartCounters(
                media_errors=7, critical_warning=0, available_spare_percent=99, spare_threshold_percent=10
            ),
        )
    ]  # fmt: skip


def test_a_log_alone_describes_no_drive() -> None:
    assert from_documents({}, {"nvme0.smart-log": LOG}) == []


@pytest.mark.parametrize(
    ("warning", "health", "number"),
    [
        (0, Health.PASSED, 0),
        ("0", Health.PASSED, 0),
        (4, Health.FAILED, 4),
        ("4", Health.FAILED, 4),
        # nvme-cli 2 and later, asked for more words
        ({"value": 0, "available_spare": 0, "temp_threshold": 0, "ro": 0}, Health.PASSED, 0),
        ({"value": 8, "available_spare": 0, "temp_threshold": 0, "ro": 1}, Health.FAILED, 8),
        ({"available_spare": 1, "reliability_degraded": 1}, Health.FAILED, 5),
        ({"available_spare": False, "ro": True}, Health.FAILED, 8),
        ({"something_new": 1}, Health.FAILED, 64),
        ({"value": 0, "ro": 1}, Health.FAILED, 8),
        ({}, Health.UNKNOWN, None),
        (None, Health.UNKNOWN, None),
        ("none", Health.UNKNOWN, None),
        (-1, Health.UNKNOWN, None),
    ],
)
def test_warnings(warning: object, health: Health, number: int | None) -> None:
    found = heard(critical_warning=warning)
    assert found.health is health
    assert found.smart is not None
    assert found.smart.critical_warning == number


@pytest.mark.parametrize(
    ("hours", "told"),
    [(12798, 12798), ("12798", 12798), ("12,798", 12798), (12798.0, 12798), (2**127, None), ("many", None), (-1, None)],
)
def test_numbers_of_128_bits(hours: object, told: int | None) -> None:
    assert heard(power_on_hours=hours).power_on_hours == told


@pytest.mark.parametrize(
    ("kelvin", "celsius"), [(308, 35), ("308", 35), (273, None), (0, None), (35, None), (65535, None), (None, None)]
)
def test_temperatures(kelvin: object, celsius: int | None) -> None:
    assert heard(temperature=kelvin).temperature_celsius == celsius


def smartctl(warning: int, **more: object) -> dict[str, object]:
    return {
        "smart_status": {"passed": warning == 0}, "power_on_time": {"hours": 100}, "serial_number": "S466NX0M776250H",
        "nvme_smart_health_information_log": {"critical_warning": warning, "percentage_used": 5}, **more,
    }  # fmt: skip


def test_it_fills_what_smartctl_left_open() -> None:
    (found,) = completed([DRIVE], {"nvme0n1": smartctl(0)}, {"nvme0n1.smart-log": LOG, "nvme0.id-ctrl": CONTROLLER}, {})
    assert (found.power_on_hours, found.wear_percent) == (100, 5)
    assert (found.temperature_celsius, found.model, found.power_cycles) == (35, "Samsung SSD 970 EVO 500GB", 25)
    assert found.smart == SmartCounters(
        media_errors=7, critical_warning=0, available_spare_percent=99, spare_threshold_percent=10
    )


@pytest.mark.parametrize(("by_nvme", "by_smartctl"), [(1, 0), (0, 1)])
def test_a_failing_word_stays_whoever_says_it(by_nvme: int, by_smartctl: int) -> None:
    logs = {"nvme0n1.smart-log": {**LOG, "critical_warning": by_nvme}}
    (found,) = completed([DRIVE], {"nvme0n1": smartctl(by_smartctl)}, logs, {})
    assert found.health is Health.FAILED
    assert found.smart is not None
    assert found.smart.critical_warning == 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*LOG, "value", "ro"]), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*LOG, *CONTROLLER]), ANYTHING))
@settings(max_examples=80)
def test_nonsense(document: dict[str, object]) -> None:
    found = with_smart(DRIVE, as_smartctl(document, "nvme0"))
    warning = document.get("critical_warning")
    if isinstance(warning, (int, float)) and warning > 0:
        assert found.health is not Health.PASSED
    if warning is None:
        assert found.health is Health.UNKNOWN
    assert found.temperature_celsius is None or -73 <= found.temperature_celsius <= 127

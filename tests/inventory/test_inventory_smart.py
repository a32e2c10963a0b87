"""SMART documents → facts, on made-up and on recorded answers."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory.smart import with_smart
from agent.model.inventory import Drive, SmartCounters
from agent.model.words import Health

HARD_DISK = Drive(path="/dev/sda", rotational=True)
SSD = Drive(path="/dev/sda", rotational=False)


def attribute(
    number: int, name: str, value: int = 100, raw: int = 0, text: str = "", **more: object
) -> dict[str, object]:
    return {"id": number, "name": name, "value": value, "raw": {"value": raw, "string": text or str(raw)}, **more}


def ata(*attributes: object, **more: object) -> dict[str, object]:
    return {"smart_status": {"passed": True}, "ata_smart_attributes": {"table": list(attributes)}, **more}


def test_nobody_could_ask() -> None:
    assert with_smart(HARD_DISK, None) is HARD_DISK


def test_an_empty_answer_says_nothing() -> None:
    assert with_smart(HARD_DISK, {}) == HARD_DISK


def test_a_hard_disk() -> None:
    document = ata(
        attribute(5, "Reallocated_Sector_Ct", raw=8, text="8 (0 12)"),
        attribute(187, "Reported_Uncorrect", raw=1),
        attribute(188, "Command_Timeout", raw=0x0002_0001_0003),
        attribute(197, "Current_Pending_Sector", raw=16),
        attribute(198, "Offline_Uncorrectable", raw=4),
        rotation_rate=7200, power_on_time={"hours": 37001}, power_cycle_count=12, temperature={"current": 31},
        model_name="ST500DM002-1BD142", serial_number="Z2AABBCC", firmware_version="KC45",
        smart_support={"available": True},
    )  # fmt: skip
    found = with_smart(Drive(path="/dev/sda", model="ST500DM002-1BD14"), document)
    assert found == Drive(
        path="/dev/sda", vendor="Seagate", model="ST500DM002-1BD142", serial="Z2AABBCC", firmware_version="KC45",
        rotational=True, rotation_rpm=7200, smart_supported=True, health=Health.PASSED,
        power_on_hours=37001, power_cycles=12, temperature_celsius=31,
        smart=SmartCounters(
            reallocated=8, reported_uncorrectable=1, command_timeout=3, pending=16, offline_uncorrectable=4
        ),
    )  # fmt: skip


def test_who_the_drive_is_does_not_change() -> None:
    known = Drive(path="/dev/sda", vendor="Dell", model="A", serial="S", firmware_version="F")
    found = with_smart(known, {"model_name": "B", "serial_number": "T", "firmware_version": "G", "scsi_vendor": "HP"})
    assert found == known


def test_nvme() -> None:
    log = {
        "critical_warning": 0, "percentage_used": 103, "media_errors": 7, "available_spare": 99,
        "available_spare_threshold": 10,
    }  # fmt: skip
    document = {
        "device": {"protocol": "NVMe"}, "smart_status": {"passed": True}, "nvme_smart_health_information_log": log,
    }  # fmt: skip
    found = with_smart(Drive(path="/dev/nvme0n1"), document)
    assert (found.wear_percent, found.rotational, found.health, found.smart_supported) == (
        103,
        False,
        Health.PASSED,
        True,
    )
    assert found.smart == SmartCounters(
        media_errors=7, critical_warning=0, available_spare_percent=99, spare_threshold_percent=10
    )


def test_sas() -> None:
    document = {
        "scsi_vendor": "SEAGATE", "scsi_model_name": "SEAGATE ST373453LC", "scsi_revision": "DX10",
        "scsi_grown_defect_list": 260, "scsi_pending_defects": {"count": 3}, "smart_status": {"passed": True},
        "scsi_error_counter_log": {"read": {"total_uncorrected_errors": 5}, "write": {"total_uncorrected_errors": 1}},
    }  # fmt: skip
    found = with_smart(Drive(path="/dev/sda"), document)
    assert found.smart == SmartCounters(reallocated=260, pending=3, media_errors=6)
    assert (found.vendor, found.firmware_version) == ("Seagate", "DX10")


FAILING = attribute(5, "Reallocated_Sector_Ct", when_failed="now", flags={"prefailure": True})


@pytest.mark.parametrize(
    ("document", "health"),
    [
        (ata(), Health.PASSED),
        (ata(smart_status={"passed": False}), Health.FAILED),
        (ata(smartctl={"exit_status": 8}), Health.FAILED),
        (ata(smartctl={"exit_status": 16}), Health.FAILED),
        (ata(smartctl={"exit_status": 64}), Health.PASSED),  # errors in its log, in the past
        (ata(FAILING), Health.FAILED),
        (ata({**FAILING, "when_failed": "past"}), Health.UNKNOWN),  # it called itself failing once
        (ata({**FAILING, "flags": {"prefailure": False}}), Health.UNKNOWN),  # worn, by its own limit
        (ata({**FAILING, "flags": {"prefailure": False}, "name": "Airflow_Temperature_Cel"}), Health.PASSED),
        (ata({**FAILING, "flags": {"prefailure": False}, "when_failed": "past"}), Health.PASSED),
        (ata(nvme_smart_health_information_log={"critical_warning": 4}), Health.FAILED),
        ({"ata_smart_attributes": {"table": []}}, Health.UNKNOWN),
        ({"smart_status": {"passed": 1}}, Health.UNKNOWN),
        ({"smart_status": {"passed": "true"}}, Health.UNKNOWN),
    ],
)
def test_health(document: Mapping[str, object], health: Health) -> None:
    assert with_smart(HARD_DISK, document).health is health


@pytest.mark.parametrize(
    ("attributes", "wear"),
    [
        ([attribute(202, "Perc_Rated_Life_Used", 96, 4)], 4),
        ([attribute(202, "Percent_Lifetime_Used", 70, 1 << 40)], 30),
        ([attribute(232, "Endurance_Remaining", 88, 0)], 12),
        # A value that stands still while the erasures go on says nothing, nor do SandForce's flags.
        ([attribute(177, "Wear_Leveling_Count", 100, 401)], None),
        ([attribute(233, "Media_Wearout_Indicator", 100, 36595)], None),
        ([attribute(231, "SSD_Life_Left", 100, 1)], None),
        ([attribute(177, "Wear_Leveling_Count", 91, 1661)], 9),
        ([attribute(233, "Media_Wearout_Indicator", 22)], 78),
        ([attribute(202, "Percent_Lifetime_Remain", 99, 1)], 1),
        ([attribute(173, "Ave_Block-Erase_Count", 60, 400)], 40),
        # Some leave the normalized value at 100 and tell the rest in the raw one.
        ([attribute(231, "SSD_Life_Left", 100, 74), attribute(177, "Wear_Leveling_Count", 100, 401)], 26),
        ([attribute(231, "SSD_Life_Left", 90, 0)], 10),
        ([attribute(245, "Percent_Life_Remaining", 55, 55)], 45),
        # The same numbers with other meanings.
        ([attribute(233, "Total_LBAs_Written", 100, 129493)], None),
        ([attribute(202, "Data_Address_Mark_Errs", 100)], None),
        ([attribute(202, "Exception_Mode_Status", 100)], None),
        ([], None),
    ],
)
def test_wear_of_ata_ssds(attributes: list[dict[str, object]], wear: int | None) -> None:
    assert with_smart(SSD, ata(*attributes)).wear_percent == wear


def test_the_standard_tells_wear_before_the_maker() -> None:
    entry = {"name": "Percentage Used Endurance Indicator", "value": 19, "flags": {"valid": True}}
    document = ata(attribute(177, "Wear_Leveling_Count", 81), ata_device_statistics={"pages": [{"table": [entry]}]})
    assert with_smart(SSD, document).wear_percent == 19
    entry["flags"] = {"valid": False}
    entry["value"] = 50
    assert with_smart(SSD, document).wear_percent == 100 - 81


def test_a_hard_disk_has_no_wear() -> None:
    assert with_smart(HARD_DISK, ata(attribute(177, "Wear_Leveling_Count", 50))).wear_percent is None


@pytest.mark.parametrize("celsius", [-273, 1000, True, "31", None, 31.5])
def test_absurd_temperatures(celsius: object) -> None:
    assert with_smart(SSD, {"temperature": {"current": celsius}}).temperature_celsius is None


@pytest.mark.parametrize("hours", [-1, 10**9, True, "12", 1.5, float("nan"), float("inf")])
def test_absurd_hours(hours: object) -> None:
    assert with_smart(SSD, {"power_on_time": {"hours": hours}}).power_on_hours is None


KEYS = [
    "smart_status", "passed", "ata_smart_attributes", "table", "id", "name", "value", "raw", "string", "flags",
    "nvme_smart_health_information_log", "critical_warning", "percentage_used", "power_on_time", "hours",
    "scsi_error_counter_log", "scsi_pending_defects", "count", "read",
    "ata_device_statistics", "pages", "temperature", "current", "smartctl",
    "exit_status", "model_name", "serial_number", "rotation_rate", "device", "power_cycle_count", "when_failed",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), ANYTHING, max_size=8))
@settings(max_examples=50)
def test_nonsense_is_never_healthy_nor_absurd(document: dict[str, object]) -> None:
    found = with_smart(Drive(path="/dev/sda"), document)
    status, log = document.get("smart_status"), document.get("nvme_smart_health_information_log")
    passed = status.get("passed") if isinstance(status, dict) else None
    warning = log.get("critical_warning") if isinstance(log, dict) else None
    if passed is not True or (isinstance(warning, (int, float)) and warning > 0):
        assert found.health is not Health.PASSED
    assert found.power_on_hours is None or found.power_on_hours < 400_000
    assert found.temperature_celsius is None or -40 <= found.temperature_celsius <= 125
    assert found.wear_percent is None or found.wear_percent <= 255


@given(st.integers(0, 255), st.booleans(), st.sampled_from([0, 0, 1, 4, 16]), st.sampled_from(["", "past", "now"]))
@settings(max_examples=60)
def test_healthy_is_only_what_nothing_speaks_against(exit_status: int, passed: bool, warning: int, when: str) -> None:
    document = ata(
        {**FAILING, "when_failed": when}, smartctl={"exit_status": exit_status}, smart_status={"passed": passed},
        nvme_smart_health_information_log={"critical_warning": warning},
    )  # fmt: skip
    fine = passed and not exit_status & 0x98 and not warning and not when
    assert (with_smart(HARD_DISK, document).health is Health.PASSED) == fine


@given(st.sampled_from([5, 173, 177, 187, 188, 197, 198, 231, 233]), ANYTHING, ANYTHING, ANYTHING)
@settings(max_examples=50)
def test_nonsense_in_attributes_never_raises(number: int, name: object, value: object, raw: object) -> None:
    entry = {"id": number, "name": name, "value": value, "raw": {"value": raw, "string": raw}, "flags": raw}
    with_smart(SSD, ata(entry))

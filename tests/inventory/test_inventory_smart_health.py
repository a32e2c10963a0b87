"""What counts as a drive's own word of failure, and what only keeps it from being called healthy."""

from collections.abc import Mapping

import pytest

from agent.inventory.smart import with_smart
from agent.model.inventory import Drive, SmartCounters
from agent.model.words import Health

DRIVE = Drive(path="/dev/sda")
READ_FAILURE = {"type": {"string": "Short offline"}, "status": {"string": "Completed: read failure", "passed": False}}
SHORT_PASSED = {"type": {"string": "Short offline"}, "status": {"passed": True}}
EXTENDED_PASSED = {"type": {"string": "Extended offline"}, "status": {"passed": True}}
ABORTED = {"type": {"string": "Extended offline"}, "status": {"string": "Aborted by host"}}


def passed(**more: object) -> dict[str, object]:
    return {"smart_status": {"passed": True}, **more}


def self_tests(*results: Mapping[str, object], log: str = "standard") -> dict[str, object]:
    return passed(ata_smart_self_test_log={log: {"table": list(results)}})


def log(**fields: object) -> dict[str, object]:
    return passed(nvme_smart_health_information_log=fields)


@pytest.mark.parametrize(
    ("document", "health"),
    [
        # smartctl(8): bits 3, 4 and 7 are the drive's, 5 and 6 tell of what is over, 0 to 2 of the asking.
        *((passed(smartctl={"exit_status": 1 << bit}), Health.FAILED) for bit in (3, 4, 7)),
        *((passed(smartctl={"exit_status": 1 << bit}), Health.PASSED) for bit in (2, 5, 6)),
        ({"smartctl": {"exit_status": 0}}, Health.UNKNOWN),
        # Self-tests, the newest first.
        (self_tests(READ_FAILURE), Health.FAILED),
        (self_tests(READ_FAILURE, log="extended"), Health.FAILED),
        (self_tests(SHORT_PASSED, READ_FAILURE), Health.FAILED),
        (self_tests(EXTENDED_PASSED, READ_FAILURE), Health.PASSED),
        (self_tests(ABORTED, READ_FAILURE), Health.FAILED),
        (self_tests(ABORTED), Health.PASSED),
        (passed(ata_smart_data={"self_test": {"status": {"passed": False}}}), Health.FAILED),
        (passed(nvme_self_test_log={"table": [{"self_test_result": {"value": 7}}]}), Health.FAILED),
        (passed(nvme_self_test_log={"table": [{"self_test_result": {"value": 1}}]}), Health.PASSED),
        (passed(scsi_self_test_0={"result": {"value": 4}}), Health.FAILED),
        (passed(scsi_self_test_0={"result": {"value": 2}}), Health.PASSED),
        # SCSI: sense codes of a failure prediction and of a warning.
        ({"smart_status": {"passed": False, "scsi": {"asc": 93, "ascq": 50}}}, Health.FAILED),
        (passed(smart_status={"passed": True, "scsi": {"asc": 11, "ascq": 1}}), Health.FAILED),
        # NVMe warnings, whatever number stands there.
        (log(critical_warning=1), Health.FAILED),
        (log(critical_warning=2**70), Health.FAILED),
        (log(critical_warning=0.5), Health.FAILED),
        (log(critical_warning="4"), Health.UNKNOWN),
        (passed(smart_status={"passed": True, "nvme": {"value": 8}}), Health.FAILED),
        (log(critical_warning=0, available_spare=9, available_spare_threshold=10), Health.UNKNOWN),
        (log(critical_warning=0, available_spare=10, available_spare_threshold=10), Health.PASSED),
        # Text, for what no field says.
        (passed(smartctl={"output": ["SMART overall-health self-assessment test result: FAILED!"]}), Health.FAILED),
        (passed(smartctl={"output": ["SMART overall-health self-assessment test result: PASSED"]}), Health.PASSED),
        (passed(smartctl={"output": ["SMART Health Status: FAILURE PREDICTION THRESHOLD EXCEEDED"]}), Health.FAILED),
        (passed(smartctl={"output": ["SMART Health Status: OK"]}), Health.PASSED),
        (
            passed(smartctl={"messages": [{"string": "Drive failure expected in less than 24 hours."}]}),
            Health.FAILED,
        ),
        (passed(smartctl={"messages": [{"string": "Warning: This result is based on an Attribute check."}]}),
         Health.PASSED),
    ],
)  # fmt: skip
def test_verdict(document: Mapping[str, object], health: Health) -> None:
    assert with_smart(DRIVE, document).health is health


@pytest.mark.parametrize(("value", "least", "health"), [(5, 10, "failed"), (11, 10, "passed"), (0, 0, "passed")])
def test_an_attribute_without_smartctls_word_is_compared(value: int, least: int, health: str) -> None:
    entry = {"id": 5, "name": "Reallocated_Sector_Ct", "value": value, "thresh": least, "flags": {"prefailure": True}}
    assert with_smart(DRIVE, passed(ata_smart_attributes={"table": [entry]})).health.value == health


def test_a_failure_is_never_taken_back() -> None:
    failed = with_smart(DRIVE, log(critical_warning=4))
    again = with_smart(failed, passed(nvme_smart_health_information_log={"critical_warning": 0, "media_errors": 2}))
    assert again.health is Health.FAILED
    assert again.smart == SmartCounters(critical_warning=4, media_errors=2)


def test_silence_changes_nothing() -> None:
    assert with_smart(DRIVE.model_copy(update={"health": Health.PASSED}), {}).health is Health.PASSED


def test_a_doubt_takes_the_good_word_back() -> None:
    doubt = log(critical_warning=0, available_spare=1, available_spare_threshold=5)
    assert with_smart(DRIVE.model_copy(update={"health": Health.PASSED}), doubt).health is Health.UNKNOWN

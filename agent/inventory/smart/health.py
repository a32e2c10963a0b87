"""What a drive says of its own health, in smartctl's JSON: its verdict, and everything in the answer against it.

smartctl(8), "exit status", names the bits; NVM Express 1.4, 5.14.1.2, the critical warnings.
"""

import re
from collections.abc import Iterator, Mapping

from agent.inventory.smart.self_test import self_test_failed
from agent.inventory.smart.table import attributes, entries, name, prefailure
from agent.inventory.values import count, dig
from agent.model.words import Health

NVME_LOG = "nvme_smart_health_information_log"

_FAILING_BITS = 0x08 | 0x10 | 0x80
"""Bit 3: the drive says that it is failing. 4: a pre-failure attribute is at its threshold. 7: its own self-test found
errors, and no later one passed. Bits 5 (past) and 6 (error log) tell of what is over, 0 to 2 of the asking."""
_IMPENDING, _WARNING = 0x5D, 0x0B
"""SPC-4, annex F: additional sense codes "failure prediction threshold exceeded" and "warning"."""
_FAILING_TEXT = re.compile(
    r"test result: *failed|failure (expected|prediction)|smart health status: *(?!ok\b)\S",
    re.IGNORECASE,
)
_MOST_OUTPUT = 2000


def verdict(document: Mapping[str, object]) -> Health | None:
    """`failed` on one sign of failure in the drive's own words; `passed` only where it says so and nothing speaks
    against it; `unknown` where it says so and its own figures do not; None where it says nothing."""
    if any(_failing(document)):
        return Health.FAILED
    if any(_doubts(document)):
        return Health.UNKNOWN
    return Health.PASSED if dig(document, "smart_status", "passed") is True else None


def _failing(document: Mapping[str, object]) -> Iterator[bool]:
    status = document.get("smart_status")
    yield dig(status, "passed") is False
    yield bool((count(dig(document, "smartctl", "exit_status")) or 0) & _FAILING_BITS)
    yield _raised(dig(document, NVME_LOG, "critical_warning"))
    yield _raised(dig(status, "nvme", "value"))
    yield count(dig(status, "scsi", "asc")) in (_IMPENDING, _WARNING)
    # Pre-failure attributes only: a drive that is too warm is not broken.
    yield any(prefailure(entry) and _below(entry) for entry in attributes(document))
    yield self_test_failed(document)
    yield any(_FAILING_TEXT.search(line) for line in _sentences(document))


def _doubts(document: Mapping[str, object]) -> Iterator[bool]:
    yield any(_doubtful(entry) for entry in attributes(document))
    warning = dig(document, NVME_LOG, "critical_warning")
    yield warning is not None and not isinstance(warning, (int, float))
    spare = count(dig(document, NVME_LOG, "available_spare"))
    least = count(dig(document, NVME_LOG, "available_spare_threshold"), 100)
    yield spare is not None and least is not None and spare < least


def _doubtful(entry: Mapping[str, object]) -> bool:
    """A sign of failure that is over, or one of age that is there: only heat passes and leaves nothing."""
    if prefailure(entry):
        return _when(entry).endswith("past")
    return _below(entry) and "temperature" not in name(entry).lower()


def _raised(warning: object) -> bool:
    """Whatever number is not zero, also one that no drive can mean."""
    return isinstance(warning, (int, float)) and warning != 0


def _when(entry: Mapping[str, object]) -> str:
    return str(entry.get("when_failed") or "").lower()


def _below(entry: Mapping[str, object]) -> bool:
    """smartctl's word where it gives one; else the comparison that it makes (a threshold of 0 is none)."""
    if "when_failed" in entry:
        return _when(entry) in ("now", "failing_now")
    value, least = count(entry.get("value"), 253), count(entry.get("thresh"), 253)
    return value is not None and bool(least) and value <= (least or 0)


def _sentences(document: Mapping[str, object]) -> Iterator[str]:
    for entry in entries(document, "smartctl", "messages"):
        yield str(entry.get("string"))[:_MOST_OUTPUT]
    output = dig(document, "smartctl", "output")
    for line in output[:_MOST_OUTPUT] if isinstance(output, list) else ():
        yield str(line)[:_MOST_OUTPUT]

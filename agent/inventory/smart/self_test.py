"""What a drive's log of its own self-tests says, in smartctl's JSON.

Results: ACS-3, 9.14 (standard log), NVM Express 1.4, 5.14.1.6, and SPC-4, 7.3.19. Interrupted and aborted tests say
nothing.
"""

from collections.abc import Iterable, Iterator, Mapping

from agent.inventory.smart.table import entries
from agent.inventory.values import count, dig

_NVME_FAILED = frozenset({5, 6, 7})
_NVME_EXTENDED = 2
_SCSI_FAILED = frozenset({3, 4, 5, 6, 7})
_SCSI_KEPT = 20
"""Results in a SCSI drive's log."""

Result = tuple[bool | None, bool]
"""Whether a test passed, None where it did not end; and whether it read the whole drive."""


def self_test_failed(document: Mapping[str, object]) -> bool:
    """Whether the newest self-tests found a fault. One that passed a whole (extended) test later is over it."""
    return dig(document, "ata_smart_data", "self_test", "status", "passed") is False or any(
        _failed(log)
        for log in (_ata(document, "standard"), _ata(document, "extended"), _nvme(document), _scsi(document))
    )


def _failed(newest_first: Iterable[Result]) -> bool:
    for passed, whole in newest_first:
        if passed is False:
            return True
        if passed and whole:
            return False
    return False


def _ata(document: Mapping[str, object], log: str) -> Iterator[Result]:
    for entry in entries(document, "ata_smart_self_test_log", log, "table"):
        passed = dig(entry, "status", "passed")
        yield passed if isinstance(passed, bool) else None, _says(entry, "type", "extended")


def _nvme(document: Mapping[str, object]) -> Iterator[Result]:
    for entry in entries(document, "nvme_self_test_log", "table"):
        whole = count(dig(entry, "self_test_code", "value")) == _NVME_EXTENDED
        yield _passed(dig(entry, "self_test_result", "value"), _NVME_FAILED), whole


def _scsi(document: Mapping[str, object]) -> Iterator[Result]:
    for number in range(_SCSI_KEPT):
        entry = document.get(f"scsi_self_test_{number}")
        if isinstance(entry, Mapping):
            yield _passed(dig(entry, "result", "value"), _SCSI_FAILED), _says(entry, "code", "long")


def _passed(value: object, failed: frozenset[int]) -> bool | None:
    result = count(value)
    return True if result == 0 else False if result in failed else None


def _says(entry: Mapping[str, object], key: str, word: str) -> bool:
    return word in str(dig(entry, key, "string")).lower()

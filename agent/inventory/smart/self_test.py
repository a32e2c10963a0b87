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

Result = tuple[bool | None, bool, int | None]
"""Whether a test passed, None where it did not end; whether it read the whole drive; the first block that it could not
read, where it tells one."""


def self_test_failed(document: Mapping[str, object]) -> bool:
    """Whether the newest self-tests found a fault. One that passed a whole (extended) test later is over it."""
    return bool(failed(document))


def failed(document: Mapping[str, object]) -> bool | None:
    """The same; None where no test that came to its end is told of."""
    status = dig(document, "ata_smart_data", "self_test", "status", "passed")
    if status is False:
        return True
    found = [_verdict(log) for log in _logs(document)]
    return True if True in found else False if False in found else None


def first_bad_block(document: Mapping[str, object]) -> int | None:
    """The address that the newest test told which found a fault; None where none did, or it told none."""
    for log in _logs(document):
        for passed, _, block in log:
            if passed is False:
                return block
    return None


def _logs(document: Mapping[str, object]) -> tuple[Iterator[Result], ...]:
    """The log with the longer addresses first."""
    return _ata(document, "extended"), _ata(document, "standard"), _nvme(document), _scsi(document)


def _verdict(newest_first: Iterable[Result]) -> bool | None:
    found = None
    for passed, whole, _ in newest_first:
        if passed is False:
            return True
        if passed and whole:
            return False
        found = False if passed else found
    return found


def _ata(document: Mapping[str, object], log: str) -> Iterator[Result]:
    for entry in entries(document, "ata_smart_self_test_log", log, "table"):
        passed = dig(entry, "status", "passed")
        yield passed if isinstance(passed, bool) else None, _says(entry, "type", "extended"), count(entry.get("lba"))


def _nvme(document: Mapping[str, object]) -> Iterator[Result]:
    for entry in entries(document, "nvme_self_test_log", "table"):
        whole = count(dig(entry, "self_test_code", "value")) == _NVME_EXTENDED
        yield _passed(dig(entry, "self_test_result", "value"), _NVME_FAILED), whole, count(entry.get("lba"))


def _scsi(document: Mapping[str, object]) -> Iterator[Result]:
    for number in range(_SCSI_KEPT):
        entry = document.get(f"scsi_self_test_{number}")
        if isinstance(entry, Mapping):
            block = count(dig(entry, "lba_first_failure", "value"))
            yield _passed(dig(entry, "result", "value"), _SCSI_FAILED), _says(entry, "code", "long"), block


def _passed(value: object, failed: frozenset[int]) -> bool | None:
    result = count(value)
    return True if result == 0 else False if result in failed else None


def _says(entry: Mapping[str, object], key: str, word: str) -> bool:
    return word in str(dig(entry, key, "string")).lower()

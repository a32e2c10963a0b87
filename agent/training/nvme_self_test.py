"""Device Self-test of a simulated NVMe drive and its log (NVMe Base 2.0, 5.9 and 5.16.1.7)."""

import struct

from agent.training.nvme_status import Status, require
from agent.training.self_tests import Ended, Entry, Kind, SelfTests

DEVICE_SELF_TEST, LOG = 0x14, 0x06
OFFERS = 1 << 4
"""Bit of OACS."""
LOG_BYTES = 564
_CODES = {Kind.SHORT: 0x1, Kind.EXTENDED: 0x2}
_ABORT = 0xF
_RESULTS = {
    Ended.PASSED: 0x0, Ended.HOST: 0x1, Ended.RESET: 0x2, Ended.ERASE: 0x9, Ended.READ: 0x7, Ended.PART: 0x6,
}  # fmt: skip
_ENTRIES, _ENTRY_BYTES, _UNUSED = 20, 28, 0xF


def command(tests: SelfTests, code: int) -> None:
    """STC, dword 10 bits 3:0. Raises Refusal."""
    require(tests.supported, Status.INVALID_OPCODE)
    if code == _ABORT:
        tests.abort()
        return
    kind = next((kind for kind, one in _CODES.items() if one == code), None)
    require(kind is not None, Status.INVALID_FIELD)
    require(not tests.running, Status.SELF_TEST_IN_PROGRESS)
    assert kind is not None
    require(tests.start(kind), Status.INVALID_FIELD)


def page(tests: SelfTests) -> bytes:
    """Log page 06h: what runs now, and the newest results. Raises Refusal."""
    require(tests.supported, Status.INVALID_LOG_PAGE)
    block = bytearray(LOG_BYTES)
    if tests.running:
        block[0], block[1] = _CODES[tests.running], int(tests.fraction * 100)
    for place in range(_ENTRIES):
        at = 4 + _ENTRY_BYTES * place
        block[at : at + _ENTRY_BYTES] = _entry(tests.log[place]) if place < len(tests.log) else _unused()
    return bytes(block)


def _entry(entry: Entry) -> bytes:
    """Namespace, address and status are valid only with a sector that cannot be read."""
    bad = entry.first_bad is not None
    return struct.pack(
        "<BBBBQIQBBH",
        _CODES[entry.kind] << 4 | _RESULTS[entry.ended],
        2 if entry.ended is Ended.READ else 0,
        0b1111 if bad else 0,
        0,
        entry.hours,
        1 if bad else 0,
        entry.first_bad or 0,
        2 if bad else 0,  # status code type: media and data integrity; 81h: unrecovered read error
        0x81 if bad else 0,
        0,
    )


def _unused() -> bytes:
    return bytes((_UNUSED,)).ljust(_ENTRY_BYTES, b"\0")

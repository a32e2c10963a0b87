"""Background self-tests of a simulated SAS drive, and their log page (SPC-4, 6.42 and 7.3.19)."""

import struct

from agent.training.scsi_sense import INVALID_FIELD, Key, Sense, require
from agent.training.self_tests import Ended, Entry, Kind, SelfTests

SEND_DIAGNOSTIC, RESULTS = 0x1D, 0x10
_CODES = {Kind.SHORT: 0b001, Kind.EXTENDED: 0b010}
_ABORT = 0b100
_RESULTS = {
    Ended.PASSED: 0x0, Ended.HOST: 0x1, Ended.RESET: 0x2, Ended.ERASE: 0x2, Ended.READ: 0x7, Ended.PART: 0x4,
}  # fmt: skip
_ENTRIES, _RUNNING = 20, 0xF
_NO_ADDRESS = (1 << 64) - 1


def command(tests: SelfTests, cdb: bytes) -> bytes:
    """SEND DIAGNOSTIC with a SELF-TEST CODE; the default self-test has always passed. Raises Check."""
    code = cdb[1] >> 5
    require(not int.from_bytes(cdb[3:5]))  # no parameter list
    if cdb[1] & 0x04 and not code:
        return b""
    require(tests.supported)
    if code == _ABORT:
        tests.abort()
        return b""
    kind = next((kind for kind, one in _CODES.items() if one == code), None)
    require(kind is not None)
    assert kind is not None
    require(tests.start(kind), INVALID_FIELD)
    return b""


def progress(tests: SelfTests) -> Sense | None:
    """What REQUEST SENSE says while one runs: LOGICAL UNIT NOT READY, SELF-TEST IN PROGRESS; the drive goes on working
    for its host all the same."""
    if not tests.running:
        return None
    return Sense(Key.NO_SENSE, 0x04, 0x09, progress=min(int(tests.fraction * 0x10000), 0xFFFF))


def page(tests: SelfTests) -> bytes:
    """The parameters of the page Self-Test Results."""
    running = [_parameter(1, tests.running, _RUNNING, None)] if tests.running else []
    known = [*running, *(_parameter(0, entry.kind, _RESULTS[entry.ended], entry) for entry in tests.log)]
    filled = [*known, *[bytes(20)] * _ENTRIES][:_ENTRIES]
    return b"".join(struct.pack(">HBB", number, 0x03, 16) + one[4:] for number, one in enumerate(filled, 1))


def _parameter(number: int, kind: Kind, result: int, entry: Entry | None) -> bytes:
    bad = entry.first_bad if entry is not None else None
    medium = (0x3, 0x11, 0x00) if bad is not None else (0, 0, 0)  # MEDIUM ERROR, UNRECOVERED READ ERROR
    return struct.pack(
        ">HBBBBHQBBBx", 0, 0, 0, _CODES[kind] << 5 | result, number, min(entry.hours, 0xFFFF) if entry else 0,
        _NO_ADDRESS if bad is None else bad, *medium,
    )  # fmt: skip

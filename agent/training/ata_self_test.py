"""Self-tests of a simulated ATA drive: the subcommands that start and stop one, and what tells of it (ACS-3, 7.48)."""

import struct

from agent.training.ata_smart import summed
from agent.training.self_test_about import SelfTestAbout
from agent.training.self_tests import Ended, Entry, Kind, SelfTests

_CODES = {Kind.SHORT: 0x01, Kind.EXTENDED: 0x02}
_ABORT = 0x7F
_RUNNING = 0xF0
_STATUS = {
    Ended.PASSED: 0x00, Ended.HOST: 0x10, Ended.RESET: 0x20, Ended.ERASE: 0x10, Ended.READ: 0x70, Ended.PART: 0x50,
}  # fmt: skip
"""Self-test execution status, upper half; 5: electrical."""
_LOG_ENTRIES, _EXTENDED_ENTRIES = 21, 19
_NO_ADDRESS = (1 << 48) - 1


def command(tests: SelfTests, code: int) -> bool:
    """SMART EXECUTE OFF-LINE IMMEDIATE with this code in LBA 7:0; False where the drive refuses."""
    if code == _ABORT:
        tests.abort()
        return True
    kind = next((kind for kind, one in _CODES.items() if one == code), None)
    return kind is not None and tests.start(kind)


def fields(about: SelfTestAbout, tests: SelfTests) -> dict[int, int]:
    """Bytes of SMART READ DATA by their place."""
    if not about.supported:
        return {}
    status = _STATUS[tests.log[0].ended] if tests.log else 0
    if tests.running:
        status = _RUNNING | min(9, int((1 - tests.fraction) * 10))
    minutes = about.extended_minutes
    return {
        363: status,
        367: 0x11,  # the command is there, and so are self-tests
        372: about.short_minutes,
        373: min(255, minutes),
        375: minutes & 0xFF,
        376: minutes >> 8,
    }


def log(tests: SelfTests) -> bytes:
    """SMART self-test log: 21 entries in a ring, and which of them is the newest."""
    block = bytearray(512)
    struct.pack_into("<H", block, 0, 1)
    for place, entry in _ring(tests, _LOG_ENTRIES):
        address = _NO_ADDRESS if entry.first_bad is None else entry.first_bad
        struct.pack_into(
            "<BBHBI", block, 2 + 24 * place, _CODES[entry.kind], _STATUS[entry.ended], entry.hours & 0xFFFF, 0,
            min(address, 0xFFFFFFFF),
        )  # fmt: skip
    block[508] = (tests.count - 1) % _LOG_ENTRIES + 1 if tests.count else 0
    return summed(block)


def extended_log(tests: SelfTests) -> bytes:
    """Extended SMART self-test log: its first and only page."""
    block = bytearray(512)
    block[0] = 1
    for place, entry in _ring(tests, _EXTENDED_ENTRIES):
        at = 4 + 26 * place
        struct.pack_into("<BBHB", block, at, _CODES[entry.kind], _STATUS[entry.ended], entry.hours & 0xFFFF, 0)
        address = _NO_ADDRESS if entry.first_bad is None else entry.first_bad
        block[at + 5 : at + 11] = address.to_bytes(6, "little")
    struct.pack_into("<H", block, 2, (tests.count - 1) % _EXTENDED_ENTRIES + 1 if tests.count else 0)
    return summed(block)


def _ring(tests: SelfTests, entries: int) -> list[tuple[int, Entry]]:
    """Where each of the newest stands."""
    return [((tests.count - 1 - age) % entries, entry) for age, entry in enumerate(tests.log[:entries])]

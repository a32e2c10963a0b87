"""Log pages of a simulated SAS drive (SPC-4, 7.3; SBC-4, 6.5): temperature, endurance, hours, its own verdict."""

import struct

from agent.training import scsi_self_test
from agent.training.description import Description
from agent.training.scsi_sense import INVALID_FIELD, Check
from agent.training.self_tests import SelfTests

TEMPERATURE, ENDURANCE, BACKGROUND_SCAN, VERDICT = 0x0D, 0x11, 0x15, 0x2F
FAILING = 0x5D
"""Additional sense code: FAILURE PREDICTION THRESHOLD EXCEEDED."""
_MOST_GROWN = 90
"""Grown defects from which on the drive calls itself failing, as the simulated ATA drives do."""


def log_sense(drive: Description, grown: int, tests: SelfTests, page: int) -> bytes:
    """One log page of a drive with so many grown defects. Raises Check for a page that there is not."""
    warmth = max(0, min(drive.temperature_celsius, 0xFE))
    failing = grown >= _MOST_GROWN
    pages = {
        TEMPERATURE: _parameter(0, struct.pack(">xB", warmth)),
        BACKGROUND_SCAN: _parameter(0, struct.pack(">IxBHHH", min(drive.hours * 60, 0xFFFFFFFF), 0, 0, 0, 0)),
        VERDICT: _parameter(0, struct.pack(">BBBx", FAILING if failing else 0, 0, warmth)),
    }
    if not drive.kind.turns:
        pages[ENDURANCE] = _parameter(1, struct.pack(">xxxB", min(drive.wear_percent, 255)))
    if tests.supported:
        pages[scsi_self_test.RESULTS] = scsi_self_test.page(tests)
    pages[0x00] = bytes(sorted({0x00, *pages}))
    if page not in pages:
        raise Check(INVALID_FIELD)
    return struct.pack(">BBH", page, 0, len(pages[page])) + pages[page]


def _parameter(code: int, value: bytes) -> bytes:
    return struct.pack(">HBB", code, 0x03, len(value)) + value

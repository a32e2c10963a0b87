"""SMART data and thresholds of a simulated ATA drive, as SMART READ DATA and READ THRESHOLDS hand them over.

The layout of the attributes is that of SFF-8035i, which ACS leaves to the vendors and all of them keep.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from agent.training.description import Description, Kind
from agent.training.limits import MAX_COUNT

PREFAIL, OLD_AGE = 0x0033, 0x0032
"""Flags: updated online, event count, kept over power-off; pre-failure attributes decide SMART RETURN STATUS."""
_REVISION = 16
_ATTRIBUTES = 30


@dataclass(frozen=True)
class Attribute:
    """`value` is 1 (worst) to 253; a pre-failure attribute at or below its threshold means: failing."""

    number: int
    flags: int
    value: int
    threshold: int
    raw: int

    @property
    def failing(self) -> bool:
        return bool(self.flags & 1) and self.value <= self.threshold


def attributes(drive: Description, found_bad: int, power_cycles: int, written_bytes: int) -> list[Attribute]:
    """The table as it stands after `found_bad` bad sectors met, with `written_bytes` ever taken."""
    seen = drive.counters
    pending = seen.pending + found_bad
    uncorrectable = seen.reported_uncorrectable + found_bad
    table = [
        _counted(5, PREFAIL, seen.reallocated, threshold=10),
        Attribute(9, OLD_AGE, _falling(drive.hours // 1000), 0, drive.hours),
        Attribute(12, OLD_AGE, _falling(power_cycles // 1000), 0, power_cycles),
        _counted(187, OLD_AGE, uncorrectable),
        _counted(188, OLD_AGE, seen.command_timeout),
        Attribute(194, OLD_AGE, _falling(drive.temperature_celsius), 0, drive.temperature_celsius & 0xFFFF),
        _counted(197, OLD_AGE, pending),
        _counted(198, OLD_AGE, seen.offline_uncorrectable),
        _counted(199, OLD_AGE, seen.crc_errors),
    ]
    if drive.kind is Kind.ATA_SSD:
        left = _falling(drive.wear_percent)
        table += [
            Attribute(177, PREFAIL, left, 0, drive.wear_percent * 10),  # mean erase count, of 1,000 endured
            Attribute(233, OLD_AGE, left, 0, left),
            Attribute(241, OLD_AGE, 100, 0, written_bytes // 512),
        ]
    return sorted(table, key=lambda attribute: attribute.number)


def _counted(number: int, flags: int, count: int, threshold: int = 0) -> Attribute:
    return Attribute(number, flags, _falling(count), threshold, count)


def _falling(count: int) -> int:
    return min(max(100 - count, 1), 200)


def data(table: list[Attribute], others: Mapping[int, int]) -> bytes:
    """The 512 bytes of SMART READ DATA (ACS-3, 7.48.6); `others` are single bytes by their place."""
    block = bytearray(512)
    struct.pack_into("<H", block, 0, _REVISION)
    for place, item in enumerate(table[:_ATTRIBUTES]):
        at = 2 + 12 * place
        struct.pack_into("<BHBB", block, at, item.number, item.flags, item.value, item.value)
        block[at + 5 : at + 11] = min(item.raw, MAX_COUNT).to_bytes(6, "little")
    struct.pack_into("<H", block, 368, 0x0003)  # attributes are saved on power-down
    for place, value in others.items():
        block[place] = value
    return summed(block)


def thresholds(table: list[Attribute]) -> bytes:
    """The 512 bytes of SMART READ THRESHOLDS (SFF-8035i)."""
    block = bytearray(512)
    struct.pack_into("<H", block, 0, _REVISION)
    for place, item in enumerate(table[:_ATTRIBUTES]):
        struct.pack_into("<BB", block, 2 + 12 * place, item.number, item.threshold)
    return summed(block)


def summed(block: bytearray) -> bytes:
    """512 bytes of which the last makes the sum of all zero."""
    block[511] = -sum(block[:511]) & 0xFF
    return bytes(block)

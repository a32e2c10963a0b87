"""The structures of simulated ATA drives, taken apart here word by word as ACS-4 and SFF-8035i have them."""

import struct
from collections.abc import Callable

import pytest

from agent.training.ata import AtaFirmware, SmartStatus
from agent.training.description import Counters, Description, Kind
from agent.training.faults import Faults

Describe = Callable[..., Description]
TB = 10**12


class NoSectors:
    """For commands that do not reach the sectors."""

    def read_into(self, buffer: memoryview, offset: int) -> None:
        raise AssertionError

    def write(self, data: memoryview, offset: int) -> None:
        raise AssertionError

    def sync(self) -> None:
        raise AssertionError


def ata(description: Description) -> AtaFirmware:
    return AtaFirmware(description, NoSectors())


def words(block: bytes) -> tuple[int, ...]:
    assert len(block) == 512
    return struct.unpack("<256H", block)


def text(block: bytes, first: int, last: int) -> str:
    """Each word holds two characters, the first in its high byte."""
    return "".join(chr(word >> 8) + chr(word & 0xFF) for word in words(block)[first : last + 1])


def long(found: tuple[int, ...], first: int, count: int) -> int:
    return sum(found[first + place] << 16 * place for place in range(count))


def test_identify_says_who_and_how_large(describe: Describe) -> None:
    sectors = 4 * TB // 512
    block = ata(describe(model="Simulated HD", serial="SIM-77", firmware="FW1", size_bytes=sectors * 512)).identify()
    found = words(block)
    assert found[0] & 0x8000 == 0  # an ATA device
    assert text(block, 27, 46) == "Simulated HD".ljust(40)
    assert text(block, 10, 19) == "SIM-77".ljust(20)
    assert text(block, 23, 26) == "FW1".ljust(8)
    assert long(found, 60, 2) == 0x0FFFFFFF  # 28-bit addresses end there
    assert long(found, 100, 4) == sectors
    assert found[217] == 7200
    assert found[83] & 0xC000 == 0x4000  # the words of features are valid
    assert found[83] & 0x0400  # 48-bit addresses
    assert found[83] & 0x3000 == 0x3000  # FLUSH CACHE and FLUSH CACHE EXT
    assert found[82] & found[85] & 0x0001  # SMART, on
    assert found[82] & found[85] & 0x0020  # a volatile write cache, on
    assert found[128] & 0x0F == 0b1001  # security: supported, not enabled, not locked, frozen
    assert found[82] & 0x0002
    assert not found[85] & 0x0002
    assert found[59] & 0xF000 == 0  # no sanitize, since none is carried out
    assert found[255] & 0xFF == 0xA5
    assert sum(block) & 0xFF == 0


def test_identify_of_a_small_drive_tells_28_bit_addresses(describe: Describe) -> None:
    found = words(ata(describe(size_bytes=512 << 20)).identify())
    assert long(found, 60, 2) == long(found, 100, 4) == 1 << 20


def test_an_ssd_does_not_turn(describe: Describe) -> None:
    assert words(ata(describe(kind=Kind.ATA_SSD)).identify())[217] == 1


@pytest.mark.parametrize(
    ("logical", "physical", "word", "length"),
    [(512, 512, 0x4000, 0), (512, 4096, 0x6003, 0), (4096, 4096, 0x5000, 2048)],
)
def test_identify_tells_the_sectors(describe: Describe, logical: int, physical: int, word: int, length: int) -> None:
    block = ata(describe(logical_sector_bytes=logical, physical_sector_bytes=physical)).identify()
    assert words(block)[106] == word
    assert long(words(block), 117, 2) == length  # in words of two bytes
    assert long(words(block), 100, 4) == 64 * 1024 // logical


def table(block: bytes) -> dict[int, tuple[int, int, int, int]]:
    """Attribute → flags, value, worst, raw."""
    assert len(block) == 512
    assert sum(block) & 0xFF == 0
    rows = (struct.unpack_from("<BHBB6s", block, 2 + 12 * place) for place in range(30))
    return {row[0]: (row[1], row[2], row[3], int.from_bytes(row[4], "little")) for row in rows if row[0]}


def test_smart_data_tells_the_counters(describe: Describe) -> None:
    counters = Counters(
        reallocated=2, reported_uncorrectable=3, command_timeout=4, pending=5, offline_uncorrectable=6, crc_errors=7
    )
    rows = table(ata(describe(counters=counters, hours=21_000, power_cycles=99, temperature_celsius=41)).smart_data())
    raw = {number: row[3] for number, row in rows.items()}
    assert raw == {5: 2, 9: 21_000, 12: 99, 187: 3, 188: 4, 194: 41, 197: 5, 198: 6, 199: 7}
    assert all(1 <= row[1] <= 253 for row in rows.values())
    assert list(rows) == sorted(rows)


def test_smart_data_of_an_ssd_tells_wear_and_writes(describe: Describe) -> None:
    rows = table(ata(describe(kind=Kind.ATA_SSD, wear_percent=23, written_bytes=512 * 10**9)).smart_data())
    assert rows[177][1] == rows[233][1] == 77
    assert rows[241][3] == 10**9
    worn = table(ata(describe(kind=Kind.ATA_SSD, wear_percent=140)).smart_data())
    assert worn[233][1] == 1


def test_status_follows_from_the_thresholds(describe: Describe) -> None:
    for reallocated, status in ((0, SmartStatus.GOOD), (89, SmartStatus.GOOD), (90, SmartStatus.EXCEEDED)):
        firmware = ata(describe(counters=Counters(reallocated=reallocated)))
        limit = dict(struct.unpack_from("<BB", firmware.smart_thresholds(), 2 + 12 * place) for place in range(30))[5]
        flags, value, *_ = table(firmware.smart_data())[5]
        assert flags & 1  # it decides the status
        assert (value <= limit) == (status is SmartStatus.EXCEEDED)
        assert firmware.smart_status() is status
    assert (SmartStatus.GOOD, SmartStatus.EXCEEDED) == (0xC24F, 0x2CF4)


def test_the_native_maximum_is_the_last_sector_of_all(describe: Describe) -> None:
    assert ata(describe()).read_native_max() == 127
    hidden = ata(describe(hidden_bytes=32 * 1024))
    assert hidden.read_native_max() == 191
    assert long(words(hidden.identify()), 100, 4) == 128


def test_a_vanished_drive_answers_no_command(describe: Describe) -> None:
    firmware = ata(describe(faults=Faults(vanishes_after_bytes=0)))
    for command in (
        firmware.identify,
        firmware.smart_data,
        firmware.smart_thresholds,
        firmware.smart_status,
        firmware.read_native_max,
        firmware.flush,
    ):
        with pytest.raises(OSError, match="No such device"):
            command()

"""Firmware of a simulated ATA drive: what its commands answer, in the structures of ACS-4 (INCITS 529)."""

import struct
from enum import IntEnum

from agent.training import ata_smart
from agent.training.description import Kind
from agent.training.firmware import Firmware

SECURITY_WORD = 0x0029
"""Word 128: security supported (bit 0), enhanced erase supported (5), frozen (3), as most firmware of PCs leaves
a drive at start-up. A frozen drive aborts all security commands, which is all that this firmware does of them."""


class SmartStatus(IntEnum):
    """LBA mid and high as SMART RETURN STATUS leaves them."""

    GOOD = 0xC24F
    EXCEEDED = 0x2CF4


class AtaFirmware(Firmware):
    """ATA commands as methods. Each raises OSError (ENODEV) when the drive is gone."""

    def identify(self) -> bytes:
        """IDENTIFY DEVICE (ECh): 512 bytes, 256 little-endian words."""
        self.require_answer()
        drive = self._drive
        sectors = self.said_bytes // drive.logical_sector_bytes
        words = [0] * 256
        words[0] = 0x0040  # not removable
        words[1], words[3], words[6] = 16383, 16, 63  # CHS of everything above 8 GB, as all drives say
        words[47] = 0x8010
        words[49] = 0x2F00  # LBA, DMA, IORDY, standby timers
        words[50] = 0x4000
        words[53] = 0x0006  # words 64 to 70 and 88 are valid
        words[60:62] = _split(min(sectors, 0x0FFFFFFF), 2)
        words[63], words[64] = 0x0007, 0x0003
        words[65:69] = [120] * 4  # ns of the shortest PIO and DMA cycles
        words[75], words[76], words[77] = 31, 0x010E, 0x0006  # NCQ of 32 commands, SATA up to 6 Gb/s, running at it
        words[80], words[81] = 0x0FF0, 0x005E  # ATA-4 to ACS-4; ACS-4 revision 5
        # SMART (bit 0), security (1), power management (3), volatile cache (5), look-ahead (6), HPA (10), NOP (14).
        words[82] = words[85] = 0x4469
        words[82] |= 0x0002  # supported, and not enabled
        words[83] = words[86] = 0x3400  # 48-bit addresses, FLUSH CACHE, FLUSH CACHE EXT
        words[83] |= 0x4000
        words[86] |= 0x8000  # words 119 and 120 are valid
        words[84] = words[87] = 0x4000
        words[88] = 0x407F  # Ultra DMA 6
        words[89] = words[90] = 1  # security erase takes 2 minutes
        words[100:104] = _split(sectors, 4)
        words[106] = self._sector_word()
        if drive.logical_sector_bytes > 512:
            words[117:119] = _split(drive.logical_sector_bytes // 2, 2)
        words[119] = words[120] = 0x4000
        words[128] = SECURITY_WORD
        words[168] = 3  # 2.5 inches
        words[217] = 1 if drive.kind is Kind.ATA_SSD else drive.rotation_rpm
        words[222] = 0x107F  # SATA 3.1
        block = bytearray(struct.pack("<256H", *words))
        block[20:40] = swapped(self.said_serial, 20)
        block[46:54] = swapped(drive.firmware, 8)
        block[54:94] = swapped(drive.model, 40)
        block[510] = 0xA5
        block[511] = -sum(block[:511]) & 0xFF
        return bytes(block)

    def smart_data(self) -> bytes:
        """SMART READ DATA (B0h/D0h): 512 bytes."""
        return ata_smart.data(self._attributes())

    def smart_thresholds(self) -> bytes:
        """SMART READ THRESHOLDS (B0h/D1h): 512 bytes."""
        return ata_smart.thresholds(self._attributes())

    def smart_status(self) -> SmartStatus:
        """SMART RETURN STATUS (B0h/DAh)."""
        failing = any(attribute.failing for attribute in self._attributes())
        return SmartStatus.EXCEEDED if failing else SmartStatus.GOOD

    def read_native_max(self) -> int:
        """READ NATIVE MAX ADDRESS EXT (27h): the last sector that could ever be addressed."""
        self.require_answer()
        return self.native_bytes // self._drive.logical_sector_bytes - 1

    def _attributes(self) -> list[ata_smart.Attribute]:
        self.require_answer()
        return ata_smart.attributes(self._drive, self.found_bad, self.bytes_written)

    def _sector_word(self) -> int:
        """Word 106: how many logical sectors (as a power of two) make a physical one, and whether one is not 512."""
        ratio = max(1, self._drive.physical_sector_bytes // self._drive.logical_sector_bytes)
        many = 0x2000 | (ratio.bit_length() - 1) if ratio > 1 else 0
        return 0x4000 | many | (0x1000 if self._drive.logical_sector_bytes > 512 else 0)


def swapped(text: str, length: int) -> bytes:
    """Text as ATA has it: padded with spaces, the two characters of each word swapped."""
    padded = text.ljust(length).encode("ascii")
    return bytes(padded[place ^ 1] for place in range(length))


def _split(number: int, words: int) -> list[int]:
    return [number >> 16 * place & 0xFFFF for place in range(words)]

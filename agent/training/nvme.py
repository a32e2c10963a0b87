"""Firmware of a simulated NVMe drive: what its commands answer, in the structures of the NVMe Base Specification 2.0.

One controller with one namespace. Sanitize, Format and namespace management are not announced, since this
firmware does not carry them out.
"""

import struct

from agent.training.firmware import Firmware

KELVIN = 273
UNIT = 512_000
"""Bytes of a data unit of the health log: one thousand units of 512 bytes."""
_SPARE_LOW = 0x01
"""Critical warning bit 0: the spare has fallen below its threshold."""


class NvmeFirmware(Firmware):
    """NVMe admin commands as methods. Each raises OSError (ENODEV) when the drive is gone."""

    def identify_controller(self) -> bytes:
        """Identify, CNS 01h: 4096 bytes."""
        self.require_answer()
        drive = self._drive
        block = bytearray(4096)
        block[4:24] = drive_text(self.said_serial, 20)
        block[24:64] = drive_text(drive.model, 40)
        block[64:72] = drive_text(drive.firmware, 8)
        block[77] = 10  # MDTS: transfers of up to 2**10 pages of 4 KiB
        struct.pack_into("<I", block, 80, 0x00010400)  # VER: NVMe 1.4
        struct.pack_into("<HH", block, 266, KELVIN + 75, KELVIN + 85)  # WCTEMP, CCTEMP
        block[280:296] = self.native_bytes.to_bytes(16, "little")  # TNVMCAP
        block[296:312] = (self.native_bytes - self.said_bytes).to_bytes(16, "little")  # UNVMCAP
        struct.pack_into("<I", block, 328, 0)  # SANICAP: no sanitize
        block[512], block[513] = 0x66, 0x44  # SQES, CQES
        struct.pack_into("<I", block, 516, 1)  # NN
        block[525] = 0x01  # VWC: there is a volatile write cache
        return bytes(block)

    def identify_namespace(self) -> bytes:
        """Identify, CNS 00h, of namespace 1: 4096 bytes."""
        self.require_answer()
        sector = self._drive.logical_sector_bytes
        blocks = self.said_bytes // sector
        block = bytearray(4096)
        struct.pack_into("<QQQ", block, 0, blocks, blocks, blocks)  # NSZE, NCAP, NUSE
        block[48:64] = self.said_bytes.to_bytes(16, "little")  # NVMCAP
        struct.pack_into("<HBB", block, 128, 0, sector.bit_length() - 1, 0)  # LBAF0: no metadata, LBADS
        return bytes(block)

    def health_log(self) -> bytes:
        """Get Log Page 02h, SMART / Health Information: 512 bytes."""
        self.require_answer()
        drive, seen = self._drive, self._drive.counters
        block = bytearray(512)
        block[0] = _SPARE_LOW if seen.available_spare_percent < seen.spare_threshold_percent else 0
        struct.pack_into("<H", block, 1, KELVIN + drive.temperature_celsius)
        block[3], block[4] = seen.available_spare_percent, seen.spare_threshold_percent
        block[5] = min(drive.wear_percent, 255)
        numbers = {
            32: -(-self.bytes_read // UNIT),
            48: -(-(drive.written_bytes + self.bytes_written) // UNIT),
            112: drive.power_cycles,
            128: drive.hours,
            144: seen.unsafe_shutdowns,
            160: seen.media_errors + self.found_bad,
        }
        for at, number in numbers.items():
            block[at : at + 16] = number.to_bytes(16, "little")
        return bytes(block)


def drive_text(text: str, length: int) -> bytes:
    """ASCII, padded with spaces."""
    return text.ljust(length).encode("ascii")

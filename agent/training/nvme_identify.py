"""What a simulated NVMe controller says of itself and its namespaces: the data of Identify (NVMe Base 2.0, 5.17)."""

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from agent.training.description import Description
from agent.training.nvme_about import Deallocated
from agent.training.nvme_namespaces import Namespace
from agent.training.nvme_self_test import OFFERS

LENGTH = 4096
"""Bytes that Identify transfers, whatever it is asked for."""
KELVIN = 273
ERROR_ENTRIES = 16
"""Entries of the error log."""

_FORMAT, _MANAGEMENT = 1 << 1, 1 << 3
"""Bits of OACS."""


@dataclass(frozen=True)
class Subsystem:
    """What the controllers of one drive have in common, as the drive says it now."""

    drive: Description
    serial: str
    sanicap: int
    capacity: int
    unallocated: int
    namespaces: int
    """The highest NSID."""

    def controller(self, number: int) -> bytes:
        """CNS 01h, of the controller with this identifier."""
        about = self.drive.nvme
        block = bytearray(LENGTH)
        block[4:24] = drive_text(self.serial, 20)
        block[24:64] = drive_text(self.drive.model, 40)
        block[64:72] = drive_text(self.drive.firmware, 8)
        block[76] = 0x02 if about.controllers > 1 else 0  # CMIC: there may be two or more controllers
        block[77] = 10  # MDTS: transfers of up to 2**10 pages of 4 KiB
        struct.pack_into("<HI", block, 78, number, 0x00010400)  # CNTLID; VER: NVMe 1.4
        block[111] = 1  # CNTRLTYPE: an I/O controller
        security = bool(self.drive.opal.psid)  # Security Send and Receive
        oacs = security | about.formats * _FORMAT | about.manages_namespaces * _MANAGEMENT
        if self.drive.self_test.supported:
            oacs |= OFFERS
            struct.pack_into(
                "<HB", block, 316, self.drive.self_test.extended_minutes, 0x01
            )  # EDSTT, DSTO: one at a time
        struct.pack_into("<H", block, 256, oacs)
        block[258] = 3  # ACL: 4 commands can be aborted at a time
        block[262] = ERROR_ENTRIES - 1  # ELPE
        struct.pack_into("<HH", block, 266, KELVIN + 75, KELVIN + 85)  # WCTEMP, CCTEMP
        block[280:296] = self.capacity.to_bytes(16, "little")  # TNVMCAP
        block[296:312] = self.unallocated.to_bytes(16, "little")  # UNVMCAP
        struct.pack_into("<I", block, 328, self.sanicap)
        block[512], block[513] = 0x66, 0x44  # SQES, CQES
        struct.pack_into("<I", block, 516, self.namespaces)  # NN
        block[524] = about.fna
        block[525] = 0x01  # VWC: there is a volatile write cache
        name = f"nqn.2014-08.org.nvmexpress:uuid:{_uuid(self.drive)}".encode()
        block[768 : 768 + len(name)] = name  # SUBNQN
        return bytes(block)

    def namespace(self, one: Namespace, said_bytes: int, left_percent: int = 0) -> bytes:
        """CNS 00h and 11h; `said_bytes` is the size that the drive tells of this namespace, `left_percent` what is
        still to be formatted of it."""
        block = self._common()
        blocks = said_bytes // one.sector_bytes
        struct.pack_into("<QQQ", block, 0, blocks, blocks, blocks)  # NSZE, NCAP, NUSE
        block[26] = sector_sizes(self.drive).index(one.sector_bytes)  # FLBAS
        block[32] = 0x80 | left_percent  # FPI: it is told
        block[48:64] = said_bytes.to_bytes(16, "little")  # NVMCAP
        block[104:120] = _nguid(self.drive, one)
        return bytes(block)

    def common_namespace(self) -> bytes:
        """CNS 00h of NSID FFFFFFFFh: what all namespaces have in common."""
        return bytes(self._common())

    def _common(self) -> bytearray:
        block = bytearray(LENGTH)
        sizes = sector_sizes(self.drive)
        block[25] = len(sizes) - 1  # NLBAF
        block[30] = self.drive.nvme.controllers > 1  # NMIC: may be attached to several controllers
        block[33] = {Deallocated.ZEROS: 1, Deallocated.ONES: 2, Deallocated.UNREPORTED: 0}[self.drive.nvme.deallocated]
        for place, size in enumerate(sizes):
            struct.pack_into("<HBB", block, 128 + 4 * place, 0, size.bit_length() - 1, 0)  # no metadata, LBADS
        return block

    def descriptors(self, one: Namespace) -> bytes:
        """CNS 03h: one identification descriptor, the NGUID."""
        return (bytes((2, 16, 0, 0)) + _nguid(self.drive, one)).ljust(LENGTH, b"\0")


def sector_sizes(drive: Description) -> tuple[int, ...]:
    """Bytes of a block in each LBA format, none of them with metadata; format 0 is the drive's own."""
    return (512, 4096) if drive.logical_sector_bytes == 512 else (4096,)


def namespace_list(nsids: Iterable[int], after: int) -> bytes:
    """CNS 02h and 10h: the NSIDs above `after`, at most 1,024."""
    listed = [nsid for nsid in sorted(nsids) if nsid > after][: LENGTH // 4]
    return struct.pack(f"<{len(listed)}I", *listed).ljust(LENGTH, b"\0")


def controller_list(numbers: Iterable[int], first: int) -> bytes:
    """CNS 12h and 13h: the controllers from `first` on, after how many they are."""
    listed = [number for number in sorted(numbers) if number >= first][: LENGTH // 2 - 1]
    return struct.pack(f"<{1 + len(listed)}H", len(listed), *listed).ljust(LENGTH, b"\0")


def drive_text(text: str, length: int) -> bytes:
    """ASCII, padded with spaces."""
    return text.ljust(length).encode("ascii")


def _seed(drive: Description) -> bytes:
    return f"{drive.model}/{drive.serial}".encode()


def _uuid(drive: Description) -> str:
    digits = hashlib.shake_128(_seed(drive)).hexdigest(16)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _nguid(drive: Description, one: Namespace) -> bytes:
    return hashlib.shake_128(_seed(drive) + one.nsid.to_bytes(4, "big")).digest(16)

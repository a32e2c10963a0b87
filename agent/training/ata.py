"""Firmware of a simulated ATA drive: what its commands answer, in the structures of ACS-4 (INCITS 529)."""

import struct
from enum import IntEnum
from typing import Any

from agent.model.ports import AtaResult
from agent.training import ata_self_test, ata_smart, opal_discovery
from agent.training.ata_areas import HiddenAreas
from agent.training.ata_basics import BasicSet
from agent.training.ata_sanitize import SANITIZE_DEVICE, Locks, SanitizeSet
from agent.training.ata_security import SecuritySet
from agent.training.ata_task import BLOCK, Abort, Handler, Task, good, require
from agent.training.clock import Clock
from agent.training.description import Description, Kind
from agent.training.erasing import Erase, Outcome
from agent.training.firmware import Firmware, refused
from agent.training.kept import Kept
from agent.training.store import Sectors

_SECURITY_ERASE, _ENHANCED_ERASE = "security erase", "enhanced security erase"
_TRUSTED_RECEIVE = 0x5C
_WHILE_LOCKED = {0xEC, 0xB0, 0xE5, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0x27, 0xF8, 0xE0, 0xE1, 0xEF}
"""Commands that a locked drive carries out or judges by itself (ACS-4, table 11): identify, SMART, power, security,
native maximum. All others are aborted."""
_WHILE_SANITIZING = {0xEC, 0xB0, 0xE5, SANITIZE_DEVICE}
"""The same during a sanitize and after one that failed (ACS-4, 4.17.9)."""


class SmartStatus(IntEnum):
    """LBA mid and high as SMART RETURN STATUS leaves them."""

    GOOD = 0xC24F
    EXCEEDED = 0x2CF4


class AtaFirmware(Firmware):
    """ATA commands as methods, which raise OSError (ENODEV) when the drive is gone; and all of them by `execute`."""

    def __init__(
        self,
        drive: Description,
        store: Sectors,
        kept: Kept | None = None,
        clock: Clock | None = None,
        *,
        at_start: bool = True,
    ) -> None:
        """`at_start`: the computer starts as well, and its firmware freezes what it can."""
        super().__init__(drive, store, kept, clock)
        about, session = drive.ata, self._session or {}
        if self._session is None and self.busy:
            self._eraser.close(Outcome.NONE)  # unlike a sanitize, it does not go on after a power cut
        self.security = SecuritySet(about, self._kept, session.get("security"), self._wipe, at_start=at_start)
        self.areas = HiddenAreas(drive, self._kept, session.get("areas"))
        locks = Locks.load(session.get("sanitize"))
        if self._session is None:
            locks.frozen = about.bios_freezes_sanitize and at_start and not self._eraser.job.running
        self.sanitize = SanitizeSet(drive, self._kept, locks, self._eraser, self.start_erase)
        self._handlers: dict[int, Handler] = {
            **BasicSet(self, trims=drive.kind is Kind.ATA_SSD).commands,
            **self.security.commands,
            **self.areas.commands,
            **self.sanitize.commands,
        }
        if self.opal.supported:
            self._handlers[_TRUSTED_RECEIVE] = self._trusted_receive

    @property
    def description(self) -> Description:
        """What the drive is."""
        return self._drive

    def session(self) -> dict[str, Any]:
        return {
            "security": self.security.guard.save(),
            "areas": self.areas.switches.save(),
            "sanitize": self.sanitize.locks.save(),
        }

    def execute(self, task: Task) -> AtaResult:
        """Carry out one command inside its `turn`. Raises as `require_answer` does."""
        number = task.command.command
        self.security.next_command(number)
        self.areas.next_command(number)
        allowed = not self.security.guard.locked or number in _WHILE_LOCKED
        if self.sanitize.running or self.sanitize.failed:
            allowed = number in _WHILE_SANITIZING
        handler = self._handlers.get(number)
        if handler is None or not allowed:
            return Abort().result
        try:
            return handler(task)
        except Abort as abort:
            return abort.result

    def _wipe(self, task: Task, enhanced: bool) -> bool:
        """SECURITY ERASE UNIT: the drive is busy all the while."""
        if self._faults.erase_refused or self._faults.erase_ignored:
            return self._faults.erase_ignored
        self.start_erase(
            Erase(
                what=_ENHANCED_ERASE if enhanced else _SECURITY_ERASE,
                end=self._drive.media_bytes if enhanced else self.areas.native_bytes,
                sector_bytes=self._drive.logical_sector_bytes,
                spare=enhanced,
                erased=self._drive.erased,
                seconds=float(self._drive.ata.erase_seconds),
            )
        )
        self.security.guard.erasing = True
        self.require_answer(task.timeout)
        return self._eraser.job.outcome == Outcome.DONE

    def _trusted_receive(self, task: Task) -> AtaResult:
        """ACS-4, 7.52: the protocol in FEATURE, the ComID in LBA 23:8. Only Level 0 Discovery is answered."""
        command = task.command
        require(command.feature & 0xFF == opal_discovery.PROTOCOL and command.lba >> 8 == opal_discovery.COM_ID)
        require(task.blocks)
        return good(data=opal_discovery.page(self.opal, self.sector_bytes).ljust(BLOCK * task.blocks, b"\0"))

    @property
    def busy(self) -> bool:
        job = self._eraser.job
        return job.running and job.what in {_SECURITY_ERASE, _ENHANCED_ERASE}

    def settle(self) -> None:
        super().settle()
        self.security.settle(self._eraser.job)
        self.sanitize.settle()

    def require_data(self) -> None:
        if self.security.guard.locked or self.sanitize.running or self.sanitize.failed:
            raise refused()

    @property
    def accessible_bytes(self) -> int:
        return self.areas.accessible_bytes

    @property
    def native_bytes(self) -> int:
        return max(self.areas.native_bytes, self.said_bytes)

    def identify(self) -> bytes:
        """IDENTIFY DEVICE (ECh): 512 bytes, 256 little-endian words."""
        self.require_answer()
        drive = self._drive
        sectors = self.said_bytes // drive.logical_sector_bytes
        words = [0] * 256
        words[0] = 0x0040  # not removable
        words[1], words[3], words[6] = 16383, 16, 63  # CHS of everything above 8 GB, as all drives say
        words[47] = 0x8010
        words[48] = 0x4000 | self.opal.supported  # Trusted Computing feature set
        words[49] = 0x2F00  # LBA, DMA, IORDY, standby timers
        words[50] = 0x4000
        words[59] = self.sanitize.word
        words[53] = 0x0006  # words 64 to 70 and 88 are valid
        words[60:62] = _split(min(sectors, 0x0FFFFFFF), 2)
        words[63], words[64] = 0x0007, 0x0003
        words[65:69] = [120] * 4  # ns of the shortest PIO and DMA cycles
        words[75], words[76], words[77] = 31, 0x010E, 0x0006  # NCQ of 32 commands, SATA up to 6 Gb/s, running at it
        words[80], words[81] = 0x0FF0, 0x005E  # ATA-4 to ACS-4; ACS-4 revision 5
        # SMART (bit 0), power management (3), volatile cache (5), look-ahead (6), NOP (14); HPA (10), security (1).
        words[82] = words[85] = 0x4069 | drive.ata.hpa << 10
        words[82] |= drive.ata.security << 1
        words[85] |= self.security.enabled << 1
        # 48-bit addresses, FLUSH CACHE, FLUSH CACHE EXT; DCO (11).
        words[83] = words[86] = 0x3400 | drive.ata.dco << 11
        words[83] |= 0x4000
        words[86] |= 0x8000  # words 119 and 120 are valid
        # SMART self-test (bit 1), and the general purpose log, where its results are (bit 5).
        words[84] = words[87] = 0x4000 | 0x0022 * self.self_tests.supported
        words[88] = 0x407F  # Ultra DMA 6
        if drive.ata.security:
            words[89] = self.security.minutes_word
            words[90] = self.security.minutes_word if drive.ata.enhanced_erase else 0
            words[92] = self.security.passwords.master_identifier
        words[100:104] = _split(sectors, 4)
        words[106] = self._sector_word()
        if drive.logical_sector_bytes > 512:
            words[117:119] = _split(drive.logical_sector_bytes // 2, 2)
        words[119] = words[120] = 0x4000 | drive.ata.amac << 8
        words[128] = self.security.word
        words[168] = 3  # 2.5 inches
        if drive.kind is Kind.ATA_SSD:
            words[69], words[105], words[169] = 0x4020, 8, 1  # TRIM, after which sectors read as zeros
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
        return ata_smart.data(self._attributes(), ata_self_test.fields(self._drive.self_test, self.self_tests))

    def smart_thresholds(self) -> bytes:
        """SMART READ THRESHOLDS (B0h/D1h): 512 bytes."""
        return ata_smart.thresholds(self._attributes())

    def smart_status(self) -> SmartStatus:
        """SMART RETURN STATUS (B0h/DAh)."""
        failing = any(attribute.failing for attribute in self._attributes())
        return SmartStatus.EXCEEDED if failing else SmartStatus.GOOD

    def self_test_log(self) -> bytes:
        """SMART READ LOG (B0h/D5h) of log 06h: 512 bytes. Raises Abort where there is none."""
        self.require_answer()
        require(self.self_tests.supported)
        return ata_self_test.log(self.self_tests)

    def extended_self_test_log(self) -> bytes:
        """READ LOG EXT (2Fh) of log 07h: its first page, 512 bytes. Raises Abort where there is none."""
        self.require_answer()
        require(self.self_tests.supported)
        return ata_self_test.extended_log(self.self_tests)

    def test_itself(self, code: int) -> bool:
        """SMART EXECUTE OFF-LINE IMMEDIATE (B0h/D4h); False where the drive refuses."""
        self.require_answer()
        return self.self_tests.supported and ata_self_test.command(self.self_tests, code)

    def read_native_max(self) -> int:
        """READ NATIVE MAX ADDRESS EXT (27h): the last sector that could ever be addressed."""
        self.require_answer()
        return self.native_bytes // self._drive.logical_sector_bytes - 1

    def _attributes(self) -> list[ata_smart.Attribute]:
        self.require_answer()
        return ata_smart.attributes(self._drive, self.found_bad, self.power_cycles, self.written_ever)

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

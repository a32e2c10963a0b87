"""A simulated ATA drive in memory, and short ways to its commands."""

import struct
from typing import Any

from simulated_nvme import DAY, Bench

from agent.model.ports import AtaCommand, AtaResult
from agent.training.ata_about import AtaAbout
from agent.training.description import Kind

SET_PASSWORD, UNLOCK, PREPARE, ERASE, FREEZE, DISABLE = range(0xF1, 0xF7)
CRYPTO, BLOCK, OVERWRITE, SANITIZE_FREEZE, ANTIFREEZE = 0x11, 0x12, 0x14, 0x20, 0x40
KEYS = {
    CRYPTO: 0x43727970, BLOCK: 0x426B4572, OVERWRITE: 0x4F57_00000000, SANITIZE_FREEZE: 0x46724C6B,
    ANTIFREEZE: 0x416E7469,
}  # fmt: skip
ABORTED = (0x51, 0x04)
FAILURE_MODE = 0x10
DONE, RUNNING, FROZEN, ANTIFROZEN = 0x8000, 0x4000, 0x2000, 0x1000


class Ata(Bench):
    """A SATA SSD that can do everything and is not frozen; `about` are fields of AtaAbout. Erases take 100 s."""

    def __init__(self, faults: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **about: Any) -> None:
        all_of_it = {
            "bios_freezes": False, "sanitize": ("crypto", "block", "overwrite"),
            "erase_seconds": 100, "sanitize_seconds": 100,
        }  # fmt: skip
        super().__init__(Kind.ATA_SSD, faults, **(facts or {}), ata=AtaAbout(**{**all_of_it, **about}))

    def no_data(self, command: int, timeout: float = DAY, **fields: int) -> AtaResult:
        """A 48-bit command unless told otherwise."""
        return self._port.no_data(AtaCommand(command, **{"extended": True, **fields}), timeout)

    def short(self, command: int, timeout: float = DAY, **fields: int) -> AtaResult:
        """A 28-bit command."""
        return self._port.no_data(AtaCommand(command, **fields), timeout)

    def data_in(self, command: int, blocks: int = 1, **fields: int) -> AtaResult:
        return self._port.data_in(AtaCommand(command, **fields), blocks, DAY)

    def data_out(self, command: int, data: bytes, timeout: float = DAY, **fields: int) -> AtaResult:
        return self._port.data_out(AtaCommand(command, **fields), data, timeout)

    @property
    def _port(self) -> Any:
        assert self.drive.ports.ata is not None
        return self.drive.ports.ata

    @property
    def words(self) -> tuple[int, ...]:
        result = self.data_in(0xEC)
        assert result.succeeded
        assert sum(result.data) & 0xFF == 0
        return struct.unpack("<256H", result.data)

    @property
    def sectors(self) -> int:
        """What IDENTIFY DEVICE says."""
        return sum(word << 16 * place for place, word in enumerate(self.words[100:104]))

    def password(self, command: int, password: bytes, timeout: float = DAY, **flags: int) -> AtaResult:
        """A command of Security; flags: master, enhanced, maximum, identifier."""
        control = flags.get("master", 0) | flags.get("enhanced", 0) << 1 | flags.get("maximum", 0) << 8
        data = struct.pack("<H32sH", control, password, flags.get("identifier", 0)).ljust(512, b"\0")
        return self.data_out(command, data, timeout)

    def security_erase(self, password: bytes, timeout: float = DAY, **flags: int) -> AtaResult:
        assert self.short(PREPARE).succeeded
        return self.password(ERASE, password, timeout, **flags)

    def sanitize(self, feature: int, count: int = 0, pattern: int = 0) -> AtaResult:
        return self.no_data(0xB4, feature=feature, count=count, lba=KEYS[feature] | pattern)

    def status(self, *, clear: bool = False) -> AtaResult:
        """SANITIZE STATUS EXT."""
        return self.no_data(0xB4, count=int(clear))

    @property
    def security(self) -> int:
        """Word 128 without its bits of capability."""
        return self.words[128] & ~0x21


def refused(result: AtaResult) -> bool:
    return (result.status, result.error) == ABORTED

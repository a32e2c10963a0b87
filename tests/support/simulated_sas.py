"""A simulated SAS drive in memory, and short ways to its commands."""

import struct
from typing import Any

from simulated_nvme import DAY, Bench

from agent.model.ports import ScsiResult
from agent.training.description import Kind
from agent.training.scsi_about import ScsiAbout

OVERWRITE, BLOCK, CRYPTO, EXIT = 0x01, 0x02, 0x03, 0x1F
IMMED, AUSE = 0x80, 0x20
NOT_READY, MEDIUM_ERROR, HARDWARE_ERROR, ILLEGAL, ATTENTION = 2, 3, 4, 5, 6
TUR = bytes(6)


def cdb_10(code: int, second: int = 0, address: int = 0, length: int = 0) -> bytes:
    return struct.pack(">BBIxHx", code, second, address, length)


def cdb_16(code: int, second: int = 0, address: int = 0, length: int = 0) -> bytes:
    return struct.pack(">BBQIxx", code, second, address, length)


class Sas(Bench):
    """A SAS SSD that can do everything; `about` are fields of ScsiAbout. Erases take 100 s."""

    def __init__(self, faults: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **about: Any) -> None:
        all_of_it = {"sanitize": ("overwrite", "block", "crypto"), "sanitize_seconds": 100, "format_seconds": 100}
        super().__init__(Kind.SAS_SSD, faults, **(facts or {}), scsi=ScsiAbout(**{**all_of_it, **about}))

    def send(self, cdb: bytes, data_out: bytes = b"", data_in: int = 0, timeout: float = DAY) -> ScsiResult:
        port = self.drive.ports.scsi
        assert port is not None
        return port.execute(cdb, data_out=data_out, data_in=data_in, timeout=timeout)

    def sanitize(self, action: int, flags: int = IMMED, data: bytes = b"", timeout: float = DAY) -> ScsiResult:
        return self.send(cdb_10(0x48, action | flags, length=len(data)), data, timeout=timeout)

    def format(self, *, immediately: bool = True, pattern: bytes = b"", timeout: float = DAY) -> ScsiResult:
        head = bytes((0, immediately << 1 | (0x88 if pattern else 0), 0, 0))
        data = head + (struct.pack(">BBH", 0, 1, len(pattern)) + pattern if pattern else b"")
        return self.send(bytes((0x04, 0x10, 0, 0, 0, 0)), data, timeout=timeout)

    def sense(self, *, descriptors: bool = False) -> bytes:
        """What REQUEST SENSE tells."""
        return self.send(bytes((0x03, descriptors, 0, 0, 252, 0)), data_in=252).data

    def page(self, number: int) -> bytes:
        """A vital product data page without its header."""
        result = self.send(bytes((0x12, 1, number, 0x10, 0, 0)), data_in=4096)
        assert result.succeeded
        assert result.data[1] == number
        assert int.from_bytes(result.data[2:4]) == len(result.data) - 4
        return result.data[4:]

    @property
    def sectors(self) -> int:
        """What READ CAPACITY (16) says."""
        return int.from_bytes(self.send(cdb_16(0x9E, 0x10, length=32), data_in=32).data[:8]) + 1


def said(result: ScsiResult) -> tuple[int, int, int]:
    """Sense key, additional sense code and qualifier."""
    assert result.status == 2 * bool(result.sense_key)
    return result.sense_key, result.asc, result.ascq

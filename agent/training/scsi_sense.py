"""How a simulated SCSI device ends a command: GOOD, or CHECK CONDITION with sense data (SPC-4, 4.5)."""

import struct
from dataclasses import dataclass
from enum import IntEnum

from agent.model.ports import AtaResult, ScsiResult

GOOD, CHECK_CONDITION = 0x00, 0x02


class Key(IntEnum):
    """Sense keys."""

    NO_SENSE = 0x0
    RECOVERED_ERROR = 0x1
    NOT_READY = 0x2
    MEDIUM_ERROR = 0x3
    HARDWARE_ERROR = 0x4
    ILLEGAL_REQUEST = 0x5
    UNIT_ATTENTION = 0x6
    DATA_PROTECT = 0x7
    ABORTED_COMMAND = 0xB


@dataclass(frozen=True)
class Sense:
    """What is said besides the status."""

    key: Key
    asc: int = 0
    ascq: int = 0
    progress: int | None = None
    """0 … 65,535, in the sense-key specific field."""
    information: int | None = None
    """The first sector that failed."""
    registers: AtaResult | None = None
    """Of an ATA drive, behind SAT."""
    extended: bool = False
    """The registers are those of a 48-bit command."""

    def fixed(self) -> bytes:
        """In fixed format: 18 bytes, which is what most bridges and QEMU pass on."""
        block = bytearray(18)
        block[0], block[2], block[7], block[12], block[13] = 0x70, self.key, 10, self.asc, self.ascq
        if self.information is not None and self.information <= 0xFFFFFFFF:
            block[0] |= 0x80
            struct.pack_into(">I", block, 3, self.information)
        if self.progress is not None:
            struct.pack_into(">BH", block, 15, 0x80, self.progress)
        if (registers := self.registers) is not None:
            block[0] |= 0x80
            block[3:7] = bytes((registers.error, registers.status, registers.device, registers.count & 0xFF))
            upper = (registers.count > 0xFF) << 6 | (registers.lba > 0xFFFFFF) << 5
            block[8] = self.extended << 7 | (upper if self.extended else 0)
            block[9:12] = (registers.lba & 0xFFFFFF).to_bytes(3, "little")
        return bytes(block)

    def descriptors(self) -> bytes:
        """In descriptor format."""
        body = b""
        if self.information is not None:
            body += struct.pack(">BBBxQ", 0x00, 10, 0x80, self.information)
        if self.progress is not None:
            body += struct.pack(">BBxxBHx", 0x02, 6, 0x80, self.progress)
        if (registers := self.registers) is not None:
            # ATA Status Return (SAT-3, 12.2.6): upper and lower bytes take turns.
            count, lba = registers.count.to_bytes(2), registers.lba.to_bytes(6)
            high, low = (count[0], lba[:3]) if self.extended else (0, bytes(3))
            body += bytes((
                0x09, 12, self.extended, registers.error, high, count[1],
                low[2], lba[5], low[1], lba[4], low[0], lba[3], registers.device, registers.status,
            ))  # fmt: skip
        return bytes((0x72, self.key, self.asc, self.ascq, 0, 0, 0, len(body))) + body


class Check(Exception):
    """The command ends with CHECK CONDITION; `data` is transferred all the same."""

    def __init__(self, sense: Sense, data: bytes = b"") -> None:
        super().__init__(f"{sense.key:X}h/{sense.asc:02X}h/{sense.ascq:02X}h")
        self.sense = sense
        self.data = data


@dataclass(frozen=True)
class Reply:
    """The end of a command."""

    sense: Sense | None = None
    data: bytes = b""

    @property
    def status(self) -> int:
        return GOOD if self.sense is None else CHECK_CONDITION

    def result(self) -> ScsiResult:
        """As a host decodes it."""
        if self.sense is None:
            return ScsiResult(data=self.data)
        said = self.sense
        return ScsiResult(self.status, said.key, said.asc, said.ascq, said.progress, said.information, self.data)


INVALID_COMMAND = Sense(Key.ILLEGAL_REQUEST, 0x20, 0x00)
INVALID_FIELD = Sense(Key.ILLEGAL_REQUEST, 0x24, 0x00)
INVALID_PARAMETER = Sense(Key.ILLEGAL_REQUEST, 0x26, 0x00)
PARAMETER_LENGTH = Sense(Key.ILLEGAL_REQUEST, 0x1A, 0x00)
OUT_OF_RANGE = Sense(Key.ILLEGAL_REQUEST, 0x21, 0x00)


def require(condition: object, sense: Sense = INVALID_FIELD) -> None:
    """Raise Check with `sense` unless `condition` holds."""
    if not condition:
        raise Check(sense)

"""How erase techniques speak to a drive's firmware: the same over a real ioctl and to a simulated drive.

No pydantic, no I/O: the drive's worker, agent.host.passthrough and agent.training all use these types.
Timeouts are seconds. Every port method may raise `NoAnswer` (the command was not carried out as far as anybody
knows: timeout, reset, transport error) and OSError (the drive is gone or the kernel refuses).
"""

from dataclasses import dataclass
from typing import Protocol


class NoAnswer(Exception):
    """The command ended without a status of the drive's own. Never a success, whatever it was."""


@dataclass(frozen=True)
class AtaCommand:
    """The task file of a command (ACS-4). 28-bit commands use the low bytes only."""

    command: int
    feature: int = 0
    count: int = 0
    lba: int = 0
    device: int = 0
    extended: bool = False
    """48-bit (EXT) command."""


@dataclass(frozen=True)
class AtaResult:
    """What the drive's registers hold afterwards.

    `registers` False: the bridge or driver returned no registers. Then nothing but `data` means anything, and a
    missing register is never a success.
    """

    status: int = 0
    error: int = 0
    count: int = 0
    lba: int = 0
    device: int = 0
    data: bytes = b""
    registers: bool = True

    @property
    def succeeded(self) -> bool:
        """The drive says itself that the command ended without error (ERR and DF clear, DRDY set, BSY clear)."""
        return self.registers and self.status & 0xA1 == 0 and bool(self.status & 0x40)

    @property
    def aborted(self) -> bool:
        """ERR with ABRT: the drive refused the command."""
        return self.registers and bool(self.status & 0x01) and bool(self.error & 0x04)


class AtaPort(Protocol):
    """ATA commands: on real drives by ATA PASS-THROUGH (16) through SG_IO (SAT-3, 12.2)."""

    def no_data(self, command: AtaCommand, timeout: float) -> AtaResult:
        """A command without data; asks for the registers (CK_COND)."""

    def data_in(self, command: AtaCommand, blocks: int, timeout: float) -> AtaResult:
        """A PIO data-in command that transfers `blocks` of 512 bytes."""

    def data_out(self, command: AtaCommand, data: bytes, timeout: float) -> AtaResult:
        """A PIO data-out command; `data` is a multiple of 512 bytes."""


@dataclass(frozen=True)
class ScsiResult:
    """Status byte, decoded sense data (fixed or descriptor format, SPC-4 4.5) and data.

    `progress` is the sense-key specific progress indication, 0 … 65,535, where there is one.
    """

    status: int = 0
    sense_key: int = 0
    asc: int = 0
    ascq: int = 0
    progress: int | None = None
    information: int | None = None
    data: bytes = b""

    @property
    def succeeded(self) -> bool:
        return self.status == 0

    @property
    def sanitizing(self) -> bool:
        """NOT READY, SANITIZE IN PROGRESS (04h/1Bh)."""
        return (self.sense_key, self.asc, self.ascq) == (2, 0x04, 0x1B)

    @property
    def formatting(self) -> bool:
        """NOT READY, FORMAT IN PROGRESS (04h/04h)."""
        return (self.sense_key, self.asc, self.ascq) == (2, 0x04, 0x04)


class ScsiPort(Protocol):
    def execute(self, cdb: bytes, *, data_out: bytes = b"", data_in: int = 0, timeout: float) -> ScsiResult:
        """One command: either `data_out` is sent, or up to `data_in` bytes are read, or neither."""


@dataclass(frozen=True)
class NvmeResult:
    """Completion queue entry: `status` is the status field without phase tag (0 = success), as
    (status code type << 8 | status code) with DNR and More cut off; `result` is dword 0; `data` what was read."""

    status: int = 0
    result: int = 0
    data: bytes = b""

    @property
    def succeeded(self) -> bool:
        return self.status == 0


@dataclass(frozen=True)
class NvmeCommand:
    """An admin command (NVMe Base 2.0, 3.3.3)."""

    opcode: int
    namespace: int = 0
    cdw10: int = 0
    cdw11: int = 0
    cdw12: int = 0
    cdw13: int = 0
    cdw14: int = 0


class NvmePort(Protocol):
    """Admin commands to one controller."""

    def admin(self, command: NvmeCommand, data_in: int, timeout: float) -> NvmeResult:
        """One admin command that reads up to `data_in` bytes (a multiple of 4; 0 for none)."""


@dataclass(frozen=True)
class MmcResult:
    """R1 card status (JEDEC JESD84-B51, 6.13) and data."""

    card_status: int = 0
    data: bytes = b""


class MmcPort(Protocol):
    """Commands to an eMMC device; addresses and counts as its own (sectors of 512 bytes)."""

    def command(self, index: int, argument: int, *, timeout: float, busy: bool = False) -> MmcResult:
        """A command with R1 (or R1b where `busy`) response and no data."""

    def erase(self, first: int, last: int, argument: int, timeout: float) -> tuple[MmcResult, ...]:
        """ERASE_GROUP_START, ERASE_GROUP_END and ERASE (CMD35, 36 and 38) of the sectors `first` to `last` inclusive,
        with nothing in between, until the card is ready again. The three responses."""

    def ext_csd(self, timeout: float) -> bytes:
        """The 512 bytes of EXT_CSD (CMD8)."""


@dataclass(frozen=True)
class Ports:
    """The ways to a drive's firmware that its transport really offers; all None: only reads and writes."""

    ata: AtaPort | None = None
    scsi: ScsiPort | None = None
    nvme: NvmePort | None = None
    mmc: MmcPort | None = None
    bridge: bool = False
    """The drive sits behind a USB bridge or a RAID adapter: no password is ever set through one."""

"""A simulated drive in memory with a clock that only moves when somebody waits, and short ways to its commands."""

import struct
from mmap import mmap
from typing import Any

from agent.model.ports import NvmeCommand, NvmeResult
from agent.training.clock import SteppedClock
from agent.training.description import Description, Kind
from agent.training.drive import SimulatedDrive
from agent.training.faults import Faults
from agent.training.kept import Kept
from agent.training.nvme_about import NvmeAbout

SIZE = 64 * 1024
OLD = b"donor"
IDENTIFY, GET_LOG_PAGE, FORMAT, SANITIZE = 0x06, 0x02, 0x80, 0x84
BLOCK_ERASE, OVERWRITE, CRYPTO_ERASE, EXIT_FAILURE = 2, 3, 4, 1
AUSE, NO_DEALLOCATE = 1 << 3, 1 << 9
DAY = 24 * 3600.0


class Memory:
    """Sectors in memory, full of a donor's data."""

    def __init__(self, size_bytes: int) -> None:
        self.content = bytearray((OLD * (size_bytes // len(OLD) + 1))[:size_bytes])

    def read_into(self, buffer: memoryview, offset: int) -> None:
        buffer[:] = self.content[offset : offset + len(buffer)]

    def write(self, data: memoryview, offset: int) -> None:
        self.content[offset : offset + len(data)] = data

    def sync(self) -> None:
        pass

    def close(self) -> None:
        pass


class Bench:
    """One drive of `SIZE` bytes. What is not said otherwise can sanitize and format, and lies about nothing."""

    def __init__(self, kind: Kind = Kind.NVME, faults: dict[str, Any] | None = None, **facts: Any) -> None:
        about = {
            "kind": kind, "model": "Simulated", "serial": "SIM-1", "firmware": "F", "size_bytes": SIZE,
            "spare_bytes": 4096,
        }  # fmt: skip
        self.description = Description(**{**about, **facts}, faults=Faults(**(faults or {})))  # type: ignore[arg-type]
        self.store = Memory(self.description.media_bytes)
        self.kept, self.clock = Kept(), SteppedClock()
        self.drive = SimulatedDrive(self.description, self.store, self.kept, self.clock)

    def power_cycle(self) -> None:
        """Off in the middle of everything, for an hour, and on again."""
        self.drive.power_cut()
        self.clock.advance(3600)
        self.drive.power_on()

    def reopen(self) -> None:
        """Closed by one process and opened by the next; the drive stays on."""
        self.drive.close()
        self.drive = SimulatedDrive(self.description, self.store, self.kept, self.clock)

    @property
    def residue(self) -> tuple[int, int, int]:
        """Bytes from before: visible, unseen, spare."""
        left = self.drive.residue()
        visible, unseen, spare = (
            sum(end - start for start, end in spans) for spans in (left.visible, left.unseen, left.spare)
        )
        return visible, unseen, spare

    def read(self, offset: int = 0, length: int = SIZE) -> bytes:
        with mmap(-1, length) as buffer:
            got = self.drive.read_into(buffer, length, offset)
            return bytes(buffer[:got])

    def write(self, offset: int = 0, length: int = SIZE) -> None:
        with mmap(-1, length) as buffer:
            buffer[:] = b"new" * (length // 3) + b"!" * (length % 3)
            assert self.drive.write(buffer, length, offset) == length


class Nvme(Bench):
    """An NVMe drive; `about` are fields of NvmeAbout."""

    def __init__(self, faults: dict[str, Any] | None = None, facts: dict[str, Any] | None = None, **about: Any) -> None:
        nvme = NvmeAbout(**{"sanicap": 7, "formats": True, "fna": 4, **about})
        super().__init__(Kind.NVME, faults, **(facts or {}), nvme=nvme)

    def admin(self, opcode: int, nsid: int = 0, data_in: int = 0, timeout: float = DAY, **dwords: int) -> NvmeResult:
        port = self.drive.ports.nvme
        assert port is not None
        return port.admin(NvmeCommand(opcode, nsid, **dwords), data_in, timeout)

    def identify(self, cns: int, nsid: int = 0) -> bytes:
        result = self.admin(IDENTIFY, nsid, 4096, cdw10=cns)
        assert result.status == 0, hex(result.status)
        return result.data

    def log_page(self, number: int, length: int = 512) -> bytes:
        result = self.admin(GET_LOG_PAGE, 0xFFFFFFFF, length, cdw10=number | (length // 4 - 1) << 16)
        assert result.status == 0, hex(result.status)
        return result.data

    def sanitize(self, dword10: int = BLOCK_ERASE, pattern: int = 0) -> int:
        return self.admin(SANITIZE, cdw10=dword10, cdw11=pattern).status

    def format(self, settings: int = 1, nsid: int = 1, lba_format: int = 0, timeout: float = DAY) -> int:
        return self.admin(FORMAT, nsid, timeout=timeout, cdw10=settings << 9 | lba_format).status

    @property
    def progress(self) -> int:
        return struct.unpack_from("<H", self.log_page(0x81))[0]

    @property
    def status(self) -> int:
        """SSTAT bits 2:0."""
        return self.log_page(0x81)[2] & 7

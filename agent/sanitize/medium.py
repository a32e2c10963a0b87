"""What a technique sees of a drive: the same for a block device and for a simulated drive."""

from dataclasses import dataclass
from mmap import mmap
from typing import Protocol

from agent.host.run import Run
from agent.model.message import Message
from agent.model.ports import Ports
from agent.model.problem import Problem


class Refused(Problem):
    """The guard said no, before anything was written."""


@dataclass(frozen=True)
class Identity:
    """Who the drive says it is; compared with what was confirmed."""

    serial: str | None
    model: str | None
    size_bytes: int
    diskseq: int | None = None
    """The kernel's number of this appearance of the disk; None for simulated drives."""


@dataclass(frozen=True)
class Coverage:
    """How much of the media the address space of this drive reaches."""

    native_size_bytes: int | None
    """The size with hidden areas (HPA, DCO, AMAC; unallocated NVMe capacity, other namespaces) included;
    None where the drive has not been asked."""
    untouched: tuple[Message, ...] = ()
    """Parts named on the certificate as not reached (boot partitions, RPMB …)."""


class Medium(Protocol):
    """An open drive. Offsets and lengths are bytes, multiples of the logical sector.

    Every method but `close` may raise OSError, with the errno that the kernel gave (EIO for a bad block).
    """

    @property
    def logical_sector_bytes(self) -> int:
        """The smallest unit of reading and writing."""

    @property
    def reads_ahead(self) -> int:
        """How many reads may be under way while another is compared; 0 where only one at a time makes sense."""

    @property
    def ports(self) -> Ports:
        """The ways to the drive's firmware; they end with `close`. Raises OSError."""

    def identity(self) -> Identity:
        """Who is behind the open descriptor right now, asked again at each call."""

    def read_into(self, buffer: mmap, length: int, offset: int) -> int:
        """Read `length` bytes from the drive, never from a cache, into the start of `buffer`. Returns bytes read."""

    def write(self, buffer: mmap, length: int, offset: int) -> int:
        """Write the first `length` bytes of `buffer`. Returns bytes written."""

    def flush(self) -> None:
        """Make all that was written durable on the media."""

    def bytes_read(self) -> int | None:
        """What the kernel counted as really read from the drive so far; None where nobody counts."""

    def node(self) -> str:
        """The path by which other programs find just this drive. Raises OSError where the name is another's by now."""

    def sedutil_runner(self) -> Run:
        """What runs `sedutil-cli` for this drive."""

    def rescan(self) -> None:
        """Take over the size that the drive says now, after a hidden area was removed. Raises OSError."""

    def discard(self) -> bool:
        """Tell the drive that none of its blocks is in use any more (TRIM, deallocate). Only ever an addition, never a
        proof. False where the drive does not know that."""

    def coverage(self) -> Coverage:
        """What lies beyond the address space."""

    def window(self, offset: int, length: int) -> bytes:
        """A few bytes anywhere, aligned or not, for the guard."""

    def smart(self) -> dict[str, object] | None:
        """The drive's health as `smartctl --json --all` tells it; None where there is no answer."""

    def close(self) -> None:
        """Let go of the drive. Never raises."""

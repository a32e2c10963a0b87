"""What an NVMe drive can do besides reading and writing, and what it gets wrong: part of the description."""

from dataclasses import dataclass, fields
from enum import StrEnum

from agent.training import limits

CONTROLLERS = 8
NAMESPACES = 16
_DAY = 24 * 3600


class Deallocated(StrEnum):
    """What blocks read as that hold nothing (DLFEAT of Identify Namespace)."""

    ZEROS = "zeros"
    ONES = "ones"
    UNREPORTED = "unreported"
    """The drive does not say; here the pattern that a Seagate disk shows after its erase."""


class NoDeallocate(StrEnum):
    """What the drive makes of a sanitize that asks it not to deallocate afterwards (NDI and NODRM)."""

    HONOURED = "honoured"
    REFUSED = "refused"
    WARNED = "warned"
    """Deallocates all the same, and says so: sanitize status 4."""


@dataclass(frozen=True)
class NvmeAbout:
    """Capabilities as Identify tells them. By default the drive only reads and writes."""

    sanicap: int = 0
    """Sanitize operations: bit 0 crypto erase, bit 1 block erase, bit 2 overwrite."""
    formats: bool = False
    """Format NVM is there (OACS bit 1)."""
    fna: int = 0
    """Format NVM attributes: bit 0 formats all namespaces, bit 1 erases all, bit 2 crypto erase, bit 3 no broadcast."""
    manages_namespaces: bool = False
    """Namespace management and attachment (OACS bit 3)."""
    controllers: int = 1
    more_namespaces: tuple[int, ...] = ()
    """Bytes of each namespace besides the first (which has the `size_bytes` of the drive), NSID 2 and so on. They
    take their capacity from `hidden_bytes`; the rest of it is unallocated."""
    unattached: tuple[int, ...] = ()
    """NSIDs of namespaces that no controller sees; the others are attached to all."""
    deallocated: Deallocated = Deallocated.ZEROS
    no_deallocate: NoDeallocate = NoDeallocate.HONOURED
    modifies_media: bool = False
    """After a sanitize that does not deallocate, blocks are written once more so that they can be read (NODMMAS)."""
    format_deallocates: bool = False
    """A format without erase (SES=0) deallocates; else it leaves the old data readable."""
    block_erase_seconds: int = 20
    crypto_erase_seconds: int = 2
    overwrite_pass_seconds: int = 60
    format_seconds: int = 5

    ignores_sanitize: bool = False
    """Fault: Sanitize is accepted, and nothing begins; the log stays as it was."""
    sanitize_log_empty: bool = False
    """Fault: the sanitize status log is all zeros, whatever goes on (libnvme#979)."""
    sanitize_log_of: int | None = None
    """Fault: the log tells for ever of a sanitize with this dword 10, carried out long ago."""
    ignores_format: bool = False
    """Fault: Format NVM answers success and does nothing."""
    denies_access: bool = False
    """Fault: the data are locked; reads, writes, Format and Sanitize end with Access Denied."""
    claims_sanicap: int | None = None
    """Fault: sanitize operations that the drive announces, whatever it can do."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "deallocated", Deallocated(self.deallocated))
        object.__setattr__(self, "no_deallocate", NoDeallocate(self.no_deallocate))
        limits.whole("nvme.sanicap", self.sanicap, 0, 7)
        limits.whole("nvme.fna", self.fna, 0, 15)
        limits.whole("nvme.controllers", self.controllers, 1, CONTROLLERS)
        limits.whole("nvme.more_namespaces: how many", len(self.more_namespaces), 0, NAMESPACES - 1)
        for size in self.more_namespaces:
            limits.whole("nvme.more_namespaces: bytes", size, 4096, limits.MAX_SIZE, step=4096)
        for nsid in self.unattached:
            limits.whole("nvme.unattached: NSID", nsid, 1, 1 + len(self.more_namespaces))
        for name in ("sanitize_log_of", "claims_sanicap"):
            if (value := getattr(self, name)) is not None:
                limits.whole(f"nvme.{name}", value, 0, 0xFFFFFFFF)
        for item in fields(self):
            if isinstance(item.default, bool):
                limits.flag(f"nvme.{item.name}", getattr(self, item.name))
            elif item.name.endswith("_seconds"):
                limits.whole(f"nvme.{item.name}", getattr(self, item.name), 0, _DAY)

"""What a SAS drive can do besides reading and writing: part of the description."""

from dataclasses import dataclass

from agent.training import limits

SANITIZE = ("overwrite", "block", "crypto")
"""The operations of SANITIZE."""
_DAY = 24 * 3600


@dataclass(frozen=True)
class ScsiAbout:
    vendor: str = "SIMULATE"
    """T10 vendor identification."""
    sanitize: tuple[str, ...] = ()
    sanitize_seconds: int = 10
    """What a sanitize takes; one pass of it where it overwrites."""
    formats: bool = True
    format_seconds: int = 10

    def __post_init__(self) -> None:
        limits.text("scsi.vendor", self.vendor, 8)
        limits.flag("scsi.formats", self.formats)
        limits.whole("scsi.sanitize_seconds", self.sanitize_seconds, 0, _DAY)
        limits.whole("scsi.format_seconds", self.format_seconds, 0, _DAY)
        if not isinstance(self.sanitize, tuple) or not set(self.sanitize) <= set(SANITIZE):
            raise ValueError(f"scsi.sanitize: some of {', '.join(SANITIZE)} expected")

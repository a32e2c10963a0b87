"""The tests that a simulated drive can carry out on itself, whatever commands it speaks: part of the description."""

from dataclasses import dataclass

from agent.training import limits

_DAY = 24 * 3600


@dataclass(frozen=True)
class SelfTestAbout:
    """By default the drive has none."""

    supported: bool = False
    short_seconds: int = 60
    """What a short one really takes."""
    extended_seconds: int = 600
    short_minutes: int = 1
    """Announced by ATA drives; NVMe and SAS drives announce nothing for a short one."""
    extended_minutes: int = 10
    """Announced."""

    def __post_init__(self) -> None:
        limits.flag("self_test.supported", self.supported)
        limits.whole("self_test.short_seconds", self.short_seconds, 0, _DAY)
        limits.whole("self_test.extended_seconds", self.extended_seconds, 0, _DAY)
        limits.whole("self_test.short_minutes", self.short_minutes, 0, 0xFF)
        limits.whole("self_test.extended_minutes", self.extended_minutes, 0, 0xFFFF)

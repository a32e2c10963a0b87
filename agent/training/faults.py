"""What can be wrong with a simulated drive."""

from dataclasses import dataclass

from agent.training import limits


@dataclass(frozen=True)
class Faults:
    """Each is off by default. Raises ValueError for what cannot be.

    Byte counts run from power-on, that is from the opening of the drive.
    Slowness is no fault of its own: see `bytes_per_second` of the description.
    """

    unreadable: tuple[int, ...] = ()
    """Logical sectors that answer every read with EIO, whatever was written there."""
    unwritable: tuple[int, ...] = ()
    """Logical sectors that answer every write with EIO."""
    flush_fails: bool = False
    """Every cache flush ends with EIO."""
    loses_unflushed: bool = False
    """Writes wait in a volatile cache, and a power cut loses what was not flushed."""
    real_bytes: int | None = None
    """Fake capacity: there is only so much of media, and addresses beyond it wrap around to its start."""
    vanishes_after_bytes: int | None = None
    """After so many bytes read and written the drive is gone: ENODEV from then on."""
    hangs_after_bytes: int | None = None
    """After so many bytes read and written no command ends any more, until the drive is closed or loses power."""
    changes_after_bytes: int | None = None
    """After so many bytes written the drive says `changed_serial` and `changed_size_bytes` of itself."""
    changed_serial: str | None = None
    changed_size_bytes: int | None = None

    def __post_init__(self) -> None:
        for sector in (*self.unreadable, *self.unwritable):
            limits.whole("faults: sector", sector)
        limits.flag("faults.flush_fails", self.flush_fails)
        limits.flag("faults.loses_unflushed", self.loses_unflushed)
        for name in ("vanishes_after_bytes", "hangs_after_bytes", "changes_after_bytes"):
            if (count := getattr(self, name)) is not None:
                limits.whole(f"faults.{name}", count)
        for name in ("real_bytes", "changed_size_bytes"):
            if (size := getattr(self, name)) is not None:
                limits.whole(f"faults.{name}", size, 4096, limits.MAX_SIZE, step=4096)
        if self.changed_serial is not None:
            limits.text("faults.changed_serial", self.changed_serial, 20)

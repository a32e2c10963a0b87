"""What can be wrong with a simulated drive."""

from dataclasses import dataclass, fields

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
    forgetful: tuple[int, ...] = ()
    """Logical sectors that take every write without an error and go on holding what they held."""
    ignores_writes: bool = False
    """All of them do so: worn-out flash that has locked itself against writing, and does not say so."""
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
    changes_after_erase: bool = False
    """The drive says them once an erase of its own has ended."""

    # Erases that the drive carries out itself (sanitize, security erase, format). Percentages say how far one
    # had come. What strikes once does so in each erase anew.
    erase_refused: bool = False
    """Announced, and every one is aborted."""
    erase_ignored: bool = False
    """Every one is accepted, and nothing begins; what was said of an earlier one is said on (ATA and SAS)."""
    erase_skips_unwritable: bool = False
    """It leaves the unwritable sectors as they are, and reports success."""
    erase_covers_percent: int = 100
    """Only the first part is truly erased, and success is reported: 0 erases nothing, 90 all but the last 10 %."""
    erase_unmaps_only: bool = False
    """The sectors read as zeros afterwards, and the cells still hold what they held."""
    erase_stops_at_percent: int | None = None
    """It ends there, and reports success."""
    erase_fails_at_percent: int | None = None
    """It ends there in the failed state."""
    erase_stuck_at_percent: int | None = None
    """It stays there, in progress for ever, also over power cycles."""
    erase_resets_at_percent: int | None = None
    """The link is reset there: one command ends without an answer, and the erase goes on. Once."""
    erase_vanishes_at_percent: int | None = None
    """The drive drops off the bus there, until it is switched on again. Once."""
    erase_hangs_at_percent: int | None = None
    """No command ends any more from there on, until the drive is switched on again. Once."""
    erase_cuts_power_at_percent: int | None = None
    """The power fails there. Once."""
    found_zeros: bool = False
    """Everything reads as zeros until it is written, though the cells hold the donor's data: a drive whose map is
    gone, or that was only trimmed."""

    # Power cuts, once in the drive's life: counted from the first power-on are reads, writes, flushes and all
    # commands through its ports.
    cut_before_command: int | None = None
    """The power fails before this command reaches the drive (1: the first)."""
    cut_after_command: int | None = None
    """The power fails once this command is carried out, before the host hears of it."""

    def __post_init__(self) -> None:
        for sector in (*self.unreadable, *self.unwritable, *self.forgetful):
            limits.whole("faults: sector", sector)
        for item in fields(self):
            name, value = f"faults.{item.name}", getattr(self, item.name)
            if isinstance(item.default, bool):
                limits.flag(name, value)
            elif item.name.endswith("_percent") and value is not None:
                limits.whole(name, value, 0, 100)
            elif item.name.endswith("_after_bytes") and value is not None:
                limits.whole(name, value)
            elif item.name.endswith("_command") and value is not None:
                limits.whole(name, value, 1)
        for name in ("real_bytes", "changed_size_bytes"):
            if (size := getattr(self, name)) is not None:
                limits.whole(f"faults.{name}", size, 4096, limits.MAX_SIZE, step=4096)
        if self.changed_serial is not None:
            limits.text("faults.changed_serial", self.changed_serial, 20)

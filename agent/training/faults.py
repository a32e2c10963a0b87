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
    slow: tuple[int, ...] = ()
    """Logical sectors of which each reading takes `slow_milliseconds` longer."""
    slow_milliseconds: int = 500
    slow_once: bool = False
    """Only the first reading of each, as where the drive then puts the data elsewhere."""

    # Tests that the drive carries out on itself. They are found bad half-way, or where an extended one comes to a
    # sector that is unreadable.
    self_test_bad_sector: int | None = None
    """A sector that they cannot read (hosts can, where it is not among the unreadable ones)."""
    self_test_part_fails: bool = False
    """They find a part that does not work: ATA electronics, NVMe and SAS a segment."""
    self_test_refused: bool = False
    """Announced, and every one is aborted."""
    self_test_ignored: bool = False
    """Every one is accepted, and nothing begins."""
    self_test_never_ends: bool = False
    """They stay at nine tenths for ever."""
    self_test_ignores_abort: bool = False
    """The command that stops one is accepted and does nothing."""
    self_test_aborted_at_percent: int | None = None
    """They end there as if a host had stopped them."""
    self_test_reset_at_percent: int | None = None
    """A reset ends them there."""
    self_test_vanishes_at_percent: int | None = None
    """The drive drops off the bus there, until it is switched on again."""

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
        for sector in (*self.unreadable, *self.unwritable, *self.forgetful, *self.slow):
            limits.whole("faults: sector", sector)
        for item in fields(self):
            _check(f"faults.{item.name}", getattr(self, item.name), flag=isinstance(item.default, bool))
        for name in ("real_bytes", "changed_size_bytes"):
            if (size := getattr(self, name)) is not None:
                limits.whole(f"faults.{name}", size, 4096, limits.MAX_SIZE, step=4096)
        if self.changed_serial is not None:
            limits.text("faults.changed_serial", self.changed_serial, 20)


def _check(name: str, value: object, *, flag: bool) -> None:
    """By what the name ends in."""
    if flag:
        limits.flag(name, value)
    elif value is None:
        return
    elif name.endswith("_percent"):
        limits.whole(name, value, 0, 100)
    elif name.endswith(("_after_bytes", "_sector")):
        limits.whole(name, value)
    elif name.endswith("_command"):
        limits.whole(name, value, 1)
    elif name.endswith("_milliseconds"):
        limits.whole(name, value, 0, 600_000)

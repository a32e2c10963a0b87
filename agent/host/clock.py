"""This computer's clocks: what they say, who set them, and setting them."""

import ctypes
import sys
import time
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from agent.host.boot import boot_id
from agent.host.files import read_bounded, write_safely
from agent.host.source import Source, integer

IMAGE = "/etc/ordis/image.toml"
"""Says when the image of the stick was built; absent on any other system."""
LIFETIME = timedelta(days=3653)
"""Ten years after its image was built nobody starts a stick any more (Debian 13 is looked after until 2030): a clock
that says more is as wrong as one that stands before it."""
NONE = timedelta()
BY_HAND = Path("/run/ordis/date-entered")
"""Holds the number of the start of this computer in which somebody entered the date."""

_SYNCHRONISED = "/run/systemd/timesync/synchronized"
_BATTERY_CLOCK = "/sys/class/rtc/rtc0/since_epoch"
# adjtimex(2): `struct timex` begins with `modes`; with 64-bit longs `status` stands at 40 and the whole has 208 bytes.
_TIMEX_BYTES, _STATUS_AT, _STA_UNSYNC = 256, 40, 0x0040


class Clock(Protocol):
    """What an intake wants to know of the time; tests play it."""

    def now(self) -> datetime:
        """What the system's clock says, in UTC."""

    def running(self) -> float:
        """Seconds since some moment, sleep included and no correction of the clock ever (CLOCK_BOOTTIME)."""

    def synchronised(self) -> bool:
        """The system's clock was set by the network."""

    def battery(self) -> datetime | None:
        """What the clock on the battery says. The system's own is no witness: systemd moves it forward."""

    def built(self) -> datetime | None:
        """When this stick's image was made: no clock that is right says less. None where this is no stick."""

    @property
    def by_hand(self) -> bool:
        """Somebody has entered the date since this computer was switched on."""

    @property
    def settable(self) -> bool:
        """The date may be asked about, and set."""

    def set(self, now: datetime) -> None:
        """Set the system's clock. Raises OSError."""


@dataclass(frozen=True)
class SystemClock:
    """The clocks of this computer."""

    source: Source
    settable: bool = False
    by_hand_file: Path = BY_HAND

    def now(self) -> datetime:
        return datetime.now(UTC)

    def running(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def synchronised(self) -> bool:
        return self.source.raw(_SYNCHRONISED, 1) is not None or _kernel_synchronised()

    def battery(self) -> datetime | None:
        return _moment(integer(self.source, _BATTERY_CLOCK))

    def built(self) -> datetime | None:
        return built(self.source)

    @property
    def by_hand(self) -> bool:
        try:
            return read_bounded(self.by_hand_file, 100).decode("ascii", "replace") == boot_id()
        except OSError:
            return False

    def set(self, now: datetime) -> None:
        time.clock_settime(time.CLOCK_REALTIME, now.timestamp())
        self.by_hand_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_safely(self.by_hand_file, (boot_id() or "").encode())


def built(source: Source) -> datetime | None:
    """When the image that runs was built; None where the file is absent or says nothing that can be understood."""
    try:
        told = tomllib.loads(source.text(IMAGE) or "").get("built")
        when = datetime.fromisoformat(told) if isinstance(told, str) else told
    except (ValueError, RecursionError):
        return None
    if not isinstance(when, datetime):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def within(when: datetime, built: datetime, slack: timedelta = NONE) -> bool:
    """Whether a stick whose image was built then can be in use at that time, or `slack` before it."""
    return -slack <= when - built <= LIFETIME


def _moment(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _kernel_synchronised() -> bool:
    """Whether the kernel was told that its clock follows another (STA_UNSYNC is clear); also by other programs than
    systemd-timesyncd."""
    if ctypes.sizeof(ctypes.c_long) != 8:
        return False
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes 0: only asks
    if ctypes.CDLL(None, use_errno=True).adjtimex(timex) < 0:
        return False
    status = int.from_bytes(timex.raw[_STATUS_AT : _STATUS_AT + 4], sys.byteorder)
    return not status & _STA_UNSYNC

"""The coin cell on the mainboard, told from the clock that it keeps going while the computer is without power."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.checks.base import Bench, figures
from agent.host.clock import Clock, SystemClock, within
from agent.host.kernel_log import KernelLog
from agent.host.source import Source
from agent.model.check import CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "clock_battery"
TITLE = say("Clock and its battery")
LOADS = frozenset[str]()

_RTC = "/proc/driver/rtc"
# drivers/rtc/class.c, when Linux takes its first time from the clock. Later the network may have set the clock right.
_FIRST_TIME = re.compile(r"setting system clock to \S+ UTC \((\d{1,12})\)")
_NO_CLOCK_WAS_SOLD = datetime(2020, 1, 1, tzinfo=UTC)
"""An empty clock begins at the date of the firmware or at 1970, 1980, 2000 …; no computer shows less by right."""
_WEST = timedelta(days=1)
"""For clocks that keep the local time of places west of whoever built the image."""


@dataclass(frozen=True)
class Told:
    """What is known of the clock on the battery."""

    said: datetime | None
    """At the start of the computer, or else now."""
    true: datetime | None
    """What was right at that moment, where somebody trustworthy says it."""
    cell: str | None
    """The chip's own word of its cell: okay or dead."""


def applies(_inventory: Inventory) -> bool:
    return True


def expected_seconds(_checks: Checks, _inventory: Inventory) -> float:
    return 2


def check(bench: Bench) -> CheckResult:
    """Never raises."""
    clock = SystemClock(bench.source)
    with bench.kernel_log() as kernel:
        told = look(bench.source, clock, kernel)
    if told.said is None and not bench.source.names("/sys/class/rtc"):
        return _result(Outcome.SKIPPED, say("This computer shows no clock of its own."), [])
    return judge(told, clock.built(), bench.checks.clock_battery.most_hours_off)


def look(source: Source, clock: Clock, kernel: KernelLog) -> Told:
    """Ask the clock, as it was when the computer started. Never raises."""
    first = next((found for _, text in kernel.since_start() if (found := _FIRST_TIME.search(text))), None)
    status = re.search(r"^batt_status\s*:\s*(\w{1,20})", source.text(_RTC) or "", re.MULTILINE)
    running = _uptime(source) if first else timedelta()
    known = (clock.synchronised() or clock.by_hand) and running is not None
    return Told(
        said=_moment(int(first[1])) if first else clock.battery(),
        true=clock.now() - running if known and running is not None else None,
        cell=status[1] if status else None,
    )


def judge(told: Told, built: datetime | None, most_hours_off: int) -> CheckResult:
    """`built` is when the stick's image was made. Passed only where something confirms the clock. Never raises."""
    said, true = told.said, told.true
    measured = figures(clock=None if said is None else _shown(said), cell=told.cell)
    if said is not None and true is not None:
        off = round(abs((said - true).total_seconds()) / 3600, 1)
        measured.append(Figure(name="hours_off", value=off, threshold=most_hours_off))
    return _result(*_verdict(told, built, most_hours_off), measured)


def _verdict(told: Told, built: datetime | None, most_hours_off: int) -> tuple[Outcome, Message]:
    said, true = told.said, told.true
    if told.cell == "dead":
        return Outcome.FAILED, say(
            "The clock says that its battery is empty. Replace the coin cell on the mainboard (most often a CR2032)."
        )
    if said is None:
        return Outcome.ERROR, say("The computer's clock could not be read. Look in the firmware setup what it says.")
    if said < _NO_CLOCK_WAS_SOLD or (built is not None and not within(said, built, _WEST)):
        return Outcome.FAILED, say(
            "When the computer was switched on, its clock said {clock}: its battery is empty. Replace the coin cell on "
            "the mainboard (most often a CR2032).", clock=_shown(said),
        )  # fmt: skip
    if true is not None:
        if abs(said - true) <= timedelta(hours=most_hours_off):
            return Outcome.PASSED, say("The clock keeps its time without power.")
        return Outcome.DEGRADED, say(
            "The clock was wrong: it said {clock}. Set it, leave the computer without power for a day and look again; "
            "if it is wrong again, replace the coin cell on the mainboard.", clock=_shown(said),
        )  # fmt: skip
    if built is not None or told.cell == "okay":
        return Outcome.PASSED, say("The clock says {clock}, which can be right.", clock=_shown(said))
    return Outcome.SKIPPED, say(
        "The clock says {clock}. Nothing here knows whether that is right: compare it with a watch.",
        clock=_shown(said),
    )


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _uptime(source: Source) -> timedelta | None:
    found = re.match(r"(\d{1,9})(?:\.\d{1,6})? ", (source.text("/proc/uptime") or "") + " ")
    return timedelta(seconds=int(found[1])) if found else None


def _shown(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M UTC")


def _result(outcome: Outcome, reason: Message, measured: list[Figure]) -> CheckResult:
    return CheckResult(id=ID, title=TITLE, outcome=outcome, reason=reason, figures=measured)

"""Carries a case through as the service would: life after life of the worker, with the journal in between."""

import math
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from plain_talk import PlainTalk, ToldClock
from simulated_nvme import Memory

from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import Record
from agent.sanitize.guard import DriveSpec, admit
from agent.sanitize.medium import Identity, Refused
from agent.sanitize.procedure import erase
from agent.training.cells import Residue
from agent.training.clock import SteppedClock
from agent.training.drive import SimulatedDrive
from agent.training.kept import Kept

from .case import Case

LIVES = 7
"""After so many the service gives up, and the drive stays `interrupted`."""


class _Impatient(SteppedClock):
    """Where a command would never end, somebody pulls the plug."""

    def __init__(self) -> None:
        super().__init__()
        self.pull = lambda: None

    def wait(self, seconds: float, alarm: threading.Event) -> bool:
        if seconds == math.inf:
            self.pull()
            return alarm.is_set()
        return super().wait(seconds, alarm)


class _Talk(PlainTalk):
    def __init__(self, clock: ToldClock, cut: int | None, drive: SimulatedDrive) -> None:
        super().__init__(clock)
        self._cut = cut
        self._drive = drive
        self._signs = 0

    def progress(self, phase: str, done: int, total: int) -> None:
        self._signs += 1
        if self._signs == self._cut:
            self._drive.power_cut()
        # A pass over a few megabytes would be too short for any journalled offset.
        self.clock.sleep(11.0)


class _Open(SimulatedDrive):
    """Stays switched on when the worker lets go of it."""

    def close(self) -> None:
        pass


@dataclass
class Played:
    case: Case
    status: str
    result: Mapping[str, Any]
    """What the last life reported; empty where none came to an end."""
    records: list[Record]
    residue: Residue
    marks_left: int
    """Marks of the canary that can still be read after a power cycle, of steps that were claimed to have succeeded."""
    lives: int
    notes: list[str] = field(default_factory=list)


def play(case: Case) -> Played:
    clock = _Impatient()
    drive = _Open(case.drive, Memory(case.drive.media_bytes), Kept(), clock)
    clock.pull = drive.power_cut
    confirmed = drive.identity()
    records: list[Record] = []
    status, result, life = "interrupted", {}, 0
    for life in range(1, LIVES + 1):
        cut = case.cuts[life - 1] if life <= len(case.cuts) else None
        talk = _Talk(ToldClock(clock), cut, drive)
        try:
            if not drive.is_on:
                drive.power_on()
            result = _life(case, drive, confirmed, talk, tuple(records))
            status = str(result["status"])
            break
        except Refused:
            if drive.is_on:
                status = "refused"
                break
            clock.advance(3600)
        except (OSError, Stopped):
            with suppress(OSError):
                drive.power_cut()
            clock.advance(3600)
        finally:
            records += talk.records
    return Played(case, status, result, records, *_truth(drive, clock, records, result), life)


def _life(
    case: Case, drive: SimulatedDrive, confirmed: Identity, talk: PlainTalk, earlier: tuple[Record, ...]
) -> dict[str, Any]:
    # The service finds the drive anew; where a hidden area is open or closed again its size is the other one.
    now = drive.identity()
    sizes = {confirmed.size_bytes, *_sizes(earlier)}
    known = now if now.serial == confirmed.serial and now.size_bytes in sizes else confirmed
    medium = admit(DriveSpec("drive", known, simulated=True), lambda _: drive, resumed=bool(earlier))
    return erase(medium, known, case.order, talk, earlier)


def _sizes(records: tuple[Record, ...]) -> set[int]:
    return {int(str(value)) for record in records for key, value in record.items() if key.endswith("_bytes")}


def _truth(
    drive: SimulatedDrive, clock: SteppedClock, records: list[Record], result: Mapping[str, Any]
) -> tuple[Residue, int]:
    with suppress(OSError):
        drive.power_cut()
    clock.advance(3600)
    with suppress(OSError):
        drive.power_on()
    return drive.residue(), _marks_left(drive, records, result)


def _marks_left(drive: SimulatedDrive, records: list[Record], result: Mapping[str, Any]) -> int:
    from agent.sanitize.canary import Planted, look

    planted = {record["number"]: record["planted"] for record in records if record.get("kind") == "step"}
    left = 0
    for number, step in enumerate(result.get("steps", ())):
        if step["succeeded"] and number in planted:
            with suppress(OSError):
                left += len(look(drive, Planted.from_dict(planted[number])).marks_left)  # type: ignore[arg-type]
    return left

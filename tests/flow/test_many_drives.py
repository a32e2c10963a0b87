"""Many drives at once, each in a process of its own: what one of them does is nobody else's trouble."""

import time
from pathlib import Path

import pytest
from bench_place import MIB, QUIET, Listener, a_drive, place

from agent import drivelink
from agent.intake import Intake
from agent.model.messages import AnyEvent, IntakeRequest, SanitizationEvent
from agent.model.words import SanitizationStatus
from agent.training.faults import Faults

pytestmark = pytest.mark.runs_programs

HUNG = 8.0


class Timed(Listener):
    """Notes when each drive's end was told, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: dict[str, float] = {}

    def emit(self, event: AnyEvent) -> None:
        super().emit(event)
        if isinstance(event, SanitizationEvent):
            self.ended[event.sanitization.drive.serial or ""] = time.monotonic()


async def test_six_drives_of_which_one_hangs_one_vanishes_and_one_is_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drivelink, "HUNG_SECONDS", HUNG)
    where = place(
        tmp_path,
        a_drive(1, faults=Faults(hangs_after_bytes=3 * MIB)),
        a_drive(2, faults=Faults(vanishes_after_bytes=3 * MIB)),
        a_drive(3, bytes_per_second=8_000_000),
        a_drive(4),
        a_drive(5),
        a_drive(6),
    )
    request = IntakeRequest(profile="quiet", asset_tag="T-1", erase="all", attended=False)
    listener = Timed()
    await Intake(where, QUIET, request, listener.emit, listener.ask).run()
    status = {result.drive.serial: result.status for result in listener.state.sanitizations}
    assert status == {
        "SIM-TEST-0001": SanitizationStatus.INTERRUPTED,
        "SIM-TEST-0002": SanitizationStatus.INTERRUPTED,
        **{f"SIM-TEST-000{number}": SanitizationStatus.SANITIZED for number in (3, 4, 5, 6)},
    }
    # The good ones did not wait for the one that hung: they were done before anybody knew that it does.
    hung = listener.ended["SIM-TEST-0001"]
    assert all(listener.ended[f"SIM-TEST-000{number}"] < hung for number in (3, 4, 5, 6))
    # And what became of those two is open: the next intake is to know.
    [journal] = where.settings.journal(where.mode).glob("*.jsonl")
    assert journal.exists()

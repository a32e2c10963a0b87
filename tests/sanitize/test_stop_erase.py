"""A person stops an erase: that holds whenever it comes, also before the erase has begun."""

from pathlib import Path

import pytest
from bench_place import QUIET, Listener, a_drive, place

from agent.intake import Intake
from agent.model.messages import FinishedEvent, IntakeRequest
from agent.model.state import AnyQuestion
from agent.model.words import SanitizationStatus

pytestmark = pytest.mark.runs_programs


async def test_a_stop_before_the_start_holds(tmp_path: Path) -> None:
    where = place(tmp_path, a_drive(1), a_drive(2))
    files = [tmp_path / f"drives/drive{number}.img" for number in range(2)]
    images = [str(file) for file in files]

    class Stopping(Listener):
        async def ask(self, question: AnyQuestion):  # type: ignore[no-untyped-def]
            await intake.stop_step(f"erase:{images[0]}")
            return await super().ask(question)

    listener = Stopping({"text": "T-1"})
    intake = Intake(where, QUIET, IntakeRequest(profile="quiet", asset_tag="T-1"), listener.emit, listener.ask)
    await intake.run()
    status = {result.drive.path: result.status for result in listener.state.sanitizations}
    assert status == {images[0]: SanitizationStatus.NOT_REQUESTED, images[1]: SanitizationStatus.SANITIZED}
    assert b"secret" in files[0].read_bytes()
    last = listener.events[-1]
    assert isinstance(last, FinishedEvent)
    assert not last.good

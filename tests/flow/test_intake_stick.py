"""The stick that the computer was started from: no drive of the machine's, whatever becomes of it meanwhile."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from bench_place import QUIET, Listener, a_drive, place

from agent.host.source import Source
from agent.intake import Intake
from agent.model.inventory import Drive
from agent.model.messages import AnyEvent, IntakeRequest, PhaseEvent, ReportEvent
from agent.model.state import EmptyBayQuestion
from agent.model.words import GradeLetter, Mode, Phase
from agent.report import keys
from agent.workplace import Workplace

pytestmark = pytest.mark.runs_programs


def with_stick(where: Workplace, *, external: bool) -> Workplace:
    stick = Drive(path="/dev/null/stick", serial="STICK-1", size_bytes=8 << 30, ordis_stick=True, external=external)

    def find(source: Source) -> list[Drive]:
        return [*where.find_drives(source), stick]

    return replace(where, find_drives=find)


async def take(where: Workplace, request: IntakeRequest, *answers: dict[str, object]) -> Listener:
    listener = Listener(*answers)
    await Intake(where, QUIET, request, listener.emit, listener.ask).run()
    return listener


async def test_the_stick_holds_no_machine_back(tmp_path: Path) -> None:
    request = IntakeRequest(profile="quiet", asset_tag="T-1", erase="all", attended=False)
    heard = await take(with_stick(place(tmp_path, a_drive(1)), external=True), request)
    assert [drive.serial for drive in heard.state.inventory.drives] == ["SIM-TEST-0001"]
    assert [each.drive.serial for each in heard.state.sanitizations] == ["SIM-TEST-0001"]
    assert heard.state.grade is not None
    assert heard.state.grade.letter is not GradeLetter.HOLD


async def test_one_that_is_built_in_does(tmp_path: Path) -> None:
    request = IntakeRequest(profile="quiet", asset_tag="T-1", erase="all", attended=False)
    heard = await take(with_stick(place(tmp_path, a_drive(1)), external=False), request)
    assert heard.state.grade is not None
    assert heard.state.grade.letter is GradeLetter.HOLD


async def test_an_empty_bay_is_asked_about_although_the_stick_is_there(tmp_path: Path) -> None:
    request = IntakeRequest(profile="quiet", asset_tag="T-1")
    heard = await take(with_stick(place(tmp_path), external=True), request, {"text": "yes"})
    assert any(isinstance(question, EmptyBayQuestion) for question in heard.questions)


async def test_a_stick_that_came_late_and_left_early_has_signed(tmp_path: Path) -> None:
    """The key is read when the intake begins: the workshop knows it, and no other."""
    stick_is_there = True
    where = replace(place(tmp_path, a_drive(1)), keeps=lambda: stick_is_there)
    folder = where.settings.keys(Mode.TRAINING)

    class Pulling(Listener):
        def emit(self, event: AnyEvent) -> None:
            nonlocal stick_is_there
            super().emit(event)
            if isinstance(event, PhaseEvent) and event.phase is Phase.WORK:
                stick_is_there = False
                self.key = str(keys.own_keys(folder)[0])
                shutil.rmtree(folder)

    heard = Pulling()
    request = IntakeRequest(profile="quiet", asset_tag="T-1", erase="none", attended=False)
    await Intake(where, QUIET, request, heard.emit, heard.ask).run()
    (signed,) = [event.signed for event in heard.events if isinstance(event, ReportEvent)]
    assert signed.signature.key == heard.key

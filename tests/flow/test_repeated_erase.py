"""An erase that is repeated by hand within an intake: what the first try showed is not forgotten."""

from pathlib import Path
from typing import ClassVar

import pytest
from bench_place import a_drive, place

from agent import drivework, erasing, probing
from agent.checklist import Checklist
from agent.journal import Journal
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.messages import AnyEvent
from agent.model.sanitization import Plan, Sanitization, SanitizationRequest, StepDone
from agent.model.words import Level, Mode, SanitizationStatus, Technique, Verify
from agent.sanitize.plan import plan
from agent.training.ata_about import AtaAbout

PURGE = SanitizationRequest(level=Level.PURGE, verify=Verify.SAMPLED)


class Played:
    """In the place of workers: fails, and says what was ordered."""

    found_surface = None
    stopped = False
    left: ClassVar[dict[str, int]] = {}
    ordered: ClassVar[list[tuple[Plan, SanitizationRequest]]] = []

    def __init__(self, drive_plan: Plan, wanted: SanitizationRequest, *_: object) -> None:
        self.ordered.append((drive_plan, wanted))
        self._plan = drive_plan

    async def run(self) -> Sanitization:
        step = StepDone(technique=self._plan.steps[0].technique, succeeded=False, marks_planted=9, **self.left)
        return Sanitization(
            drive=self._plan.drive, status=SanitizationStatus.FAILED, reason=say("played"), steps=[step]
        )


@pytest.mark.runs_programs
@pytest.mark.parametrize(("left", "again"), [(0, Technique.ATA_SANITIZE), (3, Technique.OVERWRITE)])
async def test_after_a_lie_only_overwriting_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int, again: Technique
) -> None:
    here = place(tmp_path, a_drive(1, ata=AtaAbout(sanitize=("block",))))
    here.prepare()
    monkeypatch.setattr(Played, "left", {"marks_left": left})
    monkeypatch.setattr(Played, "ordered", [])
    monkeypatch.setattr(drivework, "DriveErase", Played)
    heard: list[AnyEvent] = []
    checklist = Checklist(Mode.TRAINING, heard.append)
    drive: Drive = await _asked(here.find_drives(here.source)[0])
    planned = plan(drive, PURGE)
    assert planned.steps[0].technique is Technique.ATA_SANITIZE
    around = erasing.Around(PURGE, True, lambda: [planned], lambda _: drive)
    work = erasing.Erasing(here, checklist, heard.append, around)
    work.journal = Journal.create(tmp_path / "journal", "one")
    work.chosen = {"key"}
    checklist.add("erase:key", say("t"))
    await work.run("erase:key", planned, "key")
    work.begin_again("erase:key", planned)
    await work.run("erase:key", planned, "key")
    (first, _), (second, wanted) = Played.ordered
    assert first.steps[0].technique is Technique.ATA_SANITIZE
    assert second.steps[0].technique is again
    assert second.drive == first.drive
    if left:
        assert {step.technique for step in second.steps} == {Technique.OVERWRITE}
        assert wanted.verify is Verify.FULL
        assert max(step.level.rank for step in second.steps) == Level.CLEAR.rank
    [remark] = work.remarks()
    assert ("said that it had erased itself, and had not" in str(remark)) is bool(left)


async def _asked(drive: Drive) -> Drive:
    [asked] = await probing.ask_all([drive])
    return asked

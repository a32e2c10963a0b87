"""An erase of the drive's own, with real worker processes: it cannot be stopped, and it outlives its worker."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from bench_place import MIB, a_drive

from agent import drivelink, probing
from agent.drivework import Around, DriveErase, Way
from agent.model.sanitization import DriveIdentity, SanitizationRequest
from agent.model.words import Level, SanitizationStatus, Technique, Verify
from agent.sanitize.plan import plan
from agent.training import bench, description
from agent.training.ata_about import AtaAbout

pytestmark = pytest.mark.runs_programs

PURGE = SanitizationRequest(level=Level.PURGE, verify=Verify.FULL)


class Watched:
    """A simulated SSD with a sanitize of three seconds, its erase, its journal and its workers."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        (folder / "drive.img").write_bytes(b"donor's secret! " * (4 * MIB // 16))
        about = AtaAbout(sanitize=("crypto", "block"), sanitize_seconds=3)
        description.save(a_drive(1, size_bytes=4 * MIB, ata=about), folder / "drive.json")
        self.links: list[drivelink.DriveLink] = []
        self.records: list[dict[str, Any]] = []
        self.shown: list[Way] = []
        start = drivelink.DriveLink.start

        async def noted(confirmed: DriveIdentity) -> drivelink.DriveLink:
            self.links.append(await start(confirmed))
            return self.links[-1]

        monkeypatch.setattr(drivelink.DriveLink, "start", noted)

    async def make(self) -> DriveErase:
        [drive] = await probing.ask_all(bench.list_drives(self._folder))
        self.links.clear()
        todo = plan(drive, PURGE)
        assert todo.steps[0].technique is Technique.ATA_SANITIZE, todo
        around = Around(self.record, self.show, lambda: bench.list_drives(self._folder), self.record)
        self.erase = DriveErase(todo, PURGE, around)
        return self.erase

    def record(self, kind: str, **fields: Any) -> None:
        if kind == "erase_step":
            self.records.append(fields["step"])

    def show(self, way: Way) -> None:
        self.shown.append(way)

    def clean(self) -> bool:
        return b"secret" not in (self._folder / "drive.img").read_bytes()


async def test_a_stop_is_answered_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = Watched(tmp_path, monkeypatch)
    erase = await at.make()
    asked: list[object] = []

    def show(way: Way) -> None:
        at.shown.append(way)
        if way.phase == "firmware" and not asked:
            asked.append(asyncio.get_running_loop().create_task(erase.stop()))

    monkeypatch.setattr(erase, "_around", Around(at.record, show, list, at.record))
    result = await erase.run()
    assert result.status is SanitizationStatus.SANITIZED, result
    assert result.level is Level.PURGE
    assert asked, str(result.steps)
    told = [str(way.detail) for way in at.shown]
    assert any("silent until" in text for text in told)
    assert any("cannot be stopped" in text for text in told)
    percents = [way.percent for way in at.shown if way.percent is not None]
    assert percents == sorted(percents)
    assert at.clean()


async def test_a_worker_killed_while_the_firmware_erases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = Watched(tmp_path, monkeypatch)
    erase = await at.make()

    def show(way: Way) -> None:
        at.shown.append(way)
        if way.phase == "firmware" and len(at.links) == 1:
            os.kill(at.links[0].pid, signal.SIGKILL)

    monkeypatch.setattr(erase, "_around", Around(at.record, show, list, at.record))
    result = await erase.run()
    assert len(at.links) == 2
    assert result.status is SanitizationStatus.SANITIZED, result
    assert at.clean()
    kinds = [record["kind"] for record in at.records]
    assert kinds[0] == "begin"
    assert kinds.count("begin") == 2

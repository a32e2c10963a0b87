"""`ordis intake --headless`: what each end of an intake means to whoever started it."""

import asyncio
import contextlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sample_report as sample
from bench_place import CHOSEN, a_drive, place
from played_clock import EMPTY, PlayedClock

from agent import erasing
from agent import service as service_module
from agent.commands.intake import _Run
from agent.commands.options import Options
from agent.model.messages import IntakeRequest
from agent.model.words import Mode
from agent.service import Service
from agent.training.faults import Faults
from agent.workplace import Workplace

pytestmark = pytest.mark.runs_programs


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module.profiles, "choose", lambda *_: CHOSEN)
    monkeypatch.setattr(erasing, "HEADLESS_SECONDS", 0.0)


async def run(where: Workplace, *, erase: str = "all", json_lines: bool = False) -> int:
    options = Options({"training": True, "lang": "en", "json": json_lines})
    options.__dict__["settings"] = where.settings
    service = asyncio.create_task(Service(where).run(on_demand=False))
    try:
        for _ in range(500):
            if where.settings.socket(Mode.TRAINING).exists():
                break
            await asyncio.sleep(0.01)
        request = IntakeRequest(profile="quiet", asset_tag="T-1", erase=erase, attended=False)  # type: ignore[arg-type]
        return await asyncio.wait_for(_Run(options).follow(request), 60)
    finally:
        service.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await service


async def test_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(place(tmp_path, a_drive(1))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "memory" not in lines[-1]
    [end] = [number for number, line in enumerate(lines) if line.startswith("End at about ")]
    assert end < next(number for number, line in enumerate(lines) if "Erase " in line)


async def test_a_drive_that_failed(tmp_path: Path) -> None:
    assert await run(place(tmp_path, a_drive(1, faults=Faults(flush_fails=True)))) == 1


async def test_no_charger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = replace(place(tmp_path, a_drive(1)), on_battery=lambda: True)
    assert await run(where) == 2
    assert "The charger was not plugged in" in capsys.readouterr().out


async def test_no_charger_matters_only_to_what_is_erased(tmp_path: Path) -> None:
    assert await run(replace(place(tmp_path, a_drive(1)), on_battery=lambda: True), erase="none") == 0


async def test_no_stick(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The erase is refused, and the report is shown and held."""
    where = replace(place(tmp_path, a_drive(1)), keeps=lambda: False)
    assert await run(where) == 2
    told = capsys.readouterr()
    assert "nothing will be erased" in told.out
    assert "only in this computer's memory: 1" in told.out
    assert "NOT SAVED" in told.err
    assert json.loads(told.out.splitlines()[-1])["report"]["asset_tag"] == "T-1"


async def test_no_stick_and_a_workshop_that_does_not_know_this_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sample.workshop(tmp_path / "workshop") as url:
        where = replace(place(tmp_path, a_drive(1), workshop={"url": url}), keeps=lambda: False)
        assert await run(where) == 2
    public = where.signer.key(Mode.TRAINING).public
    assert f"run on the workshop server: ordis-workshop enrol {public}" in capsys.readouterr().out


async def test_what_a_program_reads_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clock = PlayedClock(rtc=EMPTY)
    where = replace(place(tmp_path, a_drive(1)), keeps=lambda: False, clock=clock)
    assert await run(where, json_lines=True) == 2
    lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    by_name = {line["event"]: line for line in lines}
    assert by_name["unsaved"]["count"] == 1
    assert (by_name["finished"]["good"], by_name["finished"]["refused"]) == (False, True)
    assert by_name["sanitization"]["sanitization"]["status"] == "refused"
    assert by_name["result"]["delivery"]["status"] == "unsaved"
    assert by_name["result"]["report"]["time_source"] == "unconfirmed"

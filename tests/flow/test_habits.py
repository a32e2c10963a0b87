"""Lot and initials from one machine to the next, whatever lies in the file."""

from pathlib import Path

import pytest
from bench_place import place

from agent import habits
from agent.habits import Habits
from agent.model.messages import IntakeRequest
from agent.model.words import Mode
from agent.service import Service
from agent.settings import Settings

BEGUN = IntakeRequest(lot="Mairie 7", volunteer="JB", asset_tag="PC-1")


def file_of(settings: Settings) -> Path:
    return settings.make_folder(Mode.REAL) / habits.NAME


def test_what_a_person_entered_is_there_after_a_restart_in_its_mode_alone(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    assert habits.load(settings, Mode.REAL) == Habits()
    habits.keep(settings, Mode.REAL, BEGUN)
    assert habits.load(settings, Mode.REAL) == Habits(lot="Mairie 7", volunteer="JB")
    assert habits.load(settings, Mode.TRAINING) == Habits()
    assert "PC-1" not in file_of(settings).read_text()
    assert file_of(settings).stat().st_mode & 0o777 == 0o600
    habits.keep(settings, Mode.REAL, IntakeRequest(lot="x", attended=False))
    assert habits.load(settings, Mode.REAL).lot == "Mairie 7"
    habits.keep(settings, Mode.REAL, IntakeRequest())  # emptied by hand
    assert habits.load(settings, Mode.REAL) == Habits()


def test_the_same_again_is_not_written_again(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    habits.keep(settings, Mode.REAL, BEGUN)
    before = file_of(settings).stat()
    habits.keep(settings, Mode.REAL, BEGUN)
    assert file_of(settings).stat().st_ino == before.st_ino


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 4000,
        b'{"lot": 5}',
        b'{"lot": "a", "erase": "all"}',
        b'{"lot":"' + b"x" * 5000 + b'"}',
    ],
    ids=range(7),
)
def test_nonsense_suggests_nothing(tmp_path: Path, data: bytes) -> None:
    settings = Settings(state_dir=tmp_path)
    file_of(settings).write_bytes(data)
    assert habits.load(settings, Mode.REAL) == Habits()
    habits.keep(settings, Mode.REAL, BEGUN)
    assert habits.load(settings, Mode.REAL).volunteer == "JB"


def test_what_it_says_is_one_harmless_line(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    file_of(settings).write_bytes(b'{"lot": "a\\u001b[2J\\nb", "volunteer": null}')
    lot = habits.load(settings, Mode.REAL).lot
    assert lot is not None
    assert lot.isprintable()


async def test_the_services_next_life_suggests_it(tmp_path: Path) -> None:
    where = place(tmp_path)
    habits.keep(where.settings, where.mode, BEGUN)
    service = Service(where)
    await service._take_up()
    assert (service._state.lot, service._state.volunteer) == ("Mairie 7", "JB")


def test_a_folder_that_cannot_be_written_hinders_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    habits.keep(Settings(state_dir=tmp_path / "file/state"), Mode.REAL, BEGUN)

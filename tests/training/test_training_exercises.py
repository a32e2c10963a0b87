"""The troubles that training plays on purpose."""

from pathlib import Path

import pytest

from agent import profile as profiles
from agent.checks import battery
from agent.host.source import Live
from agent.inventory import batteries
from agent.inventory.batteries.charger import on_battery
from agent.model.words import Mode, Outcome
from agent.settings import Settings, Workshop
from agent.training import bench
from agent.training.ata_smart import attributes
from agent.training.bench import BENCH, list_drives, make_bench
from agent.training.exercises import EXERCISES, Exercise, exercise
from agent.workplace import workplace


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drives without the donor's old data, which takes a second to write."""
    monkeypatch.setattr(bench, "plant", lambda *_: None)


def played(name: str) -> Exercise:
    found = exercise(name)
    assert found is not None
    return found


def test_each_exercise_is_a_profile_that_only_training_offers(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    training = {each.name: each for each in profiles.available(profiles.folders(settings, Mode.TRAINING))}
    real = {each.name for each in profiles.available(profiles.folders(settings, Mode.REAL))}
    assert training.keys() - real == EXERCISES.keys()
    for name in EXERCISES:
        found = training[name].profile
        assert found is not None, training[name].problem
        assert found.title_fr.startswith("Exercice")
    with pytest.raises(profiles.ProfileError):
        profiles.load("exercise-no-network", profiles.folders(settings, Mode.REAL))


@pytest.mark.usefixtures("small")
def test_the_place_has_the_drives_of_the_exercise_and_then_the_usual_ones_again(tmp_path: Path) -> None:
    usual = workplace(Mode.TRAINING, Settings(state_dir=tmp_path))
    serials = []
    for name in ("exercise-failing-drive", "quick", "exercise-frozen-drive"):
        place = usual.play(usual, name)
        assert place.signer is usual.signer
        place.prepare()
        serials.append({drive.serial for drive in place.find_drives(place.source)})
    assert serials == [{"SIM-HDD-PANNE1"}, {each.serial for each in BENCH.values()}, {"SIM-SSD-GELE01"}]


def test_a_real_place_plays_nothing(tmp_path: Path) -> None:
    place = workplace(Mode.REAL, Settings(state_dir=tmp_path))
    assert place.play(place, "exercise-no-network") is place


def test_the_failing_drive_says_so() -> None:
    (about,) = played("exercise-failing-drive").drives.values()
    assert any(each.failing for each in attributes(about, 0, about.power_cycles, 0))
    assert about.faults.unwritable


def test_the_frozen_drive_has_no_other_way_to_erase_itself() -> None:
    (about,) = played("exercise-frozen-drive").drives.values()
    assert about.ata.bios_freezes
    assert not about.ata.sanitize


def test_the_worn_battery_fails_its_check_and_its_charger_is_in() -> None:
    source = played("exercise-dead-battery").source(Live())
    (found,) = batteries.read(source)
    judged = battery.judge(found)
    assert judged.outcome is Outcome.FAILED
    assert found.health_percent == 18.0
    assert not on_battery(source)
    assert source.text("/proc/version") == Live().text("/proc/version")
    assert source.text("/sys/class/power_supply/BAT1/type") is None
    assert source.link("/sys/class/power_supply/BAT0") is not None


def test_without_a_network_the_workshop_is_nowhere(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, workshop=Workshop(url="https://workshop.example"))
    usual = workplace(Mode.TRAINING, settings)
    place = usual.play(usual, "exercise-no-network")
    assert place.settings.workshop.url == "http://127.0.0.1:9"
    assert place.settings.state_dir == settings.state_dir
    assert usual.settings.workshop.url == "https://workshop.example"


@pytest.mark.usefixtures("small")
def test_a_drive_of_the_bench_before_does_not_stay(tmp_path: Path) -> None:
    make_bench(tmp_path)
    make_bench(tmp_path, bench=played("exercise-no-network").drives)
    assert [drive.serial for drive in list_drives(tmp_path)] == [BENCH["nvme"].serial]

"""The shipped profiles keep their promised time: computed by the plan that the screen shows, for made-up machines."""

from collections.abc import Callable
from pathlib import Path

import inventory_samples as samples
import pytest
from bench_place import Listener, place

from agent import profile
from agent.intake import Intake
from agent.model.inventory import Drive, Inventory
from agent.model.messages import IntakeRequest
from agent.model.words import Transport
from agent.outlook import Outlook

MINUTE = 60.0
TB = 10**12


def seconds_left(folder: Path, name: str, machine: Inventory, erase: str | None) -> tuple[float, float]:
    """Of the whole intake as told at its beginning, and of its longest erase."""
    listener = Listener()
    request = IntakeRequest.model_validate({"profile": name, "erase": erase, "asset_tag": None})
    intake = Intake(place(folder), profile.load(name), request, listener.emit, listener.ask)
    dossier = intake._dossier
    dossier.inventory = machine
    dossier.plans = [dossier.planned(drive) for drive in machine.drives]
    schedule = intake._steering.schedule
    schedule.add(intake._tasks.all())
    table = Outlook(dossier, schedule).timetable()
    erases = [step.ends_in - step.begins_in for step in table.steps if step.id.startswith("erase:")]
    return table.seconds_left, max(erases, default=0.0)


def with_drives(machine: Inventory) -> Inventory:
    """A hard disk of a terabyte and an SSD in it, the largest that is usual in what is given away."""
    drives = [
        Drive(path="/dev/sda", transport=Transport.ATA, model="Disk", serial="D1", size_bytes=TB, rotational=True),
        Drive(path="/dev/sdb", transport=Transport.ATA, model="SSD", serial="D2", size_bytes=TB // 2, rotational=False),
    ]
    return machine.model_copy(update={"drives": drives})


MACHINES = [samples.laptop, samples.desktop, samples.server, samples.strange]
NAMES = [machine.__name__ for machine in MACHINES]


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
def test_quick_takes_at_most_five_minutes_without_erase(tmp_path: Path, machine: Callable[[], Inventory]) -> None:
    left, _ = seconds_left(tmp_path, "quick", with_drives(machine()), "none")
    assert left <= 5 * MINUTE


@pytest.mark.parametrize("machine", MACHINES, ids=NAMES)
def test_standard_takes_at_most_three_quarters_of_an_hour_and_the_erase(
    tmp_path: Path, machine: Callable[[], Inventory]
) -> None:
    left, _ = seconds_left(tmp_path, "standard", with_drives(machine()), "none")
    assert left <= 45 * MINUTE
    left, erase = seconds_left(tmp_path, "standard", with_drives(machine()), None)
    assert erase > 60 * MINUTE  # a terabyte, written and read back
    # The reading back is the reading of the surface: no second one follows.
    assert left - erase <= 45 * MINUTE


def test_thorough_is_done_in_the_morning(tmp_path: Path) -> None:
    left, _ = seconds_left(tmp_path, "thorough", with_drives(samples.laptop()), "none")
    assert 4 * 60 * MINUTE <= left <= 14 * 60 * MINUTE

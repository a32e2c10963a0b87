"""The timetable: told before the work begins, and corrected while it runs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from bench_place import QUIET, Listener, place
from played_clock import RIGHT, PlayedClock
from unheard import Unheard

from agent.dossier import Dossier
from agent.model.message import say
from agent.model.messages import IntakeRequest, TimetableEvent
from agent.model.state import Timetable
from agent.outlook import ENDING_SECONDS, QUIET_SECONDS, Outlook
from agent.schedule import Schedule, Task


class Work:
    """A schedule whose first steps have begun, on a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.now = 1000.0
        self.clock = PlayedClock()
        self.listener = Listener()
        where = replace(place(folder), clock=self.clock)
        self.dossier = Dossier(where, QUIET, IntakeRequest(profile="quiet"), self.listener.emit)
        self.schedule = Schedule(Unheard(), lambda: self.now)
        self.outlook = Outlook(self.dossier, self.schedule, lambda: self.now)

    def add(self, name: str, seconds: float, loads: str = "", after: str = "") -> None:
        async def never() -> None:
            raise AssertionError("the test moves the steps by itself")

        self.dossier.checklist.add(name, say("{name}", name=name))
        task = Task(name, never, frozenset(loads.split()), frozenset(after.split()), seconds=lambda: seconds)
        self.schedule.add([task])

    def begin(self, name: str) -> None:
        task = self.schedule._take(name)
        assert task is not None
        self.schedule._begun[name] = self.now
        self.schedule._running[object()] = task  # type: ignore[index]
        self.dossier.checklist.start(name)

    def end(self, name: str) -> None:
        job = next(job for job, task in self.schedule._running.items() if task.id == name)
        self.schedule._ended[name] = self.schedule._running.pop(job)

    def left(self) -> float:
        return self.outlook.timetable().seconds_left - ENDING_SECONDS

    def told(self) -> list[Timetable]:
        """What the faces heard after a further look."""
        self.outlook.tell()
        return [
            event.timetable for event in self.listener.events if isinstance(event, TimetableEvent) and event.timetable
        ]


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


def test_before_the_work_begins_every_step_has_its_time_and_the_whole_an_end(work: Work) -> None:
    work.add("inventory", 3)
    work.add("check:processor", 300, "processor", "inventory")
    work.add("check:memory", 600, "processor memory", "inventory")
    work.add("erase:a", 1200, "drive:a")
    [table] = work.told()
    assert table.seconds_left == table.longest_chain_seconds == 1200 + ENDING_SECONDS
    assert [(step.id, step.begins_in, step.ends_in) for step in table.steps] == [
        ("inventory", 0, 3), ("check:processor", 3, 303), ("check:memory", 303, 903), ("erase:a", 0, 1200),
    ]  # fmt: skip
    assert (table.steps[2].loads, table.steps[2].after) == (["memory", "processor"], ["inventory"])
    assert table.ends_at == RIGHT + timedelta(seconds=1200 + ENDING_SECONDS)
    assert table.ends_at.utcoffset() == work.dossier.place.settings.zone.utcoffset(table.ends_at.replace(tzinfo=None))
    assert work.listener.state.timetable == table


def test_a_clock_that_cannot_be_right_tells_no_end_by_the_clock(work: Work) -> None:
    work.clock.rtc = None
    work.add("a", 60)
    table = work.outlook.timetable()
    assert table.ends_at is None
    assert str(table.told()) == "End in 65 s."


def test_a_running_step_is_corrected_by_its_own_word(work: Work) -> None:
    work.add("erase", 100)
    work.begin("erase")
    work.now += 20
    assert work.left() == 80
    work.dossier.checklist.progress("erase", 10, None, 180)
    assert work.left() == 180
    work.now += 30  # and nothing new is heard of it
    assert work.left() == 150
    work.dossier.checklist.progress("erase", 50, None, 40)
    assert work.left() == 40


def test_how_far_it_is_says_it_where_the_step_does_not(work: Work) -> None:
    work.add("scan", 100)
    work.begin("scan")
    work.now += 60
    work.dossier.checklist.progress("scan", 1)
    assert work.left() == 40
    work.dossier.checklist.progress("scan", 20)
    assert work.left() == 240


def test_one_that_is_overdue_is_never_taken_for_done(work: Work) -> None:
    work.add("question", 30, "person")
    work.add("next", 10, "person")
    work.begin("question")
    work.now += 40
    assert work.left() == 4 + 10
    work.now += 100_000
    assert work.left() == 30 + 10


def test_what_ended_early_and_what_came_late_move_the_end(work: Work) -> None:
    work.add("a", 100, "x")
    work.add("b", 50, "x")
    work.begin("a")
    work.now += 10
    work.end("a")
    assert work.left() == 50
    work.add("erase:late", 500, "drive:late")
    assert work.left() == 500


def test_it_is_told_again_only_when_it_has_changed_or_grown_old(work: Work) -> None:
    work.add("a", 1000)
    work.begin("a")
    assert len(work.told()) == 1
    work.now += 10
    assert len(work.told()) == 1
    work.dossier.checklist.progress("a", 1, None, 980)  # the end has moved by less than a fiftieth
    assert len(work.told()) == 1
    work.dossier.checklist.progress("a", 1, None, 900)
    assert len(work.told()) == 2
    work.add("b", 1)
    assert len(work.told()) == 3
    work.now += QUIET_SECONDS
    assert len(work.told()) == 4


async def test_when_the_work_is_over_there_is_no_timetable(work: Work) -> None:
    work.add("a", 10)
    async with work.outlook.told():
        assert work.listener.state.timetable is not None
    assert work.listener.state.timetable is None

"""Drives that come and go while an intake works: recognised, never confused, never erased by an earlier word."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from bench_place import QUIET, Listener, a_drive, place, plug_in
from unheard import Unheard, schedule_of

from agent import drivework, hotplug
from agent.hotplug import Crowd, Watch, lost, recognise
from agent.intake import Intake
from agent.model.inventory import Drive, UnseenDrive
from agent.model.message import say
from agent.model.messages import Answer, IntakeRequest
from agent.model.problem import Problem
from agent.model.sanitization import Sanitization, ended
from agent.model.state import AnyQuestion, ConfirmEraseQuestion
from agent.model.words import GradeLetter, SanitizationStatus, Transport
from agent.sanitize.plan import identity
from agent.schedule import Schedule, Task


def drive(name: str = "sda", serial: str | None = "S1", diskseq: int | None = 1, **changes: object) -> Drive:
    facts = {
        "path": f"/dev/{name}", "serial": serial, "diskseq": diskseq, "model": "SSD", "size_bytes": 1 << 30,
        "transport": Transport.ATA, **changes,
    }  # fmt: skip
    return Drive.model_validate(facts)


# ---- recognising


def found(known: list[Drive], present: list[Drive]) -> tuple[list[tuple[str, str]], list[Drive], list[Drive]]:
    seen = recognise(known, present)
    return [(before.path, now.path) for before, now in seen.same], seen.new, seen.gone


def test_who_stays_who_comes_who_goes() -> None:
    a, b, c = drive("sda"), drive("sdb", "S2", 2), drive("sdc", "S3", 3)
    assert found([a, b], [b, c]) == ([("/dev/sdb", "/dev/sdb")], [c], [a])


def test_one_that_comes_back_under_another_name() -> None:
    assert found([drive()], [drive("sdd", diskseq=9)]) == ([("/dev/sda", "/dev/sdd")], [], [])


@pytest.mark.parametrize(
    "other",
    [
        drive(serial="S2", diskseq=2), drive(serial=None, diskseq=2), drive(diskseq=2, size_bytes=1 << 31),
        drive(diskseq=2, model="HDD"),
    ],
)  # fmt: skip
def test_another_drive_under_the_same_name_is_another(other: Drive) -> None:
    assert found([drive()], [other]) == ([], [other], [drive()])


def test_without_a_serial_nobody_is_known_again() -> None:
    known, again = drive(serial=None), drive(serial=None, diskseq=2)
    assert found([known], [known]) == ([("/dev/sda", "/dev/sda")], [], [])
    assert found([known], [again]) == ([], [again], [known])


def test_two_with_one_serial_stay_two() -> None:
    first, second = drive("sda", "SAME", 1), drive("sdb", "SAME", 2)
    assert found([first], [first, second]) == ([("/dev/sda", "/dev/sda")], [second], [])
    assert found([first, second], [second]) == ([("/dev/sdb", "/dev/sdb")], [], [first])


def test_a_hidden_area_that_came_to_light_makes_no_other_drive() -> None:
    known = drive(native_size_bytes=1 << 31)
    assert found([known], [drive("sdb", diskseq=5, size_bytes=1 << 31)]) == ([("/dev/sda", "/dev/sdb")], [], [])
    assert found([known], [drive(size_bytes=1 << 31)])[1] == []


def test_simulated_drives_have_no_number() -> None:
    known = drive("x.img", diskseq=None)
    other = drive("x.img", "S9", diskseq=None)
    assert found([known], [known])[1] == []
    assert found([known], [other]) == ([], [other], [known])


@pytest.mark.parametrize("status", list(SanitizationStatus))
def test_only_what_was_sanitized_may_go(status: SanitizationStatus) -> None:
    gone = drive()
    results = [ended(identity(gone), status, say("x"))]
    signs = lost([gone], [gone], results)
    assert bool(signs) is (status is not SanitizationStatus.SANITIZED)
    assert lost([gone], [gone], [])[0].sign.values["serial"] == "S1"


def test_the_result_of_another_drive_at_the_same_path_clears_nobody() -> None:
    gone, there = drive(), drive(serial="S2", diskseq=2)
    results = [ended(identity(there), SanitizationStatus.SANITIZED, say("x"))]
    assert len(lost([gone], [gone, there], results)) == 1


# ---- looking


class FakeMonitor:
    def __init__(self, readable: int) -> None:
        self._readable = readable

    def fileno(self) -> int:
        return self._readable

    def drain(self) -> bool:
        return bool(os.read(self._readable, 100))


async def test_a_message_of_the_kernel_means_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    monkeypatch.setattr(hotplug, "disk_monitor", lambda: FakeMonitor(reading))
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        if seconds != hotplug.SETTLE_SECONDS:
            await asyncio.Event().wait()

    looks = Watch(lambda: [drive()], hear=True, pause=pause).looks()
    os.write(writing, b"add")
    assert await asyncio.wait_for(anext(looks), 10) == [drive()]
    assert waits == [hotplug.SURE_SECONDS, hotplug.SETTLE_SECONDS]
    await looks.aclose()  # type: ignore[attr-defined]
    os.close(reading)
    os.close(writing)


async def test_without_messages_there_are_looks_all_the_same_and_a_failed_one_is_made_good() -> None:
    answers: list[Exception | list[Drive]] = [Problem(say("half written")), OSError(5, "x"), [drive()]]
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    def listing() -> list[Drive]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    looks = Watch(listing, hear=False, pause=pause).looks()
    assert await anext(looks) == [drive()]
    assert waits == [hotplug.LOOK_SECONDS] * 3
    await looks.aclose()  # type: ignore[attr-defined]


async def test_whoever_watches_ends_when_told_at_whatever_moment() -> None:
    """Also between two waits, where the cancellation was once taken for that of a wait."""
    for steps in range(12):
        looked = asyncio.Event()

        async def watch(looked: asyncio.Event = looked) -> None:
            async for _ in Watch(lambda: [drive()], hear=False, pause=lambda _: asyncio.sleep(0)).looks():
                looked.set()

        watching = asyncio.ensure_future(watch())
        await asyncio.wait_for(looked.wait(), 10)
        for _ in range(steps):
            await asyncio.sleep(0)
        watching.cancel()
        done, _ = await asyncio.wait({watching}, timeout=5)
        assert done, steps


# ---- joining in


async def test_tasks_that_join_in_run_beside_the_others() -> None:
    schedule, order = Schedule(Unheard()), []

    def task(name: str, *after: str, then: Callable[[], None] = lambda: None) -> Task:
        async def work() -> None:
            order.append(name)
            then()
            await asyncio.sleep(0)

        return Task(name, work, frozenset({"drive"}), frozenset(after))

    later = [task("c", "a", "b"), task("b")]
    schedule.add([task("a", then=lambda: schedule.add(later)), task("z", "a")])
    await schedule.run()
    assert order == ["a", "z", "b", "c"]
    with pytest.raises(ValueError, match="no such"):
        schedule.add([task("x", "nobody")])


class Room:
    """The drives of an intake, and what is told about them."""

    def __init__(self, *known: Drive) -> None:
        self.known = list(known)
        self.there = list(known)
        self.told: list[tuple[list[Drive], list[UnseenDrive]]] = []
        self.ran: list[str] = []
        self.looked = asyncio.Event()
        self.came = asyncio.Event()

    def task(self, name: str, work: Callable[[], Awaitable[None]] | None = None) -> Task:
        async def run() -> None:
            self.ran.append(name)
            if work is not None:
                await work()

        return Task(name, run)

    async def noticed(self, new: list[Drive], gone: list[UnseenDrive]) -> list[Task]:
        self.told.append((new, gone))
        self.known += new
        self.came.set()
        return [self.task(one.path) for one in new]

    async def pause(self, seconds: float) -> None:
        await self.looked.wait()
        self.looked.clear()

    def crowd(self) -> Crowd:
        watch = Watch(lambda: list(self.there), hear=False, pause=self.pause)
        return Crowd(watch, lambda: self.known, list, self.noticed)


async def test_a_drive_that_comes_in_the_middle_and_one_at_the_last_moment() -> None:
    room = Room(drive())

    async def comes() -> None:
        room.there.append(drive("sdb", "S2", 2))
        room.looked.set()
        await asyncio.wait_for(room.came.wait(), 10)
        room.there.append(drive("sdc", "S3", 3))

    await room.crowd().run(schedule_of(room.task("work", comes)))
    assert room.ran == ["work", "/dev/sdb", "/dev/sdc"]
    assert [[one.path for one in new] for new, _ in room.told] == [["/dev/sdb"], ["/dev/sdc"]]


async def test_a_drive_that_is_lost_is_told_and_one_that_came_back_is_not() -> None:
    room = Room(drive())

    room.there = []
    await room.crowd().run(schedule_of(room.task("work")))
    assert [len(gone) for _, gone in room.told] == [1]
    back = Room(drive())
    back.there = [drive("sdz", diskseq=8)]
    await back.crowd().run(schedule_of(back.task("work")))
    assert not back.told


# ---- in an intake


class Plugging(Listener):
    """Plugs a second drive in while the first question is on the screen."""

    def __init__(self, folder: Path, *answers: dict[str, object]) -> None:
        super().__init__(*answers)
        self._folder = folder

    async def ask(self, question: AnyQuestion) -> Answer:
        if not self.questions:
            plug_in(self._folder, "late", a_drive(2))
        return await super().ask(question)


async def take(folder: Path, listener: Listener, **request: object) -> Listener:
    asked = IntakeRequest.model_validate({"profile": "quiet", "asset_tag": "T-1", **request})
    await Intake(place(folder, a_drive(1)), QUIET, asked, listener.emit, listener.ask).run()
    return listener


def statuses(listener: Listener) -> dict[str | None, SanitizationStatus]:
    return {done.drive.serial: done.status for done in listener.state.sanitizations}


@pytest.mark.runs_programs
@pytest.mark.parametrize("confirms", [True, False])
async def test_a_late_drive_is_erased_only_after_a_confirmation_of_its_own(
    tmp_path: Path, erased: list[str], confirms: bool
) -> None:
    late = str(tmp_path / "drives/late.img")
    second: dict[str, object] = {"serial_ends": {late: "0002"}} if confirms else {"text": "T-1"}
    listener = await take(tmp_path, Plugging(tmp_path / "drives", {"text": "T-1"}, second))
    assert erased == ["SIM-TEST-0001", *(["SIM-TEST-0002"] if confirms else [])]
    first, later = listener.questions
    assert isinstance(first, ConfirmEraseQuestion)
    assert isinstance(later, ConfirmEraseQuestion)
    assert [plan.drive.serial for plan in first.plans] == ["SIM-TEST-0001"]
    assert [(plan.drive.serial, plan.single_confirmation) for plan in later.plans] == [("SIM-TEST-0002", True)]
    assert statuses(listener)["SIM-TEST-0002"] is (
        SanitizationStatus.SANITIZED if confirms else SanitizationStatus.NOT_REQUESTED
    )
    assert listener.state.inventory is not None
    assert [one.serial for one in listener.state.inventory.drives] == ["SIM-TEST-0001", "SIM-TEST-0002"]
    assert not [step.id for step in listener.state.steps if step.outcome is None]


@pytest.mark.runs_programs
async def test_nobody_there_and_all_means_those_of_the_start(
    tmp_path: Path, erased: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Plugs(drivework.DriveErase):
        async def run(self) -> Sanitization:
            plug_in(tmp_path / "drives", "late", a_drive(2))
            return await super().run()

    monkeypatch.setattr(drivework, "DriveErase", Plugs)
    listener = await take(tmp_path, Listener(), erase="all", attended=False)
    assert erased == ["SIM-TEST-0001"]
    late = next(done for done in listener.state.sanitizations if done.drive.serial == "SIM-TEST-0002")
    assert late.status is SanitizationStatus.NOT_REQUESTED
    assert "after the start" in str(late.reason)
    assert listener.state.grade is not None
    assert listener.state.grade.letter is GradeLetter.HOLD
    assert b"secret" in (tmp_path / "drives/late.img").read_bytes()


@pytest.mark.runs_programs
async def test_another_drive_under_the_name_of_a_confirmed_one_is_not_confirmed(
    tmp_path: Path, erased: list[str]
) -> None:
    """The confirmed drive is erased and taken away; the next one gets its very name."""

    class Swapping(Listener):
        async def ask(self, question: AnyQuestion) -> Answer:
            if len(self.questions) == 1:  # a late drive: swap what was erased meanwhile
                plug_in(tmp_path / "drives", "drive0", a_drive(3))
                await asyncio.sleep(0.2)
            return await super().ask(question)

    class Both(Swapping, Plugging):
        pass

    listener = await take(tmp_path, Both(tmp_path / "drives", {"text": "T-1"}, {}, {}))
    assert erased == ["SIM-TEST-0001"]
    assert statuses(listener) == {
        "SIM-TEST-0001": SanitizationStatus.SANITIZED,
        "SIM-TEST-0002": SanitizationStatus.NOT_REQUESTED,
        "SIM-TEST-0003": SanitizationStatus.NOT_REQUESTED,
    }
    assert len({step.id for step in listener.state.steps if step.id.startswith("erase:")}) == 3


@pytest.mark.runs_programs
async def test_a_drive_that_went_away_untouched_holds_the_machine(tmp_path: Path, erased: list[str]) -> None:
    class Pulling(Listener):
        async def ask(self, question: AnyQuestion) -> Answer:
            for end in ("img", "json"):
                (tmp_path / f"drives/drive0.{end}").unlink()
            return await super().ask(question)

    listener = await take(tmp_path, Pulling({}))
    assert erased == []
    assert listener.state.inventory is not None
    assert any("went away" in str(unseen.sign) for unseen in listener.state.inventory.unseen_drives)
    assert listener.state.grade is not None
    assert listener.state.grade.letter is GradeLetter.HOLD

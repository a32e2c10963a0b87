"""One erase through the hands of several workers: killed ones, drives that go away and come back, and stops."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest
from bench_place import MIB, a_drive

from agent import drivelink, drivework
from agent.drivelink import Cut, Done, Job
from agent.drivework import Around, DriveErase, Way
from agent.journal import JournalError
from agent.memory import Memory
from agent.model.inventory import Drive
from agent.model.message import say
from agent.model.sanitization import DriveIdentity, Plan, Sanitization, SanitizationRequest, ended
from agent.model.words import SanitizationStatus, Transport, Verify
from agent.sanitize.plan import identity, plan
from agent.training import bench, description

DRIVE = Drive(path="/dev/sda", transport=Transport.ATA, serial="S-1", model="M", size_bytes=8 * MIB, diskseq=7)
SAMPLED = SanitizationRequest(verify=Verify.SAMPLED)
BEGIN = {"kind": "begin"}


def end(status: SanitizationStatus, cut: Cut | None = None) -> Done:
    return Done(ended(identity(DRIVE), status, say("Done.")), cut)


SANITIZED = end(SanitizationStatus.SANITIZED)
DIED = end(SanitizationStatus.INTERRUPTED, Cut.DIED)
AWAY = end(SanitizationStatus.INTERRUPTED, Cut.AWAY)
REFUSED = end(SanitizationStatus.REFUSED, Cut.NOT_ADMITTED)
NO_JOURNAL = end(SanitizationStatus.REFUSED)


class Workers:
    """Stands in for DriveLink: each worker started ends as was written, after its first checkpoint."""

    def __init__(self, *ends: Done) -> None:
        self._ends = list(ends)
        self.drives: list[DriveIdentity] = []
        self.jobs: list[Job] = []
        self.stops = 0
        self.at_work: Callable[[Any], None] = lambda follower: follower.keep(BEGIN)

    async def start(self, drive: DriveIdentity) -> "Workers":
        self.drives.append(drive)
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def sanitize(self, job: Job, follower: Any) -> Done:
        self.jobs.append(job)
        done = self._ends.pop(0)
        if done.result.status is not SanitizationStatus.REFUSED:
            self.at_work(follower)
        return done

    async def stop(self) -> None:
        self.stops += 1


class Bench:
    """What an erase needs around it, and what it did there."""

    def __init__(self) -> None:
        self.records: list[tuple[str, dict[str, Any]]] = []
        self.shown: list[Way] = []
        self.present: list[list[Drive]] = [[DRIVE]]
        """At each look; the last one stays."""
        self.looks = 0

    def find(self) -> list[Drive]:
        self.looks += 1
        return self.present.pop(0) if len(self.present) > 1 else self.present[0]

    def around(self, **more: Any) -> Around:
        def record(kind: str, **fields: Any) -> None:
            self.records.append((kind, fields))

        return Around(record, self.shown.append, self.find, **{"track": record, **more})

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.records]


@pytest.fixture
def at() -> Bench:
    return Bench()


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Workers]:
    monkeypatch.setattr(drivework, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(drivework, "REPLUG_SECONDS", 0.2)

    def make(*ends: Done) -> Workers:
        made = Workers(*ends)
        monkeypatch.setattr(drivework, "DriveLink", made)
        return made

    return make


async def erased(at: Bench, drive: Drive = DRIVE, memory: Memory = drivework.NOTHING) -> Sanitization:
    return await DriveErase(plan(drive, SAMPLED), SAMPLED, at.around(), memory).run()


async def test_a_worker_that_dies_is_followed_by_another_that_knows_all(at: Bench, workers: Any) -> None:
    made = workers(DIED, SANITIZED)
    assert (await erased(at)).status is SanitizationStatus.SANITIZED
    assert [job.earlier for job in made.jobs] == [(), (BEGIN,)]
    assert [job.request.verify for job in made.jobs] == [Verify.SAMPLED, Verify.FULL]
    assert at.kinds() == ["erase_started", "erase_step", "erase_step"]
    assert at.looks == 0


async def test_workers_that_die_again_and_again_are_not_started_for_ever(at: Bench, workers: Any) -> None:
    made = workers(*[DIED] * 9)
    assert (await erased(at)).status is SanitizationStatus.INTERRUPTED
    assert len(made.jobs) == drivework.RESTARTS + 1


@pytest.mark.parametrize("before", [(), (DIED, REFUSED)])
async def test_what_is_not_to_be_known_again_is_not(at: Bench, workers: Any, before: tuple[Done, ...]) -> None:
    """A bridge that gives one serial number to every drive: the next one in it must not be taken for this one."""
    at.present = [[DRIVE.model_copy(update={"diskseq": 9})]]
    made = workers(*before, AWAY, SANITIZED)
    around = at.around(may_return=False)
    result = await DriveErase(plan(DRIVE, SAMPLED), SAMPLED, around).run()
    assert result.status is SanitizationStatus.INTERRUPTED
    assert {drive.diskseq for drive in made.drives} == {7}


async def test_one_that_stays_plugged_in_goes_on_all_the_same(at: Bench, workers: Any) -> None:
    workers(DIED, REFUSED, SANITIZED)
    result = await DriveErase(plan(DRIVE, SAMPLED), SAMPLED, at.around(may_return=False)).run()
    assert result.status is SanitizationStatus.SANITIZED


async def test_a_drive_that_comes_back_under_another_name(at: Bench, workers: Any) -> None:
    back = DRIVE.model_copy(update={"path": "/dev/sdq", "diskseq": 9})
    at.present = [[], [], [back]]
    made = workers(AWAY, SANITIZED)
    result = await erased(at)
    assert result.status is SanitizationStatus.SANITIZED
    assert result.drive == identity(DRIVE)  # the name by which the inventory knows it
    assert made.drives == [identity(DRIVE), identity(back)]  # the guard compares with what is there now
    waits = [way for way in at.shown if way.seconds_left is not None]
    assert waits
    assert all("Plug" in str(way.detail) for way in waits)


@pytest.mark.parametrize(
    "other",
    [
        {"serial": "S-2"},
        {"serial": None},
        {"model": "Other"},
        {"size_bytes": 16 * MIB},
        {"transport": Transport.USB},
        {"simulated": True},
    ],
)
async def test_another_drive_in_its_place_is_left_alone(at: Bench, workers: Any, other: dict[str, Any]) -> None:
    at.present = [[DRIVE.model_copy(update=other)]]
    made = workers(AWAY, SANITIZED)
    assert (await erased(at)).status is SanitizationStatus.INTERRUPTED
    assert len(made.jobs) == 1


async def test_two_drives_that_both_say_they_are_it_are_left_alone(at: Bench, workers: Any) -> None:
    at.present = [[DRIVE, DRIVE.model_copy(update={"path": "/dev/sdb"})]]
    made = workers(AWAY, SANITIZED)
    assert (await erased(at)).status is SanitizationStatus.INTERRUPTED
    assert len(made.jobs) == 1


async def test_a_drive_without_a_serial_number_is_not_waited_for(at: Bench, workers: Any) -> None:
    made = workers(AWAY, SANITIZED)
    nameless = DRIVE.model_copy(update={"serial": None})
    assert (await erased(at, nameless)).status is SanitizationStatus.INTERRUPTED
    assert (len(made.jobs), at.looks) == (1, 0)


async def test_a_drive_that_comes_back_with_its_hidden_area(at: Bench, workers: Any) -> None:
    made = workers(AWAY, SANITIZED)
    made.at_work = lambda follower: follower.keep(
        {"kind": "areas", "area": "hpa", "before_bytes": 8 * MIB, "native_bytes": 9 * MIB, "kept": False}
    )
    at.present = [[DRIVE.model_copy(update={"size_bytes": 9 * MIB})]]
    assert (await erased(at)).status is SanitizationStatus.SANITIZED
    assert made.drives[-1].size_bytes == 9 * MIB


async def test_a_loose_plug_ends_some_time(at: Bench, workers: Any) -> None:
    made = workers(*[AWAY] * 20)
    assert (await erased(at)).status is SanitizationStatus.INTERRUPTED
    assert len(made.jobs) == drivework.RETURNS + 1


async def test_a_drive_that_is_not_ready_at_once_is_tried_again(at: Bench, workers: Any) -> None:
    made = workers(AWAY, REFUSED, SANITIZED)
    assert (await erased(at)).status is SanitizationStatus.SANITIZED
    assert len(made.jobs) == 3


async def test_a_refusal_in_the_middle_of_an_erase_is_an_interruption(at: Bench, workers: Any) -> None:
    workers(AWAY, *[REFUSED] * 99)
    assert (await erased(at)).status is SanitizationStatus.INTERRUPTED


async def test_without_a_journal_nothing_is_tried_again(at: Bench, workers: Any) -> None:
    made = workers(NO_JOURNAL)
    assert (await erased(at, memory=Memory((BEGIN,)))).status is SanitizationStatus.INTERRUPTED
    assert len(made.jobs) == 1


async def test_a_refusal_at_the_start_stays_one(at: Bench, workers: Any) -> None:
    made = workers(REFUSED)
    assert (await erased(at)).status is SanitizationStatus.REFUSED
    assert len(made.jobs) == 1


async def test_what_older_journals_hold_comes_into_this_one_before_the_first_command(at: Bench, workers: Any) -> None:
    made = workers(SANITIZED)
    password = {"kind": "password"}
    taken: list[list[str]] = []
    erase = DriveErase(
        plan(DRIVE, SAMPLED),
        SAMPLED,
        at.around(take_over=lambda: taken.append(at.kinds())),
        Memory((BEGIN, password)),
    )
    assert (await erase.run()).status is SanitizationStatus.SANITIZED
    assert made.jobs[0].earlier == (BEGIN, password)
    assert made.jobs[0].request.verify is Verify.FULL
    assert taken == [["erase_started", "erase_step", "erase_step"]]
    assert at.kinds() == ["erase_started", "erase_step", "erase_step", "erase_step"]


async def test_an_older_journal_that_stays_as_it_is_stops_the_erase(at: Bench, workers: Any) -> None:
    """It would tell the next intake of an offset that is no longer true."""

    def fail() -> None:
        raise JournalError(OSError(5, "Input/output error"))

    workers(SANITIZED)
    with pytest.raises(JournalError):
        await DriveErase(plan(DRIVE, SAMPLED), SAMPLED, at.around(take_over=fail), Memory((BEGIN,))).run()


async def test_a_stop_ends_the_wait_for_the_drive(at: Bench, workers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivework, "REPLUG_SECONDS", 60.0)
    made = workers(AWAY, SANITIZED)
    erase = DriveErase(plan(DRIVE, SAMPLED), SAMPLED, at.around())

    at.present = [[], []]
    find = at.find

    def look() -> list[Drive]:
        erase._stopping.set()
        return find()

    monkeypatch.setattr(erase, "_look", look)
    result = await erase.run()
    assert result.status is SanitizationStatus.INTERRUPTED
    assert "stopped" in str(result.reason)
    assert len(made.jobs) == 1


async def test_a_stop_before_the_start_starts_nothing(at: Bench, workers: Any) -> None:
    made = workers(SANITIZED)
    erase = DriveErase(plan(DRIVE, SAMPLED), SAMPLED, at.around())
    await erase.stop()
    assert (await erase.run()).status is SanitizationStatus.INTERRUPTED
    assert made.jobs == []


async def test_a_stop_that_cannot_be_obeyed_is_answered_and_then_forgotten(at: Bench, workers: Any) -> None:
    made = workers(DIED, SANITIZED)

    def work(follower: Any) -> None:
        follower.keep(BEGIN)
        follower._stopping.set()
        follower.unstoppable()
        follower.progress("firmware", 1, 100)

    made.at_work = work
    assert (await erased(at)).status is SanitizationStatus.SANITIZED
    told = [str(way.detail) for way in at.shown if way.phase == "firmware"]
    assert all("cannot be stopped" in text for text in told)


async def test_silence_is_announced_with_the_time_of_the_clock(at: Bench, workers: Any) -> None:
    made = workers(SANITIZED)
    made.at_work = lambda follower: follower.silent(3600)
    await erased(at)
    [way] = at.shown
    assert way.seconds_left == 3600
    assert "do not switch off" in str(way.detail)
    assert ":" in str(way.detail.values["time"])


@pytest.mark.runs_programs
async def test_a_killed_worker_and_its_true_successor(
    tmp_path: Path, at: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real processes: the first is killed in the middle of its pass, the second finishes, all read back."""
    (tmp_path / "drive.img").write_bytes(b"donor's secret! " * (8 * MIB // 16))
    description.save(a_drive(1, bytes_per_second=16_000_000), tmp_path / "drive.json")
    [drive] = bench.list_drives(tmp_path)
    todo = plan(drive, SAMPLED)
    links: list[drivelink.DriveLink] = []
    start = drivelink.DriveLink.start

    async def noted(confirmed: DriveIdentity) -> drivelink.DriveLink:
        links.append(await start(confirmed))
        return links[-1]

    monkeypatch.setattr(drivelink.DriveLink, "start", noted)

    def show(way: Way) -> None:
        at.shown.append(way)
        if way.phase == "write" and len(links) == 1:
            os.kill(links[0].pid, signal.SIGKILL)

    around = Around(at.around().record, show, lambda: bench.list_drives(tmp_path), at.around().record)
    result = await DriveErase(Plan(drive=todo.drive, steps=todo.steps), SAMPLED, around).run()
    assert result.status is SanitizationStatus.SANITIZED, result
    assert result.verification is Verify.FULL
    assert len(links) == 2
    assert not any((tmp_path / "drive.img").read_bytes())


# ---- a stick that was pulled


FIRST = {"kind": "offset", "number": 0, "pass": 0, "key": "00", "bytes": 0, "failed": []}
FURTHER = {**FIRST, "bytes": 4 * MIB}


@pytest.mark.parametrize(
    ("record", "harmless"),
    [
        (FURTHER, True),
        ({**FURTHER, "pass": 1}, False),  # the next pass begins
        ({**FURTHER, "number": 1}, False),
        ({"kind": "step_done", "number": 0}, True),
        ({"kind": "password_removal"}, True),
        ({"kind": "step", "number": 0}, False),
        ({"kind": "password"}, False),
        ({"kind": "areas"}, False),
        ({"kind": "nvme_format"}, False),
        ({"kind": "psid_revert"}, False),
        ({"kind": "something new"}, False),
    ],
)
def test_which_records_an_erase_can_do_without(record: dict[str, Any], harmless: bool) -> None:
    begun = Memory().with_record(BEGIN).with_record(FIRST)
    assert begun.can_do_without(record) is harmless
    assert not Memory().can_do_without(record)


async def test_a_running_erase_goes_on_without_the_stick_and_says_so(at: Bench, workers: Any) -> None:
    made = workers(SANITIZED)
    warned: list[str | None] = []
    lost: list[OSError | None] = [OSError(5, os.strerror(5)), None]

    def at_work(follower: Any) -> None:
        for record in (BEGIN, FIRST, FURTHER, FURTHER):
            follower.keep(record)

    def warn(message: Any) -> None:
        warned.append(message and str(message))

    made.at_work = at_work
    around = at.around(track=lambda *_, **__: lost.pop(0), warn=warn)
    result = await DriveErase(plan(DRIVE, SAMPLED), SAMPLED, around).run()
    await asyncio.sleep(0)  # the warning comes from the thread that writes the journal
    assert result.status is SanitizationStatus.SANITIZED
    assert at.kinds() == ["erase_started", "erase_step", "erase_step"]
    assert [text and text.partition(" or ")[0] for text in warned] == ["THE STICK IS GONE", None]


async def test_the_next_destructive_step_is_not_begun_without_the_stick(at: Bench, workers: Any) -> None:
    made = workers(SANITIZED)

    def gone(kind: str, **fields: Any) -> None:
        if fields.get("step", {}).get("kind") == "step":
            raise JournalError(OSError(5, os.strerror(5)))

    def at_work(follower: Any) -> None:
        follower.keep(BEGIN)
        with pytest.raises(JournalError):
            follower.keep({"kind": "step", "number": 1})

    made.at_work = at_work
    around = Around(gone, at.shown.append, at.find, gone)  # type: ignore[arg-type]
    await DriveErase(plan(DRIVE, SAMPLED), SAMPLED, around).run()

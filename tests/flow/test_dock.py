"""The dock: drives that are plugged in, each with its tag, its confirmation and its report; the others never."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bench_place import MIB, QUIET, Listener, a_drive, only, place, plug_in

from agent import hotplug
from agent.dock import Dock
from agent.host.kernel_log import KernelLog
from agent.journal import Journal
from agent.model.messages import Answer, AnyEvent, FinishedEvent, IntakeRequest
from agent.model.report import Report
from agent.model.sanitization import Plan
from agent.model.state import AnyQuestion, AssetTagQuestion, ConfirmEraseQuestion
from agent.model.words import Mode, Outcome, SanitizationStatus, StepStatus, Subject
from agent.restart import broken_off
from agent.settings import Settings
from agent.training.description import Description
from agent.workplace import Workplace, workplace

PATIENCE = 120.0
"""Seconds, on a machine that does much else; reached by nothing that works."""
BARE = QUIET.model_copy(update={"name": "bare", "subject": Subject.DRIVE})


def unplug(folder: Path, name: str) -> None:
    for end in ("img", "json"):
        (folder / f"{name}.{end}").unlink()


class Bench(Listener):
    """A volunteer at the dock, who answers by the drive in question, and does something at certain moments."""

    def __init__(self, folder: Path, tags: dict[str, list[str]], refuses: tuple[str, ...] = ()) -> None:
        """`tags` by the end of the drive's serial: what is typed, one after the other."""
        super().__init__()
        self.drives = folder / "drives"
        self._tags = {serial: iter(tags) for serial, tags in tags.items()}
        self._refuses = refuses
        self.dock: Dock | None = None
        self.profile = BARE
        self._heard = asyncio.Event()

    def emit(self, event: AnyEvent) -> None:
        super().emit(event)
        self._heard.set()

    async def ask(self, question: AnyQuestion) -> Answer:
        self.questions.append(question)
        answer: dict[str, object] = {}
        if isinstance(question, AssetTagQuestion):
            named = str(question.text.values["drive"])
            answer["text"] = next(next(tags) for serial, tags in self._tags.items() if f"{serial})" in named)
        if isinstance(question, ConfirmEraseQuestion):
            [plan] = question.plans
            serial = plan.drive.serial or ""
            if serial[-4:] not in self._refuses:
                answer["serial_ends"] = {plan.drive.path: serial[-4:]}
        return Answer.model_validate({"mode": Mode.TRAINING, "question_id": question.id, **answer})

    def detail(self, step_id: str) -> str:
        return next((str(step.detail) for step in self.state.steps if step.id == step_id and step.detail), "")

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                assert self.problem is None, str(self.problem)
                self._heard.clear()
                await self._heard.wait()

    async def open(self) -> None:
        """Until drives may be plugged in."""
        await self.until(lambda: "Plug in a drive" in self.detail("dock"))

    async def over(self, count: int) -> None:
        """Until so many drives may be unplugged."""
        await self.until(lambda: self.lines("You may unplug it") >= count)

    def lines(self, part: str) -> int:
        return sum(part in str(step.detail) for step in self.state.steps)


async def session(
    bench: Bench, here: Workplace, what: Callable[[], Awaitable[None]], **request: object
) -> list[Report]:
    """A session from its start to its end, in which `what` happens; the reports that were saved."""
    here.prepare()
    asked = IntakeRequest.model_validate({"profile": "bare", **request})
    bench.dock = Dock(here, bench.profile, asked, bench.emit, bench.ask)
    running = asyncio.ensure_future(bench.dock.run())
    try:
        await bench.open()
        await what()
        await bench.dock.stop_step("dock")
        await asyncio.wait_for(running, PATIENCE)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return reports(here)


def reports(here: Workplace) -> list[Report]:
    files = sorted(here.settings.spool(Mode.TRAINING).glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    return [Report.model_validate(json.loads(file.read_text())["report"]) for file in files]


@pytest.mark.runs_programs
async def test_two_drives_each_get_a_report_and_the_one_of_the_start_is_never_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real workers: every byte is looked at afterwards."""
    monkeypatch.setattr(hotplug, "LOOK_SECONDS", 0.02)
    here = place(tmp_path, a_drive(1, size_bytes=MIB))
    bench = Bench(tmp_path, {"0002": ["T-2"], "0003": ["nonsense!", "T-2", "T-3"]})

    async def work() -> None:
        plug_in(bench.drives, "late2", a_drive(2, size_bytes=MIB))
        await bench.over(1)
        plug_in(bench.drives, "late3", a_drive(3, size_bytes=MIB))
        await bench.over(2)

    found = await session(bench, here, work)
    assert [report.asset_tag for report in found] == ["T-2", "T-3"]
    for report, serial in zip(found, ("SIM-TEST-0002", "SIM-TEST-0003"), strict=True):
        assert report.subject is Subject.DRIVE
        assert report.grade is None
        assert report.inventory.machine.machine_id is None
        assert report.inventory.memory.installed_bytes is None
        assert [drive.serial for drive in report.inventory.drives] == [serial]
        assert [done.drive.serial for done in report.sanitizations] == [serial]
        assert report.sanitizations[0].status is SanitizationStatus.SANITIZED
        assert {check.id for check in report.checks} == {"drive_health"}
    assert b"secret" in (bench.drives / "drive0.img").read_bytes()
    assert b"secret" not in (bench.drives / "late2.img").read_bytes()
    problems = [str(one.problem) for one in bench.questions if isinstance(one, AssetTagQuestion) and one.problem]
    assert problems[0].startswith("“nonsense!” is not")
    assert problems[1] == "“T-2” is the tag of another drive of this session."
    last = bench.events[-1]
    assert isinstance(last, FinishedEvent)
    assert last.good
    assert not [step.id for step in bench.state.steps if step.status in (StepStatus.WAITING, StepStatus.RUNNING)]
    assert not list(here.settings.journal(Mode.TRAINING).glob("*.jsonl"))


@pytest.fixture
def quick(erased: list[str]) -> list[str]:
    """Serials of the drives that were handed over to be erased; nothing is."""
    return erased


@pytest.mark.runs_programs
async def test_one_of_the_start_is_turned_away_when_it_comes_back(tmp_path: Path, quick: list[str]) -> None:
    here, bench = place(tmp_path, a_drive(1)), Bench(tmp_path, {"0002": ["T-2"], "0001": ["T-1"]})

    async def work() -> None:
        unplug(bench.drives, "drive0")
        await asyncio.sleep(0.1)
        plug_in(bench.drives, "elsewhere", a_drive(1))
        await bench.until(lambda: bench.lines("was there at the start") == 1)
        plug_in(bench.drives, "late", a_drive(2))
        await bench.over(1)
        unplug(bench.drives, "elsewhere")
        await bench.until(lambda: bench.lines("was there at the start") == 0)

    found = await session(bench, here, work)
    assert [report.asset_tag for report in found] == ["T-2"]
    assert quick == ["SIM-TEST-0002"]


@pytest.mark.runs_programs
async def test_without_a_yes_nothing_is_erased_and_the_report_says_so(tmp_path: Path, quick: list[str]) -> None:
    here, bench = place(tmp_path), Bench(tmp_path, {"0002": ["T-2"]}, refuses=("0002",))

    async def work() -> None:
        plug_in(bench.drives, "late", a_drive(2))
        await bench.over(1)

    [report] = await session(bench, here, work)
    assert quick == []
    assert report.sanitizations[0].status is SanitizationStatus.NOT_REQUESTED
    assert "NOT sanitized" in bench.detail(f"drive:{report.report_id}")


@pytest.mark.runs_programs
async def test_tests_alone(tmp_path: Path, quick: list[str]) -> None:
    here, bench = place(tmp_path), Bench(tmp_path, {"0002": ["T-2"]})

    async def work() -> None:
        plug_in(bench.drives, "late", a_drive(2))
        await bench.over(1)

    await session(bench, here, work, erase="none")
    assert quick == []
    assert not [one for one in bench.questions if isinstance(one, ConfirmEraseQuestion)]


@pytest.mark.runs_programs
async def test_what_the_kernel_said_of_the_drive_is_in_its_report(tmp_path: Path, quick: list[str]) -> None:
    said = tmp_path / "kmsg"
    said.write_text("3,1,1,-;critical medium error, dev sdz, sector 8\n")
    here = replace(place(tmp_path, a_drive(1)), kernel_log=lambda: KernelLog(str(said)))
    bench = Bench(tmp_path, {"0002": ["T-2"]})
    bench.profile = BARE.model_copy(update={"checks": only("drive_health", "kernel_log")})

    async def work() -> None:
        plug_in(bench.drives, "late2", a_drive(2))
        await bench.over(1)

    [report] = await session(bench, here, work)
    [heard] = [check for check in report.checks if check.id == "kernel_log"]
    assert (heard.subject, heard.outcome) == ("SIM-TEST-0002", Outcome.PASSED)
    assert "no fault of this drive" in str(heard.reason)


async def test_two_with_one_serial_wait_until_one_is_unplugged(tmp_path: Path, quick: list[str]) -> None:
    here, bench = place(tmp_path), Bench(tmp_path, {"0007": ["T-7"]})

    async def work() -> None:
        twin: Description = a_drive(7)
        plug_in(bench.drives, "staged-a", twin)
        plug_in(bench.drives, "staged-b", twin)
        await bench.until(lambda: bench.lines("same serial number") == 2)
        assert quick == []
        unplug(bench.drives, "staged-b")
        await bench.over(1)

    # Both at once: a look between the two would find a single one.
    async def at_once() -> None:
        (tmp_path / "drives").mkdir(exist_ok=True)
        await work()

    await session(bench, here, at_once)
    assert quick == ["SIM-TEST-0007"]


@pytest.mark.runs_programs
async def test_a_drive_that_leaves_before_the_answer_takes_its_question_with_it(
    tmp_path: Path, quick: list[str]
) -> None:
    here, bench = place(tmp_path), Bench(tmp_path, {"0003": ["T-3"]})
    withdrawn = asyncio.Event()
    answers = bench.ask

    async def ask(question: AnyQuestion) -> Answer:
        if "0002" in str(question.text):
            unplug(bench.drives, "late")
            try:
                await asyncio.Event().wait()
            finally:
                withdrawn.set()
        return await answers(question)

    bench.ask = ask  # type: ignore[method-assign]

    async def work() -> None:
        plug_in(bench.drives, "late", a_drive(2))
        await asyncio.wait_for(withdrawn.wait(), PATIENCE)
        plug_in(bench.drives, "late", a_drive(3))
        await bench.over(1)

    [report] = await session(bench, here, work)
    assert (report.asset_tag, quick) == ("T-3", ["SIM-TEST-0003"])
    assert bench.lines("before anything was written") == 1


@pytest.mark.runs_programs
async def test_what_is_plugged_in_again_is_a_stranger(tmp_path: Path, quick: list[str]) -> None:
    """A bridge may give one serial number to every drive: nothing is taken for done because its number is."""
    here, bench = place(tmp_path), Bench(tmp_path, {"0002": ["T-2", "T-2"]})

    async def work() -> None:
        plug_in(bench.drives, "late", a_drive(2))
        await bench.over(1)
        unplug(bench.drives, "late")
        plug_in(bench.drives, "later", a_drive(2))
        await bench.over(2)

    await session(bench, here, work)
    assert len([one for one in bench.questions if isinstance(one, ConfirmEraseQuestion)]) == 2
    assert quick == ["SIM-TEST-0002"] * 2


@pytest.mark.parametrize(
    "request_", [{"attended": False}, {"erase": "all"}, {"erase": ["SIM-TEST-0001"]}, {"asset_tag": "T-1"}]
)
async def test_what_makes_no_sense_at_a_dock_is_refused(tmp_path: Path, request_: dict[str, object]) -> None:
    here, bench = place(tmp_path, a_drive(1)), Bench(tmp_path, {})
    await Dock(here, BARE, IntakeRequest.model_validate(request_), bench.emit, bench.ask).run()
    assert "At the dock" in str(bench.problem)
    assert not (tmp_path / "drives").exists()


async def test_where_nobody_can_tell_what_is_there_the_dock_does_not_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotplug, "LOOK_SECONDS", 0.0)
    here, bench = place(tmp_path), Bench(tmp_path, {})

    def fails(_: object) -> list[object]:
        raise OSError(5, "x")

    object.__setattr__(here, "find_drives", fails)
    await Dock(here, BARE, IntakeRequest(), bench.emit, bench.ask).run()
    assert "does not open" in str(bench.problem)


# ---- crashes and power cuts


def left_behind(here: Workplace, *records: dict[str, object], boot: str | None = None) -> None:
    """The journal of a session that a crash broke off; with `boot`, a power cut."""
    journal = Journal.create(here.settings.journal(Mode.TRAINING), "6f6e6c79-0000-4000-8000-000000000001")
    journal.note("intake", request=IntakeRequest(profile="bare").model_dump(mode="json"))
    for record in records:
        journal.note(str(record.pop("record")), **record)
    if boot is not None:
        [file] = here.settings.journal(Mode.TRAINING).glob("*.jsonl")
        lines = [json.loads(line) for line in file.read_text().splitlines() if line]
        lines[0]["boot_id"] = boot
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))


@pytest.mark.runs_programs
@pytest.mark.parametrize("over", [False, True])
async def test_after_a_crash_the_drives_of_the_start_are_still_those_and_the_confirmed_go_on(
    tmp_path: Path, quick: list[str], over: bool
) -> None:
    here, bench = place(tmp_path, a_drive(1)), Bench(tmp_path, {"0002": ["T-2"], "0003": ["T-3"]})
    here.prepare()
    plug_in(bench.drives, "late", a_drive(2))
    there = {drive.serial: drive.model_dump(mode="json") for drive in here.find_drives(here.source)}
    ended: list[dict[str, object]] = [{"record": "undocked", "drive": there["SIM-TEST-0002"]}] if over else []
    left_behind(
        here,
        {"record": "dock_start", "drives": [there["SIM-TEST-0001"]]},
        {"record": "committed", "drive": there["SIM-TEST-0002"], "tag": "T-8"},
        *ended,
    )
    restart = broken_off(here.settings.journal(Mode.TRAINING))
    assert restart is not None
    dock = Dock(here, BARE, restart.request, bench.emit, bench.ask)
    dock.take_up(restart)
    running = asyncio.ensure_future(dock.run())
    await bench.over(1)
    await dock.stop_step("dock")
    await asyncio.wait_for(running, PATIENCE)
    assert quick == ["SIM-TEST-0002"]
    assert [report.asset_tag for report in reports(here)] == ["T-2" if over else "T-8"]
    assert bool(bench.questions) is over


@pytest.mark.runs_programs
async def test_after_a_power_cut_a_drive_is_known_again_when_it_is_plugged_in(tmp_path: Path, quick: list[str]) -> None:
    here, bench = place(tmp_path), Bench(tmp_path, {"0002": ["T-2"]})
    plans: list[Plan] = []
    answers = bench.ask

    async def ask(question: AnyQuestion) -> Answer:
        if isinstance(question, ConfirmEraseQuestion):
            plans.extend(question.plans)
        return await answers(question)

    bench.ask = ask  # type: ignore[method-assign]
    known = {"serial": "SIM-TEST-0002", "model": "Simulated 2", "size_bytes": 8 * MIB}
    left_behind(here, {"record": "erase_started", "drive": known}, boot="another")
    assert broken_off(here.settings.journal(Mode.TRAINING)) is None

    async def work() -> None:
        plug_in(bench.drives, "late", a_drive(2))
        await bench.over(1)

    await session(bench, here, work)
    assert "was never finished" in str(plans[0].warnings[0])


@pytest.mark.runs_programs
async def test_after_a_power_cut_one_that_was_left_plugged_in_is_named(tmp_path: Path, quick: list[str]) -> None:
    here, bench = place(tmp_path, a_drive(2)), Bench(tmp_path, {})
    known = {"serial": "SIM-TEST-0002", "model": "Simulated 2", "size_bytes": 8 * MIB}
    left_behind(here, {"record": "erase_started", "drive": known}, boot="another")

    async def nothing() -> None:
        assert bench.lines("never finished") == 1

    assert await session(bench, here, nothing) == []
    assert quick == []


@pytest.mark.runs_programs
async def test_in_training_the_drives_are_plugged_in_once_the_dock_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotplug, "LOOK_SECONDS", 0.02)
    settings = Settings(state_dir=tmp_path / "state")
    settings.make_folder(Mode.TRAINING)
    here = workplace(Mode.TRAINING, settings)
    here.prepare()  # of an earlier intake: the same drives, of which none is there at the start
    bench = Bench(tmp_path, {})
    asked: list[str] = []

    async def ask(question: AnyQuestion) -> Answer:
        asked.append(str(question.text))
        if len(asked) == 3:
            bench._heard.set()
        await asyncio.Event().wait()
        raise AssertionError

    dock = Dock(here, BARE, IntakeRequest(), bench.emit, ask)
    running = asyncio.ensure_future(dock.run())
    try:
        await bench.until(lambda: len(asked) == 3)
        assert all("SIM-" in text for text in asked)
        assert bench.lines("was there at the start") == 0
        assert "no drive" in bench.detail("at_start")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

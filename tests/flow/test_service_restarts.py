"""The service's own crash: its next life goes on by itself, but only in the same life of the computer."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from bench_place import CHOSEN, MIB, QUIET, Listener, a_drive, place

from agent import restart
from agent import service as service_module
from agent.intake import Intake
from agent.journal import Journal, unfinished
from agent.model.check import CheckResult
from agent.model.message import say
from agent.model.messages import AnyEvent, FinishedEvent, IntakeRequest, StepEvent
from agent.model.sanitization import DriveIdentity, Plan, ended
from agent.model.words import Mode, Outcome, Phase, SanitizationStatus, Transport, Verify
from agent.restart import RESTARTS, Restart, broken_off
from agent.service import Service
from agent.training.description import Description
from agent.workplace import Workplace

DRIVE = DriveIdentity(path="/dev/sda", transport=Transport.ATA, serial="S-1", model="M", size_bytes=4096, diskseq=3)
REQUEST = IntakeRequest(profile="quiet", attended=True)


def written(folder: Path, *records: tuple[str, dict[str, Any]], boot: str | None = None) -> Journal:
    journal = Journal.create(folder, "one")
    if boot is not None:
        (folder / "one.jsonl").write_text(json.dumps({"record": "created", "boot_id": boot}) + "\n")
    journal.record("intake", machine_id="m", request=REQUEST.model_dump(mode="json"))
    for kind, fields in records:
        journal.record(kind, **fields)
    return journal


CONFIRMED = ("confirmed", {"drives": [DRIVE.model_dump(mode="json")]})


def test_what_a_crash_left(tmp_path: Path) -> None:
    written(tmp_path, ("asset_tag", {"tag": "T-7"}), CONFIRMED)
    found = broken_off(tmp_path)
    assert found is not None
    assert (found.request, found.asset_tag, found.confirmed) == (REQUEST, "T-7", (DRIVE,))


@pytest.mark.parametrize(
    "last", [("ended", {}), ("report", {"report_id": "x"}), *[("sanitization", {"result": {"status": "perfect"}})]]
)
def test_what_came_to_an_end_or_is_damaged_does_not_start_by_itself(
    tmp_path: Path, last: tuple[str, dict[str, Any]]
) -> None:
    written(tmp_path, CONFIRMED, last)
    assert broken_off(tmp_path) is None


def test_after_a_power_cut_nothing_starts_by_itself(tmp_path: Path) -> None:
    """Somebody may have pulled the plug to save a drive."""
    written(tmp_path, CONFIRMED, boot="00000000-0000-0000-0000-000000000000")
    assert broken_off(tmp_path) is None


def test_an_erase_of_the_command_line_does_not_start_by_itself(tmp_path: Path) -> None:
    Journal.create(tmp_path, "one").record("erase_started", drive=DRIVE.model_dump(mode="json"))
    assert broken_off(tmp_path) is None


def test_an_intake_that_crashes_the_service_again_and_again_is_left_alone(tmp_path: Path) -> None:
    journal = written(tmp_path, CONFIRMED)
    for _ in range(RESTARTS):
        assert broken_off(tmp_path) is not None
        journal.record("restarted")
    assert broken_off(tmp_path) is None


@pytest.mark.parametrize(
    ("now", "chosen"),
    [
        ({}, True),
        ({"path": "/dev/sdz", "diskseq": 9}, True),  # pulled and back: serial, model and size say who it is
        ({"serial": "S-2"}, False),
        ({"size_bytes": 8192}, False),
        ({"serial": None}, False),
    ],
)
def test_only_the_confirmed_drive_is_chosen_again(tmp_path: Path, now: dict[str, Any], chosen: bool) -> None:
    found = Restart(written(tmp_path, CONFIRMED), REQUEST, confirmed=(DRIVE,))
    drive = DRIVE.model_copy(update=now)
    assert found.chosen([Plan(drive=drive)]) == ({drive.path} if chosen else set())


def test_without_a_serial_number_only_the_very_same_appearance_is_chosen_again(tmp_path: Path) -> None:
    nameless = DRIVE.model_copy(update={"serial": None})
    found = Restart(written(tmp_path), REQUEST, confirmed=(nameless,))
    assert found.chosen([Plan(drive=nameless)]) == {DRIVE.path}
    assert found.chosen([Plan(drive=nameless.model_copy(update={"diskseq": 4}))]) == set()


def test_results_count_for_the_same_appearance_of_the_drive_only(tmp_path: Path) -> None:
    done = ended(DRIVE, SanitizationStatus.SANITIZED, say("Done."))
    found = Restart(written(tmp_path), REQUEST, results=(done,))
    assert found.result(DRIVE) == done
    assert found.result(DRIVE.model_copy(update={"diskseq": 4})) is None
    assert found.result(DRIVE.model_copy(update={"size_bytes": 8192})) is None
    cut_off = done.model_copy(update={"status": SanitizationStatus.INTERRUPTED})
    assert replace(found, results=(cut_off,)).result(DRIVE) is None


class Crashing(Listener):
    """Calls `crash` at the first event for which `when` is true."""

    def __init__(self, when: Callable[[AnyEvent], bool], crash: Callable[[], None]) -> None:
        super().__init__({"text": "T-7"}, {"text": "T-7"})
        self._when, self._crash = when, crash

    def emit(self, event: AnyEvent) -> None:
        super().emit(event)
        if self._when(event):
            self._crash()


async def crashed(where: Workplace, when: Callable[[AnyEvent], bool]) -> None:
    """An intake of which only what was on the stick at a moment is left, and no last word."""
    kept: dict[Path, bytes] = {}

    def crash() -> None:
        if not kept:
            kept.update({path: path.read_bytes() for path in where.settings.journal(where.mode).glob("*.jsonl")})
            job.cancel()

    listener = Crashing(when, crash)
    intake = Intake(where, QUIET, REQUEST, listener.emit, listener.ask)
    job = asyncio.create_task(intake.run())
    with contextlib.suppress(asyncio.CancelledError):
        await job
    assert kept
    for path, content in kept.items():
        path.write_bytes(content)


@contextlib.asynccontextmanager
async def served(where: Workplace, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    monkeypatch.setattr(service_module.profiles, "choose", lambda *_: CHOSEN)
    service = Service(where)
    running = asyncio.create_task(service.run(on_demand=False))
    try:
        yield service
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def writing(event: AnyEvent) -> bool:
    return isinstance(event, StepEvent) and event.step.id.endswith("drive0.img") and "writing" in str(event.step.detail)


async def until(done: Callable[[], bool]) -> None:
    for _ in range(3000):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def slow() -> Description:
    """Large and slow enough to be cut off in the middle."""
    return a_drive(1, size_bytes=16 * MIB, bytes_per_second=16_000_000)


def only_once(where: Workplace) -> Workplace:
    """The drives are made full of old data once; a restart finds them as they are."""
    calls = 0

    def prepare() -> None:
        nonlocal calls
        calls += 1
        assert calls == 1, "the drives of a broken-off intake must not be touched by a preparation"
        where.prepare()

    return replace(where, prepare=prepare)


@pytest.mark.runs_programs
async def test_it_goes_on_without_asking_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = only_once(place(tmp_path, slow(), a_drive(2)))
    await crashed(where, writing)
    assert (tmp_path / "drives/drive0.img").read_bytes().endswith(b"donor's secret! ")
    async with served(where, monkeypatch) as service:
        await until(lambda: service._state.phase is Phase.FINISHED)
        state = service._state
    assert state.problem is None
    assert state.question is None
    assert state.asset_tag == "T-7"
    assert {each.drive.serial: each.status for each in state.sanitizations} == {
        "SIM-TEST-0001": SanitizationStatus.SANITIZED,
        "SIM-TEST-0002": SanitizationStatus.SANITIZED,
    }
    assert state.sanitizations[0].verification is Verify.FULL
    assert not any((tmp_path / "drives/drive0.img").read_bytes())
    assert unfinished(where.settings.journal(Mode.TRAINING)) == []


@pytest.mark.runs_programs
async def test_after_another_start_of_the_computer_it_waits_for_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = only_once(place(tmp_path, slow()))
    await crashed(where, writing)
    monkeypatch.setattr(restart, "boot_id", lambda: "another")
    before = (tmp_path / "drives/drive0.img").read_bytes()
    async with served(where, monkeypatch) as service:
        await until(lambda: where.settings.socket(Mode.TRAINING).exists())
        await asyncio.sleep(0.2)
        assert service._job is None
    assert (tmp_path / "drives/drive0.img").read_bytes() == before
    # The next intake knows of it, and takes up what is chosen again.
    again = replace(where, prepare=lambda: None)
    listener = Listener()
    untouched = IntakeRequest(profile="quiet", asset_tag="T-7", erase="none", attended=False)
    await Intake(again, QUIET, untouched, listener.emit, listener.ask).run()
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.INTERRUPTED]
    listener = Listener()
    chosen = IntakeRequest(profile="quiet", asset_tag="T-7", erase="all", attended=False)
    await Intake(again, QUIET, chosen, listener.emit, listener.ask).run()
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.SANITIZED]
    assert isinstance(listener.events[-1], FinishedEvent)
    assert unfinished(where.settings.journal(Mode.TRAINING)) == []


@pytest.mark.runs_programs
async def test_a_service_that_was_told_to_end_does_not_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = place(tmp_path, slow())
    cancelled = asyncio.Event()
    listener = Crashing(writing, cancelled.set)
    job = asyncio.create_task(Intake(where, QUIET, REQUEST, listener.emit, listener.ask).run())
    await asyncio.wait_for(cancelled.wait(), 60)
    job.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await job
    assert len(unfinished(where.settings.journal(Mode.TRAINING))) == 1  # it is known all the same
    assert broken_off(where.settings.journal(Mode.TRAINING)) is None


# ---- what a person did to single steps


def erased(status: SanitizationStatus, *, by_hand: bool = False) -> tuple[str, dict[str, Any]]:
    return "sanitization", {"result": ended(DRIVE, status, say("So.")).model_dump(mode="json"), "by_hand": by_hand}


AGAIN = ("repeated_erase", {"drive": DRIVE.model_dump(mode="json")})
CUT = SanitizationStatus.INTERRUPTED


@pytest.mark.parametrize(
    ("records", "status"),
    [
        ([erased(CUT)], None),  # it goes on
        ([erased(CUT, by_hand=True)], CUT),
        ([erased(SanitizationStatus.NOT_REQUESTED, by_hand=True)], SanitizationStatus.NOT_REQUESTED),
        ([erased(CUT, by_hand=True), AGAIN], None),
        ([erased(CUT, by_hand=True), AGAIN, erased(SanitizationStatus.SANITIZED)], SanitizationStatus.SANITIZED),
        ([erased(SanitizationStatus.SANITIZED), AGAIN, erased(CUT)], None),
        ([erased(CUT, by_hand=True), AGAIN, erased(CUT, by_hand=True)], CUT),
    ],
)
def test_an_erase_that_was_stopped_by_hand_stays_so_until_it_is_repeated(
    tmp_path: Path, records: list[tuple[str, dict[str, Any]]], status: SanitizationStatus | None
) -> None:
    written(tmp_path, CONFIRMED, *records)
    found = broken_off(tmp_path)
    assert found is not None
    done = found.result(DRIVE)
    assert (done and done.status) is status
    assert len(found.earlier) == records.count(AGAIN)  # nothing that was tried is forgotten


def checked(outcome: Outcome) -> tuple[str, dict[str, Any]]:
    result = CheckResult(id="memory", title=say("Memory"), outcome=outcome, reason=say("So."))
    return "check", {"step_id": "check:memory", "result": result.model_dump(mode="json", exclude={"series"})}


def test_steps_that_were_left_out_or_are_to_be_repeated(tmp_path: Path) -> None:
    step = {"step_id": "check:memory"}
    journal = written(tmp_path)
    for record, left_out, again, known in [
        (("left_out", step), True, False, None),
        (checked(Outcome.SKIPPED), True, False, None),
        (("repeated", step), False, True, None),
        (checked(Outcome.FAILED), False, False, Outcome.FAILED),
        (("repeated", step), False, True, Outcome.FAILED),
        (checked(Outcome.PASSED), False, False, Outcome.PASSED),
    ]:
        journal.record(record[0], **record[1])
        found = broken_off(tmp_path)
        assert found is not None
        result = found.check("memory", None)
        assert ("check:memory" in found.left_out, "check:memory" in found.again) == (left_out, again)
        assert (result and result.outcome) is known
    assert found.check("memory", "other part") is None


def test_a_journal_that_is_gone_on_with_is_a_new_one_to_the_workshop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its numbers would begin anew, and the workshop overwrites none: under the old name nothing would be kept."""
    kept: list[tuple[str, dict[str, object]]] = []

    class Keeper:
        def __init__(self, _: object, number: UUID) -> None:
            self._number = str(number)

        def queue(self, record: dict[str, object]) -> None:
            kept.append((self._number, record))

        keep = queue

    monkeypatch.setattr(restart, "ledger", Keeper)
    old, number = Journal.create(tmp_path / "journal", "old"), uuid4()
    again = Restart(old, IntakeRequest()).reopened(replace(place(tmp_path), keeps=lambda: False), number)
    again.record("erase_started")
    assert again.name == "old"
    assert {name for name, _ in kept} == {str(number)}
    assert [(record["record"], record.get("journal")) for _, record in kept] == [
        ("restarted", "old"), ("erase_started", None)
    ]  # fmt: skip

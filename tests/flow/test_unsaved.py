"""A report that cannot be saved: held in memory, counted, tried again, and lost by nothing but a power cut."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import sample_report as sample
from bench_place import CHOSEN, MIB, QUIET, Listener, a_drive, place

from agent import service as service_module
from agent import settings as settings_module
from agent import unsaved as unsaved_module
from agent.delivery.spool import Spool
from agent.intake import Intake
from agent.journal import unfinished
from agent.model.messages import (
    AnyEvent,
    DeliveryEvent,
    IntakeRequest,
    PhaseEvent,
    ReportEvent,
    Start,
    UnsavedEvent,
)
from agent.model.report import SignedReport
from agent.model.state import DeliveryState, IntakeState
from agent.model.words import Delivery, Mode, Outcome, Phase, SanitizationStatus
from agent.report import keys
from agent.report.sign import to_bytes
from agent.report.verify import read, report_id, verify
from agent.service import Service
from agent.training.faults import Faults
from agent.unsaved import Unsaved, save
from agent.workplace import Workplace
from workshop.store import Store

pytestmark = pytest.mark.runs_programs
REQUEST = IntakeRequest(profile="quiet", asset_tag="T-1", erase="none", attended=False)


class Stick:
    """Whether there is one."""

    def __init__(self, *, there: bool = False) -> None:
        self.there = there

    def __call__(self) -> bool:
        return self.there


@pytest.fixture
def stick() -> Stick:
    return Stick()


@pytest.fixture
def where(tmp_path: Path, stick: Stick, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    monkeypatch.setattr(unsaved_module, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(service_module.profiles, "choose", lambda *_: CHOSEN)
    return replace(place(tmp_path), keeps=stick)


def copies(where: Workplace) -> Path:
    return where.settings.state_dir.parent / "copies"  # as conftest says


def spooled(where: Workplace) -> list[UUID | None]:
    return [each.report_id for each in Spool(where.settings.spool(Mode.TRAINING)).pending()]


async def until(done: Callable[[], bool]) -> None:
    for _ in range(1500):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


@contextlib.asynccontextmanager
async def served(where: Workplace) -> AsyncIterator[Service]:
    service = Service(where)
    running = asyncio.create_task(service.run(on_demand=False))
    await until(lambda: where.settings.socket(Mode.TRAINING).exists())
    try:
        yield service
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def taken(service: Service) -> SignedReport:
    """One intake to its end."""
    heard: list[SignedReport] = []
    emit = service.emit

    def listen(event: object) -> None:
        if isinstance(event, ReportEvent):
            heard.append(event.signed)
        emit(event)  # type: ignore[arg-type]

    service.emit = listen  # type: ignore[method-assign]
    assert service._start(Start(mode=Mode.TRAINING, request=REQUEST)) is None
    service.emit = emit  # type: ignore[method-assign]
    await until(lambda: service._state.phase is Phase.FINISHED)
    return heard[0]


def outcomes(state: IntakeState) -> dict[str, Outcome | None]:
    return {step.id: step.outcome for step in state.steps if step.id in ("report", "delivery")}


async def test_without_a_stick_and_a_workshop_it_is_held(where: Workplace) -> None:
    async with served(where) as service:
        await taken(service)
        state = service._state
        assert (state.delivery.status, state.unsaved) == (Delivery.UNSAVED, 1)
        assert "only in this computer's memory" in str(state.delivery.detail)
        assert outcomes(state) == {"report": Outcome.FAILED, "delivery": Outcome.FAILED}
        assert spooled(where) == [], "what lies in memory is not called saved"


async def test_another_intake_loses_nothing_and_the_stick_saves_all(where: Workplace, stick: Stick) -> None:
    async with served(where) as service:
        first, second = await taken(service), await taken(service)
        assert service._state.unsaved == 2
        stick.there = True
        await until(lambda: service._state.unsaved == 0)
        await until(lambda: not list(copies(where).iterdir()))  # which is told first
        state = service._state
    assert set(spooled(where)) == {report_id(first), report_id(second)}
    assert (state.report_id, state.delivery.status) == (report_id(second), Delivery.SPOOLED)
    assert outcomes(state)["report"] is Outcome.PASSED
    assert unfinished(where.settings.journal(Mode.TRAINING)) == [], "their journals are put aside"


async def test_a_service_that_restarts_knows_of_it(where: Workplace, stick: Stick) -> None:
    async with served(where) as service:
        signed = await taken(service)
    async with served(where) as service:
        assert service._state.unsaved == 1
        stick.there = True
        await until(lambda: service._state.unsaved == 0)
    [file] = Spool(where.settings.spool(Mode.TRAINING)).pending()
    assert file.path.read_bytes() == to_bytes(signed)
    async with served(where) as service:
        assert service._state.unsaved == 0


async def test_what_a_key_in_memory_signed_the_stick_signs_again(where: Workplace, stick: Stick) -> None:
    async with served(where) as service:
        signed = await taken(service)
        shutil.rmtree(where.settings.keys(Mode.TRAINING))  # a stick has a folder of its own, and the workshop its key
        stick.there = True
        await until(lambda: service._state.unsaved == 0)
    [file] = Spool(where.settings.spool(Mode.TRAINING)).pending()
    kept = read(file.path.read_bytes())
    assert kept.report == signed.report
    assert kept.signature.key != signed.signature.key
    stick_key = str(keys.load_or_make(where.settings.keys(Mode.TRAINING), Mode.TRAINING).public)
    assert verify(file.path.read_bytes(), [stick_key]).trusted


async def test_a_copy_that_is_damaged_does_not_keep_the_service_from_starting(where: Workplace) -> None:
    copies(where).mkdir()
    (copies(where) / "x.json").write_bytes(b"{")
    (copies(where) / "y.json").mkdir()
    async with served(where) as service:
        assert service._state.unsaved == 0


async def test_the_workshops_receipt_is_as_good_as_a_stick(tmp_path: Path, where: Workplace) -> None:
    with sample.workshop(tmp_path / "workshop") as url:
        named = replace(where, settings=where.settings.model_copy(update={"workshop": workshop(url)}))
        enrol(tmp_path / "workshop", named)
        async with served(named) as service:
            signed = await taken(service)
            state = service._state
    assert (state.delivery.status, state.unsaved) == (Delivery.DELIVERED, 0)
    assert str(report_id(signed)) in str(state.delivery.url)
    assert outcomes(state) == {"report": Outcome.PASSED, "delivery": Outcome.PASSED}
    assert list(copies(named).iterdir()) == []


async def test_it_is_sent_as_soon_as_the_workshop_takes_it(
    tmp_path: Path, where: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unsaved_module.outbox, "delays", lambda: iter([0.01] * 1000))
    with sample.workshop(tmp_path / "workshop") as url:
        named = replace(where, settings=where.settings.model_copy(update={"workshop": workshop(url)}))
        async with served(named) as service:
            await taken(service)
            assert (service._state.delivery.status, service._state.unsaved) == (Delivery.UNSAVED, 1)
            enrol(tmp_path / "workshop", named)
            await until(lambda: service._state.unsaved == 0)
            assert service._state.delivery.status is Delivery.DELIVERED


def workshop(url: str) -> object:
    from agent.settings import Workshop

    return Workshop(url=url)


def enrol(data: Path, where: Workplace) -> None:
    store = Store(data)
    store.enrol(where.signer.key(Mode.TRAINING).public, None)
    store.close()


async def test_a_stick_that_moved_on_leaves_its_key(where: Workplace, stick: Stick) -> None:
    """What it signed is accepted, and its report is saved when it comes back."""
    stick.there = True
    async with served(where) as service:
        public = keys.load_or_make(where.settings.keys(Mode.TRAINING), Mode.TRAINING).public
        stick.there = False
        state_folder, away = where.settings.folder(Mode.TRAINING), where.settings.state_dir / "away"
        state_folder.rename(away)
        signed = await taken(service)
        assert signed.signature.key == str(public)
        assert service._state.unsaved == 1
        shutil.rmtree(state_folder, ignore_errors=True)
        away.rename(state_folder)
        stick.there = True
        await until(lambda: service._state.unsaved == 0)
    assert spooled(where) == [report_id(signed)]


async def test_the_journal_of_an_erase_without_an_end_stays_when_the_stick_is_back(
    tmp_path: Path, where: Workplace, stick: Stick
) -> None:
    """Also where it could not be read when the intake ended."""
    drive = a_drive(1, faults=Faults(vanishes_after_bytes=5 * MIB))
    where, stick.there = replace(place(tmp_path, drive), keeps=stick), True
    journal, away = where.settings.journal(Mode.TRAINING), tmp_path / "away"

    class Pulling(Listener):
        def emit(self, event: AnyEvent) -> None:
            super().emit(event)
            if isinstance(event, PhaseEvent) and event.phase is Phase.REPORT:
                journal.rename(away)
                stick.there = False

    listener = Pulling()
    held = Unsaved(where, listener.emit)
    intake = Intake(where, QUIET, REQUEST.model_copy(update={"erase": "all"}), listener.emit, listener.ask)
    intake.hand_on(held)
    await intake.run()
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.INTERRUPTED]
    assert held.count == 1
    away.rename(journal)
    stick.there = True
    trying = asyncio.create_task(held.keep_trying())
    await until(lambda: held.count == 0)
    trying.cancel()
    assert len(unfinished(journal)) == 1


async def test_whatever_breaks_while_trying_is_tried_again(
    where: Workplace, stick: Stick, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener()
    held = Unsaved(where, listener.emit)
    calls = 0

    def odd(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("odd")
        return save(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(unsaved_module, "save", odd)
    held.add(sample.signed(where.signer.key(Mode.TRAINING)))
    stick.there = True
    held.tell()
    trying = asyncio.create_task(held.keep_trying())
    await until(lambda: held.count == 0)
    trying.cancel()
    assert "odd" in caplog.text
    assert len(spooled(where)) == 1


async def test_what_was_sent_meanwhile_is_told_as_sent(where: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not as saved on a stick that nobody has plugged in."""
    sent = DeliveryState(status=Delivery.DELIVERED, url="https://workshop.example/")
    monkeypatch.setattr(Unsaved, "_deliver", lambda *_: sent)
    held = Unsaved(where, Listener().emit)
    held.add(signed := sample.signed(where.signer.key(Mode.TRAINING)))
    await held._try(report_id(signed))
    assert held.count == 0
    assert await held.deliver(report_id(signed)) == sent


def test_a_stick_that_goes_while_a_report_is_saved_has_not_got_it(where: Workplace) -> None:
    looks = iter([True, False])
    gone = replace(where, keeps=lambda: next(looks))
    assert save(gone, sample.signed(where.signer.key(Mode.TRAINING))) == unsaved_module.IN_MEMORY


async def test_an_intake_by_itself_holds_its_report_as_well(where: Workplace) -> None:
    listener = Listener()
    await Intake(where, QUIET, REQUEST, listener.emit, listener.ask).run()
    assert (listener.state.delivery.status, listener.state.unsaved) == (Delivery.UNSAVED, 1)


def test_what_is_said_of_another_report_does_not_touch_this_one() -> None:
    mine, other = UUID(int=1), UUID(int=2)
    state = IntakeState(mode=Mode.REAL, report_id=mine, delivery=DeliveryState(status=Delivery.UNSAVED), unsaved=2)
    delivered = DeliveryState(status=Delivery.DELIVERED)
    after = UnsavedEvent(mode=Mode.REAL, count=1, report_id=other, delivery=delivered).apply(state)
    assert (after.unsaved, after.delivery) == (1, state.delivery)
    after = UnsavedEvent(mode=Mode.REAL, count=0, report_id=mine, delivery=delivered).apply(after)
    assert (after.unsaved, after.delivery) == (0, delivered)
    assert DeliveryEvent(mode=Mode.REAL, delivery=delivered).apply(state).unsaved == 2


async def test_a_service_started_by_a_face_stays_as_long_as_it_holds_a_real_report(
    where: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "IDLE_SECONDS", 0.0)
    real = asyncio.sleep
    monkeypatch.setattr(service_module.asyncio, "sleep", lambda _: real(0.001))
    service = Service(replace(where, mode=Mode.REAL))
    service._unsaved.add(sample.signed(keys.ephemeral(Mode.REAL)))
    watching = asyncio.create_task(service._end_when_idle())
    await real(0.05)
    assert not service._ending.is_set()
    service._unsaved._held.clear()
    await asyncio.wait_for(service._ending.wait(), 5)
    watching.cancel()


def test_copies_lie_beside_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a stick that is /run/ordis, in memory and root's alone."""
    monkeypatch.undo()
    monkeypatch.setattr(settings_module.os, "geteuid", lambda: 0)
    where = replace(place(tmp_path), mode=Mode.REAL)
    assert Unsaved(where, print)._copies == Path("/run/ordis/service.unsaved")

"""What the service tells of stick, workshop, clock, spool, and which profile it proposes."""

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from bench_place import QUIET, Listener, a_drive, place
from played_clock import EMPTY, PlayedClock

from agent import surroundings
from agent.intake import Intake
from agent.model.inventory import Inventory, Machine
from agent.model.messages import IntakeRequest, ReportEvent, SnapshotEvent, Start
from agent.model.report import Report
from agent.model.surroundings import Kept, StickSeen, Surroundings, WorkshopSeen
from agent.model.words import Chassis, Mode, Phase, Reached
from agent.service import Service
from agent.settings import Settings
from agent.surroundings import Lookout, proposal


def machine(chassis: Chassis) -> Inventory:
    return Inventory(machine=Machine(chassis=chassis))


@pytest.fixture
def told() -> list[Surroundings]:
    return []


async def test_near_and_far_are_told_once_and_again_when_they_change(
    tmp_path: Path, told: list[Surroundings], monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = [StickSeen(kept=Kept.STICK)]
    where = replace(place(tmp_path), stick=lambda: stick[0], clock=PlayedClock())
    monkeypatch.setattr(surroundings, "look", lambda *_: WorkshopSeen(url="https://w.test", reached=Reached.YES))
    lookout = Lookout(where, told.append, lambda: False)
    for _ in range(2):
        await lookout.look_near()
        await lookout.look_far()
    assert len(told) == 2
    assert told[-1].stick is not None
    assert told[-1].stick.kept is Kept.STICK
    assert (told[-1].stick.key or "").startswith("ordis-training-ed25519:")
    assert told[-1].clock is not None
    assert (told[-1].clock.source, told[-1].clock.local.isoformat()) == ("machine_clock", "2027-03-01T13:00:00+01:00")
    assert told[-1].waiting == 0
    assert told[-1].workshop == WorkshopSeen(url="https://w.test", reached=Reached.YES)
    stick[0] = StickSeen(kept=Kept.PULLED)
    spool = where.settings.spool(where.mode)
    spool.mkdir(parents=True)
    for name in ("one.json", ".half.json", "delivered"):
        (spool / name).write_text("{}")
    await lookout.look_near()
    assert len(told) == 3
    assert (told[-1].stick.kept, told[-1].waiting) == (Kept.PULLED, 1)


async def test_a_clock_that_cannot_be_right_is_called_so(tmp_path: Path, told: list[Surroundings]) -> None:
    clock = PlayedClock(system=EMPTY, rtc=EMPTY)
    await Lookout(replace(place(tmp_path), clock=clock), told.append, lambda: False).look_near()
    assert told[0].clock is not None
    assert told[0].clock.source == "unconfirmed"


async def test_it_looks_by_itself_not_for_the_workshop_while_an_intake_runs_and_survives_its_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "LOOK_SECONDS", 0.0)
    heard, looks, asked = asyncio.Event(), [], []

    def stick() -> StickSeen:
        looks.append(1)
        if len(looks) == 1:
            raise OSError("the stick stalls")
        return StickSeen(kept=Kept.STICK)

    monkeypatch.setattr(surroundings, "look", lambda *_: asked.append(1) or WorkshopSeen())
    lookout = Lookout(replace(place(tmp_path), stick=stick), lambda _: heard.set(), lambda: True)
    watching = asyncio.ensure_future(lookout.watch())
    await asyncio.wait_for(heard.wait(), 60)
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
    assert asked == []


@pytest.mark.parametrize(
    ("chassis", "usual", "proposed", "word"),
    [
        (Chassis.SERVER, "standard", "thorough", "server"),
        (Chassis.NOTEBOOK, "standard", "standard", "laptop"),
        (Chassis.NOTEBOOK, "quick", "quick", "laptop"),
        (Chassis.OTHER, "standard", "standard", None),
    ],
)
def test_a_profile_is_proposed_by_the_kind_of_computer(
    chassis: Chassis, usual: str, proposed: str, word: str | None
) -> None:
    found = proposal(machine(chassis), Settings(default_profile=usual), Mode.REAL)
    assert found.profile == proposed
    assert found.because.values.get("kind") == word
    assert proposal(None, Settings(), Mode.REAL).profile == "standard"


def test_the_workshops_own_profile_goes_before_one_that_comes_with_ordis(tmp_path: Path) -> None:
    own = 'name = "ours"\ntitle_fr = "x"\ntitle_en = "x"\nproposed_for = ["server", "tablet"]\n'
    (tmp_path / "ours.toml").write_text(own)
    settings = Settings(profile_dir=tmp_path, state_dir=tmp_path / "state")
    assert proposal(machine(Chassis.SERVER), settings, Mode.REAL).profile == "ours"
    assert proposal(machine(Chassis.TABLET), settings, Mode.REAL).profile == "ours"
    unreadable = Settings(profile_dir=tmp_path / "gone", state_dir=tmp_path / "state")
    assert proposal(machine(Chassis.SERVER), unreadable, Mode.REAL).profile == "standard"


@pytest.mark.runs_programs
async def test_lot_and_initials_reach_the_report(tmp_path: Path) -> None:
    request = IntakeRequest(profile="quiet", asset_tag="T-1", lot="Mairie 7", volunteer="JB", erase="none")
    listener = Listener()
    await Intake(place(tmp_path, a_drive(1)), QUIET, request, listener.emit, listener.ask).run()
    signed = next(event.signed for event in listener.events if isinstance(event, ReportEvent))
    report = Report.model_validate(signed.report)
    assert (report.lot, report.volunteer) == ("Mairie 7", "JB")


async def test_a_start_keeps_what_is_round_it_and_what_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run(_: object) -> None:
        return None

    monkeypatch.setattr(Intake, "run", run)
    service = Service(place(tmp_path))
    emit, told = service.emit, asyncio.Event()
    monkeypatch.setattr(service, "emit", lambda event: (emit(event), told.set()))
    looking = asyncio.ensure_future(service._look_round())
    await asyncio.wait_for(told.wait(), 60)
    looking.cancel()
    request = IntakeRequest(profile="standard", lot="Mairie 7", volunteer="JB")
    assert service._start(Start(mode=Mode.TRAINING, request=request)) is None
    assert isinstance(SnapshotEvent(mode=Mode.TRAINING, state=service._state), SnapshotEvent)
    assert (service._state.phase, service._state.lot, service._state.volunteer) == (Phase.INVENTORY, "Mairie 7", "JB")
    seen = service._state.surroundings
    assert seen.stick is not None or seen.workshop is not None
    assert service._job is not None
    await service._job

"""What the machine is, told by the service as soon as it is up and before anything is begun."""

import asyncio
import contextlib
from pathlib import Path

import pytest
from bench_place import a_drive, place

from agent.inventory import collect
from agent.model.inventory import Inventory, Machine
from agent.model.messages import AnyEvent, InventoryEvent
from agent.model.state import IntakeState
from agent.model.words import Mode, Phase
from agent.service import Service

FOUND = Inventory(machine=Machine(vendor="HP", model="EliteBook 840 G3"))


class Told(Service):
    """A service that remembers what it tells."""

    def __init__(self, folder: Path, phase: Phase) -> None:
        super().__init__(place(folder, a_drive(1)))
        self._mode = Mode.REAL
        self._looked.set()  # what is round the intake is told already: nothing waits for it
        self._state = IntakeState(mode=Mode.REAL, phase=phase)
        self.told: list[AnyEvent] = []

    def emit(self, event: AnyEvent) -> None:
        self.told.append(event)


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collect, "fast", lambda *_, **__: FOUND)


async def test_facts_come_by_themselves(tmp_path: Path) -> None:
    service = Told(tmp_path, Phase.IDLE)
    await service._first_facts()
    assert [event.inventory for event in service.told if isinstance(event, InventoryEvent)] == [FOUND]
    assert all(event.plans == [] for event in service.told if isinstance(event, InventoryEvent))


async def test_an_intake_is_not_disturbed(tmp_path: Path) -> None:
    service = Told(tmp_path, Phase.WORK)
    await service._first_facts()
    assert service.told == []


async def test_training_does_not_tell_of_drives_that_are_still_to_be_made(tmp_path: Path) -> None:
    service = Told(tmp_path, Phase.IDLE)
    service._mode = Mode.TRAINING
    await service._first_facts()
    assert service.told == []


async def test_the_service_does_it_at_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Event()

    async def first_facts(_: Service) -> None:
        looked.set()

    monkeypatch.setattr(Service, "_first_facts", first_facts)
    service = Service(place(tmp_path, a_drive(1)))
    running = asyncio.create_task(service.run(on_demand=False))
    await asyncio.wait_for(looked.wait(), 10)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running

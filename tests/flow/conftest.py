"""What holds for every test of the flow."""

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from agent import drivework, hotplug
from agent.host import cpuid
from agent.host.source import Live, Source
from agent.inventory import collect
from agent.model.inventory import Drive, Inventory
from agent.model.message import Message, say
from agent.model.sanitization import Plan, Sanitization, ended
from agent.model.words import SanitizationStatus
from agent.unsaved import Unsaved


@pytest.fixture(autouse=True)
def copies_stay_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports that could not be saved leave no copy behind on this computer."""
    monkeypatch.setattr(Unsaved, "_copies", tmp_path / "copies")


ask = cpuid.read
asked_once = functools.cache(lambda: ask(Live()))


@pytest.fixture(autouse=True)
def processor_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """py-cpuinfo takes a second of the processor's time, and every intake here would hear the same from it."""
    monkeypatch.setattr(cpuid, "read", lambda source: asked_once() if type(source) is Live else ask(source))


@pytest.fixture
def erased(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Serials of the drives that were handed over to be erased; nothing is, so that no worker is started."""
    handed: list[str] = []

    class Played:
        stopped, found_surface = False, None

        def __init__(self, plan: Plan, *_: object) -> None:
            self.plan = plan

        async def run(self) -> Sanitization:
            handed.append(self.plan.drive.serial or "")
            return ended(self.plan.drive, SanitizationStatus.SANITIZED, say("played"))

    async def health(plan: Plan) -> Message:
        return say("not asked")

    async def ask_all(drives: list[Drive]) -> list[Drive]:
        return list(drives)

    monkeypatch.setattr(drivework, "DriveErase", Played)
    monkeypatch.setattr(drivework, "read_health", health)
    monkeypatch.setattr("agent.probing.ask_all", ask_all)
    monkeypatch.setattr(hotplug, "LOOK_SECONDS", 0.02)
    return handed


@pytest.fixture
def quick_inventory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine is does not matter here."""

    def fast(source: Source, find: Callable[[Source], list[Drive]], **_: object) -> Inventory:
        return Inventory(drives=find(source))

    monkeypatch.setattr(collect, "fast", fast)
    monkeypatch.setattr(collect, "slow", lambda _source, known: known)

"""Simulated drives in memory: the firmware needs sectors, not files."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from agent.training.description import Description, Kind
from agent.training.drive import SimulatedDrive


class MemoryStore:
    """Sectors in memory, and the calls that reached them."""

    def __init__(self, size_bytes: int) -> None:
        self.content = bytearray(size_bytes)
        self.syncs = 0
        self.closed = False

    def read_into(self, buffer: memoryview, offset: int) -> None:
        assert offset + len(buffer) <= len(self.content)
        buffer[:] = self.content[offset : offset + len(buffer)]

    def write(self, data: memoryview, offset: int) -> None:
        assert offset + len(data) <= len(self.content)
        self.content[offset : offset + len(data)] = data

    def sync(self) -> None:
        self.syncs += 1

    def close(self) -> None:
        self.closed = True


@dataclass
class Switched:
    """A drive that is on, and what is behind it."""

    drive: SimulatedDrive
    store: MemoryStore


HDD = Description(
    kind=Kind.ATA_HDD,
    model="Simulated Test HD",
    serial="SIM-TEST-1",
    firmware="T1",
    size_bytes=64 * 1024,
    rotation_rpm=7200,
)


@pytest.fixture(scope="session")
def describe() -> Callable[..., Description]:
    """Describe a drive by how it differs from a sound 64 KiB disk; other kinds have no turning discs."""

    def make(**changes: object) -> Description:
        if not Kind(changes.get("kind", Kind.ATA_HDD)).turns:  # type: ignore[arg-type]
            changes.setdefault("rotation_rpm", 0)
        return replace(HDD, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def switch_on(describe: Callable[..., Description]) -> Callable[..., Switched]:
    """Switch a drive on in memory, described as by `describe`; with `store`, over sectors that are there already."""

    def make(store: MemoryStore | None = None, **changes: object) -> Switched:
        description = describe(**changes)
        store = store or MemoryStore(description.media_bytes)
        return Switched(SimulatedDrive(description, store), store)

    return make

"""The guard and a drive of several namespaces: all of them or none, and only those that were confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from fake_medium import FakeMedium

from agent.host.blockuse import BlockUse
from agent.host.topology import Kind, Place
from agent.model.words import Transport
from agent.sanitize import guard
from agent.sanitize.guard import DriveSpec, admit, open_to_look
from agent.sanitize.joined import Joined
from agent.sanitize.medium import Identity, Medium, Refused
from agent.sanitize.stick import DISK_SIGNATURE

SIZE = 8192
NODES = ("nvme0n1", "nvme0n2")
SPEC = DriveSpec("/dev/nvme0n1", Identity("FAKE-1", "Fake", 2 * SIZE), namespaces=("/dev/nvme0n2",))


@dataclass
class Machine:
    """What the guard finds."""

    uses: list[BlockUse]
    parts: list[FakeMedium]
    opened: list[str]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    uses = [
        BlockUse(name, Kind.DRIVE, Transport.NVME, size_bytes=SIZE, namespaces=NODES, nsid=number)
        for number, name in enumerate(NODES, 1)
    ]
    made = Machine(uses, [FakeMedium(bytes(SIZE)) for _ in NODES], [])

    def opening(paths: Sequence[str], source: object, *, look_only: bool) -> Medium:
        made.opened += [f"{path} (look)" if look_only else path for path in paths]
        return Joined(made.parts)

    monkeypatch.setattr(guard, "device_number", lambda path: (259, int(path[-1])))
    monkeypatch.setattr(guard, "kernel_name", lambda source, number: f"nvme0n{number[1]}")
    monkeypatch.setattr(guard, "nodes", lambda source, name: made.uses)
    monkeypatch.setattr(guard.NvmeNodes, "open", opening)
    return made


def no_simulation(path: str) -> Medium:
    raise AssertionError(path)


def refused(spec: DriveSpec = SPEC) -> str:
    with pytest.raises(Refused) as caught:
        admit(spec, no_simulation)
    return str(caught.value.reason)


def test_all_are_opened_as_one(machine: Machine) -> None:
    medium = admit(SPEC, no_simulation)
    assert machine.opened == ["/dev/nvme0n1", "/dev/nvme0n2"]
    assert medium.identity().size_bytes == 2 * SIZE


@pytest.mark.parametrize("confirmed", [(), ("/dev/nvme0n3",), ("/dev/nvme0n2", "/dev/nvme0n3")], ids=str)
def test_others_than_were_confirmed(machine: Machine, confirmed: tuple[str, ...]) -> None:
    assert "namespaces" in refused(replace(SPEC, namespaces=confirmed))
    assert machine.opened == []


def test_in_another_order(machine: Machine) -> None:
    """The marks and the addresses would not be where the journal says."""
    assert "namespaces" in refused(replace(SPEC, path="/dev/nvme0n2", namespaces=("/dev/nvme0n1",)))


def test_a_namespace_in_use_refuses_the_drive(machine: Machine) -> None:
    machine.uses[1] = replace(machine.uses[1], mounted=("/srv",))
    assert "/srv" in refused()
    assert machine.opened == []


def test_a_stick_on_the_second_namespace(machine: Machine) -> None:
    machine.parts[1].content[440:444] = DISK_SIGNATURE
    assert "Ordis stick" in refused()


def test_looking_opens_all_and_claims_none(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "place", lambda source, name: Place(Kind.DRIVE, Transport.NVME))
    open_to_look(SPEC, no_simulation)
    assert machine.opened == ["/dev/nvme0n1 (look)", "/dev/nvme0n2 (look)"]
    with pytest.raises(Refused, match="replaced"):
        open_to_look(replace(SPEC, identity=replace(SPEC.identity, diskseq=7)), no_simulation)


def test_what_the_service_sends() -> None:
    fields = {"path": "/dev/a", "size_bytes": 1, "namespaces": ["/dev/b"]}
    assert DriveSpec.from_dict(fields).namespaces == ("/dev/b",)
    assert DriveSpec.from_dict({"path": "/dev/a", "size_bytes": 1}).namespaces == ()

"""No wrong drive: what a bench PC had when the dock was started is never erased, whatever is plugged where."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.atstart import AtStart
from agent.dock import Dock
from agent.host.source import Live
from agent.hotplug import stayed
from agent.model.inventory import Drive
from agent.model.messages import Answer, IntakeRequest
from agent.model.profile import Profile
from agent.model.state import AnyQuestion
from agent.model.words import Mode, Subject, Transport
from agent.settings import Settings
from agent.workplace import Workplace

TRANSPORTS = [Transport.ATA, Transport.NVME, Transport.SCSI, Transport.USB, Transport.MMC]


def drive(name: str = "sda", serial: str | None = "S1", diskseq: int | None = 1, **changes: object) -> Drive:
    facts = {
        "path": f"/dev/{name}", "serial": serial, "diskseq": diskseq, "model": "SSD", "size_bytes": 1 << 30,
        "transport": Transport.ATA, **changes,
    }  # fmt: skip
    return Drive.model_validate(facts)


def test_another_drive_is_welcome() -> None:
    start, late = AtStart((drive(),)), drive("sdb", "S2", 2)
    assert start.against(late, [drive(), late]) is None
    assert AtStart().against(late, [late]) is None


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("serial", ["S1", "s1", " S 1"])
def test_its_serial_is_known_again_in_whatever_socket(transport: Transport, serial: str) -> None:
    again = drive("sdz", serial, 9, transport=transport, model="Bridge", size_bytes=5)
    for present in ([again], [drive(), again]):
        assert AtStart((drive(),)).against(again, present) is not None


@pytest.mark.parametrize(
    "late",
    [
        drive("sdb", None, 2), drive("sdb", "BRIDGE", 2, transport=Transport.USB),
        drive("sdb", "S2", 2, transport=Transport.NVME),
    ],
)  # fmt: skip
def test_once_one_is_gone_what_is_not_proved_to_be_another_is_it(late: Drive) -> None:
    start = AtStart((drive(),))
    assert start.against(late, [drive(), late]) is None
    assert start.against(late, [late]) is not None
    assert start.against(drive("sdb", "S2", 2), [late]) is None


def test_two_bridges_may_hold_the_same_drive() -> None:
    start = AtStart((drive(serial="BRIDGE-A", transport=Transport.USB),))
    assert start.against(drive("sdb", "BRIDGE-B", 2, transport=Transport.USB), []) is not None


def test_the_stick_may_go_to_the_next_machine() -> None:
    start = AtStart((drive(serial="STICK", transport=Transport.USB, ordis_stick=True),))
    assert start.against(drive("sdb", "S2", 2), []) is None
    assert start.against(drive("sdb", "STICK", 3, transport=Transport.USB), []) is not None


# ---- whatever the sequence


@dataclass
class Bench:
    """Drives, the sockets that they are in, and how the computer sees them."""

    real: list[tuple[Transport, str | None]]
    """Of each drive: how it is attached when it is plugged in directly, and the serial number that it gives."""
    sockets: dict[int, int] = field(default_factory=dict)
    """By socket: the drive in it."""
    seen: dict[int, Drive] = field(default_factory=dict)
    counter: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def plug(self, socket: int, number: int, bridge: str | None) -> None:
        """`bridge`: the serial number that a USB bridge gives in the drive's place; None: plugged in directly."""
        if socket in self.sockets or number in self.sockets.values():
            return
        transport, serial = self.real[number]
        if bridge is not None:
            transport, serial = Transport.USB, bridge or serial
        self.sockets[socket] = number
        self.seen[socket] = drive(f"sd{socket}", serial, next(self.counter), transport=transport)

    def unplug(self, socket: int) -> None:
        self.sockets.pop(socket, None)
        self.seen.pop(socket, None)


REAL = st.lists(
    st.tuples(st.sampled_from(TRANSPORTS), st.sampled_from([None, "S1", "S2", "S3", "SAME"])), min_size=2, max_size=6
)
MOVES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 5), st.sampled_from([None, "", "SAME", "B1", "B2"])),
    max_size=12,
)


def played(
    real: list[tuple[Transport, str | None]], at_start: int, moves: list[tuple[bool, int, int, str | None]]
) -> Iterator[tuple[Bench, set[int], list[Drive]]]:
    """The bench after each move, the drives of the start by number, and what was there then.

    A drive tells its own serial number always or never, and no two tell the same; a bridge may tell any.
    """
    bench = Bench([(transport, serial and f"{serial}-{number}") for number, (transport, serial) in enumerate(real)])
    for number in range(min(at_start, len(real))):
        bench.plug(number, number, None)
    there, start = set(bench.sockets.values()), list(bench.seen.values())
    for plugs, socket, number, bridge in moves:
        if plugs:
            bench.plug(socket, number % len(real), bridge)
        else:
            bench.unplug(socket)
        yield bench, there, start


@given(REAL, st.integers(0, 4), MOVES)
def test_no_sequence_of_plugging_makes_a_drive_of_the_start_erasable(
    real: list[tuple[Transport, str | None]], at_start: int, moves: list[tuple[bool, int, int, str | None]]
) -> None:
    for bench, there, start in played(real, at_start, moves):
        for socket, seen in bench.seen.items():
            if bench.sockets[socket] in there:
                assert AtStart(tuple(start)).against(seen, list(bench.seen.values())) is not None


class Taken:
    """In the place of a drive's way through the dock."""

    def __init__(self, _session: object, drive: Drive, *_: object) -> None:
        self.drive, self.over, self.committed, self.tag = drive, False, False, None

    def among(self, present: list[Drive]) -> Drive | None:
        return next((other for other in present if stayed(self.drive, other)), None)

    async def run(self) -> None:
        self.over = True


@given(REAL, st.integers(0, 4), MOVES, st.integers(1, 3))
def test_no_sequence_of_looks_takes_one_of_them(
    real: list[tuple[Transport, str | None]],
    at_start: int,
    moves: list[tuple[bool, int, int, str | None]],
    every: int,
) -> None:
    """The same through the dock itself, which may look only after several moves."""
    asyncio.run(_looks(real, at_start, moves, every))


async def _looks(
    real: list[tuple[Transport, str | None]],
    at_start: int,
    moves: list[tuple[bool, int, int, str | None]],
    every: int,
) -> None:
    here = Workplace(Mode.TRAINING, Settings(), Live(), lambda _: [], lambda: None)
    taken: list[Drive] = []

    def docked(*arguments: object) -> Taken:
        one = Taken(*arguments)  # type: ignore[arg-type]
        taken.append(one.drive)
        return one

    profile = Profile(name="bare", title_fr="x", title_en="x", subject=Subject.DRIVE)
    dock = Dock(here, profile, IntakeRequest(), lambda _: None, nobody)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.dock.Docked", docked)
        for number, (bench, there, start) in enumerate(played(real, at_start, moves)):
            dock.freeze(start)
            if number % every == 0:
                dock.look(list(bench.seen.values()))
                mine = [seen for socket, seen in bench.seen.items() if bench.sockets[socket] in there]
                assert not [one for one in taken if any(stayed(one, other) for other in mine)]
            await asyncio.sleep(0)


async def nobody(_: AnyQuestion) -> Answer:
    raise AssertionError

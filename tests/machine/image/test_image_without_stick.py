"""The stick is pulled, or was never there: nothing is erased on a journal that nobody keeps; no report gets lost."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import truth
from conftest import take_stick
from stick_machine import netbooted
from stick_machine.computer import Computer, Making, started
from stick_machine.drives import MIB, Drive
from stick_machine.examine import examine
from stick_machine.stick import Stick
from stick_machine.workshop import Workshop

UNSAVED = "NON ENREGISTRÉ"


class Bench:
    """One computer that runs in memory, a stick that is not in it yet, and a drive."""

    def __init__(self, computer: Computer, folder: Path, stick: Stick | None) -> None:
        self.computer, self.folder, self.stick = computer, folder, stick
        self.drive = Drive("nvme", folder / "drive.img", "NOSTICK1", 24 * MIB, bytes_per_second=6 * MIB, port="slot0")
        self.drive.fill("drive")
        self.before = {self.drive.file.name: self.drive.digest()}
        computer.plug(self.drive)

    def network(self, *, up: bool) -> None:
        self.computer.qmp("set_link", name="net", up=up)

    def begin(self, tag: str) -> None:
        command = f"ordis intake --headless --json --profile overwrite --asset-tag {tag} --erase {self.drive.serial}"
        self.computer.shell(f"{command} > /run/out 2> /run/err &")

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.computer.read("/run/out").split("\n")[:-1]]

    def wait_for(self, what: str, kind: str, **fields: object) -> None:
        def heard() -> bool:
            return any(event["event"] == kind and fields.items() <= event.items() for event in self.events())

        self.computer.until(what, heard, pause=0.2)

    def result(self) -> dict[str, Any]:
        """The report and what became of it, once the intake has ended."""
        self.wait_for("the result", "result")
        return next(event for event in self.events() if event["event"] == "result")


@pytest.fixture
def bench(saved: Making, place: Path, plain_stick: Stick, request: pytest.FixtureRequest) -> Any:
    folder = place / f"without-{request.node.name}"
    folder.mkdir()
    stick = plain_stick.copy(folder / "stick.img")
    with started(folder / "computer", f"without-{request.node.name}", saved) as computer:
        yield Bench(computer, folder, stick)


def comes_back(bench: Bench, workshop: Workshop, tag: str) -> None:
    """The report is told to be unsaved; with the stick it is saved, and with the network it arrives."""
    computer = bench.computer
    computer.wait_for_text(UNSAVED)
    computer.picture("unsaved")
    assert bench.stick is not None
    take_stick(computer, bench.stick)
    computer.until("it is saved", lambda: computer.names("/var/lib/ordis/spool"))
    workshop.enrol(computer.ordis("key").out.split()[-1])
    bench.network(up=True)
    # It is sent by itself, ever more rarely; here nobody waits for the next time.
    said: list[str] = []

    def arrived() -> bool:
        said.append(computer.ordis("deliver").text)
        return tag in workshop.reports()

    try:
        computer.until("it has arrived", arrived, seconds=120, pause=2)
    except AssertionError as error:
        raise AssertionError(said[-1]) from error


def test_pulled_before_the_erase(bench: Bench, workshop: Workshop) -> None:
    """And no workshop that could keep the journal: nothing is erased."""
    take_stick(bench.computer, bench.stick)
    bench.network(up=False)
    bench.begin("PULL-1")
    bench.wait_for("the inventory", "phase", phase="inventory")
    bench.computer.pull_stick()
    last = bench.result()
    assert truth.check(last["report"], [bench.drive], bench.before) == {bench.drive.serial: "refused"}
    assert last["delivery"]["status"] == "unsaved"
    comes_back(bench, workshop, "PULL-1")


def test_pulled_in_mid_erase(bench: Bench, workshop: Workshop) -> None:
    """What has begun is brought to its end, and what it came to is not lost."""
    take_stick(bench.computer, bench.stick)
    bench.network(up=False)
    bench.begin("PULL-2")
    bench.computer.until("the erase has begun", lambda: bench.drive.digest() != bench.before["drive.img"], pause=0.1)
    bench.computer.pull_stick()
    last = bench.result()
    assert truth.check(last["report"], [bench.drive], bench.before) == {bench.drive.serial: truth.PROVED}
    assert last["delivery"]["status"] == "unsaved"
    comes_back(bench, workshop, "PULL-2")
    bench.computer.cut()
    kept = examine(bench.stick, bench.folder / "examined")
    assert [one["asset_tag"] for one in {**kept.waiting, **kept.delivered}.values()] == ["PULL-2"]


def test_no_stick_but_a_workshop(bench: Bench, workshop: Workshop) -> None:
    """As a machine that was started over the network: the workshop keeps the journal, and acknowledges the report."""
    done = bench.computer.ordis("key")
    workshop.enrol(done.out.split()[-1])
    bench.begin("PULL-3")
    last = bench.result()
    assert truth.check(last["report"], [bench.drive], bench.before) == {bench.drive.serial: truth.PROVED}
    assert last["delivery"]["status"] == "delivered"
    assert "PULL-3" in workshop.reports()


def test_neither_stick_nor_workshop(bench: Bench, workshop: Workshop) -> None:
    bench.network(up=False)
    bench.begin("PULL-4")
    last = bench.result()
    assert truth.check(last["report"], [bench.drive], bench.before) == {bench.drive.serial: "refused"}
    assert last["delivery"]["status"] == "unsaved"
    comes_back(bench, workshop, "PULL-4")


# Seen last: its screen comes up, and the tests' own program in it does not answer; why is not known yet.
@pytest.mark.long
def test_started_over_the_network(handed_out: Path, place: Path, plain_stick: Stick, workshop: Workshop) -> None:
    """There never is a stick. Without the workshop nothing is erased, and the report waits for it; with it, the journal
    is kept there, and the report is received."""
    assert plain_stick  # whose settings this computer has, too
    folder = place / "over-network"
    with ExitStack() as stack:
        making = stack.enter_context(netbooted.served(handed_out, place / "settings", folder))
        computer = stack.enter_context(started(folder / "computer", "over-network", making))
        computer.wait_for_guest()
        computer.wait_for_text("Quel profil")
        workshop.enrol(computer.ordis("key").out.split()[-1])
        bench = Bench(computer, folder, None)
        bench.network(up=False)
        bench.begin("NET-1")
        last = bench.result()
        assert truth.check(last["report"], [bench.drive], bench.before) == {bench.drive.serial: "refused"}
        assert last["delivery"]["status"] == "unsaved"
        computer.wait_for_text(UNSAVED)
        computer.picture("unsaved")
        bench.network(up=True)
        computer.until("it has arrived", lambda: "NET-1" in workshop.reports())
        bench.begin("NET-2")
        last = bench.result()
    assert truth.check(last["report"], [bench.drive], bench.before) == {bench.drive.serial: truth.PROVED}
    assert last["delivery"]["status"] == "delivered"
    assert "NET-2" in workshop.reports()

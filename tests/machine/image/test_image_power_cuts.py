"""Power cuts at random moments of an intake: whatever was on the stick stays, and the next start goes on from it."""

import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import truth
from conftest import take_stick
from stick_machine.computer import QUICK, Computer, Making, started
from stick_machine.drives import MIB, Drive
from stick_machine.examine import Kept, examine
from stick_machine.stick import Stick
from stick_machine.workshop import Workshop

CUTS = 18
OFFSET = '"kind": "offset".*"bytes": [1-9]'
"""A note of how far an overwrite is, but for the one at its very start; as the journal has it."""
JOURNALS = "/var/lib/ordis/journal"
SPEED = 12 * MIB
"""Bytes a second: an erase of 32 MiB takes some seconds, so that it begins anew; test_cuts_from_a_cold_start has one
that goes on from where it was."""


class Bench:
    """The stick, the drive, and what they have been through."""

    def __init__(self, folder: Path, stick: Stick, workshop: Workshop, kind: str, port: str) -> None:
        folder.mkdir()
        self.folder, self.stick, self.workshop = folder, stick.copy(folder / "stick.img"), workshop
        serial = f"POWERCUT-{kind}"
        self.drive = Drive(kind, folder / "cut.img", serial, 32 * MIB, bytes_per_second=SPEED, port=port)
        self.drive.fill("cut")
        self.before = {self.drive.file.name: self.drive.digest()}
        self.number = 0

    def ready(self, computer: Computer) -> None:
        take_stick(computer, self.stick)
        computer.plug(self.drive)

    def begin(self, computer: Computer) -> str:
        self.number += 1
        tag = f"CUT-{self.drive.kind}-{self.number}"
        command = f"ordis intake --headless --json --profile overwrite --asset-tag {tag} --erase {self.drive.serial}"
        computer.shell(f"{command} > /run/out 2> /run/err &")
        return tag

    def events(self, computer: Computer) -> list[dict[str, Any]]:
        """What the intake has told until now."""
        lines = computer.read("/run/out").split("\n")
        return [json.loads(line) for line in lines[:-1]]

    def wait_until_written(self, computer: Computer) -> None:
        """Until the drive is not any more what it is now."""
        now = self.drive.digest()
        computer.until("the erase goes on", lambda: self.drive.digest() != now, pause=0.1)

    def kept(self) -> Kept:
        return examine(self.stick, self.folder / "examined")

    def judge(self, tag: str) -> dict[str, Any]:
        """Hold the report that has arrived against the drive; what became of it."""
        report = self.workshop.reports()[tag]
        found = truth.check(report, [self.drive], self.before)
        assert found == {self.drive.serial: truth.PROVED}
        (one,) = report["sanitizations"]
        assert (one["verification"], one["bytes_verified"]) == ("full", self.drive.size_bytes)
        assert one["evidence"]["identity_reread"]
        return dict(one)


def offset_of(record: dict[str, Any]) -> int:
    """How far an overwrite had come, where this record tells it, in bytes."""
    step = record.get("step") or {}
    return int(step["bytes"]) if step.get("kind") == "offset" else 0


@pytest.mark.long
def test_cuts(saved: Making, place: Path, plain_stick: Stick, workshop: Workshop) -> None:
    bench = Bench(place / "cuts", plain_stick, workshop, "nvme", "slot0")
    chance, cuts, whole, seconds = random.Random(2026), 0, 0, 30.0
    broken = False
    while cuts < CUTS or broken:
        with started(bench.folder / "computer", "cut", saved) as computer:
            bench.ready(computer)
            if bench.number == 0:
                workshop.enrol(computer.ordis("key").out.split()[-1])
            tag, since = bench.begin(computer), time.monotonic()
            # The first runs through, to learn how long one takes; the last one, too.
            moment = chance.uniform(0.2, 1.1) * seconds if whole and cuts < CUTS else 600
            events: list[dict[str, Any]] = []
            while time.monotonic() - since < moment and not (events and events[-1]["event"] == "result"):
                time.sleep(min(0.5, max(0, moment - (time.monotonic() - since))))
                events = bench.events(computer)
            took = time.monotonic() - since
            computer.cut()
        kept = bench.kept()
        told = {event["event"] for event in events}
        if "result" in told:
            whole, seconds = whole + 1, max(took, 10.0)
            bench.judge(tag)
            assert kept.waiting == {}
            broken = False
            bench.drive.fill("cut")
            continue
        cuts, broken = cuts + 1, True
        statuses = [event["delivery"]["status"] for event in events if event["event"] == "delivery"]
        signed = [event["signed"]["report"] for event in events if event["event"] == "report"]
        if {"spooled", "delivered"} & set(statuses):
            # What was said to be saved is there.
            (report,) = signed[-1:]
            assert report["report_id"] in {*kept.waiting, *kept.delivered}
        for report in (*kept.waiting.values(), *kept.delivered.values()):
            if report["asset_tag"] == tag:
                truth.check(report, [bench.drive], bench.before)
        records = [record for journal in kept.open_journals.values() for record in journal]
        last = [record.get("record") for record in records][-3:]
        print(f"cut {cuts} at {took:.1f} s: {statuses} {sorted(told)[:3]} {last}")  # noqa: T201
    assert whole > 1


SLOW = MIB
"""Bytes a second: an erase lasts longer than the half minute after which it first notes how far it is."""


@contextmanager
def cold_start(bench: Bench, name: str, bytes_per_second: int) -> Iterator[Computer]:
    """From the stick itself, with a drive that was there from the beginning; at the end its power is cut."""
    bench.drive.bytes_per_second = bytes_per_second
    making = Making(stick=bench.stick, kernel=bench.stick.kernel(bench.folder, QUICK), drives=[bench.drive])
    with started(bench.folder / "computer", f"cold-{name}", making) as computer:
        computer.wait_for_guest()
        computer.until("service", lambda: computer.shell("systemctl is-active ordis.service").strip() == "active")
        yield computer


def test_cuts_from_a_cold_start(place: Path, plain_stick: Stick, workshop: Workshop) -> None:
    """Cut as soon as something is written, cut again once the journal holds how far it was, and brought to its end by
    the third start, which goes on from there."""
    bench = Bench(place / "cold", plain_stick, workshop, "nvme", "")
    untouched = bench.stick.digest_before_state()
    with cold_start(bench, "written", SLOW) as computer:
        workshop.enrol(computer.ordis("key").out.split()[-1])
        bench.begin(computer)
        bench.wait_until_written(computer)
    assert bench.kept().open_journals
    with cold_start(bench, "noted", SLOW) as computer:
        bench.begin(computer)
        bench.wait_until_written(computer)
        computer.until("an offset", lambda: computer.run("grep", "-rqe", OFFSET, JOURNALS).code == 0)
    offset = max(offset_of(record) for journal in bench.kept().open_journals.values() for record in journal)
    with cold_start(bench, "ended", SPEED) as computer:
        tag = bench.begin(computer)
        computer.until("result", lambda: any(event["event"] == "result" for event in bench.events(computer)))
    one = bench.judge(tag)
    assert one["evidence"]["resumed_at_bytes"] == offset > 0
    assert bench.kept().open_journals == {}
    assert bench.stick.digest_before_state() == untouched

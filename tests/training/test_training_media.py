"""What survives in a simulated drive, and who knows where old data are left."""

import json
import os
import signal
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated_ata import BLOCK, SET_PASSWORD, Ata
from simulated_nvme import SIZE, Memory

from agent.sanitize.medium import Refused
from agent.training.ata_about import AtaAbout
from agent.training.cells import Cells, Residue
from agent.training.clock import RealClock, SteppedClock
from agent.training.description import Description, Erased, Kind, save
from agent.training.drive import SimulatedDrive, description_path, kept_path, open_drive
from agent.training.erasing import Erase
from agent.training.faults import Faults
from agent.training.fills import fill
from agent.training.kept import Kept, KeptFile
from agent.training.spans import Spans
from agent.training.store import FileStore

KIB = 1024
PASSWORD = b"\0\0" + b"ordis".ljust(510, b"\0")

Steps = st.lists(st.tuples(st.booleans(), st.integers(0, 60), st.integers(-2, 15)))


@given(Steps, st.integers(0, 60), st.integers(0, 60))
def test_spans_are_sets(steps: list[tuple[bool, int, int]], start: int, end: int) -> None:
    spans, model = Spans(), set[int]()
    for adds, first, length in steps:
        numbers = range(first, first + length)
        (spans.add if adds else spans.remove)(first, first + length)
        model = model | set(numbers) if adds else model - set(numbers)
        assert {number for span in spans for number in range(*span)} == model
    assert spans.total() == len(model)
    assert bool(spans) == bool(model)
    assert {number for part in spans.within(start, end) for number in range(*part)} == model & set(range(start, end))
    assert (start in spans) == (start in model)
    found = list(spans)
    assert all(a[1] < b[0] for a, b in pairwise(found))  # neighbours have melted together


Cell = st.sampled_from(["write", "erase", "empty", "unmap", "age"])


@given(st.lists(st.tuples(Cell, st.integers(0, 15), st.integers(1, 16)), max_size=20))
def test_cells_know_what_is_old_whatever_stands_there(steps: list[tuple[str, int, int]]) -> None:
    store = Memory(8 * KIB)
    cells = Cells(store, 8 * KIB, 512)
    old, shown = [True] * 16, ["donor"] * 16
    for action, first, count in steps:
        last = min(first + count, 16)
        span = first * 512, last * 512
        if action == "write":
            cells.write(memoryview(b"donor" * (span[1] - span[0]))[: span[1] - span[0]], span[0])
        elif action == "unmap":
            cells.unmap(*span)
        elif action == "age":
            cells.age()
            old = [True] * 16
            continue
        else:
            cells.erase(*span, fill(Erased.ONES, "") if action == "erase" else None)
        for sector in range(first, last):
            old[sector] = old[sector] and action == "unmap"
            shown[sector] = {"unmap": "zeros", "empty": "zeros", "erase": "ones", "write": "donor"}[action]
    again = Cells(store, 8 * KIB, 512)
    again.load(json.loads(json.dumps(cells.save())))
    for one in (cells, again):
        left = one.residue()
        for sector in range(16):
            assert left.holds(sector * 512) == old[sector]
            visible = any(start <= sector * 512 < end for start, end in left.visible)
            assert visible == (old[sector] and sector * 512 not in Spans(left.unseen))
            found = bytearray(512)
            one.read_into(memoryview(found), sector * 512)
            assert (set(found) == {0}) == (shown[sector] == "zeros")
            assert (set(found) == {0xFF}) == (shown[sector] == "ones")
    assert again.residue() == cells.residue()


def test_the_view_of_a_new_drive() -> None:
    drive = Ata(facts={"hidden_bytes": 4096})
    assert drive.drive.residue() == Residue(((0, SIZE + 4096),), (), ((0, 4096),))
    drive.write(512, 1024)
    assert drive.drive.residue().visible == ((0, 512), (1536, SIZE + 4096))
    assert not drive.drive.residue().holds(512)
    assert drive.drive.residue().holds(0)
    drive.power_cycle()
    assert drive.residue[0] == SIZE + 4096 - 1024
    drive.drive.age()
    assert drive.residue == (SIZE + 4096, 0, 4096)


def test_remapped_sectors_are_spare_cells_too() -> None:
    from agent.training.description import Counters

    drive = Ata(facts={"spare_bytes": 0, "counters": Counters(reallocated=3)})
    drive.write()
    assert drive.residue == (0, 0, 3 * 512)


def test_what_waits_in_the_cache_has_not_replaced_anything() -> None:
    drive = Ata(faults={"loses_unflushed": True})
    drive.write(0, 512)
    assert drive.residue[0] == SIZE
    drive.drive.flush()
    assert drive.residue[0] == SIZE - 512


def test_old_data_written_anew_is_not_old(tmp_path: Path) -> None:
    """What counts is the writing: the same bytes again are the host's own."""
    drive = Ata()
    before = drive.read()
    buffer = drive.store.content[:]
    drive.write()
    drive.store.content[:] = buffer
    assert drive.read() == before
    assert drive.residue[0] == 0


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A drive in files, with its erases quick."""
    image = str(tmp_path / "drive.img")
    about = AtaAbout(bios_freezes=False, sanitize=("block",), sanitize_seconds=50, erase_seconds=0)
    description = Description(
        kind=Kind.ATA_SSD, model="M", serial="S", firmware="F", size_bytes=SIZE, ata=about,
        faults=Faults(loses_unflushed=True),
    )  # fmt: skip
    save(description, description_path(image))
    FileStore.create(image, SIZE).close()
    return image


def test_a_file_keeps_it_between_two_openings(path: str) -> None:
    bench = Ata()
    bench.drive = open_drive(path)
    assert bench.data_out(SET_PASSWORD, PASSWORD).succeeded
    bench.drive.close()
    assert oct(os.stat(kept_path(path)).st_mode & 0o777) == "0o600"
    bench.drive = open_drive(path)
    assert bench.security == 0x02  # closed in good order, it was never switched off
    bench.drive.power_cut()
    bench.drive.close()
    bench.drive = open_drive(path)
    assert bench.security == 0x06
    bench.drive.close()


KILLED = """
import os, signal, sys
from mmap import mmap
from agent.model.ports import AtaCommand
from agent.training.drive import open_drive
drive = open_drive(sys.argv[1])
port = drive.ports.ata
with mmap(-1, 512) as buffer:
    buffer[:] = b"x" * 512
    drive.write(buffer, 512, 0)
    drive.flush()
    drive.write(buffer, 512, 512)
assert port.data_out(AtaCommand(0xF1), b"\\0\\0" + b"ordis".ljust(510, b"\\0"), 9).succeeded
assert port.no_data(AtaCommand(0xB4, feature=0x12, lba=0x426B4572, extended=True), 9).succeeded
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.runs_programs
def test_a_killed_worker_is_a_power_cut(path: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with open(path, "rb") as file:
        assert file.read(1024) == b"x" * 512 + bytes(512)  # the second write was never flushed
    bench = Ata()
    bench.drive = open_drive(path)
    assert bench.words[128] & 0x06 == 0x06
    with pytest.raises(OSError, match="Input/output"):
        bench.drive.head(512)
    assert bench.status().count == 0x4000  # the sanitize goes on
    bench.drive.close()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[1]",
        "7",
        '{"counts": 7}',
        '{"security": {"user": 3}}',
        '{"areas": {"odd": 1}}',
        '{"cells": 1}',
        '{"cells": {"old": [7], "deallocated": [], "spare": []}}',
    ],
)
def test_a_spoilt_memory_is_told(path: str, content: str) -> None:
    kept_path(path).write_text(content)
    with pytest.raises(Refused, match=r"drive\.kept"):
        open_drive(path)
    FileStore.open(path).close()  # and nobody holds the drive


def test_what_is_kept_is_a_copy() -> None:
    kept = Kept()
    assert kept.new
    value = {"spans": [(1, 2)]}
    kept.update(one=value, two=2)
    value["spans"].clear()
    assert kept.get("one") == {"spans": [[1, 2]]}
    kept.update(two=None)
    assert kept.get("two") is None
    assert not kept.new


def test_the_file_is_replaced_wholly(tmp_path: Path) -> None:
    kept = KeptFile(tmp_path / "d.kept")
    kept.update(a=1)
    kept.update(b={"c": [1.5]})
    again = KeptFile(tmp_path / "d.kept")
    assert (again.get("a"), again.get("b")) == (1, {"c": [1.5]})


@pytest.mark.parametrize("saved", [{"odd": 1}, {"end": 1.0}, {"end": True}, {"what": None}, [], 7, {"struck": {}}])
def test_a_state_that_nobody_saved(saved: object) -> None:
    with pytest.raises(ValueError, match="Erase"):
        Erase.load(saved)
    assert Erase.load(None) == Erase()


def test_clocks() -> None:
    stepped, alarm = SteppedClock(), threading.Event()
    assert not stepped.wait(5, alarm)
    stepped.advance(2)
    assert stepped.now() == 7
    fast = RealClock(speed=1000)
    started = fast.now()
    assert not fast.wait(10, alarm)  # 10 ms
    assert fast.now() - started >= 9.9
    alarm.set()
    assert fast.wait(1e9, alarm)
    assert stepped.wait(1, alarm)


def test_a_fast_clock_makes_a_long_erase_short() -> None:
    description = Ata(sanitize_seconds=3600).description
    bench = Ata()
    bench.drive = SimulatedDrive(description, Memory(SIZE), None, RealClock(speed=1e6))
    assert bench.sanitize(BLOCK).succeeded
    assert not RealClock().wait(0.01, threading.Event())
    assert bench.status().count == 0x8000

"""The inventory's race: whole programs in turn, how soon which facts are there with four drives, recorded machines."""

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from figures import Row, Runs, time_row
from four import four_drives
from loops import folder_in_memory
from runners import LIMIT_SECONDS, ROOT, Broken, Run

ORDIS = str(Path(sys.executable).with_name("ordis"))
OURS = {"text": [ORDIS, "inventory"], "json": [ORDIS, "inventory", "--json"]}
OTHERS = {"inxi": ["inxi", "-Fxxx"], "lshw": ["lshw", "-json"], "hwinfo": ["hwinfo", "--short"]}
TURN = ("text", "inxi", "json", "lshw", "hwinfo")
"""What is compared runs right after each other, as far as that goes."""
PAIRS = (("text", "inxi", 1.0), ("json", "inxi", 1.0), ("text", "hwinfo", None), ("json", "lshw", None))
FIRST, BUT_SMART, ALL = "first facts", "all but SMART", "everything"
LIMITS = {FIRST: 0.3, BUT_SMART: 1.0, ALL: 3.0}
"""Seconds after the inventory's start."""
RECORDED, RECORDED_SECONDS = 2000, 60.0
CORPUS = ROOT.parent / "shared/corpus/dmi.tar.xz"
MACHINES = ROOT / "tests/inventory/machines"
_RECORDED_MEMORY = 256 << 20
_OF_DRIVES = ("drives", "unreadable")
"""Where SMART still changes the inventory."""

Line = tuple[float, dict[str, Any]]


def race(rounds: int, tell: Callable[[str], None]) -> list[Row]:
    """All rows. Raises Broken, SubprocessError, OSError, NotOurs."""
    with tempfile.TemporaryDirectory(prefix="ordis-bench-") as compiled:
        # As where it is installed, the modules are compiled once, even if this computer's settings would not keep that.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        bench = _Bench(rounds, environment, tell)
        return [*bench.programs(), *bench.four(), *bench.recorded()]


@dataclass(frozen=True)
class _Bench:
    rounds: int
    environment: Mapping[str, str]
    tell: Callable[[str], None]

    def _rounds(self, what: str) -> Iterator[bool]:
        """Whether the round counts: the first one only warms up."""
        for number in range(self.rounds + 1):
            self.tell(f"{what}: round {number} of {self.rounds}" if number else f"{what}: once to warm up")
            yield number > 0

    def _whole(self, command: Sequence[str], *, strict: bool = True) -> tuple[Run, bytes]:
        """A whole process from its start to its end, its output read. Raises Broken, TimeoutExpired."""
        began = time.monotonic()
        done = subprocess.run(
            command, check=False, capture_output=True, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
            timeout=LIMIT_SECONDS,
        )  # fmt: skip
        run = Run(time.monotonic() - began)
        if not done.stdout.strip() or (strict and done.returncode):
            said = done.stderr[-500:].decode(errors="replace")
            raise Broken(f"{' '.join(command[:4])} ended with {done.returncode}: {said}")
        return run, done.stdout

    def programs(self) -> list[Row]:
        """Whole processes on this computer."""
        here = {name: command for name, command in OTHERS.items() if shutil.which(command[0])}
        for name in sorted(OTHERS.keys() - here.keys()):
            self.tell(f"{name}: not here, so not compared (docs/benchmark.md)")
        runs = Runs("this computer", None)
        for counts in self._rounds("inventory"):
            for name in TURN:
                if command := (OURS | here).get(name):
                    run, _ = self._whole(command, strict=name in OURS)
                    if counts:
                        runs.add(name, run)
        return [
            runs.row(f"{' '.join(['ordis', *OURS[ours][1:]])} / {' '.join(OTHERS[other])}", ours, other, least)
            for ours, other, least in PAIRS
            if other in here
        ]

    def four(self) -> Iterator[Row]:
        """When which facts are there, on a computer with four drives."""
        texts = sorted(MACHINES.glob("*/dmidecode.txt"))
        found: dict[str, list[float]] = {}
        with four_drives(texts[0] if texts else None) as inside:
            for counts in self._rounds("four drives"):
                told = marks(self._lines([*inside, sys.executable, "-P", str(Path(__file__).with_name("told.py"))]))
                run, _ = self._whole([*inside, *OURS["text"]])
                for name, seconds in {**told, "whole": run.seconds}.items() if counts else ():
                    found.setdefault(name, []).append(seconds)
        for name, limit in LIMITS.items():
            yield time_row("four drives", f"{name}, from the inventory's start", median(found[name]), limit)
        loaded = median(found["loaded"])
        yield time_row("four drives", "modules loaded, from the program's start", loaded, None)
        yield time_row("four drives", "ordis inventory, the whole process", median(found["whole"]), None)

    def _lines(self, command: Sequence[str]) -> list[Line]:
        """The JSON lines of a process, each with the second of its life in which it came. Raises Broken."""
        began = time.monotonic()
        with subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            came = [(time.monotonic() - began, line) for line in process.stdout]
        if process.returncode:
            raise Broken(f"our inventory ended with {process.returncode}")
        return [(when, json.loads(line)) for when, line in came]

    def recorded(self) -> Iterator[Row]:
        """Recorded machines, all in one call."""
        self.tell(f"{RECORDED} recorded machines")
        with _machines() as (folders, whose):
            names = itertools.islice(itertools.cycle(folders), RECORDED)
            run, said = self._whole([*OURS["json"], "--recorded", *names])
        if (results := said.count(b'{"event": "result"')) != RECORDED:
            raise Broken(f"{results} results of {RECORDED} recorded machines")
        yield time_row("recorded", f"{RECORDED:,} machines in one call ({whose})", run.seconds, RECORDED_SECONDS)


def marks(lines: Sequence[Line]) -> dict[str, float]:
    """From the lines of told.py: seconds to the modules being loaded, and from there to the first facts, to all that
    stands there in the end but what SMART says, and to the end. Raises Broken."""
    loaded = [when for when, line in lines if line["event"] == "loaded"]
    told = [(when, line["inventory"]) for when, line in lines if line["event"] in ("inventory", "result")]
    if not loaded or not told or lines[-1][1]["event"] != "result":
        raise Broken(f"our inventory said only {[line['event'] for _, line in lines]}")
    ended, last = told[-1]
    if not all(drive["power_on_hours"] for drive in last["drives"]):
        raise Broken("a drive did not tell its SMART values")
    known = next(when for when, facts in told if _but_smart(facts) == _but_smart(last))
    begun = loaded[0]
    return {"loaded": begun, FIRST: told[0][0] - begun, BUT_SMART: known - begun, ALL: ended - begun}


def _but_smart(facts: Mapping[str, Any]) -> object:
    rest = {name: value for name, value in facts.items() if name not in _OF_DRIVES}
    return rest, [drive["path"] for drive in facts["drives"]]


@contextlib.contextmanager
def _machines() -> Iterator[tuple[list[str], str]]:
    """Folders of recorded machines, and whose they are. Raises Broken where there are none."""
    if not CORPUS.exists():
        own = sorted(str(folder) for folder in MACHINES.glob("*/"))
        if not own:
            raise Broken(f"there are no recorded machines in {MACHINES}")
        yield own, f"{len(own)} of ours, again and again"
        return
    with folder_in_memory(_RECORDED_MEMORY) as place, tarfile.open(CORPUS) as tar:
        folders = []
        for member in itertools.islice((one for one in tar if one.isfile()), RECORDED):
            folder = place / str(len(folders))
            folder.mkdir()
            report = tar.extractfile(member)
            assert report is not None
            (folder / "dmidecode.txt").write_bytes(report.read())
            folders.append(str(folder))
        yield folders, "dmidecode reports"

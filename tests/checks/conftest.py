"""A stand-in for stress-ng, and what the checks' tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import made_up
import psutil
import pytest
from fake_tree import Tree

from agent.checks.base import Bench
from agent.host.kernel_log import KernelLog
from agent.host.source import Live
from agent.model.inventory import Inventory, Machine, Memory
from agent.model.message import Message
from agent.model.profile import Checks, MemoryCheck, ProcessorCheck
from agent.model.words import Chassis

GIB = 1 << 30
HEAD = """#!/bin/sh
echo "$*" >> "$0.log"
while [ $# -gt 0 ]; do
    case "$1" in
        --yaml) yaml=$2;;
        --vm-ops) trial=1;;
    esac
    shift
done
metrics() { printf '    bogo-ops: %s\\n    bogo-ops-per-second-real-time: %s\\n' $1 $2 > "$yaml"; }
work() { [ "$trial" ] || sleep 0.6; }
"""

StandIn = Callable[[str], Path]
Put = Callable[[dict[str, object]], None]
Seen = list[tuple[float | None, Message | None, float | None]]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Put a shell script first on PATH as stress-ng; each call's arguments go to the file beside it, `stress-ng.log`.

    In it, `work` lasts just long enough for the one second of `bench` (a run may be half a second short), and
    `metrics OPS RATE` writes what stress-ng measures.
    """

    def write(script: str) -> Path:
        path = tmp_path / "bin" / "stress-ng"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD + script)
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")
        return path

    return write


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write files of the made-up machine, by their path without the first slash."""

    def write(files: dict[str, object]) -> None:
        made_up.put(tmp_path, files)

    return write


@pytest.fixture
def no_stress_ng(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("agent.host.run.SYSTEM_PATH", str(tmp_path))


@pytest.fixture
def seen() -> Seen:
    """What a check reported."""
    return []


@pytest.fixture
def bench(tmp_path: Path, seen: Seen) -> Bench:
    """One second for each check, on a made-up machine with 4 GiB of memory and an empty kernel log."""
    log = tmp_path / "kmsg"
    log.touch()
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal:        4000000 kB\nMemAvailable:    3145728 kB\n")
    return Bench(
        checks=Checks(processor=ProcessorCheck(seconds=1, speed=False), memory=MemoryCheck(seconds=1)),
        inventory=Inventory(memory=Memory(installed_bytes=4 * GIB)),
        report=lambda *report: seen.append(report),
        source=Live(str(tmp_path)),
        kernel_log=lambda: KernelLog(str(log)),
    )


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "tree")


@pytest.fixture
def part_bench(tree: Tree, tmp_path: Path, seen: Seen) -> Callable[..., Bench]:
    """`part_bench(subject, *lines, **settings)`: a place of work over `tree` whose kernel has said these lines, each
    with its level ("3,usb 1-1: …"); nothing is waited for. `show` keeps pictures in `seen`."""

    def make(subject: str | None = None, *lines: str, chassis: Chassis = Chassis.NOTEBOOK, **settings: object) -> Bench:
        log = tmp_path / "said"
        records = (line.partition(",") for line in lines)
        log.write_text("".join(f"{level},{at},0,-;{text}\n" for at, (level, _, text) in enumerate(records)))
        return Bench(
            checks=Checks.model_validate({"network": {"seconds": 0}, **settings}),
            inventory=Inventory(machine=Machine(chassis=chassis)),
            report=lambda *report: seen.append(report),
            subject=subject,
            source=tree,
            kernel_log=lambda: KernelLog(str(log)),
            show=lambda levels: seen.append((None, Message("glance", {"levels": levels.hex()}), None)),
        )

    return make


@pytest.fixture
def gone() -> Callable[[int], bool]:
    """Whether a process has ended; a zombie that nobody has buried yet has."""

    def ask(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return ask

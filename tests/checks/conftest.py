"""A stand-in for stress-ng, and what the checks' tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from agent.checks.base import Bench
from agent.host.kernel_log import KernelLog
from agent.host.source import Live
from agent.model.inventory import Inventory, Memory
from agent.model.message import Message
from agent.model.profile import Checks, MemoryCheck, ProcessorCheck

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
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{text}\n")

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
def gone() -> Callable[[int], bool]:
    """Whether a process has ended; a zombie that nobody has buried yet has."""

    def ask(pid: int) -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return ask

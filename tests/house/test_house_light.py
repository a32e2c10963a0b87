"""What starts often, or must never get stuck, stays light: asked of a fresh interpreter."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"pydantic", "textual", "requests", "fastapi", "sqlalchemy", "cryptography", "cpuinfo", "pyudev"}
ASK = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(list(sys.modules)))"


def modules_of(module: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", ASK, module], check=True, capture_output=True, text=True)
    return set(json.loads(done.stdout))


def loaded_by(module: str) -> set[str]:
    return {name.split(".")[0] for name in modules_of(module)}


@pytest.mark.runs_programs
def test_the_command_line_imports_lazily() -> None:
    if not (ROOT / "agent/cli.py").exists():
        pytest.skip("agent/cli.py is not there yet")
    assert loaded_by("agent.cli") & HEAVY == set()


@pytest.mark.runs_programs
def test_help_comes_at_once() -> None:
    if not (ROOT / "agent/cli.py").exists():
        pytest.skip("agent/cli.py is not there yet")
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "agent.cli", "--help"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # The design wants 0.2 s on a quiet machine; this one may be busy with the other tests.
    assert time.monotonic() - started < 2


@pytest.mark.runs_programs
def test_the_drive_worker_is_light() -> None:
    """A worker may sit in the kernel for hours, one for each drive; pydantic alone is 20 MB of memory."""
    if not (ROOT / "agent/worker.py").exists():
        pytest.skip("agent/worker.py is not there yet")
    assert loaded_by("agent.worker") & HEAVY - {"cryptography"} == set()


@pytest.mark.runs_programs
def test_the_service_answers_before_it_loads_what_an_intake_needs() -> None:
    """On a slow computer every tenth of a second here is seconds of an empty screen."""
    loaded = modules_of("agent.service")
    assert loaded & {"requests", "dns", "textual", "cpuinfo", "pyudev", "PIL"} == set()
    later = {"agent.intake", "agent.dock", "agent.tasks", "agent.checks", "agent.grading", "agent.inventory.collect"}
    assert loaded & later == set()


@pytest.mark.runs_programs
def test_the_process_of_a_check_loads_no_other_check() -> None:
    checks = {name for name in modules_of("agent.checks.__main__") if name.startswith("agent.checks.")}
    assert checks == {"agent.checks.base", "agent.checks.__main__"}

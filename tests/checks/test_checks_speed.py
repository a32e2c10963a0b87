"""The speed figure, over a stand-in for 7-Zip that answers what 7-Zip 26.01 did."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.checks import speed
from agent.checks.base import Bench
from agent.host.source import Live

pytestmark = pytest.mark.runs_programs

ANSWER = """1T CPU Freq (MHz):  3645  3654  3661  3656  3660  3646  3655

RAM size:   24105 MB (LP),  # CPU hardware threads:   2
RAM usage:     57 MB (LP),  # Benchmark threads:      1

                       Compressing  |                  Decompressing
Dict     Speed Usage    R/U Rating  |      Speed Usage    R/U Rating
         KiB/s     %   MIPS   MIPS  |      KiB/s     %   MIPS   MIPS

22:       4599    97   4616   4475  |      57299    98   4985   4892
----------------------------------  | ------------------------------
Avr:      4599    97   4616   4475  |      57299    98   4985   4892
Tot:              97   4800   {rating}
"""


@pytest.fixture
def seven_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a shell script first on PATH as 7zz."""

    def write(script: str) -> Path:
        path = tmp_path / "bin" / "7zz"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "$*" >> "$0.log"\n{script}\n')
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")
        return path

    monkeypatch.setattr("os.cpu_count", lambda: 1)
    return write


def measured(bench: Bench) -> dict[str, object]:
    return {figure.name: figure.value for figure in speed.measure(bench)}


def test_one_thread_and_all(bench: Bench, seven_zip, monkeypatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    four = ANSWER.replace("97 ", "388 ").format(rating=15_900)
    path = seven_zip(f"case $3 in -mmt1) echo '{ANSWER.format(rating=4683)}';; *) echo '{four}';; esac")
    assert measured(bench) == {"speed_one_thread_mips": 4683, "speed_all_threads_mips": 15_900}
    asked = path.with_name("7zz.log").read_text().splitlines()
    assert asked == ["b 1 -mmt1 -md22 -mtime=2", "b 1 -mmt4 -md22 -mtime=2"]


@pytest.mark.parametrize(
    "script",
    [
        "exit 2",
        f"echo '{ANSWER.format(rating=4683)}'; exit 1",
        "kill -9 $$",
        "echo ERROR: Data error",
        f"echo '{ANSWER.format(rating=0)}'",
        f"echo '{ANSWER.format(rating=4683).replace('97 ', '39 ')}'",  # something else was running
    ],
)
def test_what_is_no_measurement(bench: Bench, seven_zip, script: str) -> None:
    seven_zip(script)
    assert measured(bench) == {}


def test_no_seven_zip_and_no_memory_for_it(bench: Bench, no_stress_ng, tmp_path: Path) -> None:
    assert measured(bench) == {}
    assert measured(replace(bench, source=Live(str(tmp_path / "nothing")))) == {}


@given(st.text())
def test_whatever_it_says_nothing_is_raised(said: str) -> None:
    told = speed._read(said, 2)
    assert told is None or told > 0

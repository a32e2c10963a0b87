"""What the running system says, and what a recorded one does."""

from pathlib import Path

import pytest

from agent.host.source import Live
from agent.host.system import running_here, usable_memory


def test_this_machine_is_here(tmp_path: Path) -> None:
    assert running_here(Live())
    assert not running_here(Live(str(tmp_path)))


def test_usable_memory_is_the_kernels() -> None:
    total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    assert usable_memory(Live()) == int(total.split()[1]) * 1024


@pytest.mark.parametrize(
    ("text", "expected"), [("MemTotal: 1000 kB", 1_024_000), ("MemTotal:", None), ("MemTotal: x kB", None), ("", None)]
)
def test_usable_memory_of_a_recorded_machine(tmp_path: Path, text: str, expected: int | None) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text(text)
    assert usable_memory(Live(str(tmp_path))) == expected

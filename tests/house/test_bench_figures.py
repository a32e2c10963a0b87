"""What `make bench` reads from dd and nwipe, and how it judges its figures."""

import sys
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parents[2] / "tools" / "bench"
HELP_033 = "  -p, --prng=METHOD       PRNG option (mersenne|twister|isaac|isaac64)\n"
HELP_042 = (
    "\x1b[1;96m  -p, --prng=TYPE\n\x1b[0m PRNG option:\n\x1b[1;96m mersenne | twister\n isaac\n isaac64\n splitmix64\n"
)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCH)
    import figures
    import runners

    yield figures, runners
    for name in ("figures", "runners", "loops"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(("text", "seconds"), [("(1.0 GiB) copied, 0.956156 s, 2.2 GB/s", 0.956156),
                                               ("copied, 5.1e-05 s, 80 MB/s", 5.1e-05)])  # fmt: skip
def test_dd_tells_its_seconds(bench: Any, text: str, seconds: float) -> None:
    assert bench[1].copied_seconds(text) == seconds


def test_a_dd_that_failed_breaks_the_run(bench: Any) -> None:
    with pytest.raises(bench[1].Broken, match="No space"):
        bench[1].copied_seconds("dd: error writing: No space left on device")


def test_generators_are_those_that_the_help_names(bench: Any) -> None:
    assert bench[1].prngs(HELP_033) == ["mersenne", "isaac", "isaac64"]
    assert bench[1].prngs(HELP_042) == ["mersenne", "isaac", "isaac64", "splitmix64"]
    assert [bench[1].version(text) for text in ("nwipe version 0.33\n", "\x1b[1mnwipe 0.42\n", "")] == [
        "0.33", "0.42", "",
    ]  # fmt: skip


def test_the_ratio_is_of_pairs_and_not_of_medians(bench: Any) -> None:
    figures, runners = bench
    runs = figures.Runs("memory", figures.GIB)
    for ours, theirs in ((1, 1), (10, 9), (4, 5)):  # the machine was slow in the second round, for both
        runs.add("ours zero", runners.Run(ours, 1.0))
        runs.add("dd write", runners.Run(theirs, 2.0))
    row = runs.row("zeros", "ours zero", "dd write", 0.97)
    assert (row.ratio, row.verdict, row.ours) == (1.0, "pass", "256 MiB/s")
    assert runs.row("zeros", "ours zero", "dd write", 1.01).verdict == "short"
    assert runs.cpu_row("time", "ours zero", "dd write").verdict == "pass"
    assert runs.cpu_row("time", "dd write", "ours zero").verdict == "short"


@pytest.mark.parametrize(
    ("ours", "dd", "verdict"), [(1, 1, "pass"), (2, 1, "short"), (2, 2, "the medium does not allow it")]
)
def test_two_drives_count_only_where_the_medium_has_room(bench: Any, ours: int, dd: int, verdict: str) -> None:
    figures, runners = bench
    runs = figures.Runs("disk", figures.GIB)
    for name, seconds in (("ours zero", 1), ("ours zero ×2", ours), ("dd write", 1), ("dd write ×2", dd)):
        runs.add(name, runners.Run(seconds))
    assert runs.two_row("zero", 1.8).verdict == verdict


def test_memory_is_measured_against_its_limit(bench: Any) -> None:
    figures, _ = bench
    rows = [figures.memory_row("zero", 63 << 20, 64 << 20), figures.memory_row("zero", 64 << 20, 64 << 20)]
    assert [row.verdict for row in rows] == ["pass", "short"]
    assert len({len(line) for line in figures.table(rows).splitlines()}) == 1

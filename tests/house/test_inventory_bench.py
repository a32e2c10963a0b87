"""How `make bench` tells when which facts of the inventory were there, and how it judges seconds."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

OURS = ("inventory", "four", "figures", "runners", "loops")


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "tools" / "bench")
    import inventory

    yield inventory
    for name in OURS:
        sys.modules.pop(name, None)


def facts(hours: int | None = None, **more: Any) -> dict[str, Any]:
    return {"drives": [{"path": "/dev/sda", "power_on_hours": hours}], "unreadable": [], "memory": 8, **more}


def lines(*events: tuple[float, str, dict[str, Any] | None]) -> list[tuple[float, dict[str, Any]]]:
    return [(when, {"event": name, **({"inventory": known} if known else {})}) for when, name, known in events]


def test_seconds_count_from_where_the_modules_are_loaded(race: ModuleType) -> None:
    told = lines(
        (0.5, "loaded", None),
        (0.75, "inventory", facts(memory=None)),
        (1.0, "inventory", facts()),
        (2.5, "result", facts(4000)),
    )
    assert race.marks(told) == {"loaded": 0.5, "first facts": 0.25, "all but SMART": 0.5, "everything": 2.0}


def test_what_comes_late_with_smart_is_not_taken_for_early(race: ModuleType) -> None:
    told = lines((0.0, "loaded", None), (0.1, "inventory", facts(memory=None)), (3.0, "result", facts(4000)))
    assert race.marks(told)["all but SMART"] == 3.0
    more = facts(4000)
    more["drives"].append({"path": "/dev/sdb", "power_on_hours": 1})
    told = lines((0.0, "loaded", None), (0.1, "inventory", facts()), (3.0, "result", more))
    assert race.marks(told)["all but SMART"] == 3.0


def test_why_smart_is_missing_is_part_of_smart(race: ModuleType) -> None:
    late = facts(4000, unreadable=[{"part": "health of sdb"}])
    told = lines((0.0, "loaded", None), (0.1, "inventory", facts()), (3.0, "result", late))
    assert race.marks(told)["all but SMART"] == 0.1


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([(0.0, "loaded", None), (0.1, "inventory", facts())], "said only"),
        ([(0.1, "inventory", facts()), (3.0, "result", facts(4000))], "said only"),
        ([(0.0, "loaded", None), (0.1, "inventory", facts()), (3.0, "result", facts())], "SMART"),
    ],
)
def test_an_inventory_that_did_not_do_its_work_breaks_the_run(race: ModuleType, events: Any, why: str) -> None:
    with pytest.raises(race.Broken, match=why):
        race.marks(lines(*events))


def test_times_are_shown_as_seconds_and_a_longer_one_is_short(race: ModuleType) -> None:
    runs = race.Runs("this computer", None)
    for ours, theirs in ((0.6, 0.9), (1.2, 1.8), (0.5, 0.4)):  # the machine was slow in the second round, for both
        runs.add("text", race.Run(ours))
        runs.add("inxi", race.Run(theirs))
    row = runs.row("ordis inventory / inxi", "text", "inxi", 1.0)
    assert (row.ours, row.other, row.ratio, row.verdict) == ("0.60 s", "0.90 s", 1.5, "pass")
    assert runs.row("inxi / ordis inventory", "inxi", "text", 1.0).verdict == "short"


def test_a_limit_is_kept_only_below_it(race: ModuleType) -> None:
    rows = [race.time_row("four drives", "everything", seconds, 3.0) for seconds in (2.99, 3.0)]
    assert [(row.verdict, row.target) for row in rows] == [("pass", "< 3 s"), ("short", "< 3 s")]
    assert race.time_row("four drives", "the whole process", 9.0, None).verdict == "-"

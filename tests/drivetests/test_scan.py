"""Reading a drive for places that are slow or cannot be read: simulated drives, with time that passes in waits only."""

from itertools import pairwise
from typing import Any

import pytest
from plain_talk import PlainTalk, ToldClock
from simulated_nvme import Bench

from agent.checks import drive_surface
from agent.drivetests import scan
from agent.drivetests.scan import spread
from agent.model.surface import CLASSES_MS, ZONES
from agent.model.words import Surface, Verify
from agent.sanitize.chunks import Stopped
from agent.sanitize.order import Order
from agent.sanitize.procedure import erase
from agent.sanitize.readahead import PIECE
from agent.training.description import Kind

MIB = 1 << 20
SIZE = 32 * MIB
SECTORS = MIB // 512
NEVER = lambda done, total: None  # noqa: E731


def bench(faults: dict[str, Any] | None = None, **facts: Any) -> Bench:
    return Bench(Kind.ATA_SSD, faults, **{"size_bytes": SIZE, "bytes_per_second": 200_000_000, **facts})


def scanned(on: Bench, extent: Surface = Surface.FULL, regions: int = 8, alive: scan.Alive = NEVER) -> dict[str, Any]:
    return dict(scan.scan(on.drive, regions if extent is Surface.SAMPLE else None, ToldClock(on.clock), alive))


def test_a_full_reading_sees_everything() -> None:
    heard: list[tuple[int, int]] = []
    found = scanned(bench(), alive=lambda done, total: heard.append((done, total)))
    assert (found["size_bytes"], found["read_bytes"], found["to_read_bytes"]) == (SIZE, SIZE, SIZE)
    assert (found["unreadable"], found["unreadable_bytes"], found["block_bytes"]) == ([], 0, 512)
    assert found["reads"] == SIZE // PIECE == len(found["zones"])
    assert found["median_ms"] == pytest.approx(PIECE / 200_000, rel=0.1)
    assert sum(found["classes"]) == found["reads"]
    assert (heard[0], heard[-1]) == ((0, SIZE), (SIZE, SIZE))


def test_what_was_seen_so_far_is_told_now_and_then() -> None:
    told: list[Any] = []
    on = bench(bytes_per_second=4_000_000)
    found = scan.scan(on.drive, None, ToldClock(on.clock), NEVER, told.append)
    assert 2 <= len(told) <= SIZE / 4_000_000 / scan.LIVE_SECONDS + 1
    assert [len(one["zones"]) for one in told] == sorted({len(one["zones"]) for one in told})
    assert told[-1]["zones"] == found["zones"][: len(told[-1]["zones"])]
    curves = drive_surface.curves(told[0])
    assert [curve.name for curve in curves] == ["read_worst_ms", "read_mb_per_second"]
    assert len(curves[0].values) == len(told[0]["zones"])


def test_a_sample_looks_at_both_ends_and_evenly_between() -> None:
    found = scanned(bench(), Surface.SAMPLE, 8)
    assert found["to_read_bytes"] == found["read_bytes"] == 8 * PIECE
    assert [zone[0] for zone in found["zones"]] == [offset * ZONES // SIZE for offset, _ in spread(SIZE, 8, 512)]
    places = spread(1000 * PIECE + 512, 10, 512)
    assert places[0] == (0, PIECE)
    assert sum(places[-1]) == 1000 * PIECE + 512
    assert all(offset % 512 == 0 for offset, _ in places)
    steps = [after[0] - before[0] for before, after in pairwise(places)]
    assert max(steps) - min(steps) <= 512


def test_a_sample_of_a_small_drive_is_all_of_it() -> None:
    assert scanned(bench(), Surface.SAMPLE, 1000)["to_read_bytes"] == SIZE


def test_blocks_that_cannot_be_read_are_listed_one_by_one() -> None:
    found = scanned(bench({"unreadable": (10, 11, 60_000)}))
    assert found["unreadable"] == [{"first": 10, "count": 2}, {"first": 60_000, "count": 1}]
    assert found["unreadable_bytes"] == 3 * 512
    assert found["read_bytes"] == SIZE


def test_a_drive_full_of_bad_blocks_is_not_searched_to_its_end() -> None:
    on = bench({"unreadable": tuple(range(0, SIZE // 512, 64))})
    found = scanned(on)
    assert len(found["unreadable"]) == scan.ENOUGH
    assert found["read_bytes"] < SIZE


def test_slow_places_are_seen_and_looked_at_again() -> None:
    found = scanned(bench({"slow": (20 * SECTORS, 30 * SECTORS), "slow_milliseconds": 700}))
    slow = [zone for zone in found["zones"] if zone[1] > 500]
    assert [zone[0] for zone in slow] == [20 * ZONES // 32, 30 * ZONES // 32]
    assert all(zone[2] > 500 for zone in slow)
    assert found["worst_ms"] == pytest.approx(700 + PIECE / 200_000, abs=1)
    assert found["classes"][CLASSES_MS.index(1000)] == 2


def test_what_is_slow_only_once_is_told_so() -> None:
    found = scanned(bench({"slow": (20 * SECTORS,), "slow_milliseconds": 700, "slow_once": True}))
    [slow] = [zone for zone in found["zones"] if zone[1] > 500]
    assert slow[2] < 20


def test_a_drive_that_goes_away_is_not_full_of_bad_blocks() -> None:
    with pytest.raises(OSError, match="No such device"):
        scanned(bench({"vanishes_after_bytes": 5 * MIB}))


def test_a_drive_that_crawls_is_left_after_a_while() -> None:
    found = scanned(bench(bytes_per_second=50_000))
    assert found["late"]
    assert 0 < found["read_bytes"] < SIZE
    assert found["seconds"] > SIZE / scan.SLOWEST_BYTES_PER_SECOND


def test_it_can_be_stopped_at_every_read_also_in_the_middle_of_bad_blocks() -> None:
    on = bench({"unreadable": (4096,)})
    calls: list[int] = []

    def alive(_: int, __: int) -> None:
        calls.append(1)
        if len(calls) == 5:
            raise Stopped

    with pytest.raises(Stopped):
        scanned(on, alive=alive)


def test_a_full_reading_back_tells_the_same_of_the_surface() -> None:
    on = bench({"slow": (20 * SECTORS,), "slow_milliseconds": 700})
    heard = PlainTalk(ToldClock(on.clock))
    done = erase(on.drive, on.drive.identity(), Order(), heard)
    assert done["status"] == "sanitized"
    [found] = heard.surfaces
    assert (found["read_bytes"], found["to_read_bytes"], found["unreadable_bytes"]) == (SIZE, SIZE, 0)
    zones: Any = found["zones"]
    assert [zone[0] for zone in zones if zone[1] > 500 < zone[2]] == [20 * ZONES // 32]


def test_a_full_reading_back_that_meets_bad_blocks_tells_them() -> None:
    on = bench({"unreadable": (9000,)})
    heard = PlainTalk(ToldClock(on.clock))
    assert erase(on.drive, on.drive.identity(), Order(), heard)["status"] == "failed"
    [found] = heard.surfaces
    assert (found["unreadable"], found["unreadable_bytes"]) == ([{"first": 9000, "count": 1}], 512)


def test_a_sampled_reading_back_is_no_reading_of_the_surface() -> None:
    on = bench()
    heard = PlainTalk(ToldClock(on.clock))
    erase(on.drive, on.drive.identity(), Order(verify=Verify.SAMPLED), heard)
    assert heard.surfaces == []

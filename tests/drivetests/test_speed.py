"""How quickly a drive reads, measured on simulated drives whose time passes in waits only, and on a loop device."""

import os
import threading
from typing import Any

import pytest
from plain_talk import ToldClock
from simulated_nvme import Bench

from agent.drivetests import speed
from agent.host.priority import NICE, first_in_line
from agent.sanitize.chunks import Stopped
from agent.training.description import Kind

MIB = 1 << 20
SIZE = 64 * MIB
NEVER = lambda done, total: None  # noqa: E731


def measured(faults: dict[str, Any] | None = None, rate: int = 100_000_000, seconds: float = 0.1) -> dict[str, Any]:
    on = Bench(Kind.ATA_SSD, faults, size_bytes=SIZE, bytes_per_second=rate)
    return dict(speed.measure(on.drive, seconds, ToldClock(on.clock), NEVER))


def test_the_rates_are_the_drives() -> None:
    found = measured()
    for place in speed.PLACES:
        assert found[f"{place}_mb_per_second"] == pytest.approx(100, rel=0.05)
    # 4096 bytes at that rate, without any way between; short waits are saved up until they are worth a sleep.
    assert found["random_iops"] == pytest.approx(100_000_000 / 4096, rel=0.1)
    assert found["read_errors"] == 0
    assert 0 <= found["random_median_ms"] <= found["random_p99_ms"] <= found["random_worst_ms"]


def test_one_place_may_be_slower() -> None:
    slow = tuple(range(56 * MIB // 512, SIZE // 512, 4096))
    found = measured({"slow": slow, "slow_milliseconds": 100})
    assert found["inner_mb_per_second"] < 20 < found["outer_mb_per_second"]


def test_places_that_cannot_be_read_are_counted_and_end_a_measurement() -> None:
    found = measured({"unreadable": tuple(range(SIZE // 512 // 3, SIZE // 512 * 2 // 3))})
    assert found["middle_mb_per_second"] is None
    assert found["outer_mb_per_second"] == pytest.approx(100, rel=0.05)
    assert found["read_errors"] >= speed.MOST_ERRORS


def test_a_drive_that_goes_away() -> None:
    with pytest.raises(OSError, match="No such device"):
        measured({"vanishes_after_bytes": 20 * MIB})


def test_it_can_be_stopped_and_tells_how_far_it_is() -> None:
    on = Bench(Kind.ATA_SSD, size_bytes=SIZE, bytes_per_second=100_000_000)
    heard: list[int] = []

    def alive(done: int, total: int) -> None:
        assert total == 4000
        heard.append(done)
        if done > 2500:
            raise Stopped

    with pytest.raises(Stopped):
        speed.measure(on.drive, 0.2, ToldClock(on.clock), alive)
    assert heard == sorted(heard)


@pytest.mark.parametrize("size", [4096, 512 * 9, 3 * MIB])
def test_a_tiny_drive_is_measured_all_the_same(size: int) -> None:
    on = Bench(Kind.ATA_SSD, size_bytes=size // 4096 * 4096, bytes_per_second=1_000_000)
    assert speed.measure(on.drive, 0.1, ToldClock(on.clock), NEVER)["outer_mb_per_second"] is not None


def test_being_first_is_given_back() -> None:
    def now() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = now()
    with first_in_line():
        assert now() == (min(before, NICE) if os.geteuid() == 0 else before)
    with first_in_line(wanted=False):
        assert now() == before
    assert now() == before

"""The service sends the reports that wait by itself: when it tries, and that it does."""

import asyncio
from pathlib import Path

import pytest
import sample_report as sample
from bench_place import place

from agent import errands as errands_module
from agent.delivery.outbox import DeliveryOutcome
from agent.delivery.spool import Spool
from agent.errands import Errands, Rhythm
from agent.model.words import Mode
from agent.report.keys import load_or_make
from agent.report.verify import read
from agent.settings import Workshop

CABLE = "eth0 0 0102A8C0"


def tries(rhythm: Rhythm, start: float, end: float, routes: str | None, waiting: int) -> list[float]:
    """Looked at each second, the seconds at which it is tried, in vain."""
    times = []
    for now in range(int(start), int(end)):
        rhythm.look(now, routes, waiting)
        if rhythm.due(now):
            times.append(float(now))
            rhythm.tried(now)
    return times


def test_ever_more_rarely_while_nothing_changes() -> None:
    assert tries(Rhythm(), 0, 1300, None, 1) == [5, 15, 35, 75, 155, 315, 615, 915, 1215]


def test_a_network_that_comes_or_changes_is_used_soon() -> None:
    rhythm = Rhythm()
    assert tries(rhythm, 0, 1000, None, 1)[-1] == 915
    assert tries(rhythm, 1000, 1040, CABLE, 1) == [1005, 1015, 1035]
    assert tries(rhythm, 1040, 1050, CABLE + " wlan0", 1) == [1045]


def test_another_report_is_sent_soon_and_one_less_changes_nothing() -> None:
    rhythm = Rhythm()
    assert tries(rhythm, 0, 1000, CABLE, 2)[-1] == 915
    assert tries(rhythm, 1000, 1010, CABLE, 1) == []
    assert tries(rhythm, 1010, 1020, CABLE, 2) == [1015]


def test_where_nothing_waits_nothing_is_tried() -> None:
    rhythm = Rhythm()
    assert tries(rhythm, 0, 1000, CABLE, 0) == []
    assert tries(rhythm, 1000, 1006, CABLE, 1) == [1005]


async def test_what_waits_is_sent_unless_an_intake_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands_module, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(errands_module.outbox, "delays", lambda: iter([0.0] * 10_000))
    where = place(tmp_path, workshop=Workshop(url="https://w.test"))
    spool = Spool(where.settings.spool(where.mode))
    spool.add(read(sample.signed_bytes(load_or_make(tmp_path / "keys", Mode.TRAINING))))
    sent, busy, asked = asyncio.Event(), True, 0
    loop = asyncio.get_running_loop()

    def is_busy() -> bool:
        nonlocal asked, busy
        asked += 1
        busy = asked < 3
        return busy

    def deliver(from_: Spool, url: str, *_: object) -> list[DeliveryOutcome]:
        assert not busy
        assert (from_.folder, url) == (spool.folder, "https://w.test")
        loop.call_soon_threadsafe(sent.set)
        return []

    monkeypatch.setattr(errands_module.outbox, "deliver_all", deliver)
    delivering = asyncio.ensure_future(Errands(where, is_busy, print).deliver())
    await asyncio.wait_for(sent.wait(), 60)
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)


def test_without_a_workshop_nothing_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errands_module, "Spool", None)
    asyncio.run(Errands(place(tmp_path), lambda: False, print).deliver())

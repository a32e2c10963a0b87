"""The spool emptied into a real workshop server."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import sample_report as sample

from agent.delivery import outbox
from agent.delivery.errors import Unreachable
from agent.delivery.outbox import Busy, delays, deliver_all
from agent.delivery.spool import Spool, SpoolError
from agent.delivery.workshop import deliver
from agent.host.files import locked
from agent.model.message import say
from agent.model.report import SignedReport
from agent.model.words import Mode
from agent.report.keys import ephemeral
from agent.report.sign import to_bytes
from agent.report.verify import report_id
from workshop.store import Store

KEY = ephemeral(Mode.REAL)
NOBODY = "http://127.0.0.1:9"  # the discard port, where nobody listens


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store = Store(tmp_path / "workshop")
    store.enrol(KEY.public, "stick")
    store.close()
    return tmp_path / "workshop"


@pytest.fixture
def url(data: Path) -> Iterator[str]:
    with sample.workshop(data) as address:
        yield address


def arrived(data: Path) -> list[str]:
    store = Store(data)
    try:
        return sorted(item.report_id for item in store.page("", 1, 100).reports)
    finally:
        store.close()


def number(signed: SignedReport) -> str:
    return str(report_id(signed))


def test_everything_arrives_once(spool: Spool, url: str, data: Path) -> None:
    reports = [sample.signed(KEY) for _ in range(3)]
    for report in reports:
        spool.add(report)
    outcomes = deliver_all(spool, url)
    assert all(outcome.receipt and not outcome.problem for outcome in outcomes)
    assert arrived(data) == sorted(map(number, reports))
    assert spool.pending() == []
    assert deliver_all(spool, url) == []


def test_delivered_before_the_power_went_is_not_delivered_twice(spool: Spool, url: str, data: Path) -> None:
    report = sample.signed(KEY)
    spool.add(report)
    first = deliver(to_bytes(report), url)  # the answer came, the move did not happen any more
    (outcome,) = deliver_all(spool, url)
    assert outcome.receipt == first
    assert arrived(data) == [number(report)]


def test_nothing_is_lost_while_the_workshop_is_away(spool: Spool, data: Path) -> None:
    reports = [sample.signed(KEY) for _ in range(2)]
    for report in reports:
        spool.add(report)
    first, second = deliver_all(spool, NOBODY)
    assert "Nothing answers" in str(first.problem)
    assert "Not tried" in str(second.problem)
    assert first.retry
    assert second.retry
    assert len(spool.pending()) == 2
    with sample.workshop(data) as url:
        deliver_all(spool, url)
    assert arrived(data) == sorted(map(number, reports))


def test_a_refused_report_stays_and_the_others_go(spool: Spool, url: str, data: Path) -> None:
    stranger, own = sample.signed(ephemeral(Mode.REAL)), sample.signed(KEY)
    stays = spool.add(stranger)
    spool.add(own)
    outcomes = {outcome.path.name: outcome for outcome in deliver_all(spool, url)}
    refused = outcomes[stays.name]
    assert "does not know" in str(refused.problem)
    assert refused.hint
    assert not refused.retry
    assert [item.path for item in spool.pending()] == [stays]
    assert arrived(data) == [number(own)]


def test_rubbish_is_reported_and_not_sent(spool: Spool) -> None:
    spool.add(sample.signed(KEY)).with_name("notes.txt").write_text("notes")
    outcomes = deliver_all(spool, NOBODY)
    assert {outcome.path.name for outcome in outcomes if outcome.report_id is None} == {"notes.txt"}
    assert all(outcome.problem for outcome in outcomes)


def test_a_report_that_cannot_be_put_away_counts_as_delivered(
    spool: Spool, url: str, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = sample.signed(KEY)
    spool.add(report)

    def full(*_: object) -> None:
        raise SpoolError(say("There is no room left."))

    with monkeypatch.context() as patch:
        patch.setattr(Spool, "delivered", full)
        (outcome,) = deliver_all(spool, url)
    assert outcome.receipt
    assert "no room" in str(outcome.problem)
    (outcome,) = deliver_all(spool, url)
    assert not outcome.problem
    assert arrived(data) == [number(report)]


def test_one_process_at_a_time(spool: Spool) -> None:
    spool.add(sample.signed(KEY))
    with locked(spool.folder), pytest.raises(Busy):
        deliver_all(spool, NOBODY)
    assert deliver_all(spool, NOBODY)


def test_the_lock_is_let_go_after_a_fault(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.add(sample.signed(KEY))

    def broken(*_: object) -> None:
        raise Unreachable(say("broken"))

    monkeypatch.setattr(outbox, "deliver", broken)
    deliver_all(spool, NOBODY)
    with locked(spool.folder, wait=False):
        pass


def test_no_spool_is_an_empty_one(tmp_path: Path) -> None:
    assert deliver_all(Spool(tmp_path / "none"), NOBODY) == []
    (tmp_path / "file").touch()
    with pytest.raises(SpoolError):
        deliver_all(Spool(tmp_path / "file"), NOBODY)


def test_the_pauses_grow_to_a_limit() -> None:
    assert list(itertools.islice(delays(first=5, cap=60), 6)) == [5, 10, 20, 40, 60, 60]

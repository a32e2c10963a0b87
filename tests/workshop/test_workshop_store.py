"""What the workshop keeps survives, and threads do not disturb each other."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
import sample_report as sample
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from agent.model.words import Mode
from agent.report.keys import ephemeral
from agent.report.verify import read, report_id
from workshop.errors import ApiError
from workshop.intake import accept
from workshop.store import Store, StoredReport

KEY = ephemeral(Mode.REAL)


def test_the_database_keeps_its_promises(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "new" / "folder")) as store, store._engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2, "FULL: a receipt is for ever"
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o077 == 0


def test_what_is_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    data = sample.signed_bytes(KEY)
    number = report_id(read(data))
    with closing(Store(tmp_path)) as store:
        store.enrol(KEY.public, "one")
        receipt, new = accept(store, number, data)
        assert new
    with closing(Store(tmp_path)) as store:
        assert store.body(str(number)) == data
        assert accept(store, number, data) == (receipt, False)


def test_two_stores_at_once_keep_one_report(tmp_path: Path) -> None:
    data = sample.signed_bytes(KEY)
    number = report_id(read(data))
    with closing(Store(tmp_path)) as one, closing(Store(tmp_path)) as two, ThreadPoolExecutor(8) as threads:
        one.enrol(KEY.public, None)
        results = list(threads.map(lambda index: accept((one, two)[index % 2], number, data), range(16)))
        assert sum(new for _, new in results) == 1
        assert len({receipt.model_dump_json() for receipt, _ in results}) == 1
        assert one.page("", 1, 10).total == 1


def test_only_one_of_two_different_reports_wins(tmp_path: Path) -> None:
    number = UUID("11111111-1111-4111-8111-111111111111")
    reports = [sample.signed_bytes(KEY, report_id=number, asset_tag=f"T{index}") for index in range(6)]

    def attempt(data: bytes) -> int:
        try:
            return 201 if accept(store, number, data)[1] else 200
        except ApiError as error:
            return error.status

    with closing(Store(tmp_path)) as store, ThreadPoolExecutor(6) as threads:
        store.enrol(KEY.public, None)
        assert sorted(threads.map(attempt, reports)) == [201] + [409] * 5


def test_another_fault_of_the_database_is_not_taken_for_a_repetition(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store, pytest.raises(IntegrityError):
        store.add(StoredReport(report_id="x"))


def test_enrolling_is_idempotent_and_keeps_the_name(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        first = store.enrol(KEY.public, "blue")
        again = store.enrol(KEY.public, None)
        assert (again.name, again.enrolled_at) == ("blue", first.enrolled_at)
        assert store.enrol(KEY.public, "red").name == "red"
        assert len(store.enrolled()) == 1
        assert store.revoke(KEY.public)
        assert store.revoke(KEY.public)
        assert store.key(str(KEY.public)).revoked_at  # type: ignore[union-attr]
        assert store.enrol(KEY.public, None).revoked_at is None
        assert not store.revoke(ephemeral(Mode.REAL).public)

"""The journal: durable before it returns, readable after a cut in the middle."""

import errno
import os
from pathlib import Path

import pytest

from agent.journal import Journal, JournalError, unfinished


def test_records_come_back_in_order(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path / "journal", "one")
    journal.record("erase_started", drive={"serial": "X"})
    assert [record["record"] for record in journal.records()] == ["created", "erase_started"]
    assert len(unfinished(tmp_path / "journal")) == 1
    journal.close()
    assert unfinished(tmp_path / "journal") == []


def test_record_is_synced_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal.create(tmp_path, "one")
    synced: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append((tmp_path / "one.jsonl").read_bytes()))
    journal.record("erase_started")
    assert b"erase_started" in synced[-1]


def test_line_cut_short_is_left_out(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, "one")
    journal.record("whole")
    with (tmp_path / "one.jsonl").open("ab") as file:
        file.write(b'{"record": "cut sho')
    assert [record["record"] for record in journal.records()] == ["created", "whole"]


def test_full_stick_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal.create(tmp_path, "one")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(JournalError) as caught:
        journal.record("erase_started")
    assert "nothing will be erased" in str(caught.value.reason)
    assert caught.value.hint is not None


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError):
        Journal.create(tmp_path / "file" / "journal", "one")

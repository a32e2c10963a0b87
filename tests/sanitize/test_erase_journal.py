"""The journal and what it says of erases that were broken off, on a stick that is full, broken or slow."""

import errno
import os
from pathlib import Path

import pytest

from agent.journal import Journal, JournalError, unfinished
from agent.leftovers import leftovers

DRIVE = {"serial": "S-1", "model": "M", "size_bytes": 4096}


def test_a_record_that_a_full_stick_cut_short_spoils_no_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal.create(tmp_path, "one")
    real, calls = os.write, 0

    def full(descriptor: int, data: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data[:20])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(JournalError):
            journal.record("check", result={"outcome": "passed"})
    journal.record("erase_started", drive=DRIVE)
    assert [record["record"] for record in journal.records()] == ["created", "erase_started"]
    [leftover] = leftovers(tmp_path)
    assert list(leftover.drives) == [("S-1", "M", 4096)]


def test_a_journal_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    Journal.create(tmp_path, "one").record("erase_started", drive=DRIVE)
    assert len(unfinished(tmp_path)) == 2
    assert len(leftovers(tmp_path)) == 1


def test_the_name_of_a_new_journal_folder_is_durable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without that a power cut in the very first erase of a stick would lose the whole journal."""
    synced: list[str] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    Journal.create(tmp_path / "journal", "one")
    assert {str(tmp_path), str(tmp_path / "journal"), str(tmp_path / "journal/one.jsonl")} <= set(synced)

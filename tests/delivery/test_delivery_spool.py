"""The spool loses nothing and says why it cannot save."""

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock
from uuid import uuid4

import pytest
import sample_report as sample
from power_cut import Medium

from agent.delivery.spool import Spool, SpoolError
from agent.model.report import Receipt, SignedReport
from agent.model.words import Mode
from agent.report.canonical import Malformed
from agent.report.keys import ephemeral
from agent.report.sign import to_bytes
from agent.report.verify import report_id

KEY = ephemeral(Mode.REAL)
SIGNED = sample.signed(KEY)
NAME = f"{report_id(SIGNED)}.json"


def receipt(signed: SignedReport = SIGNED) -> Receipt:
    number = report_id(signed)
    return Receipt(report_id=number, sha256="0" * 64, received_at=datetime.now(UTC), url=f"reports/{number}")


def test_a_report_is_saved_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert spool.pending() == []
    path = spool.add(SIGNED)
    assert spool.add(SIGNED) == path
    assert path.read_bytes() == to_bytes(SIGNED)
    assert [(item.path, item.report_id) for item in spool.pending()] == [(path, report_id(SIGNED))]


def test_another_report_under_the_same_number_is_refused(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    path = spool.add(SIGNED)
    with pytest.raises(SpoolError, match="same number"):
        spool.add(sample.signed(KEY, report_id=report_id(SIGNED), asset_tag="OTHER"))
    assert path.read_bytes() == to_bytes(SIGNED)


def test_the_oldest_comes_first(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    paths = [spool.add(sample.signed(KEY)) for _ in range(3)]
    for age, path in zip((200, 300, 100), paths, strict=True):
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    assert [item.path for item in spool.pending()] == [paths[1], paths[0], paths[2]]


def test_rubbish_is_listed_and_never_deleted(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    good = spool.add(SIGNED)
    (tmp_path / "empty.json").touch()
    (tmp_path / "notes.txt").write_text("call the donor")
    (tmp_path / f"{uuid4()}.json").write_bytes(good.read_bytes())
    (tmp_path / "half.json").write_bytes(good.read_bytes()[:-50])
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    os.symlink("/nowhere", tmp_path / "link")
    (tmp_path / ".cut-short.tmp").touch()
    before = sorted(os.listdir(tmp_path))
    found = spool.pending()
    assert [item.path for item in found if item.report_id] == [good]
    assert {item.path.name for item in found} == set(before) - {".cut-short.tmp"}
    assert all(item.problem for item in found if not item.report_id)
    assert sorted(os.listdir(tmp_path)) == before


def test_what_is_delivered_is_kept_with_its_receipt(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    path = spool.delivered(spool.add(SIGNED), receipt())
    assert path.read_bytes() == to_bytes(SIGNED)
    assert json.loads((spool.archive / f"{report_id(SIGNED)}.receipt.json").read_text())["sha256"] == "0" * 64
    assert spool.pending() == []


def test_a_report_without_a_number_is_not_saved(tmp_path: Path) -> None:
    odd = SIGNED.model_copy(update={"report": {"report_id": "../escape"}})
    with pytest.raises(Malformed):
        Spool(tmp_path / "spool").add(odd)
    assert os.listdir(tmp_path) == []


# Power cuts


@pytest.mark.parametrize("keep_names", [False, True])
@pytest.mark.parametrize("cut", range(11))
def test_a_power_cut_while_saving(tmp_path: Path, cut: int, keep_names: bool) -> None:
    spool = Spool(tmp_path / "spool")
    saved = Medium(cut, keep_names).run(lambda: spool.add(SIGNED))
    found = [item.path.read_bytes() for item in spool.pending()]
    assert found == [to_bytes(SIGNED)] if saved else found in ([], [to_bytes(SIGNED)])
    spool.add(SIGNED)
    assert len(spool.pending()) == 1


@pytest.mark.parametrize("keep_names", [False, True])
@pytest.mark.parametrize("cut", range(16))
def test_a_power_cut_while_putting_away(tmp_path: Path, cut: int, keep_names: bool) -> None:
    spool = Spool(tmp_path / "spool")
    path = spool.add(SIGNED)
    done = Medium(cut, keep_names).run(lambda: spool.delivered(path, receipt()))
    waiting = [item.path for item in spool.pending()]
    if done or not waiting:
        assert (spool.archive / NAME).read_bytes() == to_bytes(SIGNED)
        assert Receipt.model_validate_json((spool.archive / f"{path.stem}.receipt.json").read_text())
    else:
        assert path.read_bytes() == to_bytes(SIGNED)
        spool.delivered(path, receipt())
        assert spool.pending() == []


def test_the_cuts_above_reach_every_step(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    saving, away = Medium(), Medium()
    assert saving.run(lambda: spool.add(SIGNED))
    assert away.run(lambda: spool.delivered(tmp_path / "spool" / NAME, receipt()))
    assert 6 <= saving.steps <= 11
    assert 10 <= away.steps <= 16


@pytest.mark.parametrize("fault", range(10))
def test_a_fault_of_the_medium_is_told_and_loses_nothing(tmp_path: Path, fault: int) -> None:
    spool = Spool(tmp_path / "spool")
    path = spool.add(SIGNED)
    with pytest.raises(SpoolError) as caught:
        Medium(fault=fault).run(lambda: spool.delivered(path, receipt()))
    assert caught.value.hint
    assert path.exists() != (spool.archive / NAME).exists()


# Places where nothing can be saved


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no room"),
        (errno.EDQUOT, "no room"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not be used"),
        (errno.EPERM, "may not be used"),
        (errno.EIO, "cannot be kept"),
    ],
)
def test_why_it_cannot_be_saved(tmp_path: Path, number: int, words: str) -> None:
    failing = mock.patch("agent.host.files.tempfile.mkstemp", side_effect=OSError(number, os.strerror(number)))
    with failing, pytest.raises(SpoolError, match=words) as caught:
        Spool(tmp_path / "spool").add(SIGNED)
    assert caught.value.hint


def test_a_missing_partition_is_not_replaced_by_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SpoolError, match="not there"):
        Spool(tmp_path / "state" / "spool").add(SIGNED)
    assert os.listdir(tmp_path) == []


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "spool").touch()
    for act in (lambda spool: spool.add(SIGNED), lambda spool: spool.pending()):
        with pytest.raises(SpoolError):
            act(Spool(tmp_path / "spool"))

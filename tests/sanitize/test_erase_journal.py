"""The journal and what it says of erases that were broken off, on a stick that is full, broken or slow."""

import errno
import os
from pathlib import Path

import pytest

from agent.journal import Journal, JournalError, unfinished
from agent.leftovers import hand_over, interrupted, leftovers, memory_of, stricter
from agent.model.sanitization import DriveIdentity, Plan, SanitizationRequest
from agent.model.words import SanitizationStatus, Transport, Verify

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
    # What could not be written is made good as soon as there is room again.
    assert [record["record"] for record in journal.records()] == ["created", "check", "erase_started"]
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


STEP = {"kind": "offset", "number": 0, "bytes": 512}
PLAN = Plan(drive=DriveIdentity(path="/dev/sda", transport=Transport.ATA, **DRIVE))


def begun(folder: Path, *steps: dict[str, object], name: str = "one") -> Journal:
    journal = Journal.create(folder, name)
    journal.record("erase_started", drive=DRIVE)
    for step in steps:
        journal.record("erase_step", drive=DRIVE, step=step)
    return journal


def test_a_journal_knows_the_start_of_the_computer_that_it_belongs_to(tmp_path: Path) -> None:
    [created] = Journal.create(tmp_path, "one").records()
    assert created["boot_id"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def test_the_steps_of_an_erase_that_was_cut_off_are_remembered(tmp_path: Path) -> None:
    begun(tmp_path, {"kind": "begin"}, STEP, {**STEP, "bytes": 1024})
    memory = memory_of(PLAN, [PLAN], leftovers(tmp_path))
    assert [step.get("bytes") for step in memory.records] == [None, 1024]
    assert stricter(SanitizationRequest(verify=Verify.SAMPLED), PLAN, leftovers(tmp_path)).verify is Verify.FULL


def test_steps_of_another_drive_are_not(tmp_path: Path) -> None:
    journal = begun(tmp_path, STEP)
    journal.record("erase_step", drive={**DRIVE, "serial": "S-2"}, step={"kind": "password"})
    assert memory_of(PLAN, [PLAN], leftovers(tmp_path)).records == (STEP,)


@pytest.mark.parametrize("serials", [(None,), ("S-1", "S-1")])
def test_nothing_is_taken_up_on_a_drive_that_might_be_another(tmp_path: Path, serials: tuple[str | None, ...]) -> None:
    drive = {**DRIVE, "serial": serials[0]}
    journal = Journal.create(tmp_path, "one")
    journal.record("erase_started", drive=drive)
    journal.record("erase_step", drive=drive, step=STEP)
    plans = [PLAN.model_copy(update={"drive": PLAN.drive.model_copy(update={"serial": each})}) for each in serials]
    assert memory_of(plans[0], plans, leftovers(tmp_path)).records == ()
    assert stricter(SanitizationRequest(verify=Verify.SAMPLED), plans[0], leftovers(tmp_path)).verify is Verify.FULL


def test_a_drive_is_known_by_each_size_that_it_had(tmp_path: Path) -> None:
    begun(tmp_path, {"kind": "areas", "area": "hpa", "before_bytes": 4096, "native_bytes": 8192, "kept": False})
    for size, known in ((4096, True), (8192, True), (16384, False)):
        other = PLAN.model_copy(update={"drive": PLAN.drive.model_copy(update={"size_bytes": size})})
        assert (interrupted(other, leftovers(tmp_path)) is not None) is known
        assert bool(memory_of(other, [other], leftovers(tmp_path)).records) is known


def test_a_password_of_ours_is_named_where_the_drive_is_not_erased_now(tmp_path: Path) -> None:
    begun(tmp_path, {"kind": "begin"})
    told = interrupted(PLAN, leftovers(tmp_path))
    assert told is not None
    assert "password" not in str(told.hint)
    begun(tmp_path, {"kind": "password"}, name="two")
    told = interrupted(PLAN, leftovers(tmp_path))
    assert told is not None
    assert told.status is SanitizationStatus.INTERRUPTED
    assert "password" in str(told.hint)


def test_an_erase_that_was_interrupted_again_stays_open(tmp_path: Path) -> None:
    journal = begun(tmp_path, STEP)
    journal.record("sanitization", result={"drive": DRIVE, "status": "interrupted"})
    assert leftovers(tmp_path)
    journal.record("sanitization", result={"drive": DRIVE, "status": "failed"})
    assert not leftovers(tmp_path)


def test_only_one_journal_tells_of_a_drive(tmp_path: Path) -> None:
    """Two would contradict each other, and an old offset is worse than none."""
    old = begun(tmp_path, STEP, name="old")
    old.record("erase_started", drive={**DRIVE, "serial": "S-2"})
    new = begun(tmp_path, STEP, name="new")
    hand_over(leftovers(tmp_path), PLAN.drive, new)
    serials = {found.journal.name: [serial for serial, _, _ in found.drives] for found in leftovers(tmp_path)}
    assert serials == {"old": ["S-2"], "new": ["S-1"]}
    hand_over(leftovers(tmp_path), PLAN.drive.model_copy(update={"serial": "S-2"}), new)
    assert [journal.name for journal in unfinished(tmp_path)] == ["new"]


@pytest.mark.parametrize(
    "odd", [[], 7, "x", {"kind": ["deep"]}, {"identity": 7}, {"size_bytes": "many"}, {"size_bytes": [1]}]
)
def test_odd_steps_break_nothing(tmp_path: Path, odd: object) -> None:
    journal = begun(tmp_path, STEP)
    journal.record("erase_step", drive=DRIVE, step=odd)
    journal.record("erase_step", drive=odd, step=STEP)
    assert interrupted(PLAN, leftovers(tmp_path)) is not None
    assert memory_of(PLAN, [PLAN], leftovers(tmp_path)).records

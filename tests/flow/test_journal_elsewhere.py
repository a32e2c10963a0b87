"""A journal whose folder lies in memory, or whose stick is gone: the workshop keeps it, or nothing begins."""

import json
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
import sample_report as sample
from bench_place import MIB, QUIET, Listener, a_drive, place

from agent import journal as journals
from agent import ledger as ledgers
from agent import unsaved
from agent.delivery.errors import DeliveryError, UnknownKey, Unreachable
from agent.delivery.where import Found
from agent.intake import Intake
from agent.journal import Journal, JournalError
from agent.ledger import Ledger
from agent.model.ledger import Entry
from agent.model.message import Message, say
from agent.model.messages import AnyEvent, IntakeRequest, StepEvent
from agent.model.sanitization import Sanitization
from agent.model.words import Mode, SanitizationStatus
from agent.report import keys
from agent.report.entry import unseal
from agent.settings import Workshop
from agent.workplace import Workplace
from workshop.store import Store

JOURNAL = UUID("22222222-2222-4222-8222-222222222222")
ALL = IntakeRequest(profile="quiet", asset_tag="T-1", erase="all", attended=False)
SECRET = b"donor's secret! " * (8 * MIB // 16)


class Elsewhere:
    """Keeps what it is given, or refuses."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.queued: list[str] = []
        self.refuses = False

    def queue(self, record: dict[str, object]) -> None:
        self.queued.append(str(record["record"]))

    def keep(self, record: dict[str, object]) -> None:
        if self.refuses:
            raise JournalError(say("Nobody."))
        self.kept.append(str(record["record"]))


def kinds(journal: Journal) -> list[object]:
    return [record["record"] for record in journal.records()]


# ---- the journal


def test_in_memory_nothing_counts(tmp_path: Path) -> None:
    journal = Journal.create(tmp_path, "one", lambda: False)
    with pytest.raises(JournalError) as caught:
        journal.record("erase_started")
    assert "memory only" in str(caught.value.reason)
    assert "name in ordis.toml the workshop" in str(caught.value.hint)


def test_in_memory_it_counts_once_somebody_keeps_it(tmp_path: Path) -> None:
    elsewhere = Elsewhere()
    journal = Journal.create(tmp_path, "one", lambda: False, elsewhere)
    journal.record("erase_started")
    journal.note("asset_tag")
    assert journal.track("erase_step") is None
    assert (elsewhere.kept, elsewhere.queued) == (["erase_started"], ["created", "asset_tag"])
    assert kinds(journal) == ["created", "erase_started", "asset_tag", "erase_step"]  # for a crash of the service
    elsewhere.refuses = True
    with pytest.raises(JournalError):
        journal.record("erase_started")


def test_on_the_stick_nobody_else_is_waited_for(tmp_path: Path) -> None:
    elsewhere = Elsewhere()
    elsewhere.refuses = True
    journal = Journal.create(tmp_path, "one", lambda: True, elsewhere)
    journal.record("erase_started")
    assert elsewhere.queued == ["created", "erase_started"]  # should the stick be pulled later


def test_a_stick_that_goes_and_comes_back(tmp_path: Path) -> None:
    """What could not be written meanwhile is written before whatever comes next."""
    folder, gone = tmp_path / "journal", tmp_path / "gone"
    elsewhere = Elsewhere()
    journal = Journal.create(folder, "one", None, elsewhere)
    folder.rename(gone)
    journal.record("erase_started")
    journal.note("asset_tag")
    assert isinstance(journal.track("erase_step"), OSError)
    elsewhere.refuses = True
    with pytest.raises(JournalError):
        journal.record("never")
    assert elsewhere.kept == ["erase_started"]
    gone.rename(folder)
    assert journal.track("erase_step") is None
    assert kinds(journal) == ["created", "erase_started", "asset_tag", "never", "erase_step"]


def test_another_stick_gets_none_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    journal = Journal.create(folder, "one")
    folder.rename(tmp_path / "gone")
    folder.mkdir()
    with pytest.raises(JournalError):
        journal.record("erase_started")
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_no_end_where_somebody_else_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    elsewhere = Elsewhere()
    journal = Journal.create(tmp_path / "file" / "journal", "one", None, elsewhere)
    journal.record("erase_started")
    assert (elsewhere.queued, elsewhere.kept) == (["created"], ["erase_started"])


# ---- the ledger


class Post:
    """What arrives; the next attempts fail as was written."""

    def __init__(self, *failures: DeliveryError) -> None:
        self.failures = list(failures)
        self.tried: list[Entry] = []
        self.kept: list[Entry] = []

    def __call__(self, entry: Entry) -> None:
        self.tried.append(entry)
        if self.failures:
            raise self.failures.pop(0)
        self.kept.append(entry)


AWAY, STRANGER = Unreachable(say("Away.")), UnknownKey(say("Who?"))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(ledgers, "PATIENCE_SECONDS", 0.05)


def explain(error: DeliveryError) -> Message:
    return say("Do something about “{why}”", why=str(error.reason))


def a_ledger(post: Post) -> Ledger:
    return Ledger(JOURNAL, post, training=True, explain=explain)


def test_what_waited_goes_first_and_numbers_have_no_gap() -> None:
    post = Post()
    ledger = a_ledger(post)
    ledger.queue({"record": "intake"})
    assert post.tried == []
    ledger.keep({"record": "erase_started"})
    ledger.keep({"record": "erase_step"})
    assert [(each.number, each.record["record"]) for each in post.kept] == [
        (0, "intake"), (1, "erase_started"), (2, "erase_step"),
    ]  # fmt: skip
    assert {(each.journal, each.training) for each in post.kept} == {(JOURNAL, True)}


def test_a_network_that_comes_up_is_waited_for() -> None:
    post = Post(AWAY, AWAY)
    a_ledger(post).keep({"record": "erase_started"})
    assert len(post.tried) == 3
    assert len({each.number for each in post.tried}) == 1


def test_after_a_failure_the_same_entry_goes_again_unchanged() -> None:
    """The answer may have been lost: the workshop may have it already."""
    post = Post(STRANGER)
    ledger = a_ledger(post)
    with pytest.raises(JournalError) as caught:
        ledger.keep({"record": "erase_started", "drive": 1})
    assert "Neither an Ordis stick nor the workshop" in str(caught.value.reason)
    assert str(caught.value.hint) == "Do something about “Who?”"
    ledger.keep({"record": "erase_started", "drive": 2})
    assert post.tried[0] == post.tried[1]
    assert [each.record["drive"] for each in post.kept] == [1, 2]


def test_other_drives_do_not_wait_in_vain_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr(ledgers, "PAUSE_SECONDS", 100.0)  # the first one gives up without a pause
    post = Post(*[AWAY] * 3)
    ledger = a_ledger(post)
    monkeypatch.setattr(ledgers.time, "sleep", lambda _: pytest.fail("it waited"))
    for _ in range(3):
        with pytest.raises(JournalError):
            ledger.keep({"record": "erase_started"})
    assert len(post.tried) == 3


def test_it_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "MOST_ENTRIES", 1)
    ledger = a_ledger(Post())
    ledger.keep({"record": "erase_started"})
    with pytest.raises(JournalError):
        ledger.keep({"record": "erase_started"})


def test_one_key_signs_a_journal_whichever_stick_is_there_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workshop refuses what another key adds to it, and a running erase would break off."""
    where = place(tmp_path)
    where = replace(where, settings=where.settings.model_copy(update={"workshop": Workshop(url="http://localhost:9")}))
    monkeypatch.setattr(type(where.signer), "key", lambda _, mode: keys.ephemeral(mode))
    used = []
    monkeypatch.setattr(ledgers, "acknowledge", lambda _entry, key, *_: used.append(str(key.public)))
    ledger = ledgers.ledger(where, JOURNAL)
    assert ledger is not None
    for _ in range(2):
        ledger.keep({"record": "erase_step"})
    assert len(used) == 2
    assert used[0] == used[1]


# ---- the whole


async def erased(where: Workplace) -> Sanitization:
    listener = Listener()
    await Intake(where, QUIET, ALL, listener.emit, listener.ask).run()
    return listener.state.sanitizations[0]


def enrolled(where: Workplace, data: Path) -> None:
    store = Store(data)
    store.enrol(where.signer.key(Mode.TRAINING).public, None)
    store.close()


def image(tmp_path: Path) -> bytes:
    return (tmp_path / "drives/drive0.img").read_bytes()


@pytest.mark.runs_programs
async def test_without_a_stick_the_workshop_keeps_the_journal(tmp_path: Path) -> None:
    data = tmp_path / "workshop"
    with sample.workshop(data) as url:
        where = replace(place(tmp_path, a_drive(1), workshop={"url": url}), keeps=lambda: False)
        enrolled(where, data)
        result = await erased(where)
    assert result.status is SanitizationStatus.SANITIZED
    store = Store(data)
    [number] = [each.stem for each in where.settings.journal(Mode.TRAINING).glob("**/*.jsonl")]
    records = [unseal(each)[0].record for each in store.entries(number)]
    store.close()
    told = [record["record"] for record in records if record["record"] != "check"]
    assert told[:5] == ["created", "intake", "confirmed", "erase_started", "erase_step"]
    steps = [record["step"]["kind"] for record in records if "step" in record]  # type: ignore[index]
    assert steps[0] == "begin"


@pytest.mark.runs_programs
async def test_without_a_stick_a_key_that_the_workshop_does_not_know_is_named(tmp_path: Path) -> None:
    with sample.workshop(tmp_path / "workshop") as url:
        where = replace(place(tmp_path, a_drive(1), workshop={"url": url}), keeps=lambda: False)
        result = await erased(where)
    assert result.status is SanitizationStatus.REFUSED
    assert "Neither an Ordis stick nor the workshop" in str(result.reason)
    assert f"ordis-workshop enrol {where.signer.key(Mode.TRAINING).public}" in str(result.hint)
    assert image(tmp_path) == SECRET


@pytest.mark.runs_programs
@pytest.mark.parametrize("workshop", [{}, {"url": "http://127.0.0.1:9"}])
async def test_without_anybody_who_keeps_it_nothing_is_erased(tmp_path: Path, workshop: dict[str, str]) -> None:
    where = replace(place(tmp_path, a_drive(1), workshop=workshop), keeps=lambda: False)
    result = await erased(where)
    assert result.status is SanitizationStatus.REFUSED
    assert str(result.hint).startswith("Plug in the Ordis stick, or")
    assert image(tmp_path) == SECRET


@pytest.mark.runs_programs
async def test_a_workshop_that_is_looked_for_and_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (ledgers, unsaved):
        monkeypatch.setattr(module, "find_workshop", lambda _: Found(None, say("Nobody here.")))
    where = replace(place(tmp_path, a_drive(1), workshop={"discover": "http"}), keeps=lambda: False)
    result = await erased(where)
    assert result.status is SanitizationStatus.REFUSED
    assert "the connection to the workshop" in str(result.hint)
    assert image(tmp_path) == SECRET


class Pulling(Listener):
    """Pulls the stick at the first event for which `when` is true."""

    def __init__(self, folder: Path, when: Callable[[AnyEvent], bool]) -> None:
        super().__init__()
        self._folder, self._when = folder, when

    def emit(self, event: AnyEvent) -> None:
        super().emit(event)
        if self._when(event) and self._folder.exists():
            shutil.rmtree(self._folder)


def preparing(event: AnyEvent) -> bool:
    return isinstance(event, StepEvent) and str(event.step.detail) == "getting ready"


def writing(event: AnyEvent) -> bool:
    return isinstance(event, StepEvent) and "writing" in str(event.step.detail)


@pytest.mark.runs_programs
async def test_a_stick_that_stalls_does_not_keep_the_screens_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose firmware is busy with itself answers after seconds: the journal of an erase is written in threads."""
    write, own = journals._write, threading.get_ident()
    waited: list[str] = []
    written: list[str] = []

    def stalling(path: Path, data: bytes, flags: int) -> None:
        kinds = [json.loads(line)["record"] for line in data.splitlines() if line]
        (waited if threading.get_ident() == own else written).extend(kinds)
        write(path, data, flags)

    monkeypatch.setattr(journals, "_write", stalling)
    await erased(place(tmp_path, a_drive(1)))
    assert {"created", "intake", "confirmed", "erase_started", "erase_step", "sanitization", "report"} <= set(written)
    assert set(waited) <= {"check", "ended"}


@pytest.mark.runs_programs
async def test_a_stick_pulled_before_an_erase_begins(tmp_path: Path) -> None:
    where = place(tmp_path, a_drive(1))
    listener = Pulling(where.settings.journal(Mode.TRAINING), preparing)
    await Intake(where, QUIET, ALL, listener.emit, listener.ask).run()
    [result] = listener.state.sanitizations
    assert result.status is SanitizationStatus.REFUSED
    assert os.strerror(2) in str(result.reason)
    assert image(tmp_path) == SECRET


@pytest.mark.runs_programs
async def test_a_stick_pulled_before_an_erase_that_the_workshop_then_vouches_for(tmp_path: Path) -> None:
    data = tmp_path / "workshop"
    with sample.workshop(data) as url:
        where = place(tmp_path, a_drive(1), workshop={"url": url})
        enrolled(where, data)
        listener = Pulling(where.settings.journal(Mode.TRAINING), preparing)
        await Intake(where, QUIET, ALL, listener.emit, listener.ask).run()
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.SANITIZED]


@pytest.mark.runs_programs
async def test_a_stick_pulled_while_an_erase_runs_stops_nothing(tmp_path: Path) -> None:
    where = place(tmp_path, a_drive(1, size_bytes=16 * MIB, bytes_per_second=16_000_000))
    listener = Pulling(where.settings.journal(Mode.TRAINING), writing)
    await Intake(where, QUIET, ALL, listener.emit, listener.ask).run()
    assert [each.status for each in listener.state.sanitizations] == [SanitizationStatus.SANITIZED]
    assert not any(image(tmp_path))


# ---- the key


def test_a_key_is_remembered_when_the_stick_moves_on(tmp_path: Path) -> None:
    here = [True]
    where = replace(place(tmp_path), keeps=lambda: here[0])
    where.signer.remember()
    folder = where.settings.keys(Mode.TRAINING)
    known = keys.load_or_make(folder, Mode.TRAINING).public
    shutil.rmtree(folder)
    here[0] = False
    assert where.signer.key(Mode.TRAINING).public == known
    assert not folder.exists(), "no other key is made in its place"


def test_a_stick_that_cannot_be_read_any_more(tmp_path: Path) -> None:
    where = place(tmp_path)
    known = where.signer.key(Mode.TRAINING).public
    shutil.rmtree(where.settings.folder(Mode.TRAINING))
    assert where.signer.key(Mode.TRAINING).public == known


def test_a_stick_that_comes_later_brings_its_own_key(tmp_path: Path) -> None:
    here = [False]
    where = replace(place(tmp_path), keeps=lambda: here[0])
    made = where.signer.key(Mode.TRAINING).public
    folder = where.settings.keys(Mode.TRAINING)
    shutil.rmtree(folder)
    other = keys.load_or_make(folder, Mode.TRAINING).public
    here[0] = True
    assert where.signer.key(Mode.TRAINING).public == other != made


def test_without_any_key_it_is_said(tmp_path: Path) -> None:
    where = place(tmp_path)
    where.settings.keys(Mode.TRAINING).write_text("in the way")
    where.signer.remember()
    with pytest.raises(keys.KeyProblem):
        where.signer.key(Mode.TRAINING)

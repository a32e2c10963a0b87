"""The worker's conversation, in this process, over pipes: nothing is written before go, and a stop always holds."""

import io
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import pytest

from agent.sanitize.chunks import Stopped
from agent.training.description import Description, Kind, save
from agent.worker import Worker

MIB = 1 << 20
OLD = b"donor's secret! " * (8 * MIB // 16)


@pytest.fixture
def order(tmp_path: Path) -> dict[str, object]:
    """An order to erase a simulated drive full of old data."""
    about = Description(
        kind=Kind.ATA_HDD, model="Model", serial="S-1", firmware="F", size_bytes=8 * MIB, rotation_rpm=5400
    )
    (tmp_path / "drive.img").write_bytes(OLD)
    save(about, tmp_path / "drive.json")
    drive = {"path": str(tmp_path / "drive.img"), "serial": "S-1", "model": "Model", "size_bytes": 8 * MIB}
    return {
        "order": "sanitize", "drive": {**drive, "simulated": True},
        "level": "clear", "pattern": "zero", "verify": "full",
        "steps": [{"technique": "overwrite", "method": None, "passes": ["zero"]}], "earlier": [],
    }  # fmt: skip


class Conversation:
    """A worker in a thread, and the two pipes to it."""

    def __init__(self) -> None:
        orders, self._to = os.pipe()
        self._from, answers = os.pipe()
        self._orders, self._answers = os.fdopen(orders), os.fdopen(answers, "w")
        self._heard = os.fdopen(self._from)
        self._thread = threading.Thread(target=self._work, daemon=True)

    def _work(self) -> None:
        with self._answers:
            Worker(self._orders, self._answers).run()

    def say(self, *orders: object) -> None:
        """Before `start`, all of them wait together when the worker begins, as behind a slow start."""
        for each in orders:
            os.write(self._to, (each if isinstance(each, str) else json.dumps(each)).encode() + b"\n")

    def start(self) -> None:
        self._thread.start()

    def hear(self) -> dict[str, object]:
        line: dict[str, object] = json.loads(self._heard.readline())
        return line

    def until(self, *events: str) -> dict[str, object]:
        """The next of these events; every checkpoint before it is answered with go."""
        while (heard := self.hear())["event"] not in events:
            if heard["event"] == "checkpoint":
                self.say({"order": "go"})
        return heard

    def hang_up(self) -> list[dict[str, object]]:
        """Close the worker's input; what it still says until it ends, which it must."""
        os.close(self._to)
        self._to = -1
        rest = [json.loads(line) for line in self._heard]
        self._thread.join(10)
        assert not self._thread.is_alive()
        return rest

    def close(self) -> None:
        if self._to >= 0:
            os.close(self._to)
        self._thread.join(10)
        self._heard.close()
        self._orders.close()


@pytest.fixture
def worker() -> Iterator[Conversation]:
    conversation = Conversation()
    yield conversation
    conversation.close()


def kind_of(heard: dict[str, object]) -> object:
    record = heard["record"]
    assert isinstance(record, dict)
    return record["kind"]


def content(order: dict[str, object]) -> bytes:
    drive = order["drive"]
    assert isinstance(drive, dict)
    return Path(drive["path"]).read_bytes()


def test_nothing_is_written_before_go(worker: Conversation, order: dict[str, object]) -> None:
    worker.say(order)
    worker.start()
    first = worker.hear()
    assert (first["event"], kind_of(first)) == ("checkpoint", "begin")
    assert content(order) == OLD
    worker.say({**order, "order": "go"})
    assert worker.until("result")["sanitization"]["status"] == "sanitized"  # type: ignore[index]
    assert not any(content(order))
    assert worker.hang_up() == []


def test_a_stop_right_behind_the_order_holds(worker: Conversation, order: dict[str, object]) -> None:
    """The worker takes a second to start on an old machine; the volunteer does not wait for it."""
    worker.say(order, {**order, "order": "stop"}, {**order, "order": "go"})
    worker.start()
    assert worker.hear()["event"] == "stopped"
    worker.hang_up()
    assert content(order) == OLD


def test_a_stop_is_over_with_the_next_order(worker: Conversation, order: dict[str, object]) -> None:
    worker.say({**order, "order": "stop"}, order)
    worker.start()
    assert worker.hear()["event"] == "checkpoint"
    worker.hang_up()


@pytest.mark.parametrize("answer", ["stop", "health"])
def test_anything_but_go_writes_nothing(worker: Conversation, order: dict[str, object], answer: str) -> None:
    worker.say(order)
    worker.start()
    assert worker.hear()["event"] == "checkpoint"
    worker.say({**order, "order": answer}, {**order, "order": "go"})
    assert worker.hear()["event"] == "stopped"
    worker.hang_up()
    assert content(order) == OLD


def test_a_service_that_dies_before_go_leaves_no_worker_behind(worker: Conversation, order: dict[str, object]) -> None:
    worker.say(order)
    worker.start()
    assert worker.hear()["event"] == "checkpoint"
    assert [line["event"] for line in worker.hang_up()] == ["stopped"]
    assert content(order) == OLD


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("nonsense", ["not json", "[]", "{}"])
def test_nonsense_ends_the_worker(worker: Conversation, order: dict[str, object], nonsense: str) -> None:
    worker.say(order)
    worker.start()
    assert worker.hear()["event"] == "checkpoint"
    worker.say(nonsense)
    assert [line["event"] for line in worker.hang_up()] == ["stopped"]
    assert content(order) == OLD


def test_the_end_of_a_phase_is_told_at_once_but_once() -> None:
    reading, writing = os.pipe()
    answers = io.StringIO()
    with os.fdopen(reading) as orders, os.fdopen(writing, "w"):
        worker = Worker(orders, answers)
        for phase in ("write", "verify"):
            for _ in range(100):
                worker.progress(phase, 10, 10)
    told = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert [(line["phase"], line["done"]) for line in told] == [("write", 10), ("verify", 10)]


def test_a_stop_at_any_checkpoint_ends_before_the_next_command(worker: Conversation, order: dict[str, object]) -> None:
    worker.say(order)
    worker.start()
    worker.until("checkpoint")
    worker.say({"order": "go"})
    assert kind_of(worker.until("checkpoint")) == "offset"
    worker.say({**order, "order": "stop"})
    assert worker.hear()["event"] == "stopped"
    assert content(order) == OLD
    worker.hang_up()


def test_what_the_journal_holds_is_taken_up_and_verified_in_full(
    worker: Conversation, order: dict[str, object]
) -> None:
    """Cut off by a stop in the middle: the next worker goes on at the offset that was durable."""
    worker.say(order)
    worker.start()
    records = []
    for _ in range(2):
        records.append(worker.until("checkpoint")["record"])
        worker.say({"order": "go"})
    records.append({**records[1], "bytes": 4 * MIB})  # type: ignore[dict-item]
    worker.until("result")
    image = Path(order["drive"]["path"])  # type: ignore[index]
    image.write_bytes(bytes(4 * MIB) + OLD[4 * MIB :])
    worker.say({**order, "verify": "sampled", "earlier": records})
    told = worker.until("result")["sanitization"]
    assert isinstance(told, dict)
    assert (told["status"], told["verification"]) == ("sanitized", "full")
    assert (told["evidence"]["resumed_at_bytes"], told["bytes_verified"]) == (4 * MIB, 8 * MIB)
    assert not any(content(order))


def test_a_resume_on_a_drive_whose_beginning_was_used_since_begins_anew(
    worker: Conversation, order: dict[str, object]
) -> None:
    worker.say(order)
    worker.start()
    worker.until("checkpoint")
    worker.say({"order": "go"})
    begin = {"kind": "begin", "steps": order["steps"]}
    offset = worker.until("checkpoint")["record"]
    worker.say({"order": "go"})
    worker.until("result")
    Path(order["drive"]["path"]).write_bytes(OLD)  # type: ignore[index]
    worker.say({**order, "earlier": [begin, {**offset, "bytes": 4 * MIB}]})  # type: ignore[dict-item]
    told = worker.until("result")["sanitization"]
    assert isinstance(told, dict)
    # It is read back from the first block on, so what stands there shows, and all is overwritten anew.
    assert (told["status"], told["verification"]) == ("sanitized", "full")
    assert not any(content(order))


def test_the_firmware_is_asked_for_the_plan(worker: Conversation, order: dict[str, object]) -> None:
    worker.say({**order, "order": "probe"})
    worker.start()
    heard = worker.hear()
    assert heard["event"] == "about"
    assert isinstance(heard["document"], dict)
    assert content(order) == OLD


def test_a_drive_that_cannot_be_asked_has_told_nothing(worker: Conversation, order: dict[str, object]) -> None:
    Path(order["drive"]["path"]).unlink()  # type: ignore[index]
    worker.say({**order, "order": "probe"}, {**order, "order": "probe"})
    worker.start()
    assert [worker.hear()["event"], worker.hear()["event"]] == ["broken", "broken"]
    assert worker.hang_up() == []


class Rehearsal:
    """A worker whose erase is not begun: only what it answers while one is at work."""

    def __enter__(self) -> Self:
        reading, self._to = os.pipe()
        self._orders = os.fdopen(reading)
        self.answers = io.StringIO()
        self.worker = Worker(self._orders, self.answers)
        return self

    def order(self, name: str) -> None:
        os.write(self._to, json.dumps({"order": name}).encode() + b"\n")

    def hang_up(self) -> None:
        if self._to >= 0:
            os.close(self._to)
            self._to = -1

    def soon(self, done: Callable[[], bool]) -> bool:
        """Whether that comes true; the worker hears in a thread of its own."""
        for _ in range(500):
            if done():
                return True
            time.sleep(0.01)
        return False

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        self.soon(self.worker._gone.is_set)
        self._orders.close()


@pytest.mark.parametrize("announced", [True, False])
def test_a_stop_while_the_firmware_erases_is_answered_and_does_nothing(announced: bool) -> None:
    with Rehearsal() as at:
        if announced:
            at.worker.silent(3600)
        else:
            at.worker.progress("firmware", 1, 100)
        at.order("stop")
        assert at.soon(lambda: "unstoppable" in at.answers.getvalue())
        at.worker.progress("firmware", 2, 100)
        at.worker.silent(0)
        at.worker.progress("verify", 1, 100)


def test_a_stop_before_the_firmware_began_holds_after_it() -> None:
    with Rehearsal() as at:
        at.order("stop")
        assert at.soon(at.worker._stop.is_set)
        at.worker.progress("firmware", 1, 100)
        with pytest.raises(Stopped):
            at.worker.progress("write", 1, 100)


def test_without_a_service_not_even_the_firmware_is_waited_for() -> None:
    """Its drive goes on by itself; the service's next life needs the drive free, to ask it how far it is."""
    with Rehearsal() as at:
        at.worker.progress("firmware", 1, 100)
        at.hang_up()
        assert at.soon(at.worker._gone.is_set)
        with pytest.raises(Stopped):
            at.worker.progress("firmware", 2, 100)

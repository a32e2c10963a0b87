"""The worker's conversation, in this process, over pipes: nothing is written before go, and a stop always holds."""

import io
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def content(order: dict[str, object]) -> bytes:
    drive = order["drive"]
    assert isinstance(drive, dict)
    return Path(drive["path"]).read_bytes()


def test_nothing_is_written_before_go(worker: Conversation, order: dict[str, object]) -> None:
    worker.say(order)
    worker.start()
    assert worker.hear() == {"event": "ready"}
    assert content(order) == OLD
    worker.say({**order, "order": "go"})
    while (heard := worker.hear())["event"] == "progress":
        pass
    assert heard["event"] == "result"
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
    assert worker.hear()["event"] == "ready"
    worker.hang_up()


@pytest.mark.parametrize("answer", ["stop", "health"])
def test_anything_but_go_writes_nothing(worker: Conversation, order: dict[str, object], answer: str) -> None:
    worker.say(order)
    worker.start()
    assert worker.hear()["event"] == "ready"
    worker.say({**order, "order": answer}, {**order, "order": "go"})
    assert worker.hear()["event"] == "stopped"
    worker.hang_up()
    assert content(order) == OLD


def test_a_service_that_dies_before_go_leaves_no_worker_behind(worker: Conversation, order: dict[str, object]) -> None:
    worker.say(order)
    worker.start()
    assert worker.hear()["event"] == "ready"
    assert [line["event"] for line in worker.hang_up()] == ["stopped"]
    assert content(order) == OLD


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("nonsense", ["not json", "[]", "{}"])
def test_nonsense_ends_the_worker(worker: Conversation, order: dict[str, object], nonsense: str) -> None:
    worker.say(order)
    worker.start()
    assert worker.hear()["event"] == "ready"
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
                worker._progress(phase, 10, 10)
    told = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert [(line["phase"], line["done"]) for line in told] == [("write", 10), ("verify", 10)]

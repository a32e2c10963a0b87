"""Overwrites of several passes: what stands at the end, and what is kept on the way of a pass that is cut off."""

import errno
import os
from collections.abc import Callable
from typing import Any

import pytest
from fake_medium import FakeMedium
from plain_talk import PlainTalk, ToldClock

from agent.model.words import Technique, Verify
from agent.sanitize.chunks import Stopped
from agent.sanitize.order import Order, Step
from agent.sanitize.overwrite import Held
from agent.sanitize.overwriting import KEEP_SECONDS, MOST_FAILED, Overwriting
from agent.sanitize.passes import PASSES
from agent.sanitize.past import Pass, plain, read
from agent.sanitize.pattern import CHUNK, pattern
from agent.sanitize.steps import Overwritten
from agent.sanitize.verify import Extent

CHUNKS = 4
SIZE = CHUNKS * CHUNK
THREE = Step(Technique.OVERWRITE, passes=("zero", "ff", "random"))
KEY = bytes(range(32))
EIO = OSError(errno.EIO, os.strerror(errno.EIO))


class Slow(PlainTalk):
    """Each sign of life takes some seconds of the drive's time; the journal can be stopped after some records."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(ToldClock())
        self.seconds = seconds
        self.on_progress: Callable[[str, int], None] = lambda phase, done: None

    def progress(self, phase: str, done: int, total: int) -> None:
        super().progress(phase, done, total)
        self.clock.sleep(self.seconds)
        self.on_progress(phase, done)

    @property
    def offsets(self) -> list[tuple[int, int]]:
        """Pass and bytes of each record."""
        assert set(self.kinds()) <= {"offset"}
        return [(int(str(record["pass"])), int(str(record["bytes"]))) for record in self.records]


class Noted(FakeMedium):
    """Notes each write: what and where."""

    def __init__(self, size: int = SIZE) -> None:
        super().__init__(b"\x77" * size)
        self.writes: list[tuple[int, int, bytes]] = []

    def write(self, buffer: Any, length: int, offset: int) -> int:
        self.writes.append((offset, length, bytes(buffer[:16])))
        return super().write(buffer, length, offset)


def run(
    medium: FakeMedium, talk: PlainTalk, step: Step = THREE, begun: Pass | None = None, verify: Verify = Verify.FULL
) -> Overwritten:
    return Overwriting(medium, len(medium.content), talk).run(0, step, Extent(verify), begun)


def content(name: str, key: bytes, size: int = SIZE) -> bytes:
    whole, buffer = b"", bytearray(CHUNK)
    for offset in range(0, size, CHUNK):
        length = min(CHUNK, size - offset)
        pattern(name, key).fill(buffer, length, offset)
        whole += bytes(buffer[:length])
    return whole


def key_of(talk: PlainTalk) -> bytes:
    return bytes.fromhex(str(talk.records[-1]["key"]))


def small(step: Step) -> tuple[Overwritten, Noted, Slow]:
    medium, talk = Noted(64 * 512), Slow()
    return run(medium, talk, step), medium, talk


@pytest.mark.parametrize("name", [name for name in PASSES if PASSES[name]])
def test_every_pass_is_written_in_its_order_and_the_last_stands(name: Any) -> None:
    passes = PASSES[name]
    done, medium, talk = small(Step(Technique.OVERWRITE, passes=passes))
    assert done.stands(64 * 512)
    assert len(medium.writes) == len(passes)
    assert medium.flushes == len(passes)
    keys = [bytes.fromhex(str(record["key"])) for record in talk.records]
    assert [start for _, _, start in medium.writes] == [
        content(one, key, 64 * 512)[:16] for one, key in zip(passes, keys, strict=True)
    ]
    assert medium.content == content(passes[-1], keys[-1], 64 * 512)


def test_each_pass_has_a_key_of_its_own() -> None:
    done, medium, talk = small(Step(Technique.OVERWRITE, passes=("random", "random")))
    assert done.stands(64 * 512)
    assert medium.writes[0] != medium.writes[1]
    assert len({record["key"] for record in talk.records}) == 2


def test_a_pass_is_journalled_before_its_first_write() -> None:
    medium, talk = Noted(64 * 512), Slow()
    medium.on_write = lambda offset, length: order.append("write")
    order: list[str] = []
    talk.checkpoint = lambda record: order.append(str(record["kind"]))  # type: ignore[method-assign]
    run(medium, talk)
    assert order == ["offset", "write"] * 3


def test_a_journal_that_says_no_means_no_write() -> None:
    medium, talk = Noted(64 * 512), Slow()

    def never(record: object) -> None:
        raise Stopped

    talk.checkpoint = never  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        run(medium, talk)
    assert medium.writes == []


@pytest.mark.parametrize("name", ["zero", "random"])
def test_a_cut_in_the_second_of_three_passes_is_gone_on_with_at_the_flushed_place(name: str) -> None:
    """Through the journal and back: the same key, no byte of the first pass again, none before the offset."""
    step = Step(Technique.OVERWRITE, passes=("ff", name, "zero" if name == "random" else "random"))
    medium, talk = Noted(), Slow(seconds=KEEP_SECONDS / 2 + 1)

    def cut(phase: str, done: int) -> None:
        if len(talk.records) and talk.records[-1]["pass"] == 1 and done >= 2 * SIZE - CHUNK:
            raise Stopped

    talk.on_progress = cut
    with pytest.raises(Stopped):
        run(medium, talk, step)
    kept = talk.records[-1]
    assert (kept["pass"], kept["bytes"]) == (1, 2 * CHUNK)
    order = Order(steps=(step,))
    past = read([{"kind": "begin", "steps": plain(order)}, *talk.records], order, SIZE)
    assert past.begun is not None
    assert past.begun.key == key_of(talk)

    medium.writes.clear()
    again = Slow()
    done = run(medium, again, step, past.begun)
    assert done.resumed_at == 2 * CHUNK
    assert [offset for offset, _, _ in medium.writes] == [2 * CHUNK, 3 * CHUNK, 0, CHUNK, 2 * CHUNK, 3 * CHUNK]
    assert again.offsets[:2] == [(1, 2 * CHUNK), (2, 0)]
    assert again.records[0]["key"] == talk.records[-1]["key"]
    assert done.stands(SIZE)
    assert medium.content == content(step.passes[-1], key_of(again))


def test_the_last_pass_gone_on_with_is_one_stream_with_what_was_kept() -> None:
    medium = Noted()
    medium.content[: 2 * CHUNK] = content("random", KEY)[: 2 * CHUNK]
    talk = Slow()
    done = run(medium, talk, begun=Pass(0, 2, KEY, Held(2 * CHUNK)))
    assert [offset for offset, _, _ in medium.writes] == [2 * CHUNK, 3 * CHUNK]
    assert done.stands(SIZE)
    assert medium.content == content("random", KEY)
    assert done.written.bytes_written == SIZE


def test_what_was_kept_but_does_not_stand_there_is_found() -> None:
    medium = Noted()
    done = run(medium, Slow(), begun=Pass(0, 2, KEY, Held(2 * CHUNK)))
    assert not done.stands(SIZE)
    assert done.verified is not None
    assert done.verified.mismatched.items[0][0] == 0


@pytest.mark.parametrize(
    "begun", [Pass(1, 1, KEY, Held(CHUNK)), Pass(0, 3, KEY, Held(CHUNK)), Pass(0, 99, KEY, Held(SIZE))]
)
def test_a_pass_of_another_step_or_one_that_does_not_exist_begins_anew(begun: Pass) -> None:
    medium = Noted()
    done = run(medium, Slow(), begun=begun)
    assert len(medium.writes) == 3 * CHUNKS
    assert (done.stands(SIZE), done.resumed_at) == (True, 0)


def test_a_pass_that_was_at_its_end_is_only_flushed_and_read_back() -> None:
    medium = Noted()
    medium.content[:] = content("random", KEY)
    done = run(medium, Slow(), begun=Pass(0, 2, KEY, Held(SIZE)))
    assert medium.writes == []
    assert medium.flushes == 1
    assert done.stands(SIZE)


def test_chunks_that_failed_before_the_cut_are_tried_again() -> None:
    medium = Noted()
    medium.content[:] = content("random", KEY)
    medium.content[CHUNK : 2 * CHUNK] = b"\x77" * CHUNK
    done = run(medium, Slow(), begun=Pass(0, 2, KEY, Held(SIZE, [(CHUNK, CHUNK)])))
    assert [offset for offset, _, _ in medium.writes] == [CHUNK]
    assert done.stands(SIZE)
    assert done.written.bytes_written == SIZE


def test_chunks_that_fail_again_are_named() -> None:
    medium = Noted()
    medium.content[:] = content("random", KEY)
    medium.bad_write = {CHUNK // 512 + 5}
    done = run(medium, Slow(), begun=Pass(0, 2, KEY, Held(SIZE, [(CHUNK, CHUNK)])))
    assert done.written.unwritable.blocks() == [{"first": CHUNK // 512 + 5, "count": 1}]
    assert done.failure is not None
    assert done.verified is None


def test_a_pass_that_fails_is_the_last() -> None:
    medium = Noted(64 * 512)
    medium.bad_write = {7}
    talk = Slow()
    done = run(medium, talk)
    assert {number for number, _ in talk.offsets} == {0}
    assert not done.stands(64 * 512)


# ---- how often it is kept


def test_kept_every_half_minute_of_the_drives_time_right_behind_a_flush() -> None:
    medium, talk = Noted(), Slow(seconds=KEEP_SECONDS / 2 + 1)
    log: list[str] = []
    medium.on_write = lambda offset, length: log.append(f"write {offset // CHUNK}")
    medium.on_flush = lambda: log.append("flush")
    told = talk.checkpoint

    def kept(record: Any) -> None:
        log.append(f"kept {record['bytes'] // CHUNK}")
        told(record)

    talk.checkpoint = kept  # type: ignore[method-assign]
    run(medium, talk, Step(Technique.OVERWRITE, passes=("zero",)), verify=Verify.NONE)
    assert log == [
        "kept 0", "write 0", "write 1", "flush", "kept 2", "write 2", "write 3", "flush", "kept 4", "flush",
    ]  # fmt: skip


def test_a_quick_pass_is_never_flushed_on_its_way() -> None:
    medium, talk = Noted(), Slow(seconds=KEEP_SECONDS / CHUNKS - 1)
    run(medium, talk, Step(Technique.OVERWRITE, passes=("zero",)))
    assert medium.flushes == 1
    assert talk.offsets == [(0, 0)]


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failed_flush_never_counts_as_held_and_no_later_one_repairs_it(failing: int) -> None:
    medium, talk = Noted(), Slow(seconds=KEEP_SECONDS + 1)
    tried = 0

    def flush() -> None:
        nonlocal tried
        tried += 1
        if tried == failing:
            raise EIO

    medium.on_flush = flush
    done = run(medium, talk, Step(Technique.OVERWRITE, passes=("zero",)))
    assert talk.offsets == [(0, number * CHUNK) for number in range(failing)]
    assert not done.written.flushed
    assert done.failure is not None
    assert done.verified is None


def test_failed_chunks_are_kept_with_the_offset() -> None:
    medium, talk = Noted(), Slow(seconds=KEEP_SECONDS + 1)
    medium.bad_write = {CHUNK // 512}
    run(medium, talk, Step(Technique.OVERWRITE, passes=("zero",)))
    assert [record["failed"] for record in talk.records] == [[], [], *[[[CHUNK, CHUNK]]] * 3]


def test_with_too_many_failed_chunks_nothing_is_held_and_it_begins_anew() -> None:
    many = [(number * 512, 512) for number in range(MOST_FAILED + 1)]
    for failed, offset in ((many[:-1], CHUNK), (many, 0)):
        medium, talk = Noted(), Slow()
        medium.content[:] = content("zero", b"")
        run(medium, talk, begun=Pass(0, 2, KEY, Held(CHUNK, list(failed))))
        assert talk.offsets[0] == (2, offset)
        assert len(talk.records[0]["failed"]) == (MOST_FAILED if offset else 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("phase", ["write", "verify"])
def test_a_stop_raises_between_two_chunks(phase: str) -> None:
    medium, talk = Noted(64 * 512), Slow()
    talk.stop_at = phase
    with pytest.raises(Stopped):
        run(medium, talk)
    assert len(medium.writes) == (1 if phase == "write" else 3)


def test_progress_runs_through_all_passes_and_never_backwards() -> None:
    _, _, talk = small(THREE)
    told = [(done, total) for phase, done, total in talk.phases if phase == "write"]
    assert told == sorted(told)
    assert told[-1] == (3 * 64 * 512, 3 * 64 * 512)

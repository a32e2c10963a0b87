"""What the journal may tell of an erase that was cut off: never more than was proved, whatever stands in it."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.words import Method, Technique
from agent.sanitize.canary import Planted
from agent.sanitize.order import Order, Step
from agent.sanitize.overwrite import Held
from agent.sanitize.past import Past, plain, read

SIZE = 1 << 20
KEY = bytes(range(32))
ORDER = Order(
    steps=(
        Step(Technique.ATA_SANITIZE, Method.BLOCK),
        Step(Technique.OVERWRITE, passes=("zero", "ff", "random")),
    )
)
OTHER = Order(steps=(Step(Technique.OVERWRITE, passes=("zero",)),))
PLANTED = Planted(4096, {0: b"a" * 16, 8192: b"b" * 16}, {4096: b"c" * 16}, unplanted=1, fixed=2)
TOLD = {"seen": True, "seconds": 1.0, "marks": 2, "found": 1, "fixed": 2, "block_bytes": 4096, "whole": True}


def begin(order: Order = ORDER) -> dict[str, object]:
    return {"kind": "begin", "steps": plain(order), "identity": {"serial": "S"}}


def step(number: object = 0, **more: object) -> dict[str, object]:
    return {"kind": "step", "number": number, "planted": PLANTED.as_dict(), **more}


def step_done(number: object = 0, **more: object) -> dict[str, object]:
    return {"kind": "step_done", "number": number, "told": TOLD, **more}


def offset(**more: object) -> dict[str, object]:
    held: dict[str, object] = {
        "kind": "offset", "number": 1, "pass": 1, "key": KEY.hex(), "size_bytes": SIZE, "bytes": 8192,
        "failed": [[4096, 512]],
    }  # fmt: skip
    return {**held, **more}


def found(*records: Any, order: Order = ORDER, size: int = SIZE) -> Past:
    return read(records, order, size)


def holds_nothing(past: Past) -> bool:
    return not past.done and not past.planted and past.begun is None


def test_a_drive_without_a_past_has_none() -> None:
    assert found() == Past()


def test_what_was_kept_of_the_same_plan_comes_back() -> None:
    past = found(begin(), step(), step_done(), {"kind": "password"}, offset())
    assert past.cut_off
    assert past.password
    assert past.planted == {0: PLANTED}
    assert past.done == {0: TOLD}
    assert past.begun is not None
    assert (past.begun.step, past.begun.number, past.begun.key) == (1, 1, KEY)
    assert past.begun.held == Held(8192, [(4096, 512)])


def test_a_beginning_alone_is_a_cut() -> None:
    assert found(begin()) == Past(cut_off=True)


def test_the_last_offset_counts() -> None:
    past = found(begin(), offset(bytes=512, failed=[]), offset(bytes=4096, failed=[]))
    assert past.begun is not None
    assert past.begun.held == Held(4096, [])


def test_without_a_beginning_nothing_belongs_to_this_plan() -> None:
    past = found(step(), step_done(), offset())
    assert past.cut_off
    assert holds_nothing(past)


@pytest.mark.parametrize(
    "other",
    [
        OTHER,
        Order(steps=ORDER.steps[:1]),
        Order(steps=(*ORDER.steps, Step(Technique.OVERWRITE, passes=("zero",)))),
        Order(steps=ORDER.steps[::-1]),
        Order(steps=(Step(Technique.ATA_SANITIZE, Method.OVERWRITE), ORDER.steps[1])),
        Order(steps=(ORDER.steps[0], Step(Technique.OVERWRITE, passes=("zero", "ff", "zero")))),
    ],
)
def test_of_another_plan_only_the_cut_and_the_password_count(other: Order) -> None:
    past = found(begin(other), step(), step_done(), {"kind": "password"}, offset())
    assert past.cut_off
    assert past.password
    assert holds_nothing(past)


def test_a_plan_that_was_there_in_between_makes_the_older_worthless() -> None:
    """The other plan has written over the drive: nothing of ours stands any more."""
    past = found(begin(), step(), step_done(), offset(), begin(OTHER), begin())
    assert past.cut_off
    assert holds_nothing(past)


@pytest.mark.parametrize("before", [[begin(OTHER)], []], ids=["another plan", "no plan"])
def test_what_was_kept_under_another_plan_is_not_taken_over_by_a_later_beginning(before: list[Any]) -> None:
    assert holds_nothing(found(*before, step(), step_done(), offset(), begin()))


def test_a_second_beginning_of_the_same_plan_keeps_all() -> None:
    past = found(begin(), step(), step_done(), offset(), begin(), begin())
    assert past.done
    assert past.planted
    assert past.begun


@pytest.mark.parametrize("broken", [{"kind": "begin"}, {"kind": "begin", "steps": None}, {"kind": "begin", "steps": 7}])
def test_a_beginning_that_nobody_can_read_may_have_been_another_plan(broken: dict[str, object]) -> None:
    assert holds_nothing(found(begin(), step(), step_done(), offset(), broken))
    assert holds_nothing(found(begin(), step(), step_done(), offset(), broken, begin()))


def test_a_step_that_begins_again_is_not_done_any_more() -> None:
    past = found(begin(), step(), step_done(), step())
    assert past.done == {}
    assert past.planted == {0: PLANTED}


def test_a_step_that_begins_again_with_marks_nobody_can_read_is_not_done_either() -> None:
    assert found(begin(), step(), step_done(), step(planted=None)).done == {}


def test_a_pass_that_had_begun_is_spoiled_by_an_erase_that_begins_after_it() -> None:
    """Marks are written over it, and the drive erases what stood there."""
    assert found(begin(), offset(), step()).begun is None
    assert found(begin(), offset(), step(planted=None)).begun is None
    assert found(begin(), step(), offset()).begun is not None


def test_old_marks_do_not_stand_for_those_that_nobody_can_read() -> None:
    """The second start planted new ones: the old would be gone without any erase."""
    assert found(begin(), step(), step(planted={"marks": 7})).planted == {}


def test_steps_do_not_touch_each_other() -> None:
    past = found(begin(), step(0), step_done(0), step(2), step_done(2), step(2))
    assert set(past.done) == {0}
    assert set(past.planted) == {0, 2}


@pytest.mark.parametrize("size", [SIZE - 512, SIZE + 512, None, "many"])
def test_an_offset_of_another_size_counts_for_nothing(size: object) -> None:
    assert found(begin(), offset(size_bytes=size)).begun is None


def test_an_offset_of_another_size_takes_the_older_one_away() -> None:
    assert found(begin(), offset(), offset(size_bytes=SIZE * 2)).begun is None


@pytest.mark.parametrize("bytes_", [SIZE + 1, SIZE + 512, -1, 10**30, "nonsense", None, [], 1.5])
def test_an_offset_that_cannot_be_counts_for_nothing(bytes_: object) -> None:
    assert found(begin(), offset(bytes=bytes_, failed=[])).begun is None


def test_the_end_is_a_place_too() -> None:
    past = found(begin(), offset(bytes=SIZE, failed=[]))
    assert past.begun is not None
    assert past.begun.held.offset == SIZE


@pytest.mark.parametrize(
    "failed",
    [
        None, "ab", {"a": 1}, [7], [[0]], [[0, 512, 3]], [["0", "512"]], [[0, 0]], [[-512, 512]], [[0, -512]],
        [[SIZE, 512]], [[0, SIZE + 512]], [[10**30, 512]], [[None, None]], [[0.5, 512]],
        [[0, 512], [0, 512]], [[4096, 512], [0, 512]], [[0, 4096], [512, 512]],
    ],
    ids=str,
)  # fmt: skip
def test_failed_chunks_that_cannot_be_make_the_offset_worthless(failed: object) -> None:
    """Passed over one by one they would be missing from those that are written once more."""
    assert found(begin(), offset(failed=failed)).begun is None


def test_failed_chunks_lie_before_the_offset() -> None:
    """More that failed than was gone over would make the bytes written a negative number."""
    assert found(begin(), offset(bytes=4096, failed=[[8192, 512]])).begun is None


@pytest.mark.parametrize("field", ["number", "pass"])
@pytest.mark.parametrize("value", [-1, "-1", None, "x", [], {}])
def test_numbers_that_are_none_of_a_pass(field: str, value: object) -> None:
    """A negative number would take a pass from behind."""
    assert found(begin(), offset(**{field: value})).begun is None


@pytest.mark.parametrize("key", [None, "zz", "", "00", "ab" * 33, 7])
def test_a_key_that_is_none_makes_the_offset_worthless(key: object) -> None:
    assert found(begin(), offset(key=key)).begun is None


@pytest.mark.parametrize("gone", ["number", "pass", "key", "size_bytes", "bytes", "failed"])
def test_an_offset_without_one_of_its_fields_is_none(gone: str) -> None:
    record = offset()
    del record[gone]
    assert found(begin(), record).begun is None


@pytest.mark.parametrize("told", [None, 7, "x", []])
def test_a_step_done_of_which_nothing_is_told_is_not_done(told: object) -> None:
    assert found(begin(), step(), step_done(told=told)).done == {}


@pytest.mark.parametrize("number", [None, "x", [], {}])
def test_a_step_without_a_number_is_none(number: object) -> None:
    past = found(begin(), step(number), step_done(number))
    assert past.done == {}
    assert past.planted == {}


def deep(depth: int) -> object:
    nested: object = 0
    for _ in range(depth):
        nested = [nested]
    return nested


HOSTILE: dict[str, Any] = {
    "nothing": None,
    "number": 7,
    "text": "begin",
    "list": [],
    "empty": {},
    "no kind": {"kind": None},
    "list for a kind": {"kind": []},
    "record for a kind": {"kind": {"kind": "begin"}},
    "unknown kind": {"kind": "unknown"},
    "deep kind": {"kind": deep(5000)},
    "deep plan": {"kind": "begin", "steps": deep(5000)},
    "deep number": step(deep(5000)),
    "deep marks": step(planted=deep(5000)),
    "deep inside the marks": step(planted={**PLANTED.as_dict(), "fixed": deep(5000)}),
    "deep failed": offset(failed=deep(5000)),
    "deep offset": offset(bytes=deep(5000)),
    "many digits": offset(bytes="9" * 10_000),
    "long key": offset(key="00" * 100_000),
    "not a number": offset(bytes=float("nan")),
    "endless": offset(bytes=float("inf")),
    "marks at no address": step(planted={**PLANTED.as_dict(), "marks": {"x": "00"}}),
    "marks of nothing": step(planted={**PLANTED.as_dict(), "marks": {"1": None}}),
    "marks in a list": step(planted={**PLANTED.as_dict(), "marks": [1]}),
    "endless blocks": step(planted={**PLANTED.as_dict(), "block_bytes": float("inf")}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_records_never_raise_and_never_count(name: str) -> None:
    record = HOSTILE[name]
    past = found(record)
    assert past.cut_off
    assert holds_nothing(past)
    assert not found(begin(), record).planted
    assert found(begin(), record).begun is None
    found(begin(), step(), record, offset(), record)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, object]]:
    """True records in any order, with any of their fields replaced by anything."""
    made = []
    for _ in range(draw(st.integers(0, 6))):
        record = draw(st.sampled_from([begin(), begin(OTHER), step(), step_done(), offset(), {"kind": "password"}]))
        if draw(st.booleans()):
            record = {**record, draw(st.sampled_from(sorted({*record, "kind"}))): draw(JSON)}
        made.append(record)
    return made


@settings(max_examples=300, deadline=None)
@given(records())
def test_whatever_stands_there_no_more_counts_than_was_kept(kept: Iterable[dict[str, object]]) -> None:
    kept = list(kept)
    past = read(kept, ORDER, SIZE)
    assert past.cut_off == bool(kept)
    assert past.password == any(record["kind"] == "password" for record in kept)
    if not any(record["kind"] == "begin" and record.get("steps") == plain(ORDER) for record in kept):
        assert holds_nothing(past)
    if past.begun is not None:
        assert past.begun.step >= 0
        assert past.begun.number >= 0
        held = past.begun.held
        assert sum(length for _, length in held.failed) <= held.offset <= SIZE
    for number in past.done:
        assert any(record["kind"] == "step_done" and str(record["number"]).strip() == str(number) for record in kept)

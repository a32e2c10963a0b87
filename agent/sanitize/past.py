"""What the journal tells of an erase of this drive that was cut off: how far it was, and what must be asked first."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.sanitize.canary import Planted
from agent.sanitize.firmware import Record
from agent.sanitize.order import Order
from agent.sanitize.overwrite import Held
from agent.sanitize.pattern import KEY_BYTES, SMALLEST_SECTOR


@dataclass(frozen=True)
class Pass:
    """A pass of an overwrite that had begun."""

    step: int
    number: int
    key: bytes
    held: Held


@dataclass(frozen=True)
class Past:
    """Empty for a drive whose erase was never cut off."""

    cut_off: bool = False
    """An erase began and has no end: what is verified now is verified in full, from the first block."""
    password: bool = False
    """A password of ours may stand on the drive."""
    done: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """Steps of the same plan that were ended: number → what was told of them."""
    planted: Mapping[int, Planted] = field(default_factory=dict)
    """The canary of a firmware erase that was about to start: number of the step → marks."""
    begun: Pass | None = None
    """The pass in which it was cut off."""


def read(records: Iterable[Record], order: Order, size: int) -> Past:
    """What the records say, as far as they belong to the same plan; whatever is unsound in them is passed over, which
    only means that more is done again. `size` is the drive's, in bytes."""
    cut_off = password = same = False
    done: dict[int, Mapping[str, Any]] = {}
    planted: dict[int, Planted] = {}
    begun: Pass | None = None
    for record in records:
        cut_off = True
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            match record.get("kind"):
                case "begin":
                    # Another plan, or another size, makes all that was before it worthless.
                    now_same = record.get("steps") == plain(order)
                    if not (same and now_same):
                        done, planted, begun = {}, {}, None
                    same = now_same
                case "password":
                    password = True
                case "step_done":
                    done[_number(record)] = _mapping(record["told"])
                case "step":
                    # Marks, and an erase under a pass that had begun, spoil what was written and what was proved.
                    begun = None
                    done.pop(_number(record), None)
                    planted.pop(_number(record), None)
                    planted[_number(record)] = Planted.from_dict(_mapping(record["planted"]))
                case "offset":
                    begun = _pass(record, size)
    if not same:
        return Past(cut_off, password)
    return Past(cut_off, password, done, planted, begun)


def plain(order: Order) -> list[dict[str, object]]:
    """The order's steps as JSON, for the journal."""
    return [
        {"technique": str(step.technique), "method": step.method and str(step.method), "passes": list(step.passes)}
        for step in order.steps
    ]


def _pass(record: Record, size: int) -> Pass | None:
    if record["size_bytes"] != size:
        return None
    offset, number, key = int(str(record["bytes"])), int(str(record["pass"])), bytes.fromhex(str(record["key"]))
    if not 0 <= offset <= size or offset % SMALLEST_SECTOR or number < 0 or len(key) != KEY_BYTES:
        return None
    return Pass(_number(record), number, key, Held(offset, list(_spans(record["failed"], offset))))


def _spans(value: object, end: int) -> Iterator[tuple[int, int]]:
    """The chunks that failed, ascending, all of them before `end`. Raises TypeError, ValueError for what is none."""
    if not isinstance(value, list):
        raise TypeError
    start = 0
    for offset, length in value:
        if not start <= offset < offset + length <= end or (offset | length) % SMALLEST_SECTOR:
            raise ValueError
        yield offset, length
        start = offset + length


def _number(record: Record) -> int:
    number = int(str(record["number"]))
    if number < 0:
        raise ValueError
    return number


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError
    return value

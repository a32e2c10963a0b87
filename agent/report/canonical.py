"""Canonical JSON (RFC 8785), the bytes that are signed, and the strict reading of JSON that strangers wrote."""

import json
import math
from typing import NoReturn

import rfc8785

from agent.model.base import MAX_INTEGER
from agent.model.message import say
from agent.model.problem import Problem

LIMIT = 8 * 1024 * 1024
"""Bytes of one signed report; one with long time series has some hundred thousand."""
DEPTH = 32
"""Objects and arrays inside each other; the model needs 8."""


class Malformed(Problem):
    """What was given is no report at all, or not one that can be signed or verified."""


def canonical(value: object) -> bytes:
    """The one byte form of a JSON value. Raises Malformed for what RFC 8785 cannot express."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (ValueError, RecursionError) as error:
        raise Malformed(say("The report holds a value that cannot be signed: {detail}.", detail=str(error))) from error


def signable(value: object) -> object:
    """The value with every absurd number replaced by the nearest one that canonical JSON holds exactly.

    Beyond ±(2**53 - 1) an integer would not survive as a double (RFC 8785, section 3.2.2.3; RFC 7493);
    a raw 64-bit counter must not cost the whole report. NaN, which only a sentence's value can be, becomes `?`.
    """
    if isinstance(value, dict):
        return {key: signable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [signable(item) for item in value]
    if isinstance(value, float) and math.isnan(value):
        return "?"
    if isinstance(value, int | float) and abs(value) > MAX_INTEGER:
        return MAX_INTEGER if value > 0 else -MAX_INTEGER
    return value


def load(data: bytes, limit: int = LIMIT) -> dict[str, object]:
    """Read one JSON object from hostile bytes.

    Refused, by Malformed: more than `limit` bytes, wrong UTF-8, a key twice in one object (readers differ in
    which one they believe), NaN, infinities, integers that no double holds, nesting beyond DEPTH, no object.
    """
    if len(data) > limit:
        raise Malformed(say("The file is too large: {size:bytes}, at most {limit:bytes}.", size=len(data), limit=limit))
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique, parse_int=_integer, parse_float=_finite, parse_constant=_refuse,
        )  # fmt: skip
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise Malformed(say("This is not JSON: {detail}.", detail=str(error))) from error
    if not isinstance(value, dict):
        raise Malformed(say("This is not a report: a JSON object was expected."))
    if _deeper(value, DEPTH):
        raise _too_deep()
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(say("The key “{key}” stands twice in the same object.", key=twice))
    return found


def _integer(text: str) -> int:
    # The length first: int() of a million digits takes its time.
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        _refuse(text)
    return number


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse(text)
    return number


def _refuse(text: str) -> NoReturn:
    raise Malformed(say("The number {number} has no place in a report.", number=text[:40]))


def _too_deep() -> Malformed:
    return Malformed(say("The file is nested too deeply: at most {limit} levels.", limit=DEPTH))


def _deeper(value: object, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [child for node in level for child in _children(node)]
        if not level:
            return False
    return True


def _children(node: object) -> list[object]:
    items = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [item for item in items if isinstance(item, dict | list)]

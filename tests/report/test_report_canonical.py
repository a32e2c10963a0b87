"""The bytes that are signed, and the strict reading of what strangers wrote."""

import contextlib
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.model.base import MAX_INTEGER
from agent.report.canonical import DEPTH, Malformed, canonical, load, signable


def test_the_example_of_rfc_8785() -> None:
    # Section 3.2.2, with the result of section 3.2.4; the one integer beyond 2**53 is given as the double it means.
    given = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical(given).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_by_utf_16() -> None:
    # RFC 8785, section 3.2.3: U+1F600 comes before U+FB33, since its first code unit is D83D.
    assert list(json.loads(canonical({"\ufb33": 1, "\U0001f600": 2, "\r": 3, "1": 4}))) == [
        "\r", "1", "\U0001f600", "\ufb33",
    ]  # fmt: skip


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abc"), values, max_size=4))
@example({"a": 1e17})  # written without an exponent, so that it is read as an integer
@example({"a": float(2**53)})
@example({"a": -(2**70)})
@example({"a": -0.0})
def test_what_is_signed_can_be_read_and_gives_the_same_bytes(value: dict[str, object]) -> None:
    data = canonical(signable(value))
    assert canonical(load(data)) == data


@given(values)
def test_only_absurd_numbers_change(value: object) -> None:
    def tame(item: object) -> bool:
        if isinstance(item, dict | list):
            return all(map(tame, item.values() if isinstance(item, dict) else item))
        return not isinstance(item, int | float) or abs(item) <= MAX_INTEGER

    assert not tame(value) or signable(value) == value


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{} {}", "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not JSON"),  # UTF-16
        (b"\xef\xbb\xbf{}", "not JSON"),  # a byte order mark
        (b'{"a": "\xc3"}', "not JSON"),
        (b"[]", "object was expected"),
        (b'"text"', "object was expected"),
        (b'{"a": 1, "b": {"x": 1, "x": 1}}', "“x” stands twice"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "1e999"),
        (b'{"a": 9007199254740992}', "9007199254740992"),
        (b'{"a": ' + b"9" * 100_000 + b"}", "999"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "nested"),
        (b'{"a": ' + b"[" * 1_000_000, "nested"),
        (b'{"a": "' + b"x" * (8 << 20) + b'"}', "too large"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_hostile_input_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        load(data)


def test_as_deep_as_allowed() -> None:
    inside = DEPTH - 1
    assert load(b'{"a": ' + b"[" * inside + b"]" * inside + b"}")
    with pytest.raises(Malformed):
        load(b'{"a": ' + b"[" * DEPTH + b"]" * DEPTH + b"}")


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(load(data), dict)


@pytest.mark.parametrize("value", [{"a": "\ud800"}, {"\ud800": 1}, {"a": 2**60}, {"a": float("nan")}, {"a": b""}])
def test_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises(Malformed):
        canonical(value)

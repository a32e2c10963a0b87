"""py-cpuinfo's answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.host import cpuid
from agent.host.cpuid import CpuFacts
from agent.host.source import Live


@pytest.mark.runs_programs
def test_this_machine() -> None:
    found = cpuid.read(Live())
    assert found.model
    assert found.flags


def test_facts() -> None:
    answer = {"vendor_id_raw": "X", "brand_raw": " Y ", "flags": ["lm", 3], "hz_advertised": [2445422000, 0]}
    assert cpuid.parse(json.dumps(answer)) == CpuFacts("X", "Y", frozenset({"lm"}), 2445422000)
    assert cpuid.parse("{}") == CpuFacts()


@pytest.mark.parametrize("hertz", [[], [0, 0], [10**15, 0], ["2 GHz"], "x", None])
def test_absurd_clocks(hertz: object) -> None:
    assert cpuid.parse(json.dumps({"hz_advertised": hertz})).advertised_hz is None


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000])
def test_no_answer(text: str) -> None:
    with pytest.raises(ValueError, match="py-cpuinfo"):
        cpuid.parse(text)


@given(st.dictionaries(st.sampled_from(["vendor_id_raw", "brand_raw", "flags", "hz_advertised"]),
                       st.none() | st.integers() | st.text() | st.lists(st.integers() | st.text())))  # fmt: skip
def test_any_answer(answer: dict[str, object]) -> None:
    cpuid.parse(json.dumps(answer))

"""Descriptions go to their file and back, and broken ones end in a sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sanitize.medium import Refused
from agent.training.description import Counters, Description, Kind, load, parse, save
from agent.training.faults import Faults

Describe = Callable[..., Description]


def test_a_description_comes_back_as_it_went(describe: Describe, tmp_path: Path) -> None:
    there = describe(
        kind=Kind.NVME,
        hidden_bytes=4096,
        bytes_per_second=1000,
        counters=Counters(media_errors=3),
        faults=Faults(unreadable=(3, 5), real_bytes=8192, changes_after_bytes=0, changed_serial="OTHER"),
    )
    save(there, tmp_path / "d.json")
    assert load(tmp_path / "d.json") == there
    assert there.media_bytes == 64 * 1024 + 4096


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "floppy"}, "floppy"),
        ({"model": "x" * 41}, "model"),
        ({"model": "Größe"}, "model"),
        ({"serial": "\x1b[2J"}, "serial"),
        ({"serial": None}, "serial"),
        ({"firmware": 7}, "firmware"),
        ({"size_bytes": 0}, "size_bytes"),
        ({"size_bytes": 4097}, "size_bytes"),
        ({"size_bytes": 1 << 60}, "size_bytes"),
        ({"size_bytes": "65536"}, "size_bytes"),
        ({"size_bytes": 65536.0}, "size_bytes"),
        ({"size_bytes": True}, "size_bytes"),
        ({"hidden_bytes": -512}, "hidden_bytes"),
        ({"logical_sector_bytes": 0}, "logical_sector_bytes"),
        ({"logical_sector_bytes": 512.0}, "logical_sector_bytes"),
        ({"rotation_rpm": 0}, "rotation_rpm"),
        ({"rotation_rpm": 70000}, "rotation_rpm"),
        ({"hours": -1}, "hours"),
        ({"wear_percent": 2000}, "wear_percent"),
        ({"temperature_celsius": 1 << 40}, "temperature_celsius"),
        ({"bytes_per_second": 0}, "bytes_per_second"),
        ({"counters": {"pending": -1}}, "pending"),
        ({"counters": {"available_spare_percent": 101}}, "available_spare_percent"),
        ({"counters": []}, "Counters"),
        ({"faults": {"unreadable": [1, "2"]}}, "sector"),
        ({"faults": {"unreadable": "12"}}, "sector"),
        ({"faults": {"unwritable": None}}, ""),
        ({"faults": {"flush_fails": 1}}, "flush_fails"),
        ({"faults": {"real_bytes": 0}}, "real_bytes"),
        ({"faults": {"changed_size_bytes": 1000}}, "changed_size_bytes"),
        ({"faults": {"changed_serial": "x" * 21}}, "changed_serial"),
        ({"faults": {"vanishes_after_bytes": 0.5}}, "vanishes_after_bytes"),
        ({"faults": {"explodes": True}}, "explodes"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_no_drive_can_be_is_refused(
    describe: Describe, tmp_path: Path, changes: dict[str, object], field: str
) -> None:
    save(describe(), tmp_path / "d.json")
    fields = json.loads((tmp_path / "d.json").read_text())
    (tmp_path / "d.json").write_text(json.dumps({**fields, **changes}))
    with pytest.raises(Refused) as refused:
        load(tmp_path / "d.json")
    assert field in str(refused.value)
    assert "d.json" in str(refused.value)
    assert refused.value.hint is not None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"{}", b"9" * 10_000])
def test_what_is_no_description_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d.json").write_bytes(content)
    with pytest.raises(Refused):
        load(tmp_path / "d.json")


def test_an_endless_description_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_bytes(b" " * 1_000_000)
    with pytest.raises(OSError, match="too large"):
        load(tmp_path / "d.json")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.sampled_from(["kind", "model", "size_bytes", "logical_sector_bytes", "hours", "counters", "faults", "odd"]),
)
def test_any_value_is_accepted_or_named_as_wrong(describe: Describe, value: object, name: str) -> None:
    description = describe()
    fields = {"kind": "ata_hdd", "model": "m", "serial": "s", "firmware": "f", "size_bytes": 8192, "rotation_rpm": 5400}
    try:
        description = parse(json.dumps({**fields, name: value}).encode())
    except (ValueError, TypeError):
        return
    assert isinstance(description, Description)

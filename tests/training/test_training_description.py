"""Descriptions go to their file and back, and broken ones end in a sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sanitize.medium import Refused
from agent.training.ata_about import AtaAbout
from agent.training.description import Counters, Description, Erased, Kind, load, parse, save
from agent.training.faults import Faults
from agent.training.scsi_about import ScsiAbout

Describe = Callable[..., Description]


def test_a_description_comes_back_as_it_went(describe: Describe, tmp_path: Path) -> None:
    there = describe(
        kind=Kind.NVME,
        hidden_bytes=4096,
        bytes_per_second=1000,
        counters=Counters(media_errors=3),
        faults=Faults(unreadable=(3, 5), real_bytes=8192, changes_after_bytes=0, changed_serial="OTHER"),
        erased=Erased.NOISE,
        ata=AtaAbout(sanitize=("crypto", "block"), bridge_drops=(0xF4,), dco=True, dco_hidden_bytes=4096),
        scsi=ScsiAbout(sanitize=("overwrite",), vendor="ORDIS"),
    )
    save(there, tmp_path / "d.json")
    assert load(tmp_path / "d.json") == there
    assert there.media_bytes == 64 * 1024 + 2 * 4096


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
        ({"faults": {"erase_covers_percent": 101}}, "erase_covers_percent"),
        ({"faults": {"erase_fails_at_percent": "9"}}, "erase_fails_at_percent"),
        ({"faults": {"cut_before_command": 0}}, "cut_before_command"),
        ({"spare_bytes": -1}, "spare_bytes"),
        ({"erased": "blue"}, "blue"),
        ({"ata": []}, "AtaAbout"),
        ({"ata": {"sanitize": ["melt"]}}, "ata.sanitize"),
        ({"ata": {"bridge_drops": [256]}}, "ata.bridge_drops"),
        ({"ata": {"security": 1}}, "ata.security"),
        ({"ata": {"foreign_password": "x" * 33}}, "ata.foreign_password"),
        ({"ata": {"erase_minutes": 70_000}}, "ata.erase_minutes"),
        ({"ata": {"sanitize_seconds": -1}}, "ata.sanitize_seconds"),
        ({"ata": {"dco_hidden_bytes": 4096}}, "dco"),
        ({"scsi": {"vendor": "x" * 9}}, "scsi.vendor"),
        ({"scsi": {"sanitize": "block"}}, "scsi.sanitize"),
        ({"scsi": {"formats": None}}, "scsi.formats"),
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
    st.sampled_from(
        ["kind", "model", "size_bytes", "logical_sector_bytes", "hours", "counters", "faults", "ata", "scsi", "odd"]
    ),
)
def test_any_value_is_accepted_or_named_as_wrong(describe: Describe, value: object, name: str) -> None:
    description = describe()
    fields = {"kind": "ata_hdd", "model": "m", "serial": "s", "firmware": "f", "size_bytes": 8192, "rotation_rpm": 5400}
    try:
        description = parse(json.dumps({**fields, name: value}).encode())
    except (ValueError, TypeError):
        return
    assert isinstance(description, Description)

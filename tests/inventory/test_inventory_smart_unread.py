"""Why a drive's health is not known: what smartctl itself says, kept for whoever wonders."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agent.host.recorded import Recorded
from agent.inventory import collect
from agent.inventory.smart.unread import unread
from agent.model.inventory import Drive
from agent.model.words import Health, Transport

SDA = Drive(path="/dev/sda", transport=Transport.ATA, size_bytes=1000)
DENIED = "Smartctl open device: /dev/sda failed: Permission denied"


def refused(text: str = DENIED, **more: object) -> dict[str, object]:
    return {"smartctl": {"exit_status": 2, "messages": [{"string": text, "severity": "error"}]}, **more}


def reasons(*drives: Drive, **documents: dict[str, object]) -> dict[str, str]:
    return {one.part: str(one.reason) for one in unread(drives, documents)}


def test_smartctls_own_reason() -> None:
    assert reasons(SDA, sda=refused()) == {"health of sda": f"smartctl could not ask it: {DENIED}"}
    assert reasons(SDA, sda={}) == {"health of sda": "smartctl's answer describes no drive."}


@pytest.mark.parametrize(
    "document",
    [
        refused(smart_status={"passed": True}, model_name="ST500"),
        refused(smart_status={"passed": False}),
        {"model_name": "ST500", "smart_support": {"available": False}},
        {
            "smartctl": {"messages": [{"string": "Old drive database", "severity": "information"}]},
            "model_name": "ST500",
        },
    ],
)
def test_a_drive_that_told_is_no_riddle(document: dict[str, object]) -> None:
    assert reasons(SDA, sda=document) == {}


def test_where_nothing_could_be_told() -> None:
    assert reasons(SDA.model_copy(update={"transport": Transport.MMC}), sda=refused()) == {}
    # nvme-cli knew.
    assert reasons(SDA.model_copy(update={"health": Health.PASSED}), sda=refused()) == {}
    assert reasons(x={"model_name": "ST500"}) == {}
    assert reasons(x={"device_type": {"scsi_value": 5}}) == {}


def test_answers_of_no_drive_are_named() -> None:
    assert reasons(x=refused()) == {"health of x": f"smartctl could not ask it: {DENIED}"}
    assert reasons(x={"a": 1}) == {"health of x": "smartctl's answer describes no drive."}


@example("\x1b[2J\x07" + "x" * 10_000, None)
@given(
    st.text(max_size=300), st.recursive(st.none() | st.text() | st.integers(), lambda one: st.lists(one, max_size=3))
)
def test_whatever_smartctl_says(text: str, other: object) -> None:
    documents: list[dict[str, object]] = [
        refused(text), {"smartctl": {"messages": other}}, {"smartctl": other, "model_name": other},
    ]  # fmt: skip
    for document in documents:
        for reason in reasons(SDA, sda=document).values():
            assert reason.isprintable()
            assert len(reason) < 300


def test_in_a_recording(tmp_path: Path) -> None:
    (tmp_path / "r/smartctl").mkdir(parents=True)
    (tmp_path / "r/edid").mkdir()
    (tmp_path / "r/edid/x.bin").write_bytes(b"rubbish")
    (tmp_path / "r/smartctl/sda.json").write_text('{"smartctl": {"messages": [{"string": "No", "severity": "error"}]}}')
    told = {one.part: str(one.reason) for one in collect.recorded(Recorded(tmp_path / "r")).unreadable}
    assert told["health of sda"] == "smartctl could not ask it: No"
    assert told["edid/x.bin"] == "It describes no display."

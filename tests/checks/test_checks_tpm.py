"""The security chip: version, whether it is on, its self-test; and the two questions that it is asked."""

import contextlib
import os
import struct
import termios
import threading
import tty
from collections.abc import Iterator

import pytest
from fake_tree import Tree
from hypothesis import given
from hypothesis import strategies as st

from agent.checks import tpm
from agent.host import tpm as host
from agent.model.inventory import Inventory
from agent.model.words import Outcome

CHIP = "/sys/class/tpm/tpm0"


@pytest.mark.parametrize(("result", "outcome"), [(0, Outcome.PASSED), (0x101, Outcome.FAILED), (None, Outcome.ERROR)])
def test_a_tpm_2(part_bench, tree: Tree, result: int | None, outcome: Outcome) -> None:
    tree.file(f"{CHIP}/tpm_version_major", 2)
    found = tpm.check(part_bench(), lambda: result)
    assert found.outcome is outcome
    assert [one.value for one in found.figures] == ["2.0", *([] if result is None else [hex(result)])]


@pytest.mark.parametrize(
    ("enabled", "active", "outcome"),
    [(1, 1, Outcome.PASSED), (0, 1, Outcome.SKIPPED), (1, 0, Outcome.SKIPPED), (1, None, Outcome.ERROR),
     (7, 7, Outcome.ERROR)],
)  # fmt: skip
def test_a_tpm_1(part_bench, tree: Tree, enabled: int, active: int | None, outcome: Outcome) -> None:
    tree.file(f"{CHIP}/tpm_version_major", 1)
    tree.file(f"{CHIP}/device/enabled", enabled)
    if active is not None:
        tree.file(f"{CHIP}/device/active", active)
    assert tpm.check(part_bench(), lambda: 0).outcome is outcome


def test_absent_and_switched_off_look_alike_and_that_is_said(part_bench) -> None:
    result = tpm.check(part_bench(), lambda: 0)
    assert tpm.applies(Inventory())
    assert result.outcome is Outcome.SKIPPED
    assert "cannot be told" in str(result.reason)


# ---- the device


def answer(code: int, rest: bytes = b"") -> bytes:
    return struct.pack(">HII", 0x8001, 10 + len(rest), code) + rest


@pytest.fixture
def line() -> Iterator[tuple[int, str]]:
    """A terminal in the place of the TPM: its other end, and its path."""
    master, slave = os.openpty()
    tty.setraw(slave, termios.TCSANOW)
    yield master, os.ttyname(slave)
    os.close(master)
    os.close(slave)


def chip(master: int, answers: list[bytes], heard: list[bytes]) -> threading.Thread:
    def speak() -> None:
        for each in answers:
            heard.append(os.read(master, 4096))
            os.write(master, each)

    thread = threading.Thread(target=speak, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ([answer(0), answer(0, b"\0\4abcd" + struct.pack(">I", 0))], 0),
        ([answer(0x90A), answer(0, b"\0\0" + struct.pack(">I", 0x101))], 0x101),
        ([answer(0), answer(0, b"\0\0" + struct.pack(">I", 0x90A))], None),
        ([answer(0x101)], 0x101),
        ([answer(0), answer(0, b"\xff\xffshort")], None),
        ([answer(0)[:7]], None),
        ([answer(0) + b"more"], None),
    ],
)
def test_its_answers(line: tuple[int, str], answers: list[bytes], result: int | None) -> None:
    master, path = line
    heard: list[bytes] = []
    speaking = chip(master, answers, heard)
    assert host.self_test(path) == result
    speaking.join(5)
    assert heard[0] == bytes.fromhex("80010000000b00000143" + "00")
    assert heard[1:] in ([], [bytes.fromhex("80010000000a0000017c")])


def test_no_answer_in_time(line: tuple[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "_SECONDS", 0)
    assert host.self_test(line[1]) is None


def test_no_device(tmp_path) -> None:
    assert host.self_test(str(tmp_path / "none")) is None


@given(st.binary(max_size=20))
def test_any_result_is_read(rest: bytes) -> None:
    with contextlib.suppress(struct.error):
        host._result(rest)

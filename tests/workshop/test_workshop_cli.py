"""The command `ordis-workshop`."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from agent.model.words import Mode
from agent.report.keys import ephemeral, load_or_make
from workshop.cli import main
from workshop.serve import is_loopback


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_enrolling_listing_and_revoking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = load_or_make(tmp_path / "keys", Mode.REAL).public
    data = ("--data", str(tmp_path / "data"))
    assert run(capsys, "enrol", str(key), "--name", "Clé\x1b[31m 3", *data) == (0, f"enrolled {key} Clé 3\n", "")
    assert run(capsys, "enrol", str(tmp_path / "keys" / "stick.pub"), *data)[0] == 0
    code, out, _ = run(capsys, "keys", *data)
    assert code == 0
    assert out.count("\n") == 1
    assert out.startswith(f"{key} enrolled 20")
    assert out.endswith("Z Clé 3\n")
    assert run(capsys, "revoke", str(key), *data) == (0, f"revoked {key}\n", "")
    assert "revoked 20" in run(capsys, "keys", *data)[1]


def test_revoking_a_stranger_is_not_good(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "revoke", str(ephemeral(Mode.REAL).public), "--data", str(tmp_path))
    assert (code, out) == (1, "")
    assert "not enrolled" in err


@pytest.mark.parametrize("key", ["", "rubbish", "ordis-ed25519:AAAA", "/nonexistent", "/", "a\0b"])
def test_a_wrong_key_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str], key: str) -> None:
    code, out, err = run(capsys, "enrol", key, "--data", str(tmp_path / "data"))
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2, "a sentence and a hint"
    assert not (tmp_path / "data").exists(), "nothing was written"


def test_the_secret_key_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_or_make(tmp_path, Mode.REAL)
    code, _, err = run(capsys, "enrol", str(tmp_path / "stick.key"), "--data", str(tmp_path / "data"))
    assert code == 2
    assert "never leave" in err


@pytest.mark.parametrize(
    "arguments", [[], ["nothing"], ["enrol"], ["serve", "--port", "x"], ["serve", "--port", "70000"]]
)
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(capsys, *arguments)[0] == 2


def test_data_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert run(capsys, "keys", "--data", str(tmp_path / "file"))[0] == 3
    (tmp_path / "workshop.sqlite").write_bytes(b"this is no database" * 100)
    code, _, err = run(capsys, "keys", "--data", str(tmp_path))
    assert code == 3
    assert "cannot be used" in err


def test_a_port_that_is_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = run(capsys, "serve", "--port", str(taken.getsockname()[1]), "--data", str(tmp_path))
    assert code == 3
    assert "in use" in err


def test_what_only_this_computer_reaches() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.0.1", "::1", "localhost")))
    everybody = "0.0.0.0"  # noqa: S104 - only looked at
    assert not any(map(is_loopback, (everybody, "::", "192.168.1.5", "workshop.example", "")))


@pytest.mark.runs_programs
def test_serving_until_told_to_stop(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "workshop", "serve", "--port", "0", "--data", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        assert requests.get(address, timeout=10).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    finally:
        process.kill()
        process.communicate()

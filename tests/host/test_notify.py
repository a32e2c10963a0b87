"""Telling systemd: a datagram to the address that it named, and nothing anywhere else."""

import os
import socket
from pathlib import Path

import pytest

from agent.host.notify import Manager


def heard(manager: Manager, listening: socket.socket) -> list[bytes]:
    listening.settimeout(5)
    manager.ready()
    manager.stopping()
    return [listening.recv(100), listening.recv(100)]


def test_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        manager = Manager()
        assert manager.listens
        assert "NOTIFY_SOCKET" not in os.environ, "no child speaks for us"
        assert heard(manager, listening) == [b"READY=1", b"STOPPING=1"]


def test_an_abstract_address(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"ordis-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0{name}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        assert heard(Manager(), listening) == [b"READY=1", b"STOPPING=1"]


@pytest.mark.parametrize("address", ["", "nonsense", "/not/there", "/" + "x" * 500, "vsock:2:1"])
def test_where_nobody_listens(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    Manager().ready()

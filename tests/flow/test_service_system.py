"""The service as systemd runs it, and a screen that finds it running."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from bench_place import place

from agent import client as client_module
from agent import service as service_module
from agent.client import Client
from agent.host.notify import Manager
from agent.model.messages import SnapshotEvent
from agent.model.words import Mode
from agent.service import Service

pytestmark = pytest.mark.runs_programs  # a real service looks what machine this is


class Told(Manager):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def _tell(self, text: str) -> None:
        self.words.append(text)


async def test_it_is_ready_when_it_answers_and_a_screen_starts_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, told = place(tmp_path), Told()
    monkeypatch.setattr(client_module, "start_module", lambda *_, **__: pytest.fail("another service was started"))
    service = Service(where)
    running = asyncio.create_task(service.run(on_demand=False, manager=told))
    for _ in range(500):
        if told.words:
            break
        await asyncio.sleep(0.01)
    assert told.words == ["READY=1"]
    events = Client(where.settings, Mode.TRAINING, None).events()
    assert isinstance(await anext(events), SnapshotEvent)
    await events.aclose()  # type: ignore[attr-defined]
    service._ending.set()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait_for(running, 10)
    assert told.words == ["READY=1", "STOPPING=1"]
    assert not where.settings.socket(Mode.TRAINING).exists()


@pytest.mark.parametrize("step", ["the key", "the journals"])
async def test_a_stick_that_does_not_answer_keeps_no_screen_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    where, told, answers = place(tmp_path), Told(), threading.Event()
    monkeypatch.setattr(service_module, "STICK_SECONDS", 0.05)
    if step == "the key":
        monkeypatch.setattr(where.signer, "remember", answers.wait)
    else:
        monkeypatch.setattr(service_module, "_broken_off", lambda _: answers.wait())
    running = asyncio.create_task(Service(where).run(on_demand=False, manager=told))
    try:
        for _ in range(500):
            if told.words:
                break
            await asyncio.sleep(0.01)
        assert told.words == ["READY=1"]
    finally:
        answers.set()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@pytest.mark.runs_programs
def test_as_a_process_under_a_manager(tmp_path: Path) -> None:
    """Type=notify: READY=1 once, plain lines on standard error, and a good end on SIGTERM."""
    settings = tmp_path / "ordis.toml"
    settings.write_text('state_dir = "state"\n')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(30)
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "agent.service", "--mode", "training", "--config", str(settings)],
            stderr=subprocess.PIPE, env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")},
        )  # fmt: skip
        try:
            assert listening.recv(100) == b"READY=1"
            process.send_signal(signal.SIGTERM)
            assert listening.recv(100) == b"STOPPING=1"
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == 0
    assert b"Traceback" not in errors

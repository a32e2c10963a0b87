"""On the stick the system starts the service: a face waits for it and never starts one of its own."""

import asyncio
from pathlib import Path

import pytest

from agent import client as module
from agent.client import Client, Unreachable
from agent.model.words import Mode
from agent.settings import Settings, SettingsError


@pytest.fixture
def socket_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def start_module(*_: object, **__: object) -> None:
        pytest.fail("the face started a service")

    path = tmp_path / "service.sock"
    monkeypatch.setenv(module.SYSTEM_SERVICE, "running")
    monkeypatch.setattr(module, "start_module", start_module)
    monkeypatch.setattr(Settings, "socket", lambda *_: path)
    return path


async def test_a_face_waits_for_the_systems_service(socket_path: Path, tmp_path: Path) -> None:
    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert b"attach" in await reader.readline()
        writer.close()

    async def first_event() -> None:
        async for _ in Client(Settings(state_dir=tmp_path), Mode.REAL, None).events():
            pytest.fail("nothing was sent")

    waiting = asyncio.create_task(first_event())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    async with await asyncio.start_unix_server(hear, socket_path):
        await asyncio.wait_for(waiting, 5)


async def test_it_does_not_wait_for_ever(socket_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SYSTEM_SECONDS", 0.2)
    events = Client(Settings(state_dir=tmp_path), Mode.REAL, None).events()
    with pytest.raises(Unreachable, match="has not started it"):
        await anext(events)


async def test_settings_that_are_wrong_are_told_at_once(socket_path: Path, tmp_path: Path) -> None:
    """The service does not start with them; nobody waits minutes to hear that it did not."""
    wrong = tmp_path / "ordis.toml"
    wrong.write_text('langage = "fr"\n')
    events = Client(Settings(state_dir=tmp_path), Mode.REAL, wrong).events()
    with pytest.raises(SettingsError, match="langage"):
        await asyncio.wait_for(anext(events), 5)

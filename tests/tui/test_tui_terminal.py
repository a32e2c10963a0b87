"""The screen on a terminal of the kernel's own: it is followed, lost, killed and opened again; the service goes on."""

import asyncio
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import tomlkit
from bench_place import only

from agent import settings as settings_file
from agent.client import Client
from agent.model.messages import Command, IntakeRequest, Start
from agent.model.profile import Profile
from agent.model.state import AssetTagQuestion, IntakeState
from agent.model.words import Mode

ROOT = Path(__file__).resolve().parents[2]
STILL = Profile(name="still", title_fr="Sans rien", title_en="Nothing", checks=only())
pytestmark = pytest.mark.runs_programs


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_terminal", ROOT / "tools/bench/terminal.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


terminal = _loaded()


async def asked(config: Path, *commands: Command) -> IntakeState:
    """The state once the tag is asked for, as another face hears it."""
    client = Client(settings_file.load(config), Mode.TRAINING, config)
    state = IntakeState(mode=Mode.TRAINING)
    waiting = list(commands)
    async with asyncio.timeout(60):
        async for event in client.events():
            state = event.apply(state)
            while waiting:
                await client.send(waiting.pop())
            if isinstance(state.question, AssetTagQuestion):
                break
    return state


def wait_for(service: "subprocess.Popen[bytes]", socket: Path) -> None:
    """Until the service listens: a face that came before would start another one."""
    while not socket.exists() and service.poll() is None:
        time.sleep(0.02)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings of a service that runs, with a profile that checks nothing; its intake waits for a tag."""
    folder = tmp_path_factory.mktemp("terminal")
    (folder / "still.toml").write_text(tomlkit.dumps(STILL.model_dump(mode="json", exclude_none=True)))
    file = folder / "ordis.toml"
    file.write_text(f'state_dir = "{folder}/state"\nprofile_dir = "{folder}"\n')
    command = [sys.executable, "-m", "agent.service", "--mode", "training", "--config", str(file)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as service:
        try:
            wait_for(service, settings_file.load(file).socket(Mode.TRAINING))
            request = IntakeRequest(profile="still", erase="none")
            asyncio.run(asked(file, Start(mode=Mode.TRAINING, request=request)))
            yield file
            assert service.poll() is None, "the service has not gone on"
        finally:
            service.terminate()


def screen(config: Path, term: str = "linux", size: tuple[int, int] = (80, 25)) -> Any:
    command = [sys.executable, "-m", "agent.cli", "--config", str(config), "--training", "--lang", "fr"]
    environment = {**os.environ, "TERM": term}
    for name in ("COLORTERM", "COLUMNS", "LINES"):  # the last two would go before what the terminal says of itself
        environment.pop(name, None)
    return terminal.Terminal(command, environment, size)


def test_a_lost_terminal_ends_the_screen_and_the_service_goes_on(config: Path) -> None:
    with screen(config) as here:
        here.until("quette")
        here.hang_up()
        assert here.process.wait(20) is not None
    assert asyncio.run(asked(config)).question is not None


def test_killed_and_started_again_it_joins_the_intake_where_it_stands(config: Path) -> None:
    with screen(config) as here:
        here.until("quette")
        here.type(b"PC-0")
        here.until("PC-0")
        here.process.send_signal(signal.SIGKILL)
        here.process.wait(20)
    question = asyncio.run(asked(config)).question
    with screen(config) as again:
        again.until("quette")
        again.type(b"\x1b[21~")  # F10
        assert again.process.wait(20) == 0
    assert asyncio.run(asked(config)).question == question


@pytest.mark.parametrize(("term", "size"), [("vt220", (80, 24))])
def test_a_serial_line_and_another_size(config: Path, term: str, size: tuple[int, int]) -> None:
    with screen(config, term, size) as here:
        here.until("Quitter")
        here.until(f"\x1b[{size[1]};")  # the line of keys stands in the last row
        for other in ((120, 40), (80, 24)):
            since = len(here.written)
            here.resize(other)
            here.until(f"\x1b[{other[1]};", since=since)
            here.until("Quitter", since=since)
        here.type(b"\x1b[21~")
        assert here.process.wait(20) == 0

"""A face's way to the service: attach to the one that runs, or start one."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from pydantic import ValidationError

from agent import settings as settings_file
from agent.host.detached import start_module
from agent.host.sockets import reachable
from agent.model.message import say
from agent.model.messages import EVENT, LINE_LIMIT, AnyEvent, Attach, Command
from agent.model.problem import Problem
from agent.model.words import Mode
from agent.settings import Settings, SettingsError

START_SECONDS = 20.0
"""How long a fresh service may take to answer; on an old laptop booted from USB imports alone take seconds."""


SYSTEM_SECONDS = 240.0
"""How long the system's own service may take, which first waits for the stick."""
LOOK_SECONDS = 0.05
SYSTEM_SERVICE = "ORDIS_SERVICE"
"""The environment variable that the stick's units set where the system starts the service: no face starts another."""


def system_service() -> bool:
    """Whether the system starts the service."""
    return bool(os.environ.get(SYSTEM_SERVICE))


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Unreachable(Problem):
    """No service answers, or it went away."""

    exit_code = 3


class Client:
    """One connection at a time to the service of a mode."""

    def __init__(self, settings: Settings, mode: Mode, config: Path | None) -> None:
        self._settings = settings
        self._mode = mode
        self._config = config
        self._writer: asyncio.StreamWriter | None = None

    @property
    def log_file(self) -> Path:
        """Where a service that we start writes its log."""
        return self._log("service")

    @property
    def screen_log(self) -> Path | None:
        """Where the screen writes its log; None where nothing can be written."""
        path = self._log("screen")
        return None if path == Path(os.devnull) else path

    def _log(self, name: str) -> Path:
        folder = self._settings.folder(self._mode)
        with contextlib.suppress(OSError):  # read-only: everything runs all the same, without a log
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{name}.log" if os.access(folder, os.W_OK) else Path(os.devnull)

    async def events(self) -> AsyncIterator[AnyEvent]:
        """Attach, starting a service if none answers, and yield a snapshot, then every event.

        Ends when the service ends. Raises Unreachable.
        """
        reader, writer = await self._connect()
        self._writer = writer
        try:
            await self.send(Attach(mode=self._mode))
            while line := await reader.readline():
                yield EVENT.validate_json(line)
        except (OSError, ValidationError, ValueError) as error:
            raise self._unreachable(str(error)) from error
        finally:
            self._writer = None
            writer.close()

    async def send(self, command: Command) -> None:
        """Hand a command over. Raises Unreachable."""
        if self._writer is None:
            raise self._unreachable("not attached")
        try:
            self._writer.write(command.model_dump_json().encode() + b"\n")
            await self._writer.drain()
        except OSError as error:
            raise self._unreachable(str(error)) from error

    async def _connect(self) -> Connection:
        path = self._settings.socket(self._mode)
        if found := await reachable(path, LINE_LIMIT):
            return found
        if self._mode is Mode.REAL and system_service():
            if found := await self._answering(path, SYSTEM_SECONDS, lambda: self._wrong_settings() is not None):
                return found
            if (wrong := self._wrong_settings()) is not None:
                raise wrong
            raise self._unreachable("the system has not started it")
        arguments = ["--mode", self._mode.value, "--on-demand"]
        if self._config is not None:
            arguments += ["--config", str(self._config.absolute())]
        process = start_module("agent.service", *arguments, log_file=self.log_file)
        if found := await self._answering(path, START_SECONDS, lambda: process.poll() not in (None, 0)):
            return found
        raise self._unreachable(f"exit code {process.poll()}")

    def _wrong_settings(self) -> SettingsError | None:
        """What keeps the service from starting, where it is that."""
        try:
            settings_file.load(self._config)
        except SettingsError as wrong:
            return wrong
        return None

    async def _answering(self, path: Path, seconds: float, ended: Callable[[], bool]) -> Connection | None:
        """The service, once it answers; None where it does not in time, or has `ended`."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline and not ended():
            await asyncio.sleep(LOOK_SECONDS)
            if found := await reachable(path, LINE_LIMIT):
                return found
        return None

    def _unreachable(self, why: str) -> Unreachable:
        return Unreachable(
            say("The intake service does not answer ({why}).", why=why),
            say("Its log is in {file}. What was started goes on or is resumed.", file=str(self.log_file)),
        )

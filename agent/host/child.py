"""Child processes of the service (drive workers, checks): started by exec, spoken to in JSON Lines.

A child reads orders from its standard input and writes events to its standard output; what it writes to
standard error is kept as the reason in case it dies.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Self

from agent.host.run import environment

LINE_LIMIT = 8 * 1024 * 1024
"""Bytes of one event line; a longer one is a broken child."""
_ERROR_LIMIT = 16 * 1024


class ChildDied(Exception):
    """The child ended without having said its last word. The text says how."""


class Child:
    """One running child. Use `start`, then `send` orders and read `events`; always `stop` it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._errors = asyncio.create_task(self._collect_errors())

    @classmethod
    async def start(cls, module: str, *arguments: str) -> Self:
        """Run `python -m module arguments…` in a session of its own. Raises OSError."""
        process = await asyncio.create_subprocess_exec(
            # -P: the folder that we happen to stand in must not shadow our modules.
            sys.executable, "-P", "-m", module, *arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env=environment(), start_new_session=True, limit=LINE_LIMIT,
        )  # fmt: skip
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def send(self, order: dict[str, object]) -> None:
        """Send one order. Raises ChildDied."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildDied(await self._last_words()) from error

    async def event(self) -> dict[str, object]:
        """The next event. Raises ChildDied at the child's end or when it writes nonsense."""
        assert self._process.stdout is not None
        try:
            line = await self._process.stdout.readline()
            if not line:
                raise ChildDied(await self._last_words())
            event = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ChildDied(f"unreadable answer: {error}") from error
        if not isinstance(event, dict):
            raise ChildDied("unreadable answer: no object")
        return event

    async def events(self) -> AsyncIterator[dict[str, object]]:
        """Events until the child ends; raises ChildDied unless it ended with 0."""
        while True:
            try:
                yield await self.event()
            except ChildDied:
                if self._process.returncode == 0:
                    return
                raise

    async def stop(self, grace: float = 5.0) -> None:
        """Close its input, which asks it to stop; then end it and its own children. Never raises OSError."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        for kill in (None, signal.SIGTERM, signal.SIGKILL):
            if kill is not None:
                self._signal(kill)
            try:
                await asyncio.wait_for(self._process.wait(), grace)
                break
            except TimeoutError:
                continue
        self._signal(signal.SIGKILL)  # whatever it started itself
        self._errors.cancel()

    def kill(self) -> None:
        """End it at once, with its own children."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, number)

    async def _collect_errors(self) -> bytes:
        assert self._process.stderr is not None
        kept = b""
        while part := await self._process.stderr.read(4096):
            kept = (kept + part)[-_ERROR_LIMIT:]
        return kept

    async def _last_words(self) -> str:
        try:
            code = await asyncio.wait_for(self._process.wait(), 5)
            errors = await asyncio.wait_for(asyncio.shield(self._errors), 5)
        except TimeoutError:
            return "it closed its output and does not end"
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return f"{how}: {lines[-1]}" if lines else how

"""Carries out what faces ask for beside the intake, each in a task of its own: no face and no intake waits for it."""

import asyncio
import contextlib
import logging
import traceback

from agent.care.book import Book
from agent.care.desk import Desk, Tell
from agent.care.network import Connection
from agent.care.support import Support
from agent.model.messages import (
    AnyCareCommand,
    DeliverNow,
    JoinWifi,
    SaveSettings,
    SaveSupport,
    SeeNetwork,
    SeeSettings,
)

log = logging.getLogger("ordis.care")
_MOST = 20
"""Tasks at once; whoever asks faster than that is not heard."""


class Care:
    """One for the service."""

    def __init__(self, desk: Desk) -> None:
        self._network = Connection(desk)
        self._book = Book(desk)
        self._support = Support(desk)
        self._tasks: set[asyncio.Task[None]] = set()

    def obey(self, command: AnyCareCommand, tell: Tell) -> None:
        """`tell` is the way back to the face that asked; nobody else hears the answers."""
        if len(self._tasks) >= _MOST:
            log.warning("too much at once: %s is left out", command.command)
            return
        task = asyncio.create_task(self._guarded(command, tell))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carried_out(self, command: AnyCareCommand, tell: Tell) -> None:
        match command:
            case SeeNetwork():
                await self._network.see(tell, again=command.again)
            case JoinWifi():
                await self._network.join(command, tell)
            case DeliverNow():
                await self._network.deliver(tell)
            case SeeSettings():
                await self._book.see(tell)
            case SaveSettings():
                await self._book.save(command, tell)
            case SaveSupport():
                await self._support.save(command, tell)

    async def _guarded(self, command: AnyCareCommand, tell: Tell) -> None:
        try:
            await self._carried_out(command, tell)
        except Exception as error:  # noqa: BLE001 - a fault of ours beside the intake, which goes on
            # Without the error's own words, in which names and passwords may stand.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("beside the intake: %s\n%s", type(error).__name__, where)  # noqa: TRY400

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks, return_exceptions=True)

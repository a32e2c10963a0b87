"""A drive's temperature beside its erase: asked in a thread of its own, since a busy drive may take its time."""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self

log = logging.getLogger("ordis.heat")

ASK_SECONDS = 10.0
"""Between two questions: a drive warms up in minutes, and each question stands in the way of a write or two."""


class Heat:
    """As a context manager it asks as long as it is open."""

    def __init__(self, ask: Callable[[], int | None]) -> None:
        """`ask` gives degrees Celsius, or None where nobody tells."""
        self._ask = ask
        self._asking: asyncio.Task[None] | None = None
        self.celsius: int | None = None
        self.leave_alone = False
        """The drive's firmware erases: nothing may disturb it, and what was told before is old."""

    async def __aenter__(self) -> Self:
        self._asking = asyncio.create_task(self._go_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _go_on(self) -> None:
        try:
            while True:
                await self.look()
                await asyncio.sleep(ASK_SECONDS)
        except Exception:  # whatever it was: an erase does not hang on it
            log.exception("the drive's temperature")

    async def look(self) -> None:
        """Ask once, unless the drive is to be left alone."""
        self.celsius = None if self.leave_alone else await asyncio.to_thread(self._ask)

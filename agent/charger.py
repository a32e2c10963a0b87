"""A laptop on its battery begins no erase: it waits for the charger. One that runs goes on, and says so."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from agent.model.message import Message, say

LOOK_SECONDS = 2.0
"""Between two looks whether the charger is there."""
HEADLESS_SECONDS = 600.0
"""How long an erase waits where nobody is at the screen to be told."""

PLUG_IN = say("Plug in the charger: this erase begins only then, so that an empty battery cannot break it off.")
PULLED = say("THE CHARGER IS OUT: plug it in again now. On an empty battery this erase breaks off.")
STOPPED = say("The erase was stopped while it waited for the charger: nothing was written to the drive.")
NOBODY_CAME = say("The charger was not plugged in, so the erase was not begun: nothing was written to the drive.")
START_AGAIN = say("Plug in the charger, then start again.")


@dataclass(frozen=True)
class Charger:
    """The charger of this computer, looked at again and again."""

    out: Callable[[], bool]
    """Whether the computer lives on its battery. Blocks."""
    limit: float | None = None
    """Seconds that an erase waits; None: for as long as it takes."""
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def wait(self, tell: Callable[[Message, float | None], None], stopping: asyncio.Event) -> Message | None:
        """Wait until the charger is there. Why the erase may not begin; None where it may.

        `tell` hears what to do and the seconds left.
        """
        gone = 0.0
        while await asyncio.to_thread(self.out):
            if stopping.is_set():
                return STOPPED
            if self.limit is not None and gone >= self.limit:
                return NOBODY_CAME
            tell(PLUG_IN, None if self.limit is None else self.limit - gone)
            await self._until(stopping)
            gone += LOOK_SECONDS
        return None

    @contextlib.asynccontextmanager
    async def watched(self, warn: Callable[[Message | None], None]) -> AsyncIterator[None]:
        """Within this, `warn` hears when the charger was pulled, and None when it is back."""
        watching = asyncio.create_task(self._watch(warn))
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _watch(self, warn: Callable[[Message | None], None]) -> None:
        before = False
        while True:
            await self.pause(LOOK_SECONDS)
            if (out := await asyncio.to_thread(self.out)) is not before:
                warn(PULLED if out else None)
            before = out

    async def _until(self, stopping: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(self.pause(LOOK_SECONDS)), asyncio.ensure_future(stopping.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

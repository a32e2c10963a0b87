"""A laptop on its battery begins no erase: it waits for the charger. One that runs goes on, and says so."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

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


class Charger:
    """The charger of this computer, looked at again and again; one for all erases that run beside each other."""

    def __init__(self, out: Callable[[], bool], limit: float | None = None) -> None:
        """`out` tells whether the computer lives on its battery; it blocks. An erase waits for `limit` seconds; None:
        for as long as it takes."""
        self._out = out
        self._limit = limit
        self._looking = asyncio.Lock()
        self._looked: float | None = None
        self._answer = False

    async def wait(self, tell: Callable[[Message, float | None], None], stopping: asyncio.Event) -> Message | None:
        """Wait until the charger is there. Why the erase may not begin; None where it may.

        `tell` hears what to do and the seconds left.
        """
        gone = 0.0
        while await self._look():
            if stopping.is_set():
                return STOPPED
            if self._limit is not None and gone >= self._limit:
                return NOBODY_CAME
            tell(PLUG_IN, None if self._limit is None else self._limit - gone)
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
            await asyncio.sleep(LOOK_SECONDS)
            if (out := await self._look()) is not before:
                warn(PULLED if out else None)
            before = out

    async def _until(self, stopping: asyncio.Event) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await stopping.wait()

    async def _look(self) -> bool:
        """Whether it is out, as seen a moment ago at most: sixteen drives do not ask sixteen times."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if self._looked is None or now - self._looked >= LOOK_SECONDS / 2:
                self._answer = await asyncio.to_thread(self._out)
                self._looked = asyncio.get_running_loop().time()
            return self._answer

"""The screen's way to the service, as the screen sees it."""

from collections.abc import AsyncIterator
from typing import Protocol

from agent.model.messages import AnyEvent, Command


class Link(Protocol):
    """A way to the service. Nothing is lost when it breaks: the service goes on by itself."""

    def events(self) -> AsyncIterator[AnyEvent]:
        """Connect, also again after a break, and yield a snapshot, then the events; ends when the service ends.

        Written as `async def` with `yield`. Raises Problem or OSError where there is no way (any more).
        """

    async def send(self, command: Command) -> None:
        """Hand a command over. Raises Problem or OSError where there is no way (any more)."""

"""The faces of the service: what it still has to tell each of them."""

import asyncio
from collections.abc import Callable

from agent.model.messages import AnyEvent, SnapshotEvent
from agent.model.state import IntakeState

FACE_QUEUE = 200
"""Events kept for a face that does not read; beyond that it gets a snapshot instead."""


class Face:
    """One attached screen or headless run, as the service sees it."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self.events: asyncio.Queue[AnyEvent] = asyncio.Queue(FACE_QUEUE)
        self.leave = leave
        """Hang up; the face may attach again."""

    def tell(self, event: AnyEvent, state: IntakeState) -> None:
        """Queue an event, never waiting: when the face is behind, all it has missed becomes one snapshot."""
        if self.events.full():
            while not self.events.empty():
                self.events.get_nowait()
            event = SnapshotEvent(mode=state.mode, state=state)
        self.events.put_nowait(event)

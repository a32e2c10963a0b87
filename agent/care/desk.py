"""What those who work beside the intake have in hand: the workplace as it is now, the state, and the ways to tell."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from agent.model.messages import AnyEvent
from agent.model.state import IntakeState
from agent.settings import Settings
from agent.workplace import Workplace

Tell = Callable[[AnyEvent], None]
"""To the one face that asked."""


@dataclass(frozen=True)
class Desk:
    place: Callable[[], Workplace]
    """Asked each time: settings may have been changed meanwhile."""
    state: Callable[[], IntakeState]
    emit: Callable[[AnyEvent], None]
    """To all faces, and into the state."""
    use: Callable[[Settings], None]
    """Have new settings count from now on; an intake that runs keeps its own."""
    config: Path | None
    """The settings' file, where one was named."""
    look: Callable[[], Awaitable[None]]
    """Have a look now at what is round the intake: the stick, the workshop, what waits."""

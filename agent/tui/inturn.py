"""Keys one after the other: the next is handed on once all that the one before does is done.

By itself Textual gives a key to what has the focus at the moment, while the key before may still be on its way to move
the focus. On a computer that is busy, that lost the letters after a Tab, or put them into the field before.
"""

import time
from collections import deque

from textual import events
from textual.message import Message
from textual.widget import Widget

Typed = events.Key | events.Paste

LOOK_SECONDS = 0.5
"""How often to see whether what had a key's focus is still there."""
LONGEST_SECONDS = 10.0
"""For which a key keeps the next one waiting, whatever happens: no error may make the keyboard dead."""
ROUNDS = 2
"""The key itself, then what it made a field or a choice say, and thus where the focus goes."""


class Settled(Message):
    """Sent behind a key, the same way up to the app: when it comes there, the key has been there, too."""

    def __init__(self, behind: Typed, rounds: int) -> None:
        super().__init__()
        self.behind = behind
        self.rounds = rounds


class InTurn:
    """The keys that wait, and the one whose turn it is."""

    def __init__(self) -> None:
        self._waiting: deque[Typed] = deque()
        self._now: Typed | None = None
        self._target: Widget | None = None
        self._began = 0.0

    def wait(self, event: Typed) -> None:
        self._waiting.append(event)

    def forget(self, key: str) -> None:
        """This key shall have no turn any more."""
        self._waiting = deque(each for each in self._waiting if not (isinstance(each, events.Key) and each.key == key))

    def next(self) -> Typed | None:
        """The key to hand on now, where there is one and none is under way."""
        return self._waiting.popleft() if self._waiting and not self.is_under_way else None

    @property
    def is_under_way(self) -> bool:
        """Nothing comes back from a screen that was taken away."""
        target = self._target
        if target is None or time.monotonic() - self._began > LONGEST_SECONDS:
            return False
        return target.is_running and target.is_attached

    @property
    def is_busy(self) -> bool:
        return bool(self._waiting) or self.is_under_way

    def handed_on(self, event: Typed, target: Widget) -> None:
        """The key has just been put in the queue of `target`."""
        self._now, self._target, self._began = event, target, time.monotonic()
        self._follow(ROUNDS)

    def settled(self, message: Settled) -> None:
        """What was sent behind a key is back."""
        if message.behind is self._now and self._target is not None:
            self._follow(message.rounds - 1)

    def _follow(self, rounds: int) -> None:
        assert self._now is not None
        assert self._target is not None
        if not (rounds and self._target.post_message(Settled(self._now, rounds))):
            self._now = self._target = None

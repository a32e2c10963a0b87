"""A key that is stuck, and would type into every screen for ever.

Told by its endless repetition. Only keys that type or confirm are looked at: arrows and Backspace are held on purpose.
The key counts again as soon as it has been silent for a moment, so no error here makes a keyboard dead.
"""

from textual import events

SECONDS, LEAST = 3.0, 30
"""From so long and so many repetitions on: nobody holds a letter or Enter for three seconds."""
PAUSE = 0.3
"""Seconds without the key after which it was let go. The kernel repeats each 33 ms, after a first 250 ms."""
OVER_SECONDS = 1.0
"""How long after its last repetition it is still said to be stuck."""
_CONFIRM = frozenset({"enter", "tab", "space"})


class Stuck:
    """Told of every key that comes from the terminal."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[float, float, int]] = {}
        """Of keys that repeat: since when, the last time, how often."""

    def holds(self, event: events.Key) -> bool:
        """Whether this key comes from no hand any more."""
        if not (event.is_printable or event.key in _CONFIRM):
            return False
        now = event.time
        self._runs = {key: run for key, run in self._runs.items() if now - run[1] <= PAUSE}
        began, _, times = self._runs.get(event.key, (now, now, 0))
        self._runs[event.key] = began, now, times + 1
        return now - began >= SECONDS and times >= LEAST

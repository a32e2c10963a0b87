"""The commands of one connection, carried out one after the other beside the thread that reads the connection."""

import threading
from collections import deque
from collections.abc import Callable

from agent.model.ports import NoAnswer
from agent.training.serve.wire import Closed, Wire


class Work:
    """A thread for the commands of one connection: a drive takes them in turn, and may need hours for one.

    Whoever reads the connection meanwhile answers what is not the drive's matter, and learns when the peer goes. The
    thread ends with the connection, or as soon after it as the drive is done with the command that it has begun.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._waiting: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._over = False
        threading.Thread(target=self._run, name="serve-work", daemon=True).start()

    def add(self, command: Callable[[], None]) -> None:
        """Carry it out after those before it. It may raise Closed, NoAnswer and OSError, which end
        the connection."""
        with self._changed:
            self._waiting.append(command)
            self._changed.notify()

    def end(self) -> None:
        """What has not begun is forgotten."""
        with self._changed:
            self._over = True
            self._waiting.clear()
            self._changed.notify()

    def _run(self) -> None:
        while (command := self._next()) is not None:
            try:
                command()
            except (Closed, NoAnswer, OSError):
                self._wire.close()
                return

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._over)
            return None if self._over else self._waiting.popleft()

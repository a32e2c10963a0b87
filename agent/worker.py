"""One process per drive, the only thing that ever opens it. Started by exec, light: no pydantic here.

Orders come as JSON Lines on standard input, one at a time; answers go to standard output. When the input
closes, the service is gone: the work stops between two chunks, and the service's next life resumes it.
"""

import json
import queue
import sys
import threading
import time
from typing import TextIO

from agent.model.message import say
from agent.model.words import Level, Pattern, Verify
from agent.sanitize.chunks import Stopped
from agent.sanitize.guard import DriveSpec, admit, look
from agent.sanitize.medium import Medium, Refused
from agent.sanitize.overwrite import GONE
from agent.sanitize.procedure import Order, erase

PROGRESS_SECONDS = 0.25
"""At most four progress lines a second: enough for a smooth bar, nothing for a slow serial line to choke on."""

Line = dict[str, object]


class Worker:
    """Carries out orders until its input closes."""

    def __init__(self, orders: TextIO, answers: TextIO) -> None:
        self._answers = answers
        self._inbox: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._told = ("", 0, 0.0)
        threading.Thread(target=self._listen, args=(orders,), daemon=True).start()

    def _listen(self, orders: TextIO) -> None:
        try:
            for text in orders:
                order = json.loads(text)
                if order["order"] == "stop":
                    self._stop.set()
                    continue
                if order["order"] != "go":
                    # Here and not where it is taken up: a stop that came in behind it must hold.
                    self._stop.clear()
                self._inbox.put(order)
        finally:  # also after nonsense: whoever sends that is no service of ours
            self._stop.set()
            self._inbox.put(None)

    def _next(self) -> Line | None:
        """The next order; None, again and again, when there will be no more."""
        order = self._inbox.get()
        if order is None:
            self._inbox.put(None)
        return order

    def _tell(self, event: str, **fields: object) -> None:
        self._answers.write(json.dumps({"event": event, **fields}) + "\n")
        self._answers.flush()

    def run(self) -> None:
        while (order := self._next()) is not None:
            spec = DriveSpec.from_dict(order["drive"])
            try:
                if order["order"] == "health":
                    self._tell("health", document=look(spec, _simulated))
                elif order["order"] == "sanitize":
                    self._sanitize(spec, order)
            except Refused as refused:
                hint = refused.hint.as_dict() if refused.hint else None
                self._tell("refused", reason=refused.reason.as_dict(), hint=hint)
            except Stopped:
                self._tell("stopped", reason=say("The erase was stopped.").as_dict())
            except OSError as error:
                self._tell("broken", gone=error.errno in GONE, error=error.strerror or str(error))

    def _sanitize(self, spec: DriveSpec, order: Line) -> None:
        wanted = Order(
            level=Level(str(order["level"])),
            pattern=Pattern(str(order["pattern"])),
            verify=Verify(str(order["verify"])),
        )
        medium = admit(spec, _simulated)
        try:
            if self._stop.is_set():
                raise Stopped
            # Nothing is written before the service has made its journal record durable and says go.
            self._tell("ready")
            following = self._next()
            if following is None or following["order"] != "go" or self._stop.is_set():
                raise Stopped
            self._tell("result", sanitization=erase(medium, spec.identity, wanted, self._progress))
        finally:
            medium.close()

    def _progress(self, phase: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise Stopped
        now = time.monotonic()
        said_phase, said_done, said_at = self._told
        # The end of a phase is told at once, but once: bad places are gone over again when all else is done.
        if now - said_at >= PROGRESS_SECONDS or (done >= total and (phase, done) != (said_phase, said_done)):
            self._told = (phase, done, now)
            self._tell("progress", phase=phase, done=done, total=total)


def _simulated(path: str) -> Medium:
    from agent.training.drive import open_drive  # noqa: PLC0415 - real work never loads the simulation

    return open_drive(path)


if __name__ == "__main__":
    Worker(sys.stdin, sys.stdout).run()

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

from agent.drivetests import door
from agent.host.blockdevice import NotABlockDevice
from agent.host.run import ToolMissing, ToolTimeout
from agent.model.message import say
from agent.model.ports import NoAnswer
from agent.sanitize.chunks import Stopped
from agent.sanitize.contents import contents
from agent.sanitize.firmware import Record
from agent.sanitize.guard import DriveSpec, admit, look, open_to_look
from agent.sanitize.medium import Medium, Refused
from agent.sanitize.order import Order
from agent.sanitize.overwrite import GONE
from agent.sanitize.procedure import erase, examine
from agent.sanitize.talk import Clock, RealClock

PROGRESS_SECONDS = 0.25
"""At most four progress lines a second: enough for a smooth bar, nothing for a slow serial line to choke on."""

Line = dict[str, object]


class Worker:
    """Carries out orders until its input closes. Satisfies sanitize.talk.Talk for the erase that it runs."""

    def __init__(self, orders: TextIO, answers: TextIO) -> None:
        self._answers = answers
        self._answering = threading.Lock()
        self._inbox: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._gone = threading.Event()
        """The service is: also what cannot be stopped ends now, as if this process were killed."""
        self._by_itself = False
        """The drive's firmware erases: no command may disturb it."""
        self._told = ("", 0, 0.0)
        threading.Thread(target=self._listen, args=(orders,), daemon=True).start()

    def _listen(self, orders: TextIO) -> None:
        try:
            for text in orders:
                self._hear(json.loads(text))
        finally:  # also after nonsense: whoever sends that is no service of ours
            self._gone.set()
            self._stop.set()
            self._inbox.put(None)

    def _hear(self, order: Line) -> None:
        if order["order"] == "stop":
            if self._by_itself:
                self._tell("unstoppable")
                return
            self._stop.set()
        elif order["order"] != "go":
            # Here and not where it is taken up: a stop that came in behind it must hold.
            self._stop.clear()
        self._inbox.put(order)

    def _next(self) -> Line | None:
        """The next order; None, again and again, when there will be no more."""
        order = self._inbox.get()
        if order is None:
            self._inbox.put(None)
        return order

    def _tell(self, event: str, **fields: object) -> None:
        with self._answering:
            self._answers.write(json.dumps({"event": event, **fields}) + "\n")
            self._answers.flush()

    def run(self) -> None:
        while (order := self._next()) is not None:
            if order["order"] == "stop":  # of what has ended meanwhile
                continue
            spec = DriveSpec.from_dict(order["drive"])
            try:
                self._carry_out(spec, order)
            except Refused as refused:
                hint = refused.hint.as_dict() if refused.hint else None
                self._tell("refused", reason=refused.reason.as_dict(), hint=hint)
            except Stopped:
                self._tell("stopped", reason=say("The erase was stopped.").as_dict())
            except OSError as error:
                self._tell("broken", gone=error.errno in GONE, error=error.strerror or str(error))

    def _carry_out(self, spec: DriveSpec, order: Line) -> None:
        match order["order"]:
            case "health":
                self._health(spec)
            case "probe":
                self._probe(spec)
            case "contents":
                self._contents(spec)
            case "sanitize":
                self._sanitize(spec, order)
            case "test":
                self._test(spec, order)

    def _health(self, spec: DriveSpec) -> None:
        document, why = None, None
        try:
            document = look(spec, _simulated)
        except ToolMissing as missing:
            why = say("The program {program} is not installed.", program=str(missing)).as_dict()
        except ToolTimeout as late:
            why = say("A program did not answer in time: {what}", what=str(late)).as_dict()
        self._tell("health", document=document, why=why)

    def _probe(self, spec: DriveSpec) -> None:
        """What the drive's firmware tells of itself; a drive that does not answer has told nothing."""
        try:
            medium = open_to_look(spec, _simulated)
            try:
                document = examine(medium)
            finally:
                medium.close()
        except (NoAnswer, NotABlockDevice):
            document = None
        self._tell("about", document=document)

    def _contents(self, spec: DriveSpec) -> None:
        """One word on what is on it."""
        try:
            medium = open_to_look(spec, _simulated)
            try:
                found = contents(medium.window, medium.identity().size_bytes, medium.logical_sector_bytes)
            finally:
                medium.close()
        except NotABlockDevice:
            found = None
        self._tell("contents", word=found.value if found else None)

    def _test(self, spec: DriveSpec, order: Line) -> None:
        self._by_itself = False
        self._told = ("", 0, 0.0)
        try:
            document = door.test(spec, _simulated, order, self)
        except door.NotNow as reason:
            self._tell("not_now", reason=reason.reason.as_dict())
        except (NoAnswer, NotABlockDevice) as error:
            self._tell("broken", gone=False, error=str(error))
        else:
            self._tell("tested", document=document)

    def _sanitize(self, spec: DriveSpec, order: Line) -> None:
        earlier = order.get("earlier")
        assert isinstance(earlier, list)
        wanted = Order.from_dict(order)
        self._by_itself = False
        self._told = ("", 0, 0.0)
        medium = admit(spec, _simulated, resumed=bool(earlier))
        try:
            if self._stop.is_set():
                raise Stopped
            # Nothing is written before the first checkpoint is durable in the service's journal.
            done = erase(medium, spec.identity, wanted, self, tuple(earlier))
            self._tell("result", sanitization=done)
        finally:
            self._by_itself = False
            medium.close()

    # ---- what the erase says (sanitize.talk.Talk)

    @property
    def clock(self) -> Clock:
        return RealClock()

    def checkpoint(self, record: Record) -> None:
        """Returns once the service says go, which it does when the record is durable. Raises Stopped."""
        if self._stop.is_set():
            raise Stopped
        try:
            self._tell("checkpoint", record=dict(record))
        except OSError as error:  # the service is gone, and the drive has nothing to do with it
            raise Stopped from error
        following = self._next()
        if following is None or following["order"] != "go" or self._stop.is_set():
            raise Stopped

    def silent(self, seconds: float) -> None:
        self._by_itself = seconds > 0
        self._tell("silent", seconds=seconds)

    def surface(self, found: Record) -> None:
        self._tell("surface", document=dict(found))

    def progress(self, phase: str, done: int, total: int) -> None:
        self._by_itself = phase == "firmware"
        if (self._gone if self._by_itself else self._stop).is_set():
            raise Stopped
        now = time.monotonic()
        said_phase, said_done, said_at = self._told
        # Begin and end of a phase are told at once, but once: bad places are gone over again when all else is done.
        edge = phase != said_phase or (done >= total and done != said_done)
        if edge or now - said_at >= PROGRESS_SECONDS:
            self._told = (phase, done, now)
            self._tell("progress", phase=phase, done=done, total=total)


def _simulated(path: str) -> Medium:
    from agent.training.drive import open_drive  # noqa: PLC0415 - real work never loads the simulation

    return open_drive(path)


if __name__ == "__main__":
    Worker(sys.stdin, sys.stdout).run()

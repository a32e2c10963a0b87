"""No part of the inventory may stop another: each is read under guard, and what fails is kept with its reason."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from agent.host.recorded import NotRecorded
from agent.host.run import ToolMissing, ToolTimeout
from agent.model.inventory import Unreadable
from agent.model.message import Message, say

log = logging.getLogger("ordis.inventory")
T = TypeVar("T")


class CannotRead(Exception):
    """A part cannot be read, for a reason that can be told to a volunteer."""

    def __init__(self, reason: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Part(Generic[T]):
    """A part that is being read; `value` is None until it is there, and for good where reading failed."""

    def __init__(self, name: str, started: float) -> None:
        self.name = name
        self.started = started
        self.value: T | None = None
        self.why: Message | None = None
        """Why it could not be read."""
        self._ended = threading.Event()

    def read(self, step: Callable[[], T]) -> None:
        try:
            self.value = step()
        except CannotRead as error:
            self.why = error.reason
        except NotRecorded:
            self.why = say("It was not recorded.")
        except ToolMissing as error:
            self.why = say(
                "The program {program} is not installed. Start from the Ordis stick, which has it.", program=str(error)
            )
        except ToolTimeout as error:
            self.why = say("A program did not answer in time: {what}", what=str(error))
        except Exception as error:  # whatever a strange machine does to one part, the others must come
            log.debug("inventory: %s", self.name, exc_info=True)  # `unreadable` tells people; no traceback does
            self.why = say("It could not be read: {error}", error=f"{type(error).__name__}: {error}")
        finally:
            self._ended.set()

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    def wait(self, seconds: float) -> T | None:
        """The value, as soon as it is there; None where there is none `seconds` after its start."""
        self._ended.wait(max(0.0, self.started + seconds - time.monotonic()))
        return self.value


class Parts:
    """The parts of one inventory. With `beside` each is read in a thread of its own: the kernel may take its time over
    a broken battery or a dying disk, and a thread that hangs there is left behind."""

    def __init__(self, *, beside: bool = True) -> None:
        self._beside = beside
        self._parts: list[Part[object]] = []

    def start(self, name: str, step: Callable[[], T]) -> Part[T]:
        """Begin to read a part."""
        part: Part[T] = Part(name, time.monotonic())
        self._parts.append(part)  # type: ignore[arg-type]
        if self._beside:
            threading.Thread(target=part.read, args=(step,), name=f"inventory {name}", daemon=True).start()
        else:
            part.read(step)
        return part

    def wait(self, seconds: float) -> bool:
        """Wait until every part has ended, each at most `seconds` after its start. Whether all have."""
        for part in self._parts:
            part.wait(seconds)
        return all(part.ended for part in self._parts)

    def unreadable(self) -> list[Unreadable]:
        """The parts that failed or have not ended, each with its reason, in the order of their start."""
        found = []
        for part in self._parts:
            if not part.ended:
                late = say("It did not answer within {seconds:duration}.", seconds=time.monotonic() - part.started)
                found.append(Unreadable(part=part.name, reason=late))
            elif part.why is not None:
                found.append(Unreadable(part=part.name, reason=part.why))
        return found

"""No part of the inventory may stop another: each is read under guard, and what fails is kept with its reason."""

import logging
from collections.abc import Callable
from typing import TypeVar

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


class Parts:
    """Reads parts one after the other and collects what could not be read."""

    def __init__(self) -> None:
        self.unreadable: list[Unreadable] = []

    def read(self, part: str, step: Callable[[], T]) -> T | None:
        """The part, or None where reading it fails in whatever way."""
        try:
            return step()
        except CannotRead as error:
            reason = error.reason
        except ToolMissing as error:
            reason = say("The program {program} is not installed.", program=str(error))
        except ToolTimeout as error:
            reason = say("A program did not answer in time: {what}", what=str(error))
        except Exception as error:  # whatever a strange machine does to one part, the others must come
            log.exception("inventory: %s", part)
            reason = say("It could not be read: {error}", error=f"{type(error).__name__}: {error}")
        self.unreadable.append(Unreadable(part=part, reason=reason))
        return None

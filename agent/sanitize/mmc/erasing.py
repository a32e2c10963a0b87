"""What the two ways to erase an eMMC device have in common. Untested on hardware.

The commands wait until the card is ready again, so an erase is over when `start` returns. A card tells nothing of an
erase that was cut off, and never takes it up by itself: it must be started again (JESD84-B51, 6.6.12).
"""

from abc import ABC, abstractmethod

from agent.model.message import Message, say
from agent.model.ports import MmcPort
from agent.model.words import Method, Technique
from agent.sanitize.firmware import Checkpoint, NotAccepted, State, Status
from agent.sanitize.mmc import card
from agent.sanitize.mmc.ext_csd import ExtCsd


class MmcErase(ABC):
    """Satisfies sanitize.firmware.Erase, with `run` by each way."""

    technique = Technique.EMMC_SANITIZE
    method: Method

    def __init__(self, port: MmcPort, longest: float) -> None:
        self._port = port
        self.seconds = longest
        self._done = False
        self._failure: Message | None = None

    @abstractmethod
    def run(self, register: ExtCsd) -> None:
        """Erase the whole user area. Raises NotAccepted, NoAnswer, OSError."""

    def start(self, checkpoint: Checkpoint) -> None:  # noqa: ARG002  nothing of it outlives a power cut
        """Returns when it is over."""
        self._done, self._failure = False, None
        register = ExtCsd.read(self._port)
        card.status(self._port)  # errors of old are none of ours
        try:
            self.run(register)
        except NotAccepted as refused:
            self._failure = refused.reason
            raise
        self._done = True

    def status(self) -> Status:
        if card.status(self._port).busy:
            return Status(State.RUNNING)
        if self._done:
            return Status(State.DONE)
        if self._failure:
            return Status(State.FAILED, reason=self._failure)
        return Status(State.IDLE, reason=say("The drive's own erase was cut off, and must be started again."))

    def leave_failure(self) -> bool:
        """There is no failed state: after an error the card goes on as before."""
        return not card.status(self._port).busy

"""The password of ours that SECURITY ERASE UNIT needs must not outlive the erase: the drive would lock itself when it
is next switched on, and whoever is given it could not use it."""

from collections.abc import Mapping

from agent.model.message import Message, say
from agent.model.ports import NoAnswer
from agent.sanitize.drive_firmware import firmware_of
from agent.sanitize.firmware import Checkpoint, NotAccepted, Record
from agent.sanitize.medium import Medium
from agent.sanitize.overwrite import raise_if_gone
from agent.sanitize.talk import Clock, Talk

LEFT = say(
    "A password of Ordis may still stand on the drive and lock it when it is next switched on. Take it away by hand: "
    "it is “ordis”."
)


class Noting:
    """A talk, and whether a password of ours went into the journal. Satisfies talk.Talk."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self.password = False
        """From then on one of ours may stand on the drive."""

    @property
    def clock(self) -> Clock:
        return self._talk.clock

    def progress(self, phase: str, done: int, total: int) -> None:
        self._talk.progress(phase, done, total)

    def checkpoint(self, record: Record) -> None:
        self._talk.checkpoint(record)
        self.password = self.password or record.get("kind") == "password"

    def silent(self, seconds: float) -> None:
        self._talk.silent(seconds)

    def surface(self, found: Mapping[str, object]) -> None:
        self._talk.surface(found)


def take_away(medium: Medium, checkpoint: Checkpoint) -> Message | None:
    """Take it away where it still stands; a sentence where it may be there for all that.

    Only for a drive on which we have just set it: no other is tried. Raises OSError where the drive is gone.
    """
    try:
        firmware = firmware_of(medium, leftover=True)
        if firmware is None or not firmware.about().leftover_password:
            return None
        firmware.tidy(checkpoint)
        return LEFT if firmware.about().leftover_password else None
    except (NotAccepted, NoAnswer):
        return LEFT
    except OSError as error:
        raise_if_gone(error)
        return LEFT

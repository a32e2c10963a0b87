"""What is round an intake: the stick, the workshop, the clock, what waits to be sent, and which profile fits."""

import re
from datetime import datetime
from enum import StrEnum

from agent.model.base import Count, Model, Text
from agent.model.message import Message, say
from agent.model.report import TimeSource
from agent.model.words import Reached


class Kept(StrEnum):
    """Where reports are kept."""

    STICK = "stick"
    DISK = "disk"
    """In a folder of this computer: Ordis was not started from a stick."""
    PULLED = "pulled"
    """The stick is out: everything stays in memory until it, or another one, is there."""
    DAMAGED = "damaged"
    NONE = "none"
    """No stick is used: everything stays in memory."""


class StickSeen(Model):
    kept: Kept
    why: Message | None = None
    """Of one that is damaged or not used."""
    key: Text | None = None
    """The public key that reports are signed with."""
    in_memory: bool = False
    """The whole system runs from memory: the stick may be pulled out and go on to the next machine."""


class WorkshopSeen(Model):
    url: Text | None = None
    """None: no workshop is named, nor found in this network."""
    reached: Reached | None = None
    """None: nobody has asked yet, or there is nobody to ask."""
    enrolled: bool | None = None
    """Whether it takes what this stick signs; None where it does not tell."""
    why: Message | None = None
    hint: Message | None = None


class ClockSeen(Model):
    source: TimeSource
    local: datetime
    """What the clock says in the workshop's time zone, to the minute."""


class Proposal(Model):
    profile: Text
    because: Message


class Surroundings(Model):
    """As last seen; None: not looked at yet."""

    stick: StickSeen | None = None
    workshop: WorkshopSeen | None = None
    clock: ClockSeen | None = None
    waiting: Count | None = None
    """Reports in the spool that the workshop has not received."""
    proposal: Proposal | None = None
    tag_pattern: str | None = None
    """A regular expression that the whole of an asset tag must match."""

    def is_asset_tag(self, tag: str) -> bool:
        """Whether this can be a tag of the workshop; True where its form is not known."""
        return self.tag_pattern is None or re.fullmatch(self.tag_pattern, tag) is not None


def no_tag(text: str) -> Message:
    """Why this cannot be the tag, and what to do."""
    return say(
        "“{tag}” is not an asset tag of this workshop, so nothing was filed under it. Look at the label once more; "
        "what a tag looks like stands in the settings (F4).",
        tag=text,
    )

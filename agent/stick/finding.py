"""One line of `ordis stick check`."""

from agent.model.base import Model
from agent.model.message import Message


class Finding(Model):
    what: str
    """Which check: a word that stays the same, for programs."""
    good: bool | None
    """None where it could not be judged, or tells only a figure."""
    text: Message
    hint: Message | None = None

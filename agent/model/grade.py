"""What a machine is worth, with every reason."""

from agent.model.base import Model, Text
from agent.model.message import Message
from agent.model.words import GradeLetter


class AxisGrade(Model):
    """One axis of the rubric."""

    axis: Text
    """`processor`, `memory`, `drive`, `battery`, `stress`, `functions`, `cosmetic`."""
    letter: GradeLetter | None
    """None where nothing is known of the axis or it does not apply. Where `tested` is false, a letter rests on the
    facts alone (the memory's size, not its soundness)."""
    tested: bool = True
    applies: bool = True
    value: Message
    threshold: Message | None = None
    """What this letter asks for."""
    next_threshold: Message | None = None
    """What the next better letter asks for; None for the best."""
    reason: Message
    missing: Message | None = None
    """What was not tested, where there is a letter all the same."""


class Use(Model):
    """A use the machine is suitable for, in plain words, or why it is not."""

    name: Message
    suitable: bool
    reason: Message


class Grade(Model):
    letter: GradeLetter
    provisional: bool = False
    """True where an axis that applies was not tested."""
    reasons: list[Message] = []
    """Why it is not better, the deciding ones first; for `hold`, who must do what."""
    axes: list[AxisGrade] = []
    functional_category: Text | None = None
    cosmetic_category: Text | None = None
    uses: list[Use] = []

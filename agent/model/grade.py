"""What a machine is worth, with every reason."""

from agent.model.base import Model, Text
from agent.model.message import Message
from agent.model.words import GradeLetter


class AxisGrade(Model):
    """One axis of the rubric."""

    axis: Text
    """`processor`, `memory`, `drive`, `battery`, `stress`, `functions`, `cosmetic`."""
    letter: GradeLetter | None
    """None where the axis was not tested or does not apply."""
    tested: bool = True
    applies: bool = True
    value: Message
    threshold: Message | None = None
    reason: Message


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

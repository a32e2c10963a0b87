"""What a machine is worth, with every reason."""

from typing import Annotated

from pydantic import Field

from agent.model.base import Bytes, Count, Model, Text
from agent.model.message import Message
from agent.model.words import GradeLetter, Suitability


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


class Repair(Model):
    """One thing that a workshop can do to the machine."""

    kind: Text
    """`add_memory`, `swap_memory`, `faulty_memory`, `ssd`, `battery`, `remove_battery`, `cooling`, `ahci`, or
    `replace_` with the name of a function (`replace_keyboard`)."""
    what: Message
    """The thing done, to stand after "With": "one 4 GB DDR4 SO-DIMM in the free slot"."""
    part: Text | None = None
    """Which of several parts: the path of the drive that goes out."""
    size_bytes: Bytes | None = None
    """Of the memory module or drive that comes in."""


class Advice(Model):
    """One repair, or some together, and the letter that the rubric then gives. What is new is not tested yet: the
    letter holds for a part that works."""

    repairs: Annotated[list[Repair], Field(min_length=1)]
    letter: GradeLetter
    at_best: bool = False
    """True where something that nobody has seen yet can still make it worse (a drive that hides)."""
    euros: Count
    minutes: Count


class SystemFit(Model):
    """Whether an operating system that is current runs on this machine, by what its makers ask for."""

    name: Text
    fit: Suitability
    reasons: list[Message]
    source: Text
    """Where the conditions stand, and of when."""


class Power(Model):
    """A power draw that a check measured."""

    what: Message
    watts: float


class Footprint(Model):
    """What giving this machine a second life avoids, as others have published it. kg CO2e."""

    manufacture_kg: float
    """Emissions of making a new one."""
    yearly_kg: float | None = None
    """Avoided in each year of use of a refurbished one instead of a new one; None where nobody published it."""
    source: Text


class Grade(Model):
    letter: GradeLetter
    provisional: bool = False
    """True where an axis that applies was not tested."""
    reasons: list[Message] = []
    """Why it is not better, the deciding ones first; for `hold`, who must do what."""
    axes: list[AxisGrade] = []
    functional_category: Text | None = None
    """F3 or F4 of the R2v3 REC; None where what is known supports none."""
    functional_reason: Message | None = None
    cosmetic_category: Text | None = None
    """C1 to C9 of the R2v3 REC; None where nobody looked (their C0)."""
    uses: list[Use] = []
    advice: list[Advice] = []
    """What would raise the grade, cheapest first."""
    systems: list[SystemFit] = []
    footprint: Footprint | None = None
    power: list[Power] = []

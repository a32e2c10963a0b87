"""What the machine is suitable for, in the words of the person who will receive it. Conservative: unknown is no."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.model.grade import AxisGrade, Use
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.words import GradeLetter


@dataclass(frozen=True)
class Need:
    """The least letter of each axis that a use asks for: a choice of ours, which field experience may correct."""

    name: Message
    processor: GradeLetter
    memory: GradeLetter
    drive: GradeLetter = GradeLetter.D
    network: bool = True
    camera: bool = False


NEEDS = (
    Need(say("Online public services"), GradeLetter.C, GradeLetter.C),
    Need(say("School work"), GradeLetter.C, GradeLetter.C),
    Need(say("Video calls"), GradeLetter.B, GradeLetter.C, camera=True),
    Need(say("Telework"), GradeLetter.B, GradeLetter.A, GradeLetter.B),
    Need(say("Light creative work"), GradeLetter.A, GradeLetter.A, GradeLetter.B, network=False),
)


def suitable(letter: GradeLetter, axes: list[AxisGrade], inventory: Inventory) -> list[Use]:
    """Each use with whether the machine is fit for it, and why or why not. `letter` is the machine's grade."""
    by_name = {axis.axis: axis for axis in axes}
    return [_use(need, next(_against(need, letter, by_name, inventory), None)) for need in NEEDS]


def _use(need: Need, against: Message | None) -> Use:
    fit = say("Powerful enough; screen, keyboard and sound still have to be tried.")
    return Use(name=need.name, suitable=against is None, reason=against or fit)


def _against(need: Need, letter: GradeLetter, axes: dict[str, AxisGrade], inventory: Inventory) -> Iterator[Message]:
    """What speaks against it, the heaviest first."""
    if letter is GradeLetter.HOLD:
        yield say("Not before what holds the machine back is settled.")
    if letter in (GradeLetter.PARTS, GradeLetter.RECYCLE):
        yield say("Not before what failed is repaired.")
    if not axes["drive"].applies:
        yield say("A drive has to be fitted first.")
    if axes["stress"].letter is None:
        yield say("Processor and memory have to be tested under load first.")
    if not _reaches(axes["processor"], need.processor):
        yield say("The processor is too weak, or not known.")
    if not _reaches(axes["memory"], need.memory):
        yield say("There is too little memory.")
    if not _reaches(axes["drive"], need.drive):
        yield say("It needs a quick drive in good health (an SSD).")
    if need.network and not inventory.network:
        yield say("No network adapter was found.")
    if need.camera:
        yield say("Powerful enough, but camera and microphone were not tested.")


def _reaches(axis: AxisGrade, least: GradeLetter) -> bool:
    return axis.letter is not None and axis.letter.rank <= least.rank

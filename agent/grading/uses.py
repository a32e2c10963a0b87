"""What the machine is suitable for, in the words of the person who will receive it. Conservative: unknown is no."""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.grading.facts import Facts
from agent.grading.function_parts import BY_ID, State, states
from agent.model.grade import AxisGrade, Use
from agent.model.message import LIST, Message, say
from agent.model.words import GradeLetter


@dataclass(frozen=True)
class Need:
    """The least letter of each axis that a use asks for, and the parts that must have been tried: a choice of ours,
    which field experience may correct."""

    name: Message
    processor: GradeLetter
    memory: GradeLetter
    drive: GradeLetter = GradeLetter.D
    network: bool = True
    parts: tuple[str, ...] = ()


NEEDS = (
    Need(say("Online public services"), GradeLetter.C, GradeLetter.C),
    Need(say("School work"), GradeLetter.C, GradeLetter.C),
    Need(say("Video calls"), GradeLetter.B, GradeLetter.C, parts=("camera", "microphone", "sound")),
    Need(say("Telework"), GradeLetter.B, GradeLetter.A, GradeLetter.B),
    Need(say("Light creative work"), GradeLetter.A, GradeLetter.A, GradeLetter.B, network=False),
)
_HANDS = ("display", "keyboard", "touchpad", "charging")
"""Without these no use is possible; a desktop computer gets its own from elsewhere, and they do not apply."""
_WORKING = (State.WORKS, State.LIMITED)


def suitable(letter: GradeLetter, axes: list[AxisGrade], facts: Facts) -> list[Use]:
    """Each use with whether the machine is fit for it, and why or why not. `letter` is the machine's grade."""
    by_name = {axis.axis: axis for axis in axes}
    known = states(facts.inventory, facts.checks)
    open_ = any(known[part] is State.UNTESTED for part in (*_HANDS, "sound"))
    fit = (
        say("Powerful enough; screen, keyboard and sound still have to be tried.")
        if open_
        else say("Powerful enough, and what it needs works.")
    )
    return [_use(need, next(_against(need, letter, by_name, facts, known), None), fit) for need in NEEDS]


def _use(need: Need, against: Message | None, fit: Message) -> Use:
    return Use(name=need.name, suitable=against is None, reason=against or fit)


def _against(
    need: Need, letter: GradeLetter, axes: dict[str, AxisGrade], facts: Facts, known: dict[str, State]
) -> Iterator[Message]:
    """What speaks against it, the heaviest first."""
    yield from _unready(letter, axes)
    if not _reaches(axes["processor"], need.processor):
        yield say("The processor is too weak, or not known.")
    if not _reaches(axes["memory"], need.memory):
        yield say("There is too little memory.")
    if not _reaches(axes["drive"], need.drive):
        yield say("It needs a quick drive in good health (an SSD).")
    if need.network:
        yield from _network(facts, known)
    yield from _parts(need, known)


def _unready(letter: GradeLetter, axes: dict[str, AxisGrade]) -> Iterator[Message]:
    if letter is GradeLetter.HOLD:
        yield say("Not before what holds the machine back is settled.")
    if letter in (GradeLetter.PARTS, GradeLetter.RECYCLE):
        yield say("Not before what failed is repaired.")
    if not axes["drive"].applies:
        yield say("A drive has to be fitted first.")
    if axes["stress"].letter is None:
        yield say("Processor and memory have to be tested under load first.")


def _parts(need: Need, known: dict[str, State]) -> Iterator[Message]:
    if broken := [part for part in (*_HANDS, *need.parts) if known[part] is State.FAILS]:
        yield say("It does not work: {parts:list}.", parts=_list(broken))
    if missing := [part for part in need.parts if known[part] is State.ABSENT]:
        yield say("It has none, but one can be plugged in: {parts:list}.", parts=_list(missing))
    if untested := [part for part in need.parts if known[part] is State.UNTESTED]:
        yield say("Powerful enough, but not tested: {parts:list}.", parts=_list(untested))


def _network(facts: Facts, known: dict[str, State]) -> Iterator[Message]:
    ways = [
        each for each in facts.inventory.network if known["wifi" if each.wireless else "network"] is not State.FAILS
    ]
    if not facts.inventory.network:
        yield say("No network adapter was found.")
    elif not ways:
        yield say("Neither Wi-Fi nor the network socket works.")


def _reaches(axis: AxisGrade, least: GradeLetter) -> bool:
    return axis.letter is not None and axis.letter.rank <= least.rank


def _list(parts: list[str]) -> str:
    return LIST.join(BY_ID[part].name.text for part in parts)

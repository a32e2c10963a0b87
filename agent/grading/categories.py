"""Functional category of the R2v3 REC, as far as an intake can give one.

Source: SERI, R2 Equipment Categorization (REC) v1.2, table 4. F1 and F2 are for collectors' pieces and special
electronics; F5 and F6 need software installed, which is what comes after us. Left are F3 (key functions work) and F4
(all hardware was tested and works, nothing is missing). What is in between is F3, and untested is never working.
"""

from agent.grading.evidence import conclude
from agent.grading.facts import Facts
from agent.grading.function_parts import PARTS, State, Weight, states
from agent.model.grade import AxisGrade
from agent.model.message import LIST, Message, say
from agent.model.words import GradeLetter, Outcome

_KEY = (Weight.VITAL, Weight.MAIN)
_WORSE = (GradeLetter.D, GradeLetter.PARTS)
"""A battery below C is absent, worn out or has failed."""
_NAMES = {"drive": say("Drive"), "battery": say("Battery")}


def functional(facts: Facts, axes: list[AxisGrade]) -> tuple[str | None, Message]:
    """The category, None where nothing supports one, and why it is not another."""
    if not all(_works(facts, check) for check in ("processor", "memory")):
        return None, say("Processor and memory were not both tested without a fault.")
    known = states(facts.inventory, facts.checks)
    if left := [
        part.name.text for part in PARTS if part.weight in _KEY and known[part.id] in (State.FAILS, State.UNTESTED)
    ]:
        return None, say("Not shown to work: {parts:list}.", parts=LIST.join(left))
    left = [part.name.text for part in PARTS if known[part.id] not in (State.WORKS, State.ABSENT)]
    left += [_NAMES[axis.axis].text for axis in axes if axis.axis in _NAMES and not _sound(axis)]
    if left:
        return "F3", say("Key functions work. Not shown to work fully: {parts:list}.", parts=LIST.join(left))
    return "F4", say("All hardware was tested and works.")


def _works(facts: Facts, check: str) -> bool:
    found = conclude(facts.checks, check)
    return found is not None and found.outcome is not Outcome.FAILED


def _sound(axis: AxisGrade) -> bool:
    """A missing drive makes a machine incomplete; one without a battery by design is not."""
    if not axis.applies:
        return axis.axis == "battery"
    failed = axis.letter is GradeLetter.PARTS if axis.axis == "drive" else axis.letter in _WORSE
    return axis.tested and not failed

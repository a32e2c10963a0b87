"""The grade of a machine: gates first, then the worst axis decides (section 7 of the design)."""

from agent.grading import (
    advice,
    battery,
    categories,
    cosmetic,
    drive,
    footprint,
    functions,
    gates,
    memory,
    processor,
    stress,
    systems,
    uses,
)
from agent.grading.evidence import mended
from agent.grading.facts import Facts
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade, Grade
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import GradeThresholds
from agent.model.sanitization import Sanitization
from agent.model.words import GradeLetter


def grade(
    inventory: Inventory,
    checks: list[CheckResult],
    sanitizations: list[Sanitization],
    thresholds: GradeThresholds,
    *,
    empty_bay_confirmed: bool = False,
) -> Grade:
    """What the machine is worth, from facts alone: the same facts give the same grade. Never raises.

    Every drive of the inventory is taken for the machine's. Where no axis could be judged at all, the machine is on
    hold: there is nothing that a letter could rest on. `empty_bay_confirmed` is a person's word that no drive is in.
    """
    facts = Facts(inventory, checks, sanitizations, empty_bay_confirmed)
    verdict = judge(facts, thresholds)
    axes, letter = verdict.axes, verdict.letter
    functional, why = categories.functional(facts, axes)
    looks = cosmetic.category(checks)
    return Grade(
        letter=letter,
        provisional=any(axis.applies and not axis.tested for axis in axes),
        reasons=verdict.held + _reasons(axes) + mended(checks) + gates.doubts(facts),
        axes=axes,
        functional_category=functional,
        functional_reason=why,
        cosmetic_category=f"C{looks}" if looks else None,
        uses=uses.suitable(letter, axes, facts),
        advice=advice.worthwhile(verdict, thresholds.repairs, lambda after: judge(after, thresholds)),
        systems=systems.fitting(facts),
        footprint=footprint.avoided(inventory.machine.chassis),
        power=footprint.measured(checks),
    )


def judge(facts: Facts, thresholds: GradeThresholds) -> advice.Verdict:
    """The letter, every axis with value, threshold and reason, and what holds the machine."""
    inventory, checks = facts.inventory, facts.checks
    axes = [
        processor.judge(inventory.processors, thresholds.processor),
        memory.judge(inventory.memory, checks, thresholds.memory),
        drive.judge(facts, thresholds.drive),
        battery.judge(inventory, checks, thresholds.battery),
        stress.judge(checks),
        functions.judge(inventory, checks, thresholds.functions),
        cosmetic.judge(checks, thresholds.cosmetic),
    ]
    held = gates.closed(facts)
    letters = [axis.letter for axis in axes if axis.applies and axis.letter]
    if not letters:
        held.append(say("Nothing about this machine could be judged: start the checks again."))
    letter = GradeLetter.HOLD if held else max(letters, key=lambda letter: letter.rank)
    return advice.Verdict(facts, letter, axes, held)


def _reasons(axes: list[AxisGrade]) -> list[Message]:
    """Why it is not better: the worst axis first, then a missing drive, then what was not tested."""
    judged = [axis for axis in axes if axis.letter and axis.letter is not GradeLetter.A]
    judged.sort(key=lambda axis: axis.letter.rank if axis.letter else 0, reverse=True)
    needed = [axis.reason for axis in axes if axis.axis == "drive" and not axis.applies]
    untested = [axis.missing or axis.reason for axis in axes if axis.applies and not axis.tested]
    return [*(axis.reason for axis in judged), *needed, *untested]

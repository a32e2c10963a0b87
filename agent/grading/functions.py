"""The axis `functions`: screen, keyboard, sound, charging and the rest that people use."""

from agent.grading.function_parts import BY_ID, PARTS, State, Weight, states
from agent.grading.scale import better
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade
from agent.model.inventory import Inventory
from agent.model.message import LIST, Message, say
from agent.model.profile import FunctionThresholds
from agent.model.words import GradeLetter


def judge(inventory: Inventory, checks: list[CheckResult], limits: FunctionThresholds) -> AxisGrade:
    """Grade by section 7 of the design. Beyond its words: more than `b_secondary` secondary functions that fail make it
    C; a screen, charging, keyboard … that works in part only counts like a secondary function that fails, and a
    secondary function that works in part is no fault of the grade's. What does not apply does not count.
    """
    known = states(inventory, checks)
    tried = [name for name, state in known.items() if state in (State.WORKS, State.LIMITED, State.FAILS)]
    open_ = [name for name, state in known.items() if state is State.UNTESTED]
    if not tried:
        return AxisGrade(
            axis="functions",
            letter=None,
            tested=not open_,
            applies=bool(open_),
            value=say("not tested"),
            next_threshold=say("all functions work"),
            reason=_untested(open_) if open_ else say("There is nothing to try."),
        )
    letter, reason = _verdict(known, limits)
    works = sum(state is State.WORKS for state in known.values())
    return AxisGrade(
        axis="functions",
        letter=letter,
        tested=not open_,
        value=say("{works} of {tried} functions work", works=works, tried=len(tried)),
        threshold=_needs(limits).get(letter),
        next_threshold=_needs(limits).get(better(letter) if letter is not GradeLetter.PARTS else GradeLetter.C),
        reason=reason,
        missing=_untested(open_) if open_ else None,
    )


def _verdict(known: dict[str, State], limits: FunctionThresholds) -> tuple[GradeLetter, Message]:
    """The letter that the parts together leave, and the parts that make it so."""
    vital, main, secondary = (_with(known, State.FAILS, weight) for weight in Weight)
    limited = _with(known, State.LIMITED, Weight.VITAL) + _with(known, State.LIMITED, Weight.MAIN)
    if vital:
        return GradeLetter.PARTS, say("Does not work: {parts:list}. Repair it, or use the machine for parts.",
                                      parts=_list(vital))  # fmt: skip
    if main:
        return GradeLetter.C, say("Does not work: {parts:list}; grade B needs it.", parts=_list(main))
    if len(secondary) + len(limited) > limits.b_secondary:
        return GradeLetter.C, say("Does not work, or only in part: {parts:list}; grade B allows {most} such faults.",
                                  parts=_list(secondary + limited), most=limits.b_secondary)  # fmt: skip
    if secondary:
        return GradeLetter.B, say("Does not work: {parts:list}; grade A needs it.", parts=_list(secondary))
    if limited:
        return GradeLetter.B, say("Works only in part: {parts:list}; grade A needs more.", parts=_list(limited))
    return GradeLetter.A, say("All functions that were tried work.")


def _with(known: dict[str, State], state: State, weight: Weight) -> list[str]:
    return [part.id for part in PARTS if part.weight is weight and known[part.id] is state]


def _list(parts: list[str]) -> str:
    return LIST.join(BY_ID[part].name.text for part in parts)


def _untested(parts: list[str]) -> Message:
    return say("Not tested: {parts:list}.", parts=_list(parts))


def _needs(limits: FunctionThresholds) -> dict[GradeLetter | None, Message]:
    return {
        GradeLetter.A: say("all functions work"),
        GradeLetter.B: say("at most {most} secondary function fails", most=limits.b_secondary),
        GradeLetter.C: say("screen and charging work"),
    }

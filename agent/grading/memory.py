"""The axis `memory`: how much there is, and whether it keeps what is written to it."""

from agent.grading.evidence import complaint, conclude
from agent.grading.scale import better, place
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade
from agent.model.inventory import Memory
from agent.model.message import Message, say
from agent.model.profile import GIB, MemoryThresholds
from agent.model.words import GradeLetter, Outcome


def judge(memory: Memory, checks: list[CheckResult], limits: MemoryThresholds) -> AxisGrade:
    """Grade the memory by section 7 of the design.

    The modules' sum counts; where they cannot be read, what the system can use, which is a little less: the benefit
    of the doubt would be an invented figure.
    """
    size = max(memory.installed_bytes or 0, memory.usable_bytes or 0)
    found, told = conclude(checks, "memory"), complaint(checks, ["memory"])
    value = say("{size:memory}", size=size) if size else say("not readable")
    if any(each and each.outcome is Outcome.FAILED for each in (found, told)):
        return AxisGrade(
            axis="memory",
            letter=GradeLetter.PARTS,
            tested=found is not None,
            value=value,
            next_threshold=say("memory without errors"),
            reason=told.reason
            if told and told.outcome is Outcome.FAILED
            else say("The memory failed its check: replace the module, then test again."),
        )
    if not size:
        return AxisGrade(
            axis="memory",
            letter=None,
            tested=False,
            value=value,
            reason=say("How much memory there is could not be read."),
        )
    least = {
        GradeLetter.A: limits.a_bytes,
        GradeLetter.B: limits.b_bytes,
        GradeLetter.C: limits.c_bytes,
        GradeLetter.D: limits.d_bytes,
    }
    letter = place(size, least, GradeLetter.PARTS)
    wanted = better(letter)
    return AxisGrade(
        axis="memory",
        letter=letter,
        tested=found is not None,
        value=value,
        threshold=_amount(least.get(letter)),
        next_threshold=_amount(least[wanted]) if wanted else None,
        reason=_reason(size, wanted, least),
        missing=None if found else say("The memory was not tested for errors."),
    )


def _amount(size: int | None) -> Message | None:
    return None if size is None else say("{size:memory}", size=size)


def _reason(size: int, wanted: GradeLetter | None, least: dict[GradeLetter, int]) -> Message:
    if size >= GIB:
        size = size * 10 // GIB * GIB // 10  # never shown rounded up: "8 GB of memory (A needs 8 GB)"
    if wanted is None:
        return say("{size:memory} of memory.", size=size)
    return say("{size:memory} of memory ({letter} needs {least:memory}).", size=size, letter=wanted,
               least=least[wanted])  # fmt: skip

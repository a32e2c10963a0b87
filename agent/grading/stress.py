"""The axis `stress`: whether processor and memory compute rightly under load, and without slowing down."""

from agent.grading.evidence import KERNEL_LOG, complaint, conclude
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade
from agent.model.message import Message, say
from agent.model.words import GradeLetter, Outcome

_KERNEL_PARTS = ("processor", "memory", "thermal")


def judge(checks: list[CheckResult]) -> AxisGrade:
    """Grade the checks `processor` and `memory`, and what the kernel's log says of both (machine checks, heat), by
    section 7 of the design; there is no B on this axis.

    What such a check found is told in its own words: it knows best what failed and what to do.
    """
    processor, memory = conclude(checks, "processor"), conclude(checks, "memory")
    missing = _missing(processor, memory)
    # Machine checks stand nowhere but in the kernel's log: whoever could not read it has not seen that there are none.
    unheard = next((one.reason for one in checks if one.id == KERNEL_LOG and one.outcome is Outcome.ERROR), None)
    told = complaint(checks, _KERNEL_PARTS)
    failed = _first(Outcome.FAILED, processor, memory, told)
    # That the memory's check reached only a part of it is no sign of heat.
    slow = _first(Outcome.DEGRADED, processor, told)
    if failed:
        return AxisGrade(
            axis="stress",
            letter=GradeLetter.PARTS,
            tested=missing is None,
            value=say("wrong result, crash or hardware error"),
            next_threshold=say("right results under load"),
            reason=failed.reason,
            missing=missing,
        )
    if slow:
        return AxisGrade(
            axis="stress",
            letter=GradeLetter.C,
            tested=missing is None,
            value=say("slows down"),
            threshold=say("right results under load"),
            next_threshold=say("full speed under load"),
            reason=slow.reason,
            missing=missing,
        )
    if missing:
        return AxisGrade(axis="stress", letter=None, tested=False, value=say("not tested"), reason=missing)
    return AxisGrade(
        axis="stress",
        letter=GradeLetter.A,
        tested=unheard is None,
        missing=unheard,
        value=say("no fault"),
        threshold=say("full speed under load"),
        reason=say("Processor and memory worked without a fault under load."),
    )


def _first(outcome: Outcome, *results: CheckResult | None) -> CheckResult | None:
    return next((result for result in results if result and result.outcome is outcome), None)


def _missing(processor: CheckResult | None, memory: CheckResult | None) -> Message | None:
    if processor and memory:
        return None
    if processor:
        return say("The memory was not tested under load.")
    if memory:
        return say("The processor was not tested under load.")
    return say("Processor and memory were not tested under load.")

"""The axis `stress`: whether processor and memory compute rightly under load, and without slowing down."""

from agent.grading.evidence import conclude
from agent.model.check import CheckResult
from agent.model.grade import AxisGrade
from agent.model.message import Message, say
from agent.model.words import GradeLetter, Outcome


def judge(checks: list[CheckResult]) -> AxisGrade:
    """Grade the checks `processor` and `memory` by section 7 of the design; there is no B on this axis.

    What such a check found is told in its own words: it knows best what failed and what to do.
    """
    processor, memory = conclude(checks, "processor"), conclude(checks, "memory")
    missing = _missing(processor, memory)
    failed = next((result for result in (processor, memory) if result and result.outcome is Outcome.FAILED), None)
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
    if processor and processor.outcome is Outcome.DEGRADED:
        return AxisGrade(
            axis="stress",
            letter=GradeLetter.C,
            tested=missing is None,
            value=say("slows down"),
            threshold=say("right results under load"),
            next_threshold=say("full speed under load"),
            reason=processor.reason,
            missing=missing,
        )
    if missing:
        return AxisGrade(axis="stress", letter=None, tested=False, value=say("not tested"), reason=missing)
    return AxisGrade(
        axis="stress",
        letter=GradeLetter.A,
        value=say("no fault"),
        threshold=say("full speed under load"),
        reason=say("Processor and memory worked without a fault under load."),
    )


def _missing(processor: CheckResult | None, memory: CheckResult | None) -> Message | None:
    if processor and memory:
        return None
    if processor:
        return say("The memory was not tested under load.")
    if memory:
        return say("The processor was not tested under load.")
    return say("Processor and memory were not tested under load.")

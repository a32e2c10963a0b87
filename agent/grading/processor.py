"""The axis `processor`: what generation of programs it can run (levels of the x86-64 psABI)."""

from agent.grading.scale import better
from agent.model.grade import AxisGrade
from agent.model.inventory import Processor
from agent.model.message import Message, say
from agent.model.words import GradeLetter

_NEEDS: dict[GradeLetter | None, Message] = {
    GradeLetter.A: say("x86-64-v3 and 4 threads"),
    GradeLetter.B: say("x86-64-v3"),
    GradeLetter.C: say("x86-64-v2 and 2 cores"),
    GradeLetter.D: say("a 64-bit processor"),
}


def judge(processors: list[Processor]) -> AxisGrade:
    """Grade the processors by section 7 of the design; the weakest level counts, cores and threads are added up.

    A is "Windows-11 class" there. Microsoft's list of processors is not consulted yet (a later issue brings it as
    data): x86-64-v3 with 4 threads is an approximation, which also admits Intel's generations 4 to 7.
    A number of cores or threads that is not known counts as 0: unknown is not enough.
    """
    levels = [processor.x86_64_level for processor in processors if processor.x86_64_level is not None]
    if not levels or len(levels) < len(processors):
        return AxisGrade(
            axis="processor",
            letter=None,
            tested=False,
            value=say("not readable"),
            reason=say("What the processor can do could not be read."),
        )
    level = min(levels)
    cores = sum(processor.cores or 0 for processor in processors)
    threads = sum(processor.threads or 0 for processor in processors)
    letter, reason = _rate(level, cores, threads)
    return AxisGrade(
        axis="processor",
        letter=letter,
        value=_value(level, cores, threads),
        threshold=_NEEDS.get(letter),
        next_threshold=_NEEDS.get(better(letter)),
        reason=reason,
    )


def _rate(level: int, cores: int, threads: int) -> tuple[GradeLetter, Message]:
    if level >= 3:
        if threads >= 4:
            return GradeLetter.A, say("Recent processor (x86-64-v3) with {threads} threads.", threads=threads)
        if threads:
            return GradeLetter.B, say("Processor with {threads} threads; grade A needs 4.", threads=threads)
        return GradeLetter.B, say("The processor's number of threads could not be read; grade A needs 4.")
    if level == 2:
        if cores >= 2:
            return GradeLetter.C, say("Processor of level x86-64-v2; grade B needs v3.")
        if cores:
            return GradeLetter.D, say("Processor with one core; grade C needs 2.")
        return GradeLetter.D, say("The processor's number of cores could not be read; grade C needs 2.")
    if level == 1:
        return GradeLetter.D, say("Processor of level x86-64-v1; grade C needs v2.")
    return GradeLetter.PARTS, say("32-bit processor: it runs no current system. Erase its drives on the dock.")


def _value(level: int, cores: int, threads: int) -> Message:
    if level == 0:
        return say("32-bit")
    if not cores or not threads:
        return say("x86-64-v{level}, number of cores or threads not readable", level=level)
    return say("x86-64-v{level}, {cores} cores, {threads} threads", level=level, cores=cores, threads=threads)

"""The axis `processor`: what generation of programs it can run (levels of the x86-64 psABI)."""

from agent.grading.scale import better
from agent.grading.windows_list import listed
from agent.model.grade import AxisGrade
from agent.model.inventory import Processor
from agent.model.message import Message, say
from agent.model.profile import ProcessorThresholds
from agent.model.words import GradeLetter


def judge(processors: list[Processor], limits: ProcessorThresholds) -> AxisGrade:
    """Grade the processors by section 7 of the design; the weakest level counts, cores and threads are added up.

    A is "Windows-11 class": every processor is on Microsoft's lists (`windows_list`). A number of cores or threads that
    is not known counts as 0, and a name that tells nothing as not listed: unknown is not enough.
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
    names = [listed(processor.model) for processor in processors]
    against = _against(level, cores, threads, False if False in names else None if None in names else True, limits)
    letter, reason = against or (
        GradeLetter.A,
        say("Recent processor (x86-64-v{level}) with {threads} threads.", level=level, threads=threads),
    )
    needs = _needs(limits)
    return AxisGrade(
        axis="processor",
        letter=letter,
        value=_value(level, cores, threads),
        threshold=needs.get(letter),
        next_threshold=needs.get(better(letter)),
        reason=reason,
    )


def _against(
    level: int, cores: int, threads: int, windows: bool | None, limits: ProcessorThresholds
) -> tuple[GradeLetter, Message] | None:
    """What speaks most against an A, and the letter that it leaves."""
    if level < 1:
        return GradeLetter.PARTS, say("32-bit processor: it runs no current system. Erase its drives on the dock.")
    if level < limits.c_level:
        return GradeLetter.D, _too_low(level, GradeLetter.C, limits.c_level)
    if not cores:
        few = say("The processor's number of cores could not be read; grade C needs {least}.", least=limits.c_cores)
    else:
        few = say("Processor with {cores} cores; grade C needs {least}.", cores=cores, least=limits.c_cores)
    # The table asks for cores at C only: a processor of the next level has enough.
    if level < limits.b_level:
        if cores < limits.c_cores:
            return GradeLetter.D, few
        return GradeLetter.C, _too_low(level, GradeLetter.B, limits.b_level)
    if level < limits.a_level:
        return GradeLetter.B, _too_low(level, GradeLetter.A, limits.a_level)
    reason = _not_recent(threads, windows, limits)
    return (GradeLetter.B, reason) if reason else None


def _too_low(level: int, better_letter: GradeLetter, least: int) -> Message:
    return say(
        "Processor of level x86-64-v{level}; grade {letter} needs v{least}.",
        level=level, letter=better_letter, least=least,
    )  # fmt: skip


def _not_recent(threads: int, windows: bool | None, limits: ProcessorThresholds) -> Message | None:
    if not threads and limits.a_threads:
        return say(
            "The processor's number of threads could not be read; grade A needs {least}.", least=limits.a_threads
        )
    if threads < limits.a_threads:
        return say("Processor with {threads} threads; grade A needs {least}.", threads=threads, least=limits.a_threads)
    if windows is None and limits.a_windows_11:
        return say("Whether the processor is on Microsoft's list for Windows 11 could not be told; grade A needs that.")
    if not windows and limits.a_windows_11:
        return say("The processor is not on Microsoft's list for Windows 11; grade A needs that.")
    return None


def _needs(limits: ProcessorThresholds) -> dict[GradeLetter | None, Message]:
    best = {"level": limits.a_level, "threads": limits.a_threads}
    return {
        GradeLetter.A: say("x86-64-v{level}, {threads} threads, on the list for Windows 11", **best)
        if limits.a_windows_11
        else say("x86-64-v{level} and {threads} threads", **best),
        GradeLetter.B: say("x86-64-v{level}", level=limits.b_level),
        GradeLetter.C: say("x86-64-v{level} and {cores} cores", level=limits.c_level, cores=limits.c_cores),
        GradeLetter.D: say("a 64-bit processor"),
    }


def _value(level: int, cores: int, threads: int) -> Message:
    if level == 0:
        return say("32-bit")
    if not cores or not threads:
        return say("x86-64-v{level}, number of cores or threads not readable", level=level)
    return say("x86-64-v{level}, {cores} cores, {threads} threads", level=level, cores=cores, threads=threads)

"""The report in a few lines of text, for a terminal or a log."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import TypeVar

from agent.model.check import CheckResult
from agent.model.grade import Grade
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.report import Report
from agent.model.words import Subject
from agent.report import worth
from agent.report.fates import Fate, fates
from agent.report.naming import CHASSIS, GRADE, LEVEL, OUTCOME, STATUS, TECHNIQUE, UNRECORDED, VERIFY, called
from agent.report.wording import tell

WIDTH = 100
"""Columns: what a narrow terminal still shows without folding."""
MOST = 6
"""Drives and checks told one by one; the sum stays below 32 lines."""
REASONS = 3
ADVICE = 2

_Item = TypeVar("_Item")


def summary(report: Report, language: str) -> list[str]:
    """At most 32 lines of at most WIDTH columns: machine, drives and what became of them, checks, worth."""
    found = fates(report)
    return _lines(
        language,
        [say("TRAINING: simulated or virtual drives. This report proves nothing.")] if report.training else [],
        _subject(report, language),
        _some(_worst_first(found), lambda fate: _fate(fate, language), _more_drives),
        _doubts(report.inventory, len(found)),
        _some(report.checks, lambda check: _check(check, language), _more_checks),
        _grade(report.grade, language) if report.subject is Subject.MACHINE else [],
        _worth(report.grade, language),
    )


def name_of(inventory: Inventory) -> str:
    """Maker and model as people call the machine; empty where neither is known."""
    return called(inventory.machine.vendor, inventory.machine.model)


def subject_of(report: Report) -> str:
    """What the report is about, as people call it: the machine, or the drive of a report about one."""
    if report.subject is Subject.MACHINE:
        return name_of(report.inventory)
    return " ".join(filter(None, (report.inventory.drives[0].model, report.inventory.drives[0].serial)))


def _lines(language: str, *groups: list[Message]) -> list[str]:
    return [_fit(tell(message, language)) for message in chain(*groups)]


def _subject(report: Report, language: str) -> list[Message]:
    if report.subject is Subject.MACHINE:
        return _machine(report.inventory, language, report.asset_tag)
    return [say("Bare drive, tag {tag}", tag=report.asset_tag or "-")]


def _machine(inventory: Inventory, language: str, tag: str | None = None) -> list[Message]:
    machine = inventory.machine
    parts = [
        name_of(inventory),
        tell(CHASSIS[machine.chassis], language),
        tell(say("serial {serial}", serial=machine.serial), language) if machine.serial else "",
        tell(say("tag {tag}", tag=tag), language) if tag else "",
    ]
    size = inventory.memory.installed_bytes or inventory.memory.usable_bytes
    return [
        say("Machine: {facts}", facts=", ".join(filter(None, parts))),
        *(
            say("Processor: {model}, {threads} threads", model=processor.model or "?", threads=processor.threads or "?")
            for processor in inventory.processors[:1]
        ),
        say("Memory: not known") if size is None else say("Memory: {size:memory}", size=size),
    ]


def _doubts(inventory: Inventory, drives: int) -> list[Message]:
    unseen = len(inventory.unseen_drives)
    return [
        *([] if drives else [say("No drive was seen.")]),
        *([say("Signs of drives that cannot be seen: {count}.", count=unseen)] if unseen else []),
    ]


def _worst_first(found: list[Fate]) -> list[Fate]:
    return sorted(found, key=lambda fate: fate.sanitized)


def _fate(fate: Fate, language: str) -> Message:
    drive = fate.identity
    # In the order of what must not fall off the line: which drive, what became of it, what it is.
    return say(
        "Drive {serial}, {size:bytes}: {fate}; {model}",
        serial=(drive.serial or drive.path)[:40], size=drive.size_bytes,
        fate=fate_text(fate, language), model=drive.model or "?",
    )  # fmt: skip


def fate_text(fate: Fate, language: str) -> str:
    """The status with, for an erased drive, the level, the technique and the verification."""
    done = fate.sanitization
    if done is None:
        return tell(UNRECORDED, language)
    parts = [STATUS[done.status]]
    if done.level is not None and done.technique is not None:
        parts += [LEVEL[done.level], TECHNIQUE[done.technique], VERIFY[done.verification]]
    return ", ".join(tell(part, language) for part in parts)


def _check(check: CheckResult, language: str) -> Message:
    words: dict[str, str] = {
        "title": tell(check.title, language),
        "outcome": tell(OUTCOME[check.outcome], language),
        "reason": tell(check.reason, language),
    }
    if check.tries:
        return say("Check {title}: {outcome}, {tries} tries – {reason}", tries=len(check.tries), **words)
    return say("Check {title}: {outcome} – {reason}", **words)


def _grade(grade: Grade | None, language: str) -> list[Message]:
    if grade is None:
        return [say("Grade: none")]
    letter = tell(GRADE[grade.letter], language)
    head = say("Grade: {letter}, provisional: not everything was tested", letter=letter)
    return [
        head if grade.provisional else say("Grade: {letter}", letter=letter),
        *(say("– {reason}", reason=tell(reason, language)) for reason in grade.reasons[:REASONS]),
    ]


def _worth(grade: Grade | None, language: str) -> list[Message]:
    """What would raise the grade, and what for and with which system the machine goes on."""
    if grade is None:
        return []

    def said(message: Message) -> str:
        return tell(message, language)

    rows = [f"{worth.advised(advice, said)} {worth.effort(advice, said)}" for advice in grade.advice[:ADVICE]]
    rows += [] if not grade.uses else [worth.suited(grade, said)]
    rows += [] if not grade.systems else [worth.systems_in_short(grade, said)]
    rows += [] if grade.footprint is None else worth.footprint_lines(grade.footprint, said)[:1]
    return [say("{line}", line=row) for row in rows]


def _more_drives(left: list[Fate]) -> Message:
    bad = sum(not fate.sanitized for fate in left)
    return say("And {count} more drives, {bad} of them not sanitized", count=len(left), bad=bad)


def _more_checks(left: list[CheckResult]) -> Message:
    return say("And {count} more checks", count=len(left))


def _some(
    items: Sequence[_Item], one: Callable[[_Item], Message], rest: Callable[[list[_Item]], Message]
) -> list[Message]:
    told = [one(item) for item in items[:MOST]]
    return [*told, rest(list(items[MOST:]))] if len(items) > MOST else told


def _fit(line: str) -> str:
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"

"""What the kernel complained of from its start to the end of the intake: one result for each part that it named."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.checks.base import figures
from agent.checks.kernel_lines import Complaint, Weight
from agent.checks.kernel_parts import COOLING, DRIVE, KINDS, LOCKED, MEMORY, NO_SLOT, PROCESSOR, STICK, Part
from agent.model.check import CheckResult, Figure
from agent.model.message import Message, say
from agent.model.words import Outcome

ID = "kernel_log"
TITLE = say("What the system reported")

_KEPT_LINES, _MOST_NAMES = 3, 4
_MOST_PARTS = 64
"""A machine has fewer; more is a log that somebody else wrote."""
_BEFORE, _DURING, _BOTH = say("before the intake"), say("during the intake"), say("before the intake and during it")


_UNSTEADY, _MODULE = "unsteady drive", "memory module"
# Filled in with count, when, line, part and kind.
_REASONS = {
    STICK: say(
        "The system reported faults of the Ordis stick itself ({count}, {when}: {line}). They say nothing about the "
        "machine; replace the stick soon."
    ),
    LOCKED: say(
        "The system could not read the drive {part} ({count} reports, {when}: {line}), because it is locked. That says "
        "nothing about its soundness."
    ),
    DRIVE: say("The system reported faults of the drive {part} ({count}, {when}: {line}). Replace the drive."),
    _UNSTEADY: say(
        "The system had trouble with the drive {part} ({count} reports, {when}: {line}). Check its cable and its plug, "
        "then test again; if the trouble comes back, replace the drive."
    ),
    _MODULE: say(
        "The system reported faults of the memory module in slot {part} ({count}, {when}: {line}). Replace it, then "
        "test again."
    ),
    MEMORY: say(
        "The system reported faults of the memory ({count}, {when}: {line}). Test the modules one by one, and replace "
        "the faulty one."
    ),
    COOLING: say(
        "The system reported that it gets too hot ({count}, {when}: {line}). Clean the fan, renew the thermal paste, "
        "then test again."
    ),
    PROCESSOR: say(
        "The system reported faults of the processor ({count}, {when}: {line}). Test the memory from the boot menu; if "
        "it is good, use the machine for parts."
    ),
}
_OTHER = say(
    "The system reported faults ({count}, {when}: {line}). Part: {kind} ({part}). Try whether it works, plug it in "
    "anew where that can be done, then test again."
)


@dataclass
class Heard:
    """What was said of one part."""

    weights: Counter[Weight] = field(default_factory=Counter)
    lines: dict[str, Weight] = field(default_factory=dict)
    """Examples, the worst ones."""
    names: dict[str, None] = field(default_factory=dict)
    """Of the parts, in the order in which they came."""
    before: int = 0
    """How many of them the kernel had said before the intake began."""

    @property
    def count(self) -> int:
        return sum(self.weights.values())

    def add(self, name: str, complaint: Complaint, *, before: bool) -> None:
        if len(self.names) < _MOST_NAMES:
            self.names.setdefault(name)
        self.weights[complaint.weight] += 1
        self.before += before
        self.lines.setdefault(complaint.words, complaint.weight)
        if len(self.lines) > _KEPT_LINES:
            del self.lines[min(self.lines, key=lambda line: self.lines[line])]

    def named(self) -> str:
        """Who all of them were; where one is not told apart, that."""
        return NO_SLOT if NO_SLOT in self.names else ", ".join(self.names)

    def example(self) -> str:
        return max(self.lines, key=lambda line: self.lines[line])


class Ear:
    """Collects complaints by part, bounded whatever is said."""

    def __init__(self) -> None:
        self._heard: dict[Part, Heard] = {}
        self._by_name: dict[str, set[Part]] = {}

    def hear(self, part: Part, complaint: Complaint, *, before: bool) -> None:
        if part not in self._heard and len(self._heard) >= _MOST_PARTS:
            return
        self._heard.setdefault(part, Heard()).add(part.name, complaint, before=before)
        self._by_name.setdefault(complaint.about, set()).add(part)

    def forget(self, name: str) -> None:
        """What was heard by this name, or one below it (nvme0n1 of nvme0, ata3.00 of ata3), was about another drive."""
        below = re.compile(re.escape(name) + r"[n.]\d+")
        for each in [known for known in self._by_name if known == name or below.fullmatch(known)]:
            for part in self._by_name.pop(each):
                self._heard.pop(part, None)

    def results(self, most_corrected: int, *, gone: int = 0) -> list[CheckResult]:
        """One for each part, the worst last; one `passed` where nothing was heard. `gone` lines of the start could no
        longer be read when the intake began."""
        found = [_result(part, heard, most_corrected) for part, heard in self._heard.items()]
        order = (Outcome.SKIPPED, Outcome.PASSED, Outcome.DEGRADED, Outcome.FAILED)
        return sorted(found, key=lambda result: order.index(result.outcome)) or [
            CheckResult(
                id=ID, title=TITLE, outcome=Outcome.PASSED, reason=say("The system reported no fault of the machine."),
                figures=[Figure(name="complaints", value=0, threshold=0), *figures(lines_gone=gone or None)],
            )
        ]  # fmt: skip


def unreadable() -> CheckResult:
    """For a log that cannot be read, or not wholly."""
    reason = say("What the system reports could not be read. Start Ordis from its stick, or as the administrator.")
    return CheckResult(id=ID, title=TITLE, outcome=Outcome.ERROR, reason=reason)


def incomplete(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The same where lines were lost: what was found stands, and nothing is called faultless."""
    found = [result for result in results if result.subject is not None]
    reason = say("The system reported more than could be read: some of it is lost. Start the intake again.")
    return [CheckResult(id=ID, title=TITLE, outcome=Outcome.ERROR, reason=reason), *found]


def about_one(results: Iterable[CheckResult], names: list[str]) -> list[CheckResult]:
    """Of what was heard, what is about the drive that is called by one of these names; that it was heard wholly, or
    not, is about each."""
    mine = [result for result in results if result.subject in names or result.outcome is Outcome.ERROR]
    if not mine:
        reason = say("The system reported no fault of this drive.")
        figure = Figure(name="complaints", value=0, threshold=0)
        mine = [CheckResult(id=ID, title=TITLE, outcome=Outcome.PASSED, reason=reason, figures=[figure])]
    return [result.model_copy(update={"subject": result.subject or names[0]}) for result in mine]


def _result(part: Part, heard: Heard, most_corrected: int) -> CheckResult:
    outcome = _outcome(part, heard, most_corrected)
    reason = _corrected(part, heard, most_corrected) if outcome is Outcome.PASSED else _reason(part, heard)
    return CheckResult(
        id=ID,
        subject=part.subject,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *figures(part=part.kind, name=heard.named()),
            Figure(name="complaints", value=heard.count - heard.weights[Weight.CORRECTED], threshold=0),
            Figure(name="corrected_errors", value=heard.weights[Weight.CORRECTED], threshold=most_corrected),
            *figures(before_intake=heard.before),
            *(Figure(name="line", value=line) for line in heard.lines),
        ],
    )


def _outcome(part: Part, heard: Heard, most_corrected: int) -> Outcome:
    if part.kind == STICK:
        return Outcome.SKIPPED  # no part of the machine
    if part.kind == LOCKED and not heard.weights[Weight.BAD]:
        return Outcome.SKIPPED  # what a lock keeps from being read fails like what is broken
    if heard.weights[Weight.BAD]:
        return Outcome.FAILED
    if heard.weights[Weight.TROUBLE] or heard.weights[Weight.CORRECTED] > most_corrected:
        return Outcome.DEGRADED
    return Outcome.PASSED


def _when(heard: Heard) -> str:
    if heard.before == heard.count:
        return _BEFORE.text
    return _BOTH.text if heard.before else _DURING.text


def _corrected(part: Part, heard: Heard, most_corrected: int) -> Message:
    return say(
        "The hardware has corrected errors of its own ({count}, {when}; {part}: {line}). Up to {most} are no fault.",
        count=heard.count, when=_when(heard), part=_called(part, heard.named()), line=heard.example(),
        most=most_corrected,
    )  # fmt: skip


def _called(part: Part, name: str) -> str:
    """A word that the catalogue knows, or the part's own name."""
    if part.kind in (DRIVE, LOCKED, STICK) or (part.kind == MEMORY and name != NO_SLOT):
        return name
    return KINDS[part.kind].text


def _reason(part: Part, heard: Heard) -> Message:
    kind, name = part.kind, heard.named()
    if kind == DRIVE and not heard.weights[Weight.BAD]:
        kind = _UNSTEADY
    elif kind == LOCKED and heard.weights[Weight.BAD]:
        kind = DRIVE
    elif kind == MEMORY and name != NO_SLOT:
        kind = _MODULE
    told: dict[str, str | int | float] = {
        "count": heard.count, "when": _when(heard), "line": heard.example(), "part": name, "kind": _called(part, name),
    }  # fmt: skip
    return Message(_REASONS.get(kind, _OTHER).text, told)

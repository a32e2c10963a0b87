"""What a manual check gets and gives, and what most of them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from agent.model.check import NOBODY, CheckResult, Figure
from agent.model.inventory import Inventory
from agent.model.manual import AidState, Choice, ManualCheck, ManualReply
from agent.model.message import Message, say
from agent.model.words import Chassis, Outcome

PERSON = frozenset({"person"})
SKIP, SKIP_ALL = "skip", "skip_all"
"""Answers to every question: this check is left out; this one and all that follow."""
BACK = "back"
"""Answer to every question that another came before: that one is put again."""

STOP = "stop"
"""What every live aid can be told."""

Next = CheckResult | ManualCheck | Message
"""A result; the next question; or why the last answer does not count, after which the question is put again."""


@dataclass(frozen=True)
class Around:
    """What is known when a person answers: the machine, what the live aid felt (None: it was not started), and the
    manual checks before this one."""

    inventory: Inventory
    aid: AidState | None = None
    results: Mapping[str, CheckResult] = field(default_factory=dict)


class Module(Protocol):
    """One manual check. `proceed` never raises, whatever was answered."""

    @property
    def ID(self) -> str: ...  # noqa: N802 - a module's constant
    @property
    def TITLE(self) -> Message: ...  # noqa: N802
    @property
    def LOADS(self) -> frozenset[str]: ...  # noqa: N802
    def applies(self, inventory: Inventory, /) -> bool:
        """Whether such a machine is asked at all."""

    def proceed(self, replies: Sequence[ManualReply], around: Around, /) -> Next:
        """What comes after these answers; without any, the first question."""


def works(label: Message) -> Choice:
    return Choice(key="b", value="passed", label=label)


def fails(label: Message) -> Choice:
    return Choice(key="p", value="failed", label=label)


def is_not_there(label: Message) -> Choice:
    return Choice(key="n", value="absent", label=label)


NOT_THERE = say("This computer has none.")


def result(
    check: ManualCheck,
    replies: Sequence[ManualReply],
    outcome: Outcome,
    reason: Message,
    figures: Sequence[Figure] = (),
) -> CheckResult:
    """The result, with what the person remarked."""
    remarks = [Figure(name="remark", value=reply.remark) for reply in replies if reply.remark]
    return CheckResult(
        id=check.id, title=check.title, outcome=outcome, reason=reason, figures=[*figures, *remarks]
    )  # fmt: skip


Verdicts = Mapping[str, tuple[Outcome, Message]]
"""What each answer means."""


def by_word(check: ManualCheck, replies: Sequence[ManualReply], verdicts: Verdicts) -> Next:
    """The check of one question, decided by the person's word alone; what is no answer of it is asked again."""
    if not replies:
        return check
    verdict = verdicts.get(replies[-1].value)
    return NO_ANSWER if verdict is None else result(check, replies, *verdict)


View = TypeVar("View")


def felt(aid: AidState | None, kind: type[View]) -> View | None:
    """What the aid has felt; None where it has not felt anything."""
    return aid.view if aid is not None and isinstance(aid.view, kind) else None


def cannot_help(aid: AidState | None) -> bool:
    """Whether the aid was started in vain: then the person's word alone counts."""
    return aid is not None and aid.problem is not None


def beside(
    kind: type[View],
    judge: Callable[[Sequence[ManualReply], View], Next],
    start: Message,
    *hang_on: str,
) -> Callable[[ManualCheck, Sequence[ManualReply], Around, Verdicts], Next]:
    """As by_word, but of the answers `hang_on`, `judge` decides beside what the aid felt; nobody can give one of them
    before (`start` says what to do), unless the aid cannot help, or it is no praise (`failed`)."""

    def proceed(check: ManualCheck, replies: Sequence[ManualReply], around: Around, verdicts: Verdicts) -> Next:
        value = replies[-1].value if replies else None
        if value not in hang_on:
            return by_word(check, replies, verdicts)
        view = felt(around.aid, kind)
        if view is not None:
            return judge(replies, view)
        alone = cannot_help(around.aid) or value == "failed"
        return by_word(check, replies, verdicts) if alone else start

    return proceed


NO_ANSWER = say("That is none of the answers. Choose one of them.")


def unanswered(module: Module, reason: Message = NOBODY) -> CheckResult:
    """Nobody tried it: the grade stays provisional."""
    return CheckResult(id=module.ID, title=module.TITLE, outcome=Outcome.SKIPPED, reason=reason)


def with_lid(inventory: Inventory) -> bool:
    """A keyboard part and a screen part that fold."""
    return inventory.machine.chassis in (Chassis.NOTEBOOK, Chassis.CONVERTIBLE)


def with_screen(inventory: Inventory) -> bool:
    """A screen of its own, with all that is built in beside it."""
    chassis = inventory.machine.chassis
    return chassis.portable or chassis is Chassis.ALL_IN_ONE

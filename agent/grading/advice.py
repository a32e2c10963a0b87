"""Advice: the grade computed anew with each repair and each sensible pair of them, and what gains something told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from agent.grading.drive import staying
from agent.grading.facts import Facts
from agent.grading.repairs import Option, options
from agent.model.grade import Advice, AxisGrade
from agent.model.message import Message
from agent.model.profile import Repairs
from agent.model.words import GradeLetter

MOST = 8
"""Pieces of advice; nobody reads more."""


@dataclass(frozen=True)
class Verdict:
    """What the rubric says of some facts."""

    facts: Facts
    letter: GradeLetter
    axes: list[AxisGrade]
    held: list[Message]

    @cached_property
    def score(self) -> tuple[int, bool]:
        """The lower the better; of two alike, the machine with a drive in it."""
        return self.letter.rank, not staying(self.facts)

    @cached_property
    def worst(self) -> frozenset[str]:
        """What must become better for the letter to become better."""
        if self.held:
            return frozenset(["gates"])
        return frozenset(axis.axis for axis in self.axes if axis.letter is self.letter)

    def improved(self, before: "Verdict") -> frozenset[str]:
        """What is better than it was. An axis that is not judged any more counts: it no longer speaks against."""
        gates = {"gates"} if len(self.held) < len(before.held) else set()
        return frozenset(
            gates | {now.axis for now, then in zip(self.axes, before.axes, strict=True) if _less(now, then)}
        )


def _less(now: AxisGrade, then: AxisGrade) -> bool:
    return (now.letter.rank if now.letter else -1) < (then.letter.rank if then.letter else -1)


@dataclass(frozen=True)
class _Tried:
    """One repair, or two, and what the rubric says then."""

    options: tuple[Option, ...]
    verdict: Verdict

    @property
    def euros(self) -> int:
        return sum(option.effort.euros for option in self.options)

    @property
    def minutes(self) -> int:
        return sum(option.effort.minutes for option in self.options)

    @property
    def about(self) -> frozenset[str]:
        return frozenset(option.about for option in self.options)


def worthwhile(before: Verdict, efforts: Repairs, regrade: Callable[[Facts], Verdict]) -> list[Advice]:
    """What raises the grade, cheapest first: single repairs, and pairs that bring more than either half.

    Of several about the same thing, one that costs more must bring more, and so must a pair beside all that is cheaper.
    What leaves the machine unfit for use is no advice. `regrade` is the rubric.
    """
    singles = [_Tried((option,), regrade(option.apply(before.facts))) for option in
               options(before.facts, before.axes, efforts)]  # fmt: skip
    found = [*singles, *_pairs(before, singles, regrade)]
    found.sort(key=lambda tried: (tried.euros, tried.minutes, tried.verdict.score, len(tried.options)))
    kept: list[_Tried] = []
    for tried in found:
        usable = tried.verdict.score < before.score and tried.verdict.letter.rank <= GradeLetter.D.rank
        rivals = [other for other in kept if len(tried.options) > 1 or other.about == tried.about]
        if usable and all(tried.verdict.score < other.verdict.score for other in rivals):
            kept.append(tried)
    return [_told(tried) for tried in kept[:MOST]]


def _pairs(before: Verdict, singles: list[_Tried], regrade: Callable[[Facts], Verdict]) -> Iterator[_Tried]:
    helpful = [(tried, tried.verdict.improved(before)) for tried in singles]
    for (one, by_one), (other, by_other) in combinations(helpful, 2):
        if one.about == other.about or not before.worst <= by_one | by_other:
            continue
        both = (*one.options, *other.options)
        verdict = regrade(other.options[0].apply(one.options[0].apply(before.facts)))
        if verdict.score < min(one.verdict.score, other.verdict.score):
            yield _Tried(both, verdict)


def _told(tried: _Tried) -> Advice:
    return Advice(
        repairs=[option.repair for option in tried.options],
        letter=tried.verdict.letter,
        at_best=any(option.at_best for option in tried.options),
        euros=tried.euros,
        minutes=tried.minutes,
    )

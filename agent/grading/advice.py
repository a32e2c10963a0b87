"""Advice: the grade computed anew with each repair and each sensible pair of them, and what gains something told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, reduce
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
_PAIR, _THREE = 2, 3


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


@dataclass(frozen=True)
class _Tried:
    """One repair, or some, and what the rubric says then."""

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

    @property
    def axes(self) -> frozenset[str]:
        return frozenset(axis for option in self.options for axis in option.axes)


def worthwhile(before: Verdict, efforts: Repairs, regrade: Callable[[Facts], Verdict]) -> list[Advice]:
    """What raises the grade, cheapest first: single repairs, and pairs that bring more than either half; where neither
    does, three together.

    Of several about the same thing, one that costs more must bring more, and so must several beside what is
    cheaper. What leaves the machine unfit for use is no advice. `regrade` is the rubric.
    """
    singles = [_Tried((option,), regrade(option.apply(before.facts))) for option in
               options(before.facts, before.axes, efforts)]  # fmt: skip
    kept = _kept(before, [*singles, *_together(before, singles, _PAIR, regrade)])
    return [_told(tried) for tried in (kept or _kept(before, _together(before, singles, _THREE, regrade)))[:MOST]]


def _kept(before: Verdict, trials: Iterable[_Tried]) -> list[_Tried]:
    found = list(trials)
    found.sort(key=lambda tried: (tried.euros, tried.minutes, tried.verdict.score, len(tried.options)))
    kept: list[_Tried] = []
    for tried in found:
        after = tried.verdict
        emptied = not staying(after.facts) and staying(before.facts)
        usable = after.score < before.score and after.letter.rank <= GradeLetter.D.rank and not emptied
        rivals = [other for other in kept if len(tried.options) > 1 or other.about == tried.about]
        if usable and all(after.score < other.verdict.score for other in rivals):
            kept.append(tried)
    return kept


def _together(
    before: Verdict, singles: list[_Tried], number: int, regrade: Callable[[Facts], Verdict]
) -> Iterator[_Tried]:
    """So many repairs at once, where together they can better all that is worst, and bring more than each alone."""
    helpful = [tried for tried in singles if number == _PAIR or before.worst & tried.axes]
    for some in combinations(helpful, number):
        about = frozenset().union(*(tried.about for tried in some))
        if len(about) < number or not before.worst <= frozenset().union(*(tried.axes for tried in some)):
            continue
        repairs = tuple(tried.options[0] for tried in some)
        verdict = regrade(reduce(lambda facts, option: option.apply(facts), repairs, before.facts))
        if verdict.score < min(tried.verdict.score for tried in some):
            yield _Tried(repairs, verdict)


def _told(tried: _Tried) -> Advice:
    return Advice(
        repairs=[option.repair for option in tried.options],
        letter=tried.verdict.letter,
        at_best=any(option.at_best for option in tried.options),
        euros=tried.euros,
        minutes=tried.minutes,
    )

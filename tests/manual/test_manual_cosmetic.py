"""The looks: which questions are asked, and which category of the standard comes of the answers."""

import itertools

import pytest

from agent.manual import cosmetic
from agent.manual.base import Around
from agent.model.check import CheckResult
from agent.model.inventory import Inventory, Machine
from agent.model.manual import ManualCheck, ManualReply
from agent.model.message import Message, say
from agent.model.words import Chassis, Outcome

NOTEBOOK = Inventory(machine=Machine(chassis=Chassis.NOTEBOOK))
PLAIN = Around(NOTEBOOK)
DESKTOP = Inventory(machine=Machine(chassis=Chassis.DESKTOP))


def told(**outcomes: Outcome) -> dict[str, CheckResult]:
    return {id_: CheckResult(id=id_, title=say("t"), outcome=one, reason=say("r")) for id_, one in outcomes.items()}


def answered(*values: str, around: Around = PLAIN) -> CheckResult | ManualCheck | Message:
    return cosmetic.proceed([ManualReply(value=value) for value in values], around)


def category(*values: str, around: Around = PLAIN) -> str:
    result = answered(*values, around=around)
    assert isinstance(result, CheckResult), result
    [figure] = [each for each in result.figures if each.name == "cosmetic_category"]
    assert str(result.reason).startswith(f"{figure.value}: ")
    return str(figure.value)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["wreck"], "C1"),
        (["cracked"], "C2"),
        (["whole", "heavy", "none"], "C2"),
        (["whole", "marked", "none"], "C3"),
        (["whole", "visible", "none"], "C4"),
        (["whole", "minor", "none"], "C5"),
        (["whole", "light", "none", "no"], "C5"),
        (["whole", "light", "none", "yes"], "C6"),
        (["whole", "none", "none", "used", "yes"], "C6"),
        (["whole", "none", "none", "used", "no"], "C5"),
        (["whole", "none", "none", "warranted"], "C7"),
        (["whole", "none", "none", "unused"], "C8"),
        (["whole", "none", "none", "boxed"], "C9"),
        (["whole", "light", "some"], "C3"),
        (["whole", "none", "some"], "C3"),
        (["whole", "minor", "much"], "C2"),
        (["whole", "marked", "much"], "C2"),
    ],
)
def test_categories(answers: list[str], expected: str) -> None:
    assert category(*answers) == expected


@pytest.mark.parametrize(
    ("number", "outcome"),
    [("wreck", Outcome.FAILED), ("cracked", Outcome.DEGRADED)],
)
def test_the_worst_are_no_pass(number: str, outcome: Outcome) -> None:
    result = answered(number)
    assert isinstance(result, CheckResult)
    assert result.outcome is outcome


@pytest.mark.parametrize(("wear", "outcome"), [("marked", Outcome.DEGRADED), ("visible", Outcome.PASSED)])
def test_good_is_the_lowest_that_passes(wear: str, outcome: Outcome) -> None:
    result = answered("whole", wear, "none")
    assert isinstance(result, CheckResult)
    assert result.outcome is outcome


def test_each_question_leads_to_another_or_to_the_end() -> None:
    """Every way through the questions ends, and asks at most five."""
    ends = 0
    ways: list[tuple[str, ...]] = [()]
    while ways:
        way = ways.pop()
        following = answered(*way)
        if isinstance(following, CheckResult):
            ends += 1
            continue
        assert isinstance(following, ManualCheck)
        assert len(way) < 5
        ways += [(*way, choice.value) for choice in following.answers]
    assert ends > 15


def test_worse_answers_never_make_it_look_better() -> None:
    wears = ["heavy", "marked", "visible", "minor", "light"]
    damages = ["much", "some", "none"]
    rank = {}
    for wear, damage in itertools.product(wears, damages):
        way = ["whole", wear, damage]
        rank[wear, damage] = category(*way, "yes") if (wear, damage) == ("light", "none") else category(*way)
    for (first, second), damage in itertools.product(itertools.pairwise(wears), damages):
        assert rank[first, damage] <= rank[second, damage]
    for wear, (first, second) in itertools.product(wears, itertools.pairwise(damages)):
        assert rank[wear, first] <= rank[wear, second]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ({"completeness": Outcome.PASSED, "hinges": Outcome.PASSED}, "C4"),
        ({"completeness": Outcome.PASSED}, "C4"),
        ({"completeness": Outcome.PASSED, "hinges": Outcome.DEGRADED}, "C4"),
        ({"completeness": Outcome.PASSED, "hinges": Outcome.FAILED}, "C3"),
        ({"completeness": Outcome.DEGRADED, "hinges": Outcome.PASSED}, "C3"),
        ({"completeness": Outcome.FAILED, "hinges": Outcome.PASSED}, "C2"),
    ],
)
def test_what_was_told_before_is_not_asked_again(before: dict[str, Outcome], expected: str) -> None:
    assert category("whole", "visible", around=Around(NOTEBOOK, results=told(**before))) == expected


def test_what_was_left_out_before_is_asked() -> None:
    around = Around(NOTEBOOK, results=told(completeness=Outcome.SKIPPED, hinges=Outcome.FAILED))
    following = answered("whole", "visible", around=around)
    assert isinstance(following, ManualCheck)
    assert following.step == "damage"


def test_only_what_has_a_screen_is_asked_about_a_cracked_one() -> None:
    first = answered(around=Around(DESKTOP))
    assert isinstance(first, ManualCheck)
    assert "cracked" not in {choice.value for choice in first.answers}
    assert isinstance(answered("cracked", around=Around(DESKTOP)), Message)


def test_answers_beyond_the_last_question_are_refused() -> None:
    assert isinstance(answered("wreck", "whole"), Message)

"""Every manual check: who is asked, what can be answered, and what comes of each answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grading.battery import swollen
from agent.manual import registry
from agent.manual.base import NO_ANSWER, SKIP, SKIP_ALL, Around, Module, unanswered
from agent.model.check import NOBODY, CheckResult
from agent.model.inventory import Camera, Display, InputDevice, Inventory, Machine, Port
from agent.model.manual import (
    Aid,
    AidState,
    AnyView,
    FrameView,
    LevelView,
    ManualCheck,
    ManualReply,
    PortsView,
    ToneView,
)
from agent.model.message import Message, say
from agent.model.profile import Checks, ManualChecks, Profile
from agent.model.words import Chassis, Outcome

ALL = [module.ID for module in registry.MODULES]
DEAF = AidState(question_id="q", problem=say("Nothing can be listened to."))


def machine(chassis: Chassis, **parts: object) -> Inventory:
    return Inventory.model_validate({"machine": Machine(chassis=chassis), **parts})


NOTEBOOK = machine(Chassis.NOTEBOOK)


def said(*values: str) -> list[ManualReply]:
    return [ManualReply(value=value) for value in values]


def profile(**settings: bool) -> Profile:
    return Profile(name="p", title_fr="p", title_en="p", checks=Checks(manual=ManualChecks(**settings)))


def wanted(inventory: Inventory, **settings: bool) -> list[str]:
    return [module.ID for module in registry.wanted(profile(**settings), inventory)]


# ---- who is asked


@pytest.mark.parametrize(
    ("inventory", "not_asked"),
    [
        (NOTEBOOK, {"webcam"}),
        (machine(Chassis.NOTEBOOK, cameras=[Camera(name="HD", internal=True)]), set()),
        (machine(Chassis.NOTEBOOK, cameras=[Camera(name="on USB", internal=False)]), {"webcam"}),
        (machine(Chassis.TABLET), {"webcam", "keyboard", "touchpad", "hinges"}),
        (machine(Chassis.TABLET, inputs=[InputDevice(kind="keyboard", name="k", internal=True)]),
         {"webcam", "touchpad", "hinges"}),
        (machine(Chassis.ALL_IN_ONE), {"webcam", "keyboard", "touchpad", "hinges", "charger"}),
        (machine(Chassis.MINI_PC),
         {"webcam", "keyboard", "touchpad", "hinges", "display", "speakers", "microphone"}),
        (machine(Chassis.DESKTOP, inputs=[InputDevice(kind="keyboard", name="k", internal=False)],
                 displays=[Display(internal=False)]),
         {"webcam", "keyboard", "touchpad", "hinges", "display", "speakers", "microphone", "charger"}),
        (machine(Chassis.OTHER, displays=[Display(internal=True)]),
         {"webcam", "keyboard", "touchpad", "hinges", "speakers", "microphone", "charger"}),
    ],
)  # fmt: skip
def test_nobody_is_asked_about_what_such_a_machine_has_not(inventory: Inventory, not_asked: set[str]) -> None:
    assert set(ALL) - set(wanted(inventory)) == not_asked


def test_the_profile_says_what_is_asked() -> None:
    assert wanted(NOTEBOOK, enabled=False) == []
    assert "display" not in wanted(NOTEBOOK, display=False)
    assert set(ALL) == set(ManualChecks.model_fields) - {"enabled"}


def test_what_the_looks_hang_on_is_asked_before_them() -> None:
    assert ALL.index("hinges") < ALL.index("completeness") < ALL.index("cosmetic")


# ---- the questions themselves


@pytest.mark.parametrize("module", registry.MODULES, ids=ALL)
def test_the_first_question_has_all_that_a_screen_needs(module: Module) -> None:
    first = module.proceed([], Around(NOTEBOOK))
    assert isinstance(first, ManualCheck)
    assert (first.id, first.title) == (module.ID, module.TITLE)
    keys = [choice.key for choice in (*first.actions, *first.answers)] + ["s", "t"]
    assert len(keys) == len(set(keys))
    values = {choice.value for choice in first.answers}
    assert len(values) == len(first.answers) >= 2
    assert not values & {SKIP, SKIP_ALL}
    assert (first.aid is Aid.QUESTIONS) == (not first.actions)
    assert "person" in module.LOADS


@pytest.mark.parametrize("module", registry.MODULES, ids=ALL)
@settings(max_examples=20)
@given(values=st.lists(st.one_of(st.sampled_from(["passed", "failed", "absent", "whole", "none", "yes"]), st.text())))
def test_no_answer_is_too_wild(module: Module, values: list[str]) -> None:
    """A result, another question, or a reason to ask again: never an exception."""
    around = Around(NOTEBOOK, DEAF)
    replies: list[ManualReply] = []
    for value in values:
        following = module.proceed([*replies, ManualReply(value=value)], around)
        assert isinstance(following, (CheckResult, ManualCheck, Message))
        if isinstance(following, CheckResult):
            assert following.id == module.ID
            assert str(following.reason)
            return
        if isinstance(following, ManualCheck):
            replies.append(ManualReply(value=value))
        # What is refused is asked again, and that is always possible.
        assert not isinstance(module.proceed(replies, around), Message)


@pytest.mark.parametrize("module", registry.MODULES, ids=ALL)
def test_what_is_no_answer_is_asked_again(module: Module) -> None:
    assert module.proceed(said("perfect"), Around(NOTEBOOK, DEAF)) == NO_ANSWER


@pytest.mark.parametrize("module", registry.MODULES, ids=ALL)
def test_nobody_there_is_not_passed(module: Module) -> None:
    result = unanswered(module)
    assert (result.outcome, result.reason, result.untried) == (Outcome.SKIPPED, NOBODY, True)


# ---- the answers

P, D, F, S = Outcome.PASSED, Outcome.DEGRADED, Outcome.FAILED, Outcome.SKIPPED
OUTCOMES = {
    "display": {"passed": P, "degraded": D, "failed": F, "absent": S},
    "keyboard": {"passed": P, "fewer": P, "failed": F, "absent": S},
    "touchpad": {"passed": P, "failed": F, "absent": S},
    "speakers": {"passed": P, "one": D, "failed": F, "absent": S},
    "microphone": {"passed": P, "failed": F, "absent": S},
    "webcam": {"passed": P, "failed": F, "absent": S},
    "ports": {"passed": P, "some": D, "failed": F},
    "charger": {"passed": P, "worn": D, "failed": F, "absent": S},
    "firmware_lock": {"passed": P, "removed": P, "failed": F, "managed": F, "untried": S},
    "hinges": {"passed": P, "loose": D, "failed": F},
    "completeness": {"passed": P, "little": D, "failed": F, "swollen": F},
}


@pytest.mark.parametrize(
    ("check", "value", "outcome"), [(check, *one) for check, all_ in OUTCOMES.items() for one in all_.items()]
)
def test_what_comes_of_each_answer(check: str, value: str, outcome: Outcome) -> None:
    """Where no aid can help, the person's word counts."""
    result = registry.BY_ID[check].proceed([ManualReply(value=value, remark="left side")], Around(NOTEBOOK, DEAF))
    assert isinstance(result, CheckResult)
    assert (result.id, result.outcome) == (check, outcome)
    figures = {figure.name: figure.value for figure in result.figures}
    assert figures == {"remark": "left side"} | ({"swollen": "yes"} if value == "swollen" else {})


def test_a_desktop_has_no_battery_that_could_swell() -> None:
    around = Around(machine(Chassis.DESKTOP))
    check = registry.BY_ID["completeness"].proceed([], around)
    assert isinstance(check, ManualCheck)
    assert "swollen" not in {choice.value for choice in check.answers}
    assert registry.BY_ID["completeness"].proceed(said("swollen"), around) == NO_ANSWER


def test_a_swollen_battery_is_one_for_the_grade() -> None:
    result = registry.BY_ID["completeness"].proceed(said("swollen"), Around(NOTEBOOK))
    assert isinstance(result, CheckResult)
    assert swollen([result])


@pytest.mark.parametrize("check", OUTCOMES)
def test_every_answer_that_is_offered_is_in_the_table(check: str) -> None:
    first = registry.BY_ID[check].proceed([], Around(NOTEBOOK))
    assert isinstance(first, ManualCheck)
    assert {choice.value for choice in first.answers} == set(OUTCOMES[check])


def test_a_remark_is_one_harmless_line() -> None:
    reply = ManualReply(value="failed", remark="\x1b[2Jred\nline " + "x" * 900)
    result = registry.BY_ID["hinges"].proceed([reply], Around(NOTEBOOK))
    assert isinstance(result, CheckResult)
    [remark] = result.figures
    assert isinstance(remark.value, str)
    assert remark.value.startswith("red line xxx")
    assert len(remark.value) == 200


@pytest.mark.parametrize(("told", "outcome"), [(True, Outcome.FAILED), (False, Outcome.PASSED)])
def test_where_the_firmware_tells_of_its_password_nobody_is_asked(told: bool, outcome: Outcome) -> None:
    inventory = NOTEBOOK.model_copy(update={"firmware_password": told})
    result = registry.BY_ID["firmware_lock"].proceed([], Around(inventory))
    assert isinstance(result, CheckResult)
    assert result.outcome is outcome


# ---- sound and picture


def beside(check: str, answer: str, view: AnyView | None) -> object:
    aid = AidState(question_id="q", view=view)
    return registry.BY_ID[check].proceed(said(answer), Around(NOTEBOOK, aid))


@pytest.mark.parametrize(
    ("check", "view"),
    [
        ("speakers", ToneView(played=["left", "right"])),
        ("microphone", LevelView(percent=40, lowest_percent=30, highest_percent=40)),
        ("webcam", FrameView(columns=1, greys=[9])),
    ],
)
def test_nobody_praises_what_was_not_tried(check: str, view: AnyView) -> None:
    assert isinstance(registry.BY_ID[check].proceed(said("passed"), Around(NOTEBOOK)), Message)
    assert isinstance(beside(check, "passed", None), Message)
    result = beside(check, "passed", view)
    assert isinstance(result, CheckResult)
    assert result.outcome is Outcome.PASSED
    for nothing in (None, view):
        failed = beside(check, "failed", nothing)
        assert isinstance(failed, CheckResult)
        assert failed.outcome is Outcome.FAILED


def test_praise_that_cannot_be_true() -> None:
    assert isinstance(beside("speakers", "passed", ToneView(played=["left"])), Message)
    flat = LevelView(percent=30, lowest_percent=20.1, highest_percent=30)
    assert isinstance(beside("microphone", "passed", flat), Message)
    one = beside("speakers", "one", ToneView(played=["left"]))
    assert isinstance(one, CheckResult)
    assert one.outcome is Outcome.DEGRADED


def test_how_far_the_level_rose_is_told() -> None:
    result = beside("microphone", "passed", LevelView(lowest_percent=20, highest_percent=61.5))
    assert isinstance(result, CheckResult)
    assert [(one.name, one.value, one.threshold) for one in result.figures] == [("level_rise_percent", 41.5, 10)]


# ---- sockets


def ports(answer: str, *seen: str, expected: int = 3) -> CheckResult | Message | ManualCheck:
    inventory = machine(
        Chassis.NOTEBOOK,
        ports=[Port(kind="usb_a", count=expected - 1), Port(kind="usb_c", count=1), Port(kind="hdmi", count=1)],
    )
    aid = AidState(question_id="q", view=PortsView(seen=list(seen)))
    return registry.BY_ID["ports"].proceed(said(answer), Around(inventory, aid))


def test_sockets_are_counted_beside_what_the_machine_tells() -> None:
    result = ports("passed", "usb1-port1", "usb1-port2")
    assert isinstance(result, CheckResult)
    assert result.outcome is Outcome.PASSED
    [felt] = result.figures
    assert (felt.name, felt.value, felt.threshold) == ("usb_sockets_felt", 2, 3)


def test_nobody_says_that_all_sockets_work_of_which_none_was_felt() -> None:
    assert isinstance(ports("passed"), Message)
    result = ports("failed")
    assert isinstance(result, CheckResult)
    assert result.outcome is Outcome.FAILED

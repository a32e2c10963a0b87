"""The touchpad: strokes and clicks told from what the kernel says, and what can be said in the end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.host.evdev import ABSOLUTE, KEY, RELATIVE, SYN, SYN_DROPPED, Event
from agent.manual import touchpad
from agent.manual.base import Around
from agent.manual.pointer import IDLE_SECONDS, Pointer, Surface
from agent.manual.trace import STEPS
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.manual import TRACE_COLUMNS, TRACE_ROWS, AidState, ManualReply, TouchpadView
from agent.model.message import Message
from agent.model.words import Outcome

X, Y = 0, 1
TOUCH, LEFT, RIGHT = 0x14A, 0x110, 0x111
PAD = Surface(ranges=((1000, 5000), (1000, 3000)), buttons=frozenset({LEFT, RIGHT, TOUCH}))
CLICKPAD = Surface(ranges=((1000, 5000), (1000, 3000)), buttons=frozenset({LEFT, TOUCH}), clickpad=True)
STICK = Surface(buttons=frozenset({LEFT, RIGHT}))


def pointer(*surfaces: Surface) -> Pointer:
    return Pointer(list(surfaces), 0, TouchpadView())


def stroke(of: Pointer, axis: int, *places: int, at: float = 1) -> None:
    for place in places:
        of.feel(0, Event(ABSOLUTE, axis, place), at)
    of.feel(0, Event(KEY, TOUCH, 0), at)


def click(of: Pointer, code: int, at: float = 1) -> None:
    of.feel(0, Event(KEY, code, 1), at)
    of.feel(0, Event(KEY, code, 0), at)


@pytest.mark.parametrize(
    ("axis", "places", "moved"),
    [
        (X, (2000, 2300, 2601), ["right"]),
        (X, (2601, 2000), ["left"]),
        (Y, (2000, 2301), ["down"]),
        (Y, (2301, 2000), ["up"]),
        (X, (2000, 2599), []),  # 15 % of 4000 is 600
        (X, (2000, 2700, 2000), ["left", "right"]),
        (X, (2000, 2400, 2000, 2400, 2000), []),  # to and fro on the spot
    ],
)
def test_strokes(axis: int, places: tuple[int, ...], moved: list[str]) -> None:
    felt = pointer(PAD)
    stroke(felt, axis, *places)
    assert felt.view().moved == moved


def test_two_touches_are_no_stroke() -> None:
    felt = pointer(PAD)
    stroke(felt, X, 1100)
    stroke(felt, X, 4900)
    assert felt.view().moved == []


def test_lost_events_make_no_stroke_and_no_click() -> None:
    felt = pointer(PAD)
    felt.feel(0, Event(ABSOLUTE, X, 1100), 1)
    felt.feel(0, Event(KEY, LEFT, 1), 1)
    felt.feel(0, Event(SYN, SYN_DROPPED, 0), 1)
    felt.feel(0, Event(ABSOLUTE, X, 4900), 1)
    felt.feel(0, Event(KEY, LEFT, 0), 1)
    assert (felt.view().moved, felt.view().clicked) == ([], [])


def test_a_stick_tells_how_far_it_moves() -> None:
    felt = pointer(STICK)
    for _ in range(30):
        felt.feel(0, Event(RELATIVE, X, 6), 1)
        felt.feel(0, Event(RELATIVE, Y, -6), 1)
    assert felt.view().moved == ["right", "up"]


def test_buttons_click_once_they_come_up() -> None:
    felt = pointer(PAD)
    felt.feel(0, Event(KEY, LEFT, 1), 1)
    assert felt.view().clicked == []
    felt.feel(0, Event(KEY, LEFT, 0), 1)
    click(felt, RIGHT)
    assert felt.view().clicked == ["left", "right"]
    assert felt.view().buttons == ["left", "right"]


def test_the_halves_of_a_clickpad_are_two_buttons() -> None:
    felt = pointer(CLICKPAD)
    assert felt.view().buttons == ["left", "right"]
    stroke(felt, X, 4500)
    click(felt, LEFT)
    assert felt.view().clicked == ["right"]
    stroke(felt, X, 1500)
    click(felt, LEFT)
    assert felt.view().clicked == ["left", "right"]


def test_a_pad_without_a_right_button_is_not_asked_for_one() -> None:
    felt = pointer(Surface(buttons=frozenset({LEFT})))
    assert felt.view().buttons == ["left"]


def test_when_it_ends() -> None:
    felt = pointer(PAD)
    stroke(felt, X, 2000, 2700, 2000, at=5)
    assert not felt.ended(4 + IDLE_SECONDS)
    assert felt.ended(5 + IDLE_SECONDS)
    stroke(felt, Y, 2000, 2700, 2000, at=6)
    click(felt, LEFT, at=6)
    assert not felt.ended(7)
    click(felt, RIGHT, at=7)
    assert felt.ended(7)


# ---- the trace


def report(of: Pointer, *events: tuple[int, int, int]) -> None:
    for event in (*events, (SYN, 0, 0)):
        of.feel(0, Event(*event), 1)


def test_the_trace_is_where_the_finger_was_and_nothing_between() -> None:
    felt = pointer(PAD)
    report(felt, (KEY, TOUCH, 1), (ABSOLUTE, X, 1000), (ABSOLUTE, Y, 1000))
    report(felt, (ABSOLUTE, X, 5000), (ABSOLUTE, Y, 3000))
    report(felt, (ABSOLUTE, X, 1000), (ABSOLUTE, Y, 1000))
    last = TRACE_COLUMNS * TRACE_ROWS - 1
    assert (felt.view().trace, felt.view().at) == ([0, last], 0)
    report(felt, (KEY, TOUCH, 0))
    assert (felt.view().trace, felt.view().at) == ([0, last], None)
    report(felt, (KEY, TOUCH, 1), (ABSOLUTE, X, 5000))  # the same Y is not told again
    assert felt.view().at == TRACE_COLUMNS - 1


def test_one_axis_alone_is_no_place() -> None:
    felt = pointer(PAD)
    report(felt, (ABSOLUTE, X, 2000))
    assert felt.view().trace == []
    report(felt, (ABSOLUTE, Y, 2000))
    assert len(felt.view().trace) == 1
    report(felt, (SYN, SYN_DROPPED, 0), (ABSOLUTE, X, 2500))
    assert len(felt.view().trace) == 1


def test_a_stick_begins_in_the_middle_and_stays_on_the_field() -> None:
    felt = pointer(STICK)
    report(felt, (RELATIVE, X, 1))
    row, column = divmod(felt.view().at or 0, TRACE_COLUMNS)
    assert (row, column) == (TRACE_ROWS // 2 - 1, TRACE_COLUMNS // 2)
    report(felt, (RELATIVE, X, 2**31 - 1), (RELATIVE, Y, -(2**31)))
    assert felt.view().at == TRACE_COLUMNS - 1
    report(felt, (RELATIVE, X, -STEPS // TRACE_COLUMNS))
    assert felt.view().at == TRACE_COLUMNS - 2


def test_a_button_lights_up_while_it_is_held_and_an_earlier_trace_goes_on() -> None:
    felt = Pointer([PAD], 0, TouchpadView(trace=[7, 7, 9]))
    felt.feel(0, Event(KEY, LEFT, 1), 1)
    assert (felt.view().down, felt.view().trace) == (["left"], [7, 9])
    felt.feel(0, Event(KEY, LEFT, 0), 1)
    assert felt.view().down == []


HOSTILE = st.builds(
    Event,
    st.one_of(st.sampled_from([SYN, KEY, RELATIVE, ABSOLUTE]), st.integers(0, 0xFFFF)),
    st.one_of(st.sampled_from([X, Y, X, Y, TOUCH, LEFT, RIGHT, SYN_DROPPED]), st.integers(0, 0xFFFF)),
    st.integers(-(2**31), 2**31 - 1),
)


@settings(max_examples=40)
@given(st.lists(HOSTILE, max_size=60), st.sampled_from([PAD, CLICKPAD, STICK, Surface(ranges=((5, 5), None))]))
def test_whatever_comes_nothing_is_felt_that_was_not_said(events: list[Event], surface: Surface) -> None:
    felt = pointer(surface)
    for event in events:
        felt.feel(0, event, 1)
    view = felt.view()
    assert TouchpadView.model_validate_json(view.model_dump_json()) == view
    pressed = {event.code for event in events if event.type == KEY and event.value != 0}
    if not pressed & {LEFT, RIGHT, 0x112}:
        assert view.clicked == []
    if not any(event.type in (RELATIVE, ABSOLUTE) for event in events):
        assert view.moved == []
    result = touchpad.judge([ManualReply(value="passed")], view)
    if isinstance(result, CheckResult):
        assert set(view.moved) == set(touchpad.WAYS)
        assert set(view.buttons) & {"left", "right"} <= set(view.clicked)


def judged(answer: str, view: TouchpadView | None) -> object:
    aid = AidState(question_id="q", view=view)
    return touchpad.proceed([ManualReply(value=answer)], Around(Inventory(), aid))


ALL = TouchpadView(moved=list(touchpad.WAYS), clicked=["left", "right"], buttons=["left", "right"])


def test_what_can_be_said_in_the_end() -> None:
    result = judged("passed", ALL)
    assert isinstance(result, CheckResult)
    assert result.outcome is Outcome.PASSED
    for lack in ({"moved": ["left", "right", "up"]}, {"clicked": ["left"]}, {"moved": []}):
        view = ALL.model_copy(update=lack)
        assert isinstance(judged("passed", view), Message)
        failed = judged("failed", view)
        assert isinstance(failed, CheckResult)
        assert failed.outcome is Outcome.FAILED
    assert isinstance(judged("passed", None), Message)
    assert "to the left" in str(judged("passed", ALL.model_copy(update={"moved": []})))
    assert "the right button" in str(judged("passed", ALL.model_copy(update={"clicked": ["left"]})))

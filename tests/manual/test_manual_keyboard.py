"""The keyboard: what its events mean, and what can be said of it in the end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.host.evdev import KEY, Event
from agent.manual import keyboard
from agent.manual.base import Around
from agent.manual.keys import COMPLETE_SECONDS, END_SECONDS, IDLE_SECONDS, OTHER, STUCK_SECONDS, Keys
from agent.manual.layouts import LAYOUTS, PAD, has_pad, is_known, layout
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.manual import AidState, KeyboardView, ManualCheck, ManualReply
from agent.model.message import Message, say
from agent.model.words import Outcome

ESC, KEY_Q, KEY_A, KEY_Z, KEY_Y, KEY_SPACE, KEY_102ND, KEY_KP5 = 1, 16, 30, 44, 21, 57, 86, 76
AZERTY, QWERTY = layout("azerty"), layout("qwerty")
POWER = 116


def keys(layout_: str = "azerty", at: float = 0) -> Keys:
    return Keys(layout_, at)


def press(of: Keys, code: int, at: float, held: float = 0.1, device: int = 0) -> None:
    of.feel(device, Event(KEY, code, 1), at)
    of.feel(device, Event(KEY, code, 0), at + held)


# ---- layouts


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_is_whole(name: str) -> None:
    one = LAYOUTS[name]
    stand = [code for row in one.rows for code in row]
    assert len(stand) == len(set(stand))
    assert set(stand) == set(one.legends)
    assert one.required < one.keys
    legends = list(one.legends.values())
    assert len(legends) == len(set(legends))
    assert all(legend and " " not in legend for legend in legends)


def test_a_place_has_the_name_that_is_printed_there() -> None:
    assert (AZERTY.legends[KEY_Q], QWERTY.legends[KEY_Q]) == ("A", "Q")
    assert (AZERTY.legends[KEY_A], QWERTY.legends[KEY_A]) == ("Q", "A")
    assert (AZERTY.legends[39], AZERTY.legends[50], QWERTY.legends[50]) == ("M", ",", "M")
    assert AZERTY.named([KEY_A, KEY_Q, 9999]) == "A Q"  # as they stand on the keyboard


def test_what_every_keyboard_has_and_what_some_have() -> None:
    assert KEY_102ND in AZERTY.required  # AZERTY is always ISO
    assert KEY_102ND not in QWERTY.required
    assert KEY_KP5 in AZERTY.keys - AZERTY.required
    assert {ESC, KEY_SPACE, 103, 105, 106, 108} <= AZERTY.required & QWERTY.required
    assert layout("dvorak") is QWERTY


# ---- events


def test_a_key_counts_once_it_was_pressed_and_released() -> None:
    felt = keys()
    felt.feel(0, Event(KEY, KEY_Q, 1), 1)
    view = felt.view(1)
    assert (view.seen, view.down) == ([], [KEY_Q])
    felt.feel(0, Event(KEY, KEY_Q, 2), 1.5)  # the kernel's own repetition
    felt.feel(0, Event(KEY, KEY_Q, 0), 2)
    view = felt.view(2)
    assert (view.seen, view.down, view.stuck) == ([KEY_Q], [], [])


def test_a_release_alone_is_no_press() -> None:
    felt = keys()
    felt.feel(0, Event(KEY, KEY_Q, 0), 1)
    assert felt.view(1).seen == []


def test_a_key_that_does_not_come_up_is_stuck() -> None:
    felt = keys()
    felt.feel(0, Event(KEY, KEY_SPACE, 1), 1)
    assert felt.view(1 + STUCK_SECONDS - 0.1).stuck == []
    view = felt.view(1 + STUCK_SECONDS)
    assert (view.stuck, view.seen) == ([KEY_SPACE], [])
    felt.feel(0, Event(KEY, KEY_SPACE, 0), 9)  # it came up at last
    assert felt.view(9).stuck == []


def test_a_key_that_is_down_from_the_start() -> None:
    """The Enter that started the test is only let go; one that hangs is stuck."""
    felt = keys()
    felt.held(0, {28, KEY_SPACE, POWER}, 0)
    felt.feel(0, Event(KEY, 28, 0), 0.2)
    assert felt.view(1).seen == []
    assert felt.view(STUCK_SECONDS).stuck == [KEY_SPACE]
    press(felt, 28, 6)
    assert felt.view(7).seen == [28]


def test_after_lost_events_only_what_is_down_counts_as_down() -> None:
    felt = keys()
    felt.feel(0, Event(KEY, KEY_Q, 1), 1)
    felt.feel(1, Event(KEY, KEY_A, 1), 1)
    felt.held(0, {KEY_SPACE}, 2)
    view = felt.view(2)
    assert set(view.down) == {KEY_SPACE, KEY_A}  # the other device lost nothing
    felt.feel(0, Event(KEY, KEY_Q, 0), 3)
    assert KEY_Q not in felt.view(3).seen


def test_two_devices_do_not_release_each_others_keys() -> None:
    felt = keys()
    felt.feel(0, Event(KEY, KEY_Q, 1), 1)
    felt.feel(1, Event(KEY, KEY_Q, 0), 1)
    assert (felt.view(1).seen, felt.view(1).down) == ([], [KEY_Q])


def test_an_earlier_try_goes_on_counting() -> None:
    felt = Keys("azerty", 0, [KEY_Q, 9999])
    press(felt, KEY_A, 1)
    assert felt.view(2).seen == [KEY_Q, KEY_A]


def test_when_the_test_ends() -> None:
    felt = keys()
    press(felt, KEY_Q, 1)
    assert not felt.ended(1 + IDLE_SECONDS)
    press(felt, KEY_Q, 14)  # nothing new: a key that chatters must not keep the test open
    assert felt.ended(1.2 + IDLE_SECONDS)
    by_hand = keys()
    by_hand.feel(0, Event(KEY, ESC, 1), 1)
    assert not by_hand.ended(1 + END_SECONDS + 1)  # held on, it would repeat itself into the screen
    by_hand.feel(0, Event(KEY, ESC, 0), 1 + END_SECONDS + 1)
    assert by_hand.ended(1 + END_SECONDS + 1)


@pytest.mark.parametrize("code", [ESC, 28, KEY_SPACE])
def test_each_of_three_keys_ends_it_when_held(code: int) -> None:
    short, long, other = keys(), keys(), keys()
    press(short, code, 1, END_SECONDS - 0.1)
    press(long, code, 1, END_SECONDS)
    press(other, KEY_Q, 1, END_SECONDS)
    assert (short.ended(4), long.ended(4), other.ended(4)) == (False, True, False)


def test_an_escape_key_that_hangs_from_the_start_ends_nothing() -> None:
    felt = keys()
    felt.held(0, {ESC}, 0)
    press(felt, KEY_Q, 1)
    assert not any(felt.ended(second / 2) for second in range(2, 30))
    felt.feel(0, Event(KEY, ESC, 0), 14)
    assert not felt.ended(14)


def test_a_key_that_repeats_itself_without_having_been_pressed_is_stuck() -> None:
    felt = keys()
    for tenth in range(80):
        felt.feel(0, Event(KEY, KEY_SPACE, 2), 1 + tenth / 10)
    view = felt.view(1 + STUCK_SECONDS)
    assert (view.stuck, view.down, view.seen) == ([KEY_SPACE], [KEY_SPACE], [])
    felt.feel(0, Event(KEY, KEY_SPACE, 0), 9)
    assert felt.view(9).seen == []


def test_how_long_it_waits_is_told() -> None:
    felt = keys(at=10)
    assert felt.view(10).seconds_left == IDLE_SECONDS
    assert felt.view(20).seconds_left == 5
    press(felt, KEY_Q, 20)
    assert felt.view(20.1).seconds_left == IDLE_SECONDS
    assert felt.view(99).seconds_left == 0
    assert felt.ended(99)


# ---- which layout it is


@pytest.mark.parametrize(
    ("pressed", "layouts", "letters"),
    [
        ([KEY_Q], ["azerty"], [""]),
        ([KEY_A, KEY_Z], ["qwerty", "qwerty"], ["Z", ""]),
        ([KEY_A, KEY_Y], ["qwerty", OTHER], ["Z", ""]),  # QWERTZ
        ([KEY_A, KEY_SPACE, KEY_Y], ["qwerty", "qwerty", "qwerty"], ["Z", "", ""]),
        ([KEY_SPACE, KEY_A], ["azerty", "azerty"], ["", ""]),  # nobody followed: the guess stays
    ],
)
def test_the_place_of_two_letters_tells_the_layout(pressed: list[int], layouts: list[str], letters: list[str]) -> None:
    felt = Keys("azerty", 0, find=True)
    assert felt.view(0).letter == "A"
    views = []
    for number, code in enumerate(pressed):
        press(felt, code, 1 + number)
        views.append(felt.view(2 + number))
    assert [view.layout for view in views] == layouts
    assert [view.letter for view in views] == letters
    assert set(views[-1].seen) == set(pressed)


def test_a_layout_that_was_named_is_not_looked_for() -> None:
    felt = keys("qwerty")
    press(felt, KEY_Q, 1)
    assert (felt.view(2).layout, felt.view(2).letter) == ("qwerty", "")


def test_an_unknown_layout_has_the_places_of_qwerty() -> None:
    assert layout(OTHER) is QWERTY
    assert not is_known(OTHER)
    assert is_known("azerty")


def test_a_numeric_block_is_wanted_wholly_once_it_has_shown_itself() -> None:
    few, many = sorted(PAD)[1:5], sorted(PAD)[:9]
    assert not has_pad([69, KEY_Q])  # Num Lock alone, with Fn
    assert has_pad(few)
    assert AZERTY.wanted(few) == AZERTY.required  # what an old laptop gives in the place of letters
    assert AZERTY.wanted(many) == AZERTY.required | PAD
    seen = sorted(AZERTY.required | PAD - {KEY_KP5})
    refused = keyboard.judge([ManualReply(value="passed")], KeyboardView(layout="azerty", seen=seen))
    assert isinstance(refused, Message)
    assert "Num5" in str(refused)


def test_complete_it_ends_soon() -> None:
    felt = keys()
    for number, code in enumerate(sorted(AZERTY.required)):
        press(felt, code, 1 + number)
    last = 1.1 + len(AZERTY.required) - 1
    assert not felt.ended(last + COMPLETE_SECONDS - 0.1)
    assert felt.ended(last + COMPLETE_SECONDS + 0.1)


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.builds(
            Event,
            st.sampled_from([0, 1, 1, 1, 4]),
            st.one_of(st.sampled_from(sorted(AZERTY.keys)), st.integers(0, 0xFFFF)),
            st.one_of(st.sampled_from([0, 1, 1, 2]), st.integers(-(2**31), 2**31 - 1)),
        ),
    ),
    max_size=60,
)


@settings(max_examples=40)
@given(EVENTS)
def test_whatever_comes_no_key_is_seen_that_was_not_pressed_and_released(events: list[tuple[int, Event]]) -> None:
    felt, pressed, released = keys(), set(), set()
    for number, (device, event) in enumerate(events):
        felt.feel(device, event, number / 10)
        if event.type == KEY and event.value == 1:
            pressed.add((device, event.code))
        if event.type == KEY and event.value == 0 and (device, event.code) in pressed:
            released.add(event.code)
    view = felt.view(len(events) / 10)
    assert set(view.seen) == released & AZERTY.keys
    repeated = {event.code for _, event in events if event.type == KEY and event.value == 2}
    assert set(view.down) <= ({code for _, code in pressed} | repeated) & AZERTY.keys
    assert set(view.stuck) <= set(view.down)
    assert KeyboardView.model_validate_json(view.model_dump_json()) == view


@settings(max_examples=40)
@given(EVENTS, st.sampled_from(["passed", "fewer"]))
def test_no_keyboard_passes_with_many_keys_unfelt_or_one_stuck(events: list[tuple[int, Event]], answer: str) -> None:
    felt = keys()
    for number, (device, event) in enumerate(events):
        felt.feel(device, event, number)
    view = felt.view(len(events))
    result = keyboard.judge([ManualReply(value=answer)], view)
    if isinstance(result, CheckResult) and result.outcome is Outcome.PASSED:
        lack = AZERTY.required - set(view.seen)
        assert not view.stuck
        assert len(lack) <= (keyboard.MOST_ABSENT if answer == "fewer" else 0)


# ---- what can be said in the end


def judged(answer: str, missing: set[int] | None = None, stuck: tuple[int, ...] = ()) -> CheckResult | Message:
    seen = sorted(AZERTY.required - (missing or set()))
    view = KeyboardView(layout="azerty", seen=seen, stuck=list(stuck), down=list(stuck))
    return keyboard.judge([ManualReply(value=answer)], view)


def test_all_keys() -> None:
    result = judged("passed")
    assert isinstance(result, CheckResult)
    assert result.outcome is Outcome.PASSED
    figures = {figure.name: figure for figure in result.figures}
    assert figures["layout"].value == "azerty"
    assert figures["keys_felt"].value == figures["keys_felt"].threshold == len(AZERTY.required)
    assert "F1" in str(figures["other_keys_not_felt"].value)
    assert "keys_missing" not in figures


def test_a_missing_key_is_named_and_keeps_it_from_passing() -> None:
    refused = judged("passed", {KEY_Q, KEY_SPACE})
    assert isinstance(refused, Message)
    assert "not felt: A Espace." in str(refused)
    failed = judged("failed", {KEY_Q})
    assert isinstance(failed, CheckResult)
    assert failed.outcome is Outcome.FAILED
    assert "stuck: A." in str(failed.reason)
    assert {figure.name: figure.value for figure in failed.figures}["keys_missing"] == "A"


def test_keys_that_a_keyboard_has_not() -> None:
    result = judged("fewer", {111, 58})
    assert isinstance(result, CheckResult)
    assert result.outcome is Outcome.PASSED
    assert "VerrMaj Suppr" in str(result.reason)
    many = set(sorted(AZERTY.required)[: keyboard.MOST_ABSENT + 1])
    assert isinstance(judged("fewer", many), Message)
    assert isinstance(judged("fewer", many - {min(many)}), CheckResult)


def test_a_stuck_key_is_named_and_keeps_it_from_passing() -> None:
    for answer in ("passed", "fewer"):
        refused = judged(answer, stuck=(KEY_SPACE,))
        assert isinstance(refused, Message)
        assert "stuck: Espace." in str(refused)
    failed = judged("failed", stuck=(KEY_SPACE,))
    assert isinstance(failed, CheckResult)
    assert {figure.name: figure.value for figure in failed.figures}["keys_stuck"] == "Espace"


def test_a_keyboard_that_could_be_tried_must_be() -> None:
    def proceed(answer: str, aid: AidState | None) -> object:
        return keyboard.proceed([ManualReply(value=answer)], Around(Inventory(), aid))

    assert isinstance(proceed("passed", None), Message)
    assert isinstance(proceed("passed", AidState(question_id="q", running=True)), Message)
    assert isinstance(proceed("failed", None), CheckResult)
    assert isinstance(proceed("absent", None), CheckResult)
    assert isinstance(proceed("passed", AidState(question_id="q", problem=say("deaf"))), CheckResult)
    assert isinstance(keyboard.proceed([], Around(Inventory())), ManualCheck)

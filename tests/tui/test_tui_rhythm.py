from hypothesis import given
from hypothesis import strategies as st

from agent.tui.rhythm import GAP, KEYS, PAUSE, Rhythm


def verdicts(gaps: list[float], start: float = 100.0) -> list[bool]:
    rhythm, now, said = Rhythm(), start, []
    for gap in [0.0, *gaps]:
        now += gap
        said.append(rhythm.is_scan(now))
    return said


@given(st.lists(st.floats(0.035, 2.0), max_size=40))
def test_a_person_is_never_a_scanner(gaps: list[float]) -> None:
    assert not any(verdicts(gaps))


@given(st.lists(st.floats(0.0, 0.028), min_size=KEYS - 1, max_size=40))
def test_a_scanner_is_seen_at_the_fourth_key_and_to_its_end(gaps: list[float]) -> None:
    said = verdicts(gaps)
    assert said[: KEYS - 1] == [False] * (KEYS - 1)
    assert all(said[KEYS - 1 :])


def test_two_keys_hit_together_are_no_scan() -> None:
    assert not any(verdicts([0.001, 0.3, 0.001, 0.3]))


def test_one_long_gap_does_not_hide_a_scan() -> None:
    # 5 keys, mean gap 23 ms, though no 4 keys in a row are below 30 ms before the last.
    assert verdicts([0.005, 0.005, 0.08, 0.002])[-1]


def test_after_a_pause_a_person_may_type_again() -> None:
    gaps = [0.005] * 8 + [PAUSE + 0.1] + [0.2] * 5
    assert verdicts(gaps)[-6:] == [False] * 6


def test_the_enter_that_a_scanner_adds_late_is_still_its_own() -> None:
    assert verdicts([0.005] * 8 + [10 * GAP])[-1]

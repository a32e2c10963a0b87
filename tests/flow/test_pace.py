"""Several steps and passes as one percentage with a time left."""

import re
import time

import pytest

from agent import pace
from agent.model.sanitization import PlanStep
from agent.model.words import Level, Method, Technique, Verify
from agent.pace import Pace

SIZE = 1_000_000_000
SANITIZE = PlanStep(
    technique=Technique.ATA_SANITIZE, method=Method.BLOCK, level=Level.PURGE, verify=Verify.FULL, seconds_expected=60
)


def overwrite(*passes: str, seconds: float = 20) -> PlanStep:
    return PlanStep(
        technique=Technique.OVERWRITE,
        level=Level.CLEAR,
        passes=list(passes),
        verify=Verify.FULL,
        seconds_expected=seconds,
    )


class Watch:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(pace.time, "monotonic", made.monotonic)
    return made


def test_one_pass_and_its_reading_back(watch: Watch) -> None:
    way = Pace([overwrite("zero")], SIZE, Verify.FULL)
    way.told("write", 0, SIZE)
    watch.now += 10
    percent, sentence, left = way.told("write", SIZE // 2, SIZE)
    assert percent == pytest.approx(25)
    assert "50 MB per second" in str(sentence)
    assert left == pytest.approx(10 + 20)  # the reading back at the same speed
    assert way.told("write", SIZE, SIZE)[0] == pytest.approx(50)
    way.told("verify", 0, SIZE)
    watch.now += 5
    percent, sentence, left = way.told("verify", SIZE // 2, SIZE)
    assert (percent, left) == (pytest.approx(75), pytest.approx(5))
    assert "reading back" in str(sentence)


def test_firmware_then_overwrite_then_reading_back(watch: Watch) -> None:
    way = Pace([SANITIZE, overwrite("random", seconds=40)], SIZE, Verify.FULL)
    percents = [way.told("firmware", done, 100)[0] for done in (0, 50, 99)]
    assert percents == [pytest.approx(0), pytest.approx(30), pytest.approx(59.4)]
    assert way.told("write", 0, SIZE)[0] == pytest.approx(60)
    assert way.told("write", SIZE, SIZE)[0] == pytest.approx(80)
    assert way.told("verify", SIZE, SIZE)[0] == pytest.approx(100)


def test_passes_are_numbered(watch: Watch) -> None:
    way = Pace([overwrite("zero", "ff", "random", seconds=40)], SIZE, Verify.FULL)
    assert "pass 1 of 3" in str(way.told("write", 0, 3 * SIZE)[1])
    percent, sentence, _ = way.told("write", 2 * SIZE + 1, 3 * SIZE)
    assert "pass 3 of 3" in str(sentence)
    assert percent == pytest.approx(50, abs=0.1)
    assert "pass 3 of 3" in str(way.told("write", 3 * SIZE, 3 * SIZE)[1])


def test_percent_never_goes_back_and_never_beyond_the_end(watch: Watch) -> None:
    way = Pace([overwrite("zero")], SIZE, Verify.FULL)
    seen = [way.told("write", SIZE, SIZE)[0]]
    for phase, done in (("write", 0), ("write", SIZE), ("verify", SIZE), ("verify", 0), ("firmware", 5), ("write", 9)):
        seen.append(way.told(phase, done, SIZE)[0])
    assert seen == sorted(seen)
    assert seen[-1] <= 100


def test_an_unplanned_overwrite_after_a_firmware_that_lied(watch: Watch) -> None:
    way = Pace([SANITIZE], SIZE, Verify.FULL)
    way.told("firmware", 99, 100)
    percent, sentence, _ = way.told("write", 0, SIZE)
    assert "writing" in str(sentence)
    assert percent <= 100


def test_rate_counts_only_what_was_done_since_a_resume(watch: Watch) -> None:
    way = Pace([overwrite("zero")], SIZE, Verify.FULL)
    way.told("write", SIZE // 2, SIZE)
    watch.now += 10
    _, sentence, left = way.told("write", SIZE // 2 + 100_000_000, SIZE)
    assert "10 MB per second" in str(sentence)
    assert left is not None
    assert left > 40


def test_silence_says_until_when_by_this_machines_clock(watch: Watch) -> None:
    way = Pace([SANITIZE], SIZE, Verify.FULL)
    _, sentence, left = way.silent(3600)
    until = time.strftime("%H:%M", time.localtime(time.time() + 3600))
    assert until[:2] in str(sentence)
    assert re.search(r"silent until \d\d:\d\d: do not switch off", str(sentence))
    assert left == 3600
    assert "silent" in str(way.told("firmware", 1, 100)[1])
    assert way.silent(0)[2] is None
    assert "silent" not in str(way.told("firmware", 2, 100)[1])


@pytest.mark.parametrize(("done", "total"), [(0, 0), (5, 0), (10, 5)])
def test_odd_numbers_break_nothing(watch: Watch, done: int, total: int) -> None:
    percent, _, _ = Pace([], 0, Verify.NONE).told("write", done, total)
    assert 0 <= percent <= 100


def test_marking_counts_for_nothing_but_a_sign_of_life(watch: Watch) -> None:
    way = Pace([SANITIZE, overwrite("random")], SIZE, Verify.FULL)
    way.told("firmware", 50, 100)
    before = way.told("firmware", 60, 100)[0]
    assert way.told("marks", 0, 0)[0] == before
    assert way.told("write", 0, SIZE)[0] > before

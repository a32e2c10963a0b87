"""The pilot of a firmware erase, with drives whose answers the test chooses second by second."""

import errno
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from plain_talk import PlainTalk, ToldClock

from agent.model.message import say
from agent.model.ports import NoAnswer
from agent.model.words import Method, Technique
from agent.sanitize.chunks import Stopped
from agent.sanitize.firmware import Checkpoint, NotAccepted, State, Status
from agent.sanitize.overwrite import GONE
from agent.sanitize.pilot import BEGIN_SECONDS, GRACE_SECONDS, PARTS, Ran, carry_out, patience

ANNOUNCED = 100.0
IDLE, RUNNING, DONE, FAILED = (Status(state) for state in (State.IDLE, State.RUNNING, State.DONE, State.FAILED))
EIO = OSError(errno.EIO, os.strerror(errno.EIO))
Answer = Status | Exception
ENOUGH_POLLS = 20_000


@dataclass
class Scripted:
    """Satisfies firmware.Erase: `answers` tells from the seconds since the start what the drive says."""

    talk: PlainTalk
    answers: Callable[[float], Answer]
    refusal: Exception | None = None
    seconds: float = ANNOUNCED
    technique: Technique = Technique.ATA_SANITIZE
    method: Method = Method.BLOCK
    started: int = 0
    polls: int = 0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.talk.clock.now()

    def start(self, checkpoint: Checkpoint) -> None:
        self.started += 1
        checkpoint({"kind": "password"})
        if self.refusal is not None:
            raise self.refusal

    def status(self) -> Status:
        self.polls += 1
        assert self.polls < ENOUGH_POLLS, "the pilot waits without an end"
        answer = self.answers(self.talk.clock.now() - self.began)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def leave_failure(self) -> bool:
        raise AssertionError("the pilot only asks for the status")


def always(answer: Answer) -> Callable[[float], Answer]:
    return lambda _: answer


def running_until(end: float, last: Status = DONE, *, telling: bool = True) -> Callable[[float], Answer]:
    return lambda now: last if now >= end else Status(State.RUNNING, now / end if telling else None)


def flown(
    answers: Callable[[float], Answer], refusal: Exception | None = None, *, running: bool = False, **fields: float
) -> tuple[Ran, PlainTalk, Scripted]:
    talk = PlainTalk()
    drive = Scripted(talk, answers, refusal, **fields)  # type: ignore[arg-type]
    return carry_out(drive, talk, running=running), talk, drive


def test_seen_at_work_and_then_done() -> None:
    ran, talk, drive = flown(running_until(80))
    assert (ran.accepted, ran.seen, ran.done, ran.stuck, ran.cut_off, ran.reason) == (
        True, True, True, False, False, None,
    )  # fmt: skip
    assert 80 <= ran.seconds < 90
    assert drive.started == 1
    assert talk.kinds() == ["password"]


def test_done_at_once_is_done_but_was_not_seen() -> None:
    ran, _, _ = flown(always(DONE))
    assert (ran.accepted, ran.seen, ran.done) == (True, False, True)


def test_a_refusal_is_told_in_the_drives_words_and_nothing_more_is_sent() -> None:
    why = say("The drive refused.")
    ran, talk, drive = flown(always(DONE), NotAccepted(why))
    assert ran == Ran(reason=why, seconds=ran.seconds)
    assert (drive.started, drive.polls) == (1, 0)
    assert talk.silences[-1] == 0


@pytest.mark.parametrize("refusal", [NoAnswer(), EIO], ids=["no answer", "EIO"])
def test_a_start_that_nobody_answered_is_never_a_success(refusal: Exception) -> None:
    ran, _, drive = flown(running_until(50), refusal)
    assert (ran.accepted, ran.seen, ran.done) == (False, True, True)
    assert ran.reason is not None
    assert drive.started == 1


@pytest.mark.parametrize("refusal", [NoAnswer(), EIO], ids=["no answer", "EIO"])
def test_a_start_that_nobody_answered_and_nothing_runs_is_worth_another_attempt(refusal: Exception) -> None:
    ran, _, _ = flown(always(IDLE), refusal)
    assert (ran.accepted, ran.done, ran.stuck, ran.cut_off) == (False, False, False, True)
    assert ran.reason is not None
    assert ran.seconds < BEGIN_SECONDS


def test_idle_for_a_while_after_an_accepted_start_is_waited_for() -> None:
    """Some drives first empty their cache."""
    begins = BEGIN_SECONDS - 2
    ran, _, _ = flown(lambda now: IDLE if now < begins else DONE if now > 60 else RUNNING)
    assert (ran.seen, ran.done) == (True, True)


def test_idle_beyond_the_time_to_begin_is_no_erase() -> None:
    ran, _, drive = flown(always(IDLE))
    assert (ran.accepted, ran.seen, ran.done, ran.cut_off, ran.stuck) == (True, False, False, False, False)
    assert ran.reason is not None
    assert BEGIN_SECONDS < ran.seconds < BEGIN_SECONDS + 10
    assert drive.started == 1


def test_idle_after_it_was_seen_at_work_is_cut_off_with_the_drives_own_reason() -> None:
    why = say("Something reset the drive.")
    ran, _, _ = flown(running_until(40, Status(State.IDLE, reason=why)))
    assert (ran.done, ran.cut_off, ran.reason) == (False, True, why)
    assert ran.seconds < 50


@pytest.mark.parametrize("since", [0, 40])
def test_failed_ends_at_once_and_is_no_link_that_broke(since: float) -> None:
    why = say("Sanitize failed.")
    ran, _, _ = flown(running_until(since, Status(State.FAILED, reason=why)))
    assert (ran.done, ran.cut_off, ran.stuck, ran.reason) == (False, False, False, why)


def test_failed_without_a_word_still_has_a_reason() -> None:
    assert flown(always(FAILED))[0].reason is not None


def test_at_work_for_ever_without_progress_is_stuck() -> None:
    ran, _, drive = flown(always(Status(State.RUNNING, 0.37)))
    assert (ran.accepted, ran.seen, ran.done, ran.stuck, ran.cut_off) == (True, True, False, True, False)
    assert ran.reason is not None
    assert patience(drive) < ran.seconds < patience(drive) + 20


@pytest.mark.parametrize("answer", [NoAnswer(), EIO], ids=["no answer", "EIO"])
def test_unanswered_for_ever_is_stuck(answer: Exception) -> None:
    ran, _, drive = flown(always(answer))
    assert (ran.seen, ran.done, ran.stuck) == (False, False, True)
    assert ran.reason is not None
    assert patience(drive) < ran.seconds < patience(drive) + 20


def test_silence_and_standstill_have_their_own_sentences() -> None:
    assert flown(always(NoAnswer()))[0].reason != flown(always(RUNNING))[0].reason


def test_the_silence_is_counted_from_the_last_progress() -> None:
    ran, _, drive = flown(lambda now: Status(State.RUNNING, now / 1000) if now < 500 else NoAnswer())
    assert ran.stuck
    assert 490 + patience(drive) < ran.seconds < 520 + patience(drive)


def test_a_drive_slower_than_announced_is_waited_for_while_it_comes_on() -> None:
    ran, _, drive = flown(running_until(10 * (ANNOUNCED + GRACE_SECONDS)))
    assert (ran.done, ran.stuck) == (True, False)
    assert ran.seconds > patience(drive)


def test_silent_for_most_of_the_announced_time_is_no_harm() -> None:
    ran, _, _ = flown(lambda now: NoAnswer() if now < ANNOUNCED * 1.4 else DONE)
    assert ran.done
    assert not ran.stuck


@pytest.mark.parametrize(
    "liar",
    [
        lambda now: Status(State.RUNNING, (now // 10 % 2) / 2),
        lambda now: Status(State.RUNNING, math.nan),
        lambda now: Status(State.RUNNING, -now),
    ],
    ids=["to and fro", "no number", "backwards"],
)
def test_progress_that_is_none_is_not_waited_for_without_end(liar: Callable[[float], Answer]) -> None:
    """What a drive says is hostile: only more than ever before is progress."""
    ran, _, _ = flown(liar)
    assert (ran.done, ran.stuck) == (False, True)


@pytest.mark.parametrize("number", GONE)
def test_a_drive_that_goes_raises_from_the_start_and_from_the_status(number: int) -> None:
    gone = OSError(number, os.strerror(number))
    for answers, refusal in ((always(DONE), gone), (lambda now: RUNNING if now < 30 else gone, None)):
        talk = PlainTalk()
        with pytest.raises(OSError, match=os.strerror(number)):
            carry_out(Scripted(talk, answers, refusal), talk)
        assert talk.silences == [ANNOUNCED, 0]


def test_a_checkpoint_that_never_will_be_durable_stops_before_the_command() -> None:
    talk = PlainTalk()

    def never(record: object) -> None:
        raise Stopped

    talk.checkpoint = never  # type: ignore[method-assign]
    drive = Scripted(talk, always(DONE))
    with pytest.raises(Stopped):
        carry_out(drive, talk)
    assert drive.polls == 0
    assert talk.silences == [ANNOUNCED, 0]


@pytest.mark.parametrize("answers", [running_until(80), always(FAILED), always(IDLE), always(NoAnswer())])
def test_the_silence_is_announced_once_and_ended_once(answers: Callable[[float], Answer]) -> None:
    assert flown(answers)[1].silences == [ANNOUNCED, 0]


@pytest.mark.parametrize("told", [None, -5.0, 0.0, 0.5, 1.0, 1e300, math.inf, -math.inf])
def test_progress_is_told_in_parts_within_their_bounds(told: float | None) -> None:
    _, talk, _ = flown(lambda now: Status(State.RUNNING, told) if now < 2 * ANNOUNCED else DONE)
    assert talk.phases
    assert {(phase, total) for phase, _, total in talk.phases} == {("firmware", PARTS)}
    assert all(isinstance(done, int) and 0 <= done < PARTS for _, done, _ in talk.phases)


def test_without_a_word_of_the_drive_time_is_the_progress() -> None:
    _, talk, _ = flown(running_until(ANNOUNCED, telling=False))
    parts = [done for _, done, _ in talk.phases]
    assert parts == sorted(parts)
    assert parts[0] < PARTS / 10
    assert parts[-1] > PARTS * 0.9


@pytest.mark.parametrize("seconds", [0.0, 1e9])
def test_any_announced_time_is_followed(seconds: float) -> None:
    ran, talk, _ = flown(running_until(60), seconds=seconds)
    assert ran.done
    assert talk.silences == [seconds, 0]


def test_an_erase_that_runs_since_before_is_not_started_again() -> None:
    ran, talk, drive = flown(running_until(50), running=True)
    assert (ran.accepted, ran.seen, ran.done) == (True, True, True)
    assert drive.started == 0
    assert talk.records == []


def test_an_erase_that_ran_since_before_and_is_idle_now_is_cut_off_at_once() -> None:
    ran, _, _ = flown(always(IDLE), running=True)
    assert (ran.done, ran.cut_off) == (False, True)
    assert ran.seconds < 10


def test_the_drives_own_time_counts() -> None:
    """The pilot asks a slow erase now and then, not in a busy loop."""
    talk = PlainTalk(ToldClock())
    drive = Scripted(talk, running_until(4 * 3600), seconds=4 * 3600)
    assert carry_out(drive, talk).done
    assert drive.polls < 4 * 3600 / 2

"""Carries a firmware erase through: starts it, asks how far it is, and notes what was seen. Claims nothing."""

from dataclasses import dataclass

from agent.model.message import Message, say
from agent.model.ports import NoAnswer
from agent.sanitize.firmware import Erase, NotAccepted, State, Status
from agent.sanitize.overwrite import raise_if_gone
from agent.sanitize.talk import Talk

GRACE_SECONDS = 600.0
"""Beyond one and a half times the announced time, a drive may take so long without progress before it is stuck."""
BEGIN_SECONDS = 30.0
"""An accepted erase must have begun by then; some drives first finish what is in their cache."""
PARTS = 65_536
"""Progress is told in parts of this, as the drives do."""


@dataclass(frozen=True)
class Ran:
    """What was seen of one firmware erase."""

    accepted: bool = False
    """The drive took the command."""
    seen: bool = False
    """It was seen at work."""
    done: bool = False
    """Its own last word was success."""
    stuck: bool = False
    """It still says that it is at work, or says nothing: nothing else can be done with it now."""
    cut_off: bool = False
    """The link or the power failed under it, and it does not go on: worth one more attempt."""
    reason: Message | None = None
    """Why it is not done."""
    seconds: float = 0.0


def patience(erase: Erase) -> float:
    """Seconds without progress after which the drive counts as stuck."""
    return erase.seconds * 1.5 + GRACE_SECONDS


def carry_out(erase: Erase, talk: Talk, *, running: bool = False) -> Ran:
    """Start the erase (unless it is `running` since before) and follow it to its end.

    Raises chunks.Stopped where a checkpoint does, OSError when the drive is gone.
    """
    clock = talk.clock
    started = clock.now()
    talk.silent(erase.seconds)
    try:
        if not running:
            try:
                erase.start(talk.checkpoint)
            except NotAccepted as refused:
                return Ran(reason=refused.reason, seconds=clock.now() - started)
            except (NoAnswer, OSError) as error:
                raise_if_gone(error)
                # Nobody knows whether it has begun. Asking does no harm; a success it can never be (accepted False).
                return _follow(erase, talk, started, Ran())
        return _follow(erase, talk, started, Ran(accepted=True, seen=running))
    finally:
        talk.silent(0)


def _follow(erase: Erase, talk: Talk, started: float, ran: Ran) -> Ran:
    clock = talk.clock
    began = changed = clock.now()
    seen, last = ran.seen, None
    pause = min(5.0, max(0.5, erase.seconds / 200))
    while True:
        now = clock.now()
        status = _ask(erase)
        if status is None:
            if now - changed > patience(erase):
                reason = say("The drive gives no answer any more since it began to erase itself.")
                return Ran(ran.accepted, seen, stuck=True, reason=reason, seconds=now - started)
        elif status.state is State.RUNNING:
            seen = True
            # Only more than ever before is progress: else numbers that go to and fro would be waited for without end.
            if status.progress is not None and status.progress > (-1.0 if last is None else last):
                last, changed = status.progress, now
            if now - changed > patience(erase):
                reason = say("The drive says that it is erasing itself, but it does not come to an end.")
                return Ran(ran.accepted, seen, stuck=True, reason=reason, seconds=now - started)
        elif status.state is State.DONE:
            return Ran(ran.accepted, seen, done=True, reason=_unaccepted(ran), seconds=now - started)
        elif status.state is State.FAILED or seen or now - began > BEGIN_SECONDS or not ran.accepted:
            reason = status.reason or say("The drive does not say that it has erased itself.")
            cut_off = status.state is State.IDLE and (seen or not ran.accepted)
            return Ran(ran.accepted, seen, cut_off=cut_off, reason=reason, seconds=now - started)
        talk.progress("firmware", _parts(last, now - started, erase.seconds), PARTS)
        clock.sleep(pause)


def _ask(erase: Erase) -> Status | None:
    try:
        return erase.status()
    except (NoAnswer, OSError) as error:
        raise_if_gone(error)
        return None


def _unaccepted(ran: Ran) -> Message | None:
    return None if ran.accepted else say("Nobody knows whether the drive took the command to erase itself.")


def _parts(progress: float | None, gone: float, announced: float) -> int:
    share = gone / announced if progress is None and announced > 0 else progress or 0.0
    return round(PARTS * max(0.0, min(0.99, share)))

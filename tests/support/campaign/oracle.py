"""Compares what was claimed of a drive with what is really left on its media. Knows nothing of how it was erased."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.model.words import Level, SanitizationStatus, Verify
from agent.sanitize.evidence import residue as stated

from .case import UNSEEN
from .play import Played


@dataclass(frozen=True)
class Judged:
    wrong: tuple[str, ...] = ()
    """What must never be: a false certificate, or a sound drive that was not erased."""
    missed: float | None = None
    """The share of the media with old data that a sample did not meet, where that is within what was stated."""
    unseen: int = 0
    """Bytes from before where no host can see them, of a drive called sanitized."""


def judge(played: Played) -> Judged:
    if played.case.sound and (astray := _astray(played)):
        return Judged((astray,))
    if played.status == SanitizationStatus.SANITIZED:
        return _claimed(played)
    if played.case.sound and played.status != SanitizationStatus.SANITIZED:
        return Judged((f"a sound drive ended in {played.status}: {_why(played)}",))
    return Judged()


def _astray(played: Played) -> str | None:
    """Where an overwrite was taken up again, if that is not where the journal has it."""
    kept: tuple[object, ...] | None = None
    resumes = False
    for record in played.records:
        if record["kind"] == "begin":
            resumes = kept is not None
        elif record["kind"] == "step":
            kept = None  # the drive erased itself: nothing of before is left
        elif record["kind"] == "offset":
            now = (record["number"], record["pass"], record["bytes"])
            if resumes and kept is not None and now != kept:
                return f"taken up again at {now} (step, pass, bytes) and not at {kept}"
            kept, resumes = now, False
    return None


def _claimed(played: Played) -> Judged:
    result, left = played.result, played.residue
    visible = _bytes(left.visible)
    wrong = []
    if played.marks_left:
        wrong.append(f"{played.marks_left} marks of the canary survived")
    if result["verification"] == Verify.FULL and visible:
        wrong.append(f"{visible} bytes from before after full verification, first at {left.visible[0]}")
    if result["verification"] == Verify.NONE:
        wrong.append("sanitized without verification")
    if beyond := [span for span in left.visible if span[1] > result["bytes_total"]]:
        wrong.append(f"old data outside of what was erased: {beyond}")
    missed = None
    if result["verification"] == Verify.SAMPLED and visible:
        missed = visible / played.case.drive.media_bytes
        sampled = _sampled(played)
        if missed >= stated(sampled):
            wrong.append(f"{missed:.2%} is left, and less than {stated(sampled):.2%} was stated")
    unseen = _bytes(left.unseen) + (_bytes(left.spare) if result["level"] == Level.PURGE else 0)
    if unseen and result["level"] == Level.PURGE and played.case.fault not in UNSEEN and played.case.sound:
        wrong.append(f"{unseen} bytes from before without an address after a purge by a sound drive")
    return Judged(tuple(wrong), missed, unseen)


def _sampled(played: Played) -> int:
    """How many blocks were looked at."""
    steps = [step for step in played.result["steps"] if step["succeeded"] and step["marks_planted"]]
    if steps:
        return int(steps[0]["marks_planted"]) + int(steps[0]["found_hashed"])
    return int(played.result["bytes_verified"]) // 4096


def _bytes(spans: Iterable[tuple[int, int]]) -> int:
    return sum(end - start for start, end in spans)


def _why(played: Played) -> str:
    if not played.result:
        return f"no life came to an end ({played.lives})"
    told = [played.result["reason"], *played.result["exceptions"]]
    told += [step["reason"] for step in played.result["steps"] if step["reason"]]
    return " / ".join(str(message["text"]) for message in told)

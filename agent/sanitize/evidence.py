"""From what was done and seen to a status: the one place that may say `sanitized`. Pure; runs in the worker."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.model.message import Message, say
from agent.model.words import Level, Method, SanitizationStatus, Technique, Verify
from agent.sanitize.firmware import HiddenArea
from agent.sanitize.levels import reaches
from agent.sanitize.medium import Identity
from agent.sanitize.steps import FirmwareErased, Overwritten, StepFacts
from agent.sanitize.verify import CONFIDENCE

DESTROY = say("Take the drive out and have it destroyed: it cannot be given on.")
_EVERYWHERE = (Technique.NVME_SANITIZE, Technique.SCSI_SANITIZE)
"""They reach capacity that has no address. A format of a drive that had none then says nothing of what it has now."""
ANOTHER = say("The drive no longer says that it is the one that was confirmed.")
AGAIN_OR_DESTROY = say(
    "Switch the computer off and on and start again. If it stays so, take the drive out and have it destroyed."
)
TRY_AGAIN = say("Start the erase again: it goes on where it stopped if that is safe, and everything is read back.")


@dataclass(frozen=True)
class Facts:
    """Everything a status rests on. Each doubt is a value here, so that none can be forgotten."""

    size_bytes: int
    wanted: Level
    steps: tuple[StepFacts, ...]
    """In the order in which they were carried out."""
    before: Identity
    after: Identity | None
    """Read on the open descriptor after the last step; None where that failed."""
    native_size_bytes: int | None
    """Everything that hosts could ever reach; None where the drive could not be asked."""
    hidden: tuple[HiddenArea, ...] = ()
    """What still lies outside the address space."""
    refusal: Message | None = None
    """Why the erase could not be begun or gone on with (locked by a stranger …)."""
    remarks: tuple[Message, ...] = ()
    """Doubts that came up on the way; each is an exception."""


@dataclass(frozen=True)
class Conclusion:
    status: SanitizationStatus
    level: Level | None
    verification: Verify
    reason: Message
    technique: Technique | None = None
    method: Method | None = None
    statement: Message | None = None
    hint: Message | None = None
    exceptions: list[Message] = field(default_factory=list)


def conclude(facts: Facts) -> Conclusion:
    """Say what became of the drive. Whatever is not proved counts as not so."""
    last = facts.steps[-1].step if facts.steps else None
    if failure := _failure(facts):
        # What only kept the erase from going on may be otherwise the next time.
        hint = AGAIN_OR_DESTROY if facts.refusal else DESTROY
        technique, method = (last.technique, last.method) if last else (None, None)
        return Conclusion(SanitizationStatus.FAILED, None, Verify.NONE, failure, technique, method, hint=hint)
    level, rests_on = _level(facts)
    verification = _verification(facts)
    exceptions = [*_exceptions(facts, level), *facts.remarks]
    statement = _statement(facts)
    step = rests_on.step if rests_on else facts.steps[-1].step
    if exceptions or level is None:
        return Conclusion(
            SanitizationStatus.SANITIZED_WITH_EXCEPTIONS,
            level,
            verification,
            say("The drive was erased, but not everything that was asked for is proved."),
            step.technique,
            step.method,
            statement,
            say("The machine stays on hold: somebody in charge decides, or the drive is taken out."),
            exceptions,
        )
    return Conclusion(
        SanitizationStatus.SANITIZED, level, verification, _proof(facts, verification), step.technique, step.method,
        statement,
    )  # fmt: skip


def _overwritten(facts: Facts) -> Overwritten | None:
    """The overwrite that counts, which is the last; nothing but its own reading back may follow one."""
    last = facts.steps[-1] if facts.steps else None
    return last if isinstance(last, Overwritten) else None


def _proved(facts: Facts) -> list[FirmwareErased]:
    return [step for step in facts.steps if isinstance(step, FirmwareErased) and step.proved]


def _doubted(facts: Facts) -> bool:
    """A firmware that lied once, or did not do what it was told, certifies nothing more."""
    return any(isinstance(step, FirmwareErased) and not step.proved for step in facts.steps)


def _failure(facts: Facts) -> Message | None:
    if facts.refusal:
        return facts.refusal
    if facts.after is None or facts.after != facts.before:
        return ANOTHER
    if not facts.steps:
        return say("Nothing was done to the drive.")
    for step in facts.steps:
        if isinstance(step, Overwritten) and step.failure:
            return step.failure
    overwritten = _overwritten(facts)
    if overwritten is not None:
        if overwritten.written.bytes_written != facts.size_bytes:
            return say("The drive was not written to its end.")
        if _doubted(facts) and not (overwritten.verify is Verify.FULL and overwritten.stands(facts.size_bytes)):
            # A drive that lied is believed only what was read back of all its blocks.
            return say("The drive's own erase failed, and not all of it could be read back after the overwriting.")
        return None
    if not _proved(facts):
        return facts.steps[-1].failure or say("The drive does not say that it has erased itself.")
    return None


def _level(facts: Facts) -> tuple[Level | None, StepFacts | None]:
    """The level reached, and the step on which it rests."""
    best: tuple[Level | None, StepFacts | None] = (None, None)
    overwritten = _overwritten(facts)
    if overwritten is not None and overwritten.written.bytes_written == facts.size_bytes:
        best = (Level.CLEAR, overwritten)
    for step in _proved(facts):
        if step.crypto and (overwritten is None or not overwritten.stands(facts.size_bytes)):
            continue
        if _doubted(facts):
            continue
        level = reaches(step.step.technique, step.step.method)
        if best[0] is None or level.rank > best[0].rank:
            best = (level, step)
    return best


def _verification(facts: Facts) -> Verify:
    overwritten = _overwritten(facts)
    if overwritten is not None:
        return Verify.NONE if overwritten.unproved(facts.size_bytes) else overwritten.verify
    return Verify.SAMPLED if _proved(facts) else Verify.NONE


def _statement(facts: Facts) -> Message | None:
    """What the blocks drawn at random say, in statistical words."""
    overwritten = _overwritten(facts)
    if overwritten is not None:
        return overwritten.verified.statement if overwritten.verified else None
    for step in _proved(facts):
        assert step.planted is not None
        sampled = step.planted.drawn
        return say(
            "{count} blocks drawn at random were marked or noted before the erase, and none of them is left: with "
            "{confidence:percent} confidence less than {residue:percent} of the drive still holds what was on it. "
            "Beyond what can be read, the state of the media rests on the drive's own word.",
            count=sampled, confidence=CONFIDENCE * 100, residue=100 * residue(sampled),
        )  # fmt: skip
    return None


def residue(sampled: int) -> float:
    """The share of all blocks that may be left unnoticed with CONFIDENCE where `sampled` of them were looked at:
    1 - 0.001 ** (1 / n); drawing without replacement only makes it less."""
    return float(1 - (1 - CONFIDENCE) ** (1 / sampled))


def _proof(facts: Facts, verification: Verify) -> Message:
    if _overwritten(facts) is None:
        return say("The drive erased itself, and nothing of what was looked at is left.")
    if verification is Verify.SAMPLED:
        return say("Everything was erased, and samples of it were read back.")
    return say("Everything was erased and read back.")


def _exceptions(facts: Facts, level: Level | None) -> Iterator[Message]:
    overwritten = _overwritten(facts)
    if overwritten is not None and (unproved := overwritten.unproved(facts.size_bytes)):
        yield unproved
    if level is None:
        yield say("Only the drive's encryption key was replaced. Nobody can prove that everything had been encrypted.")
    elif facts.wanted.rank > level.rank:
        yield say("The level “purge” was asked for; what was done reaches “clear”.")
    yield from _unreached(facts)


def _unreached(facts: Facts) -> Iterator[Message]:
    # A new key says nothing of what was there before everything was encrypted, wherever it lies.
    reached = not _doubted(facts) and any(
        step.whole and not step.crypto and step.step.technique in _EVERYWHERE for step in _proved(facts)
    )
    left = [area for area in facts.hidden if not (reached and area.kind in ("unallocated", "unattached"))]
    for area in left:
        if not area.bytes and area.why is not None:
            yield area.why
            continue
        yield say(
            "{bytes:bytes} of the drive lie outside what can be written ({kind}).", bytes=area.bytes, kind=area.kind
        )
    if facts.native_size_bytes is None:
        yield say("Whether the drive has hidden areas could not be asked.")
    elif not left and (
        beyond := abs(facts.native_size_bytes - facts.size_bytes - sum(area.bytes for area in facts.hidden))
    ):
        yield say("{bytes:bytes} of the drive lie outside what can be written.", bytes=beyond)

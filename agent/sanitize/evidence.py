"""From what was done and seen to a status: the one place that may say `sanitized`. Pure; runs in the worker."""

from dataclasses import dataclass, field

from agent.model.message import Message, say
from agent.model.words import Level, SanitizationStatus, Verify
from agent.sanitize.medium import Coverage, Identity
from agent.sanitize.overwrite import Written
from agent.sanitize.verify import Verified

DESTROY = say("Take the drive out and have it destroyed: it cannot be given on.")
TRY_AGAIN = say("Start the erase again; it begins from the first block.")


@dataclass(frozen=True)
class Facts:
    """Everything a status rests on. Each doubt is a value here, so that none can be forgotten."""

    size_bytes: int
    wanted: Level
    verify: Verify
    written: Written
    verified: Verified | None
    """None where nothing was read back."""
    before: Identity
    after: Identity | None
    """Read on the open descriptor after the last step; None where that failed."""
    coverage: Coverage


@dataclass(frozen=True)
class Conclusion:
    status: SanitizationStatus
    level: Level | None
    verification: Verify
    reason: Message
    hint: Message | None = None
    exceptions: list[Message] = field(default_factory=list)


def conclude(facts: Facts) -> Conclusion:
    """Say what became of the drive. Whatever is not proved counts as not so."""
    if failure := _failure(facts):
        return Conclusion(SanitizationStatus.FAILED, None, Verify.NONE, failure, DESTROY)
    exceptions = _exceptions(facts)
    level = Level.CLEAR
    verification = Verify.NONE if _unverified(facts) else facts.verify
    if exceptions:
        return Conclusion(
            SanitizationStatus.SANITIZED_WITH_EXCEPTIONS,
            level,
            verification,
            say("The drive was erased, but not everything that was asked for is proved."),
            say("The machine stays on hold: somebody in charge decides, or the drive is taken out."),
            exceptions,
        )
    proof = (
        say("Everything was erased, and samples of it were read back.")
        if verification is Verify.SAMPLED
        else say("Everything was erased and read back.")
    )
    return Conclusion(SanitizationStatus.SANITIZED, level, verification, proof)


def _failure(facts: Facts) -> Message | None:
    written, verified = facts.written, facts.verified
    if written.unwritable:
        return say("{bytes:bytes} of the drive could not be written.", bytes=written.unwritable.total_bytes)
    if written.bytes_written != facts.size_bytes:
        return say("The drive was not written to its end.")
    if not written.flushed:
        return say("The drive did not confirm that it had stored what was written.")
    if facts.after is None or facts.after != facts.before:
        return say("The drive no longer says that it is the one that was confirmed.")
    if verified is None:
        return None
    if verified.mismatched:
        return say("Reading back, {bytes:bytes} were not what was written.", bytes=verified.mismatched.total_bytes)
    if verified.unreadable:
        return say("Reading back, {bytes:bytes} could not be read.", bytes=verified.unreadable.total_bytes)
    return None


def _unverified(facts: Facts) -> Message | None:
    verified = facts.verified
    if verified is None or facts.verify is Verify.NONE:
        return say("Nothing was read back.")
    if facts.verify is Verify.FULL and verified.bytes_verified != facts.size_bytes:
        return say("Not all of the drive was read back.")
    if verified.kernel_bytes_read is None or verified.kernel_bytes_read < verified.bytes_verified:
        return say("What was read back may have come from memory and not from the drive.")
    return None


def _exceptions(facts: Facts) -> list[Message]:
    found: list[Message] = []
    if unverified := _unverified(facts):
        found.append(unverified)
    if facts.wanted.rank > Level.CLEAR.rank:
        found.append(say("The level “purge” was asked for; overwriting reaches “clear”."))
    native = facts.coverage.native_size_bytes
    if native is None:
        found.append(say("Whether the drive has hidden areas could not be asked."))
    elif native != facts.size_bytes:
        found.append(
            say("{bytes:bytes} of the drive lie outside what can be written.", bytes=abs(native - facts.size_bytes))
        )
    return [*found, *facts.coverage.untouched]

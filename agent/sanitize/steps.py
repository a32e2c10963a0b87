"""What was done in one step of an erase, and what was seen of it: the raw facts, before any judgement."""

from dataclasses import dataclass

from agent.model.message import Message, say
from agent.model.words import Verify
from agent.sanitize.canary import Planted, Seen
from agent.sanitize.levels import crypto_only
from agent.sanitize.order import Step
from agent.sanitize.overwrite import Written
from agent.sanitize.pilot import Ran
from agent.sanitize.verify import Verified


@dataclass(frozen=True)
class Overwritten:
    """Passes of ours over everything, and the reading back of the last one."""

    step: Step
    written: Written
    """Of the last pass; a pass that failed is the last."""
    verify: Verify
    """What was to be read back."""
    verified: Verified | None
    """None where nothing was."""
    seconds: float = 0.0
    resumed_at: int = 0
    """Bytes; where it was taken up again after an interruption."""

    @property
    def failure(self) -> Message | None:
        """Why nobody may call it erased, whatever else was done."""
        written, verified = self.written, self.verified
        if written.unwritable:
            return say("{bytes:bytes} of the drive could not be written.", bytes=written.unwritable.total_bytes)
        if not written.flushed:
            return say("The drive did not confirm that it had stored what was written.")
        if verified is None:
            return None
        if verified.mismatched:
            return say("Reading back, {bytes:bytes} were not what was written.", bytes=verified.mismatched.total_bytes)
        if verified.unreadable:
            return say("Reading back, {bytes:bytes} could not be read.", bytes=verified.unreadable.total_bytes)
        return None

    def unproved(self, size: int) -> Message | None:
        """Why the reading back proves nothing, where it found nothing wrong. `size` in bytes."""
        verified = self.verified
        if verified is None or self.verify is Verify.NONE:
            return say("Nothing was read back.")
        if self.verify is Verify.FULL and verified.bytes_verified != size:
            return say("Not all of the drive was read back.")
        if verified.kernel_bytes_read is None or verified.kernel_bytes_read < verified.bytes_verified:
            return say("What was read back may have come from memory and not from the drive.")
        return None

    def stands(self, size: int) -> bool:
        """Everything was written and proved as it was asked for."""
        return self.written.bytes_written == size and self.failure is None and self.unproved(size) is None


@dataclass(frozen=True)
class FirmwareErased:
    """An erase of the drive's own, and what became of the canary."""

    step: Step
    ran: Ran
    planted: Planted | None = None
    seen: Seen | None = None
    """None where nothing was looked at afterwards."""
    whole: bool = False
    """It reaches capacity of the drive that no address reaches."""

    @property
    def proved(self) -> bool:
        """The drive took the command, says that it succeeded, and every mark and every block found is gone."""
        planted, seen = self.planted, self.seen
        return (
            self.ran.accepted
            and self.ran.done
            and planted is not None
            and len(planted.marks) > 0
            # Places that take no marks are missing in the sample, so it would no longer stand for the whole drive.
            and planted.unplanted == 0
            and seen is not None
            and seen.gone
            and seen.looked_at >= planted.sampled
        )

    @property
    def crypto(self) -> bool:
        return crypto_only(self.step.technique, self.step.method)

    @property
    def failure(self) -> Message | None:
        """What disproves it, or why it is not proved; None where it is."""
        if self.proved:
            return None
        if not self.ran.done or not self.ran.accepted:
            return self.ran.reason or say("The drive does not say that it has erased itself.")
        if self.seen is not None and self.seen.survivors:
            return say(
                "The drive says that it has erased itself, but {count} of {sampled} blocks looked at are unchanged.",
                count=len(self.seen.survivors), sampled=self.seen.looked_at,
            )  # fmt: skip
        if self.seen is not None and self.seen.unreadable:
            return say(
                "After the drive had erased itself, {count} of the blocks looked at could not be read.",
                count=len(self.seen.unreadable),
            )
        if self.planted is not None and self.planted.marks and self.planted.unplanted:
            return say(
                "{count} places of the drive could not be marked beforehand, so nobody can tell whether all of it was "
                "erased.",
                count=self.planted.unplanted,
            )
        return say("Nothing could be marked on the drive beforehand, so nobody can tell whether it was erased.")


StepFacts = Overwritten | FirmwareErased

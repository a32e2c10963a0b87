"""Erases that a power cut or a crash broke off, found in the journals of intakes that did not end."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from agent.journal import Journal, unfinished
from agent.memory import Memory
from agent.model.message import say
from agent.model.sanitization import DriveIdentity, Plan, Sanitization, SanitizationRequest, ended
from agent.model.words import SanitizationStatus, Verify
from agent.sanitize.evidence import TRY_AGAIN

Key = tuple[str | None, str | None, int]
"""Serial, model and size: what stays the same of a drive from boot to boot."""


@dataclass
class Begun:
    """An erase without an end."""

    at: str
    memory: Memory = field(default_factory=Memory)

    def is_of(self, mine: Key, drive: DriveIdentity) -> bool:
        """Also where the drive shows another of the sizes that it had during the erase."""
        serial, model, size = mine
        return (serial, model) == (drive.serial, drive.model) and drive.size_bytes in self.memory.sizes(size)


@dataclass(frozen=True)
class Leftover:
    """An unfinished journal and the drives whose erase began in it without an end."""

    journal: Journal
    drives: dict[Key, Begun]

    def of(self, drive: DriveIdentity) -> Begun | None:
        return next((begun for mine, begun in self.drives.items() if begun.is_of(mine, drive)), None)

    def forget(self, drive: DriveIdentity, by: str) -> None:
        """The journal `by` now holds all that this one knew of the drive. One that has nothing left is put aside.

        Raises JournalError, and then what is known here may be out of date.
        """
        for mine in [mine for mine, begun in self.drives.items() if begun.is_of(mine, drive)]:
            serial, model, size = mine
            self.journal.record("handed_over", drive={"serial": serial, "model": model, "size_bytes": size}, by=by)
            del self.drives[mine]
        if not self.drives:
            self.journal.close()


def hand_over(found: Iterable[Leftover], drive: DriveIdentity, journal: Journal) -> None:
    """From now on `journal` alone tells of the drive's erase. Raises JournalError: then nothing may be written."""
    for leftover in found:
        if leftover.journal.name != journal.name and leftover.of(drive) is not None:
            leftover.forget(drive, journal.name)


def leftovers(folder: Path) -> list[Leftover]:
    """What the journals in `folder` tell, oldest first; what cannot be read of them is passed over."""
    return [found for journal in unfinished(folder) if (found := left_in(journal)).drives]


def left_in(journal: Journal) -> Leftover:
    """What this journal holds of erases without an end, as far as it can be read."""
    begun: dict[Key, Begun] = {}
    with contextlib.suppress(OSError):  # a broken file must not stop every further intake
        for record in journal.records():
            match record:
                case {"record": "erase_started", "drive": dict(drive), "at": str(at)}:
                    begun.setdefault(_key(drive), Begun(at))
                case {"record": "erase_step", "drive": dict(drive), "step": dict(step)} if _key(drive) in begun:
                    one = begun[_key(drive)]
                    one.memory = one.memory.with_record(step)
                case {"record": "handed_over", "drive": dict(drive)}:
                    begun.pop(_key(drive), None)
                case {"record": "sanitization", "result": {"drive": dict(drive), "status": str(status)}}:
                    if not _open(begun.get(_key(drive)), status):
                        begun.pop(_key(drive), None)
    return Leftover(journal, begun)


def _open(one: Begun | None, status: str) -> bool:
    """Whether an erase that ended so is still to be known: cut off again, or perhaps with a password of ours left."""
    if status == SanitizationStatus.INTERRUPTED:
        return True
    return one is not None and one.memory.password_set and status != SanitizationStatus.SANITIZED


def _key(drive: dict[str, object]) -> Key:
    serial, model, size = drive.get("serial"), drive.get("model"), drive.get("size_bytes")
    return (
        serial if isinstance(serial, str) else None,
        model if isinstance(model, str) else None,
        size if isinstance(size, int) else 0,
    )


def interrupted(plan: Plan, found: Iterable[Leftover]) -> Sanitization | None:
    """What is true of a drive that is not erased now although an earlier erase of it began; None for others."""
    begun = [one for leftover in found if (one := leftover.of(plan.drive))]
    if not begun:
        return None
    reason = say("The erase of this drive that began at {began} was never finished.", began=begun[0].at)
    hint = TRY_AGAIN
    if any(one.memory.password_set for one in begun):
        hint = say("A password of Ordis may still lock the drive. Start the erase again: that takes it away.")
    return ended(plan.drive, SanitizationStatus.INTERRUPTED, reason, hint)


def memory_of(plan: Plan, plans: Iterable[Plan], found: Iterable[Leftover]) -> Memory:
    """What an erase of this drive can take up. Nothing where another drive could be meant as well: one without a
    serial number, or with the same as another."""
    serial = plan.drive.serial
    if serial is None or sum(other.drive.serial == serial for other in plans) != 1:
        return Memory()
    memory = Memory()
    for leftover in found:
        if begun := leftover.of(plan.drive):
            for record in begun.memory.records:
                memory = memory.with_record(record)
    return memory


def stricter(request: SanitizationRequest, plan: Plan, found: Iterable[Leftover]) -> SanitizationRequest:
    """The request for this drive: after an interrupted erase only a full verification will do."""
    if any(leftover.of(plan.drive) for leftover in found):
        return request.model_copy(update={"verify": Verify.FULL})
    return request

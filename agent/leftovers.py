"""Erases that a power cut or a crash broke off, found in the journals of intakes that did not end."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agent.journal import Journal, unfinished
from agent.model.message import say
from agent.model.sanitization import DriveIdentity, Plan, Sanitization, SanitizationRequest, ended
from agent.model.words import SanitizationStatus, Verify
from agent.sanitize.evidence import TRY_AGAIN

Key = tuple[str | None, str | None, int]
"""Serial, model and size: what stays the same of a drive from boot to boot."""


def key(drive: DriveIdentity) -> Key:
    return drive.serial, drive.model, drive.size_bytes


@dataclass(frozen=True)
class Leftover:
    """An unfinished journal and the drives whose erase began in it without an end: key → when it began."""

    journal: Journal
    drives: dict[Key, str]


def leftovers(folder: Path) -> list[Leftover]:
    """What the journals in `folder` tell; what cannot be read of them is passed over."""
    return [found for journal in unfinished(folder) if (found := _read(journal)).drives]


def _read(journal: Journal) -> Leftover:
    begun: dict[Key, str] = {}
    with contextlib.suppress(OSError):  # a broken file must not stop every further intake
        for record in journal.records():
            match record:
                case {"record": "erase_started", "drive": dict(drive), "at": str(at)}:
                    begun[_key(drive)] = at
                case {"record": "sanitization", "result": {"drive": dict(drive)}}:
                    begun.pop(_key(drive), None)
    return Leftover(journal, begun)


def _key(drive: dict[str, object]) -> Key:
    serial, model, size = drive.get("serial"), drive.get("model"), drive.get("size_bytes")
    return (
        serial if isinstance(serial, str) else None,
        model if isinstance(model, str) else None,
        size if isinstance(size, int) else 0,
    )


def interrupted(plan: Plan, found: Iterable[Leftover]) -> Sanitization | None:
    """What is true of a drive that is not erased now although an earlier erase of it began; None for others."""
    for leftover in found:
        if (began := leftover.drives.get(key(plan.drive))) is not None:
            reason = say("The erase of this drive that began at {began} was never finished.", began=began)
            return ended(plan.drive, SanitizationStatus.INTERRUPTED, reason, TRY_AGAIN)
    return None


def stricter(request: SanitizationRequest, plan: Plan, found: Iterable[Leftover]) -> SanitizationRequest:
    """The request for this drive: after an interrupted erase only a full verification will do."""
    if any(key(plan.drive) in leftover.drives for leftover in found):
        return request.model_copy(update={"verify": Verify.FULL})
    return request

"""An intake that a crash of the service broke off: what its journal lets the service's next life go on with.

Only in the same life of the computer. After a power cut a person may have pulled the plug to save a drive, so nothing
starts by itself then; the next intake takes up what is chosen again.
"""

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self
from uuid import UUID

from pydantic import ValidationError

from agent.host.boot import boot_id
from agent.journal import Journal, unfinished
from agent.ledger import ledger
from agent.leftovers import left_in
from agent.manual.base import BACK
from agent.memory import Memory
from agent.model.check import CONCLUSIVE, CheckResult
from agent.model.manual import ManualReply
from agent.model.messages import IntakeRequest
from agent.model.sanitization import DriveIdentity, Plan, Sanitization
from agent.model.words import SanitizationStatus
from agent.workplace import Workplace

RESTARTS = 3
"""Crashes after which an intake is no longer taken up by itself: it may be what makes the service crash."""

log = logging.getLogger("ordis.restart")


@dataclass(frozen=True)
class Restart:
    """What the journal tells of an intake that has no end."""

    journal: Journal
    request: IntakeRequest
    asset_tag: str | None = None
    confirmed: tuple[DriveIdentity, ...] | None = None
    """The drives that are to be erased; None where nobody had said so yet."""
    results: tuple[Sanitization, ...] = ()
    earlier: tuple[Sanitization, ...] = ()
    """What had become of drives whose erase was then repeated."""
    halted: tuple[Sanitization, ...] = ()
    """Those of them that a person stopped or skipped: they are not gone on with."""
    checks: tuple[CheckResult, ...] = ()
    """What was found out already; their series are thinned."""
    replies: tuple[tuple[str, ManualReply], ...] = ()
    """What a person had answered, each with its manual check."""
    left_out: frozenset[str] = frozenset()
    """Steps that a person skipped or stopped."""
    again: frozenset[str] = frozenset()
    """Steps that a person wanted to be repeated, and that had not come to another end."""
    count: int = 0
    """How often it was taken up already."""

    @classmethod
    def read(cls, journal: Journal) -> Self | None:
        """None where there is nothing to go on with. Raises OSError, ValidationError."""
        found: Self | None = None
        for record in journal.records():
            match record:
                case {"record": "created", "boot_id": str(boot)} if boot == boot_id():
                    continue
                case {"record": "created"} | {"record": "ended"} | {"record": "report"}:
                    return None
                case {"record": "intake", "request": dict(request)}:
                    asked = IntakeRequest.model_validate(request)
                    found = cls(journal, asked, asked.asset_tag)
                case _ if found is not None:
                    found = found._with(record)
        return found if found is not None and found.count < RESTARTS else None

    def reopened(self, place: Workplace, number: UUID) -> Journal:
        """The journal, to be gone on with. Where the workshop keeps it, it does so as a new one, `number`: how much of
        the one before has arrived there, nobody knows any more, and no entry is ever overwritten. Its first entry
        names the journal that it goes on with."""
        self.journal.secure(place.keeps, ledger(place, number))
        self.journal.note("restarted", journal=self.journal.name)
        return self.journal

    def _with(self, record: dict[str, object]) -> Self:
        match record:
            case {"record": "asset_tag", "tag": str(tag)}:
                return replace(self, asset_tag=tag)
            case {"record": "confirmed", "drives": list(drives)}:
                return replace(self, confirmed=(*(self.confirmed or ()), *map(DriveIdentity.model_validate, drives)))
            case {"record": "sanitization", "result": dict(result)}:
                done = Sanitization.model_validate(result)
                halted = (*self.halted, done) if record.get("by_hand") is True else self.halted
                return replace(self, results=(*self.results, done), halted=halted)
            case {"record": "check", "result": dict(result)}:
                checks = (*self.checks, CheckResult.model_validate(result))
                return replace(self, checks=checks, again=self.again - {record.get("step_id")})
            case {"record": "manual", "check": str(check), "reply": dict(reply)}:
                return self._answered(check, ManualReply.model_validate(reply))
            case {"record": "left_out", "step_id": str(step_id)}:
                return replace(self, left_out=self.left_out | {step_id})
            case {"record": "repeated", "step_id": str(step_id)}:
                replies = tuple(each for each in self.replies if f"check:{each[0]}" != step_id)
                return replace(self, left_out=self.left_out - {step_id}, again=self.again | {step_id}, replies=replies)
            case {"record": "repeated_erase", "drive": dict(drive)}:
                return self.without(DriveIdentity.model_validate(drive))
            case {"record": "restarted"}:
                return replace(self, count=self.count + 1)
        return self

    def _answered(self, check: str, reply: ManualReply) -> Self:
        """Who goes back takes the last answer back."""
        if reply.value != BACK:
            return replace(self, replies=(*self.replies, (check, reply)))
        last = max((at for at, (about, _) in enumerate(self.replies) if about == check), default=-1)
        return replace(self, replies=tuple(each for at, each in enumerate(self.replies) if at != last))

    def chosen(self, plans: list[Plan]) -> set[str]:
        """The paths that the confirmed drives have now, and no other drive's."""
        left, found = left_in(self.journal), set()
        for confirmed in self.confirmed or ():
            begun = left.of(confirmed)
            memory = begun.memory if begun else Memory()
            same = [plan.drive.path for plan in plans if memory.is_same(confirmed, plan.drive)]
            if len(same) == 1:
                found.add(same[0])
        return found

    def result(self, drive: DriveIdentity) -> Sanitization | None:
        """What became of the drive before the crash; None where its erase has no end, or nobody wanted one any more."""
        for done in reversed(self.results):
            if _is_about(done, drive):
                cut_off = done.status is SanitizationStatus.INTERRUPTED and done not in self.halted
                return None if cut_off else done.model_copy(update={"drive": drive})
        return None

    def without(self, drive: DriveIdentity) -> Self:
        """Its erase is to be repeated, whatever became of it before."""
        earlier = tuple(done for done in self.results if _is_about(done, drive))
        others = tuple(done for done in self.results if done not in earlier)
        return replace(self, results=others, earlier=(*self.earlier, *earlier))

    def check(self, check: str, subject: str | None) -> CheckResult | None:
        """What a check had found out before the crash; None where it is still to be carried out."""
        found = [each for each in self.checks if (each.id, each.subject) == (check, subject)]
        return found[-1] if found and found[-1].outcome in CONCLUSIVE else None


def _is_about(done: Sanitization, drive: DriveIdentity) -> bool:
    sizes = (done.drive.size_bytes, done.evidence.native_size_bytes)
    same = done.drive.model_copy(update={"size_bytes": drive.size_bytes}) == drive
    return same and drive.size_bytes in sizes


def broken_off(folder: Path) -> Restart | None:
    """The intake that a crash of the service broke off last; None where there is none."""
    for journal in reversed(unfinished(folder)):
        try:
            if (found := Restart.read(journal)) is not None:
                return found
        except (OSError, ValidationError) as error:  # of another version, or damaged
            log.warning("the journal %s cannot be gone on with: %s", journal.name, error)
    return None

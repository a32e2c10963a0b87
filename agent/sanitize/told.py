"""The facts and the judgement of an erase as JSON: for the report (model.sanitization) and for the journal."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from agent.model.message import Message
from agent.sanitize.canary import Planted, Seen
from agent.sanitize.evidence import Conclusion, Facts
from agent.sanitize.firmware import About, HiddenArea
from agent.sanitize.order import Step
from agent.sanitize.pilot import Ran
from agent.sanitize.steps import FirmwareErased, Overwritten, StepFacts

Json = dict[str, object]
MOST_BYTES = 1 << 20
"""Of a block that was looked at; drives have sectors of up to 64 KiB."""


def _message(message: Message | None) -> object:
    return message.as_dict() if message else None


def conclusion(found: Conclusion) -> Json:
    return {
        "status": found.status,
        "level": found.level,
        "verification": found.verification,
        "technique": found.technique,
        "method": found.method,
        "reason": _message(found.reason),
        "hint": _message(found.hint),
        "exceptions": [_message(message) for message in found.exceptions],
    }


def amounts(facts: Facts) -> Json:
    last = _last(facts)
    looked = sum(step.seen.looked_at for step in facts.steps if isinstance(step, FirmwareErased) and step.seen)
    verified = last.verified.bytes_verified if last and last.verified else 0
    return {
        "bytes_total": facts.size_bytes,
        "bytes_written": last.written.bytes_written if last else 0,
        "bytes_verified": verified if last else looked * _block(facts.steps),
        "steps": [_step(step, facts.size_bytes) for step in facts.steps],
    }


def _last(facts: Facts) -> Overwritten | None:
    last = facts.steps[-1] if facts.steps else None
    return last if isinstance(last, Overwritten) else None


def _block(steps: Iterable[StepFacts]) -> int:
    return max(
        (step.planted.block_bytes for step in steps if isinstance(step, FirmwareErased) and step.planted), default=0
    )


def _step(step: StepFacts, size: int) -> Json:
    head: Json = {"technique": step.step.technique, "method": step.step.method}
    if isinstance(step, Overwritten):
        return {
            **head,
            "passes": list(step.step.passes),
            "succeeded": step.stands(size),
            "reason": _message(step.failure or step.unproved(size)),
            "seconds": round(step.seconds, 3),
        }
    planted, seen = step.planted, step.seen
    return {
        **head,
        "succeeded": step.proved,
        "reason": _message(step.failure),
        "seconds": round(step.ran.seconds, 3),
        "accepted": step.ran.accepted,
        "transition_seen": step.ran.seen,
        "marks_planted": len(planted.marks) if planted else 0,
        "marks_left": len(seen.marks_left) if seen else 0,
        "found_hashed": len(planted.found) if planted else 0,
        "found_left": len(seen.found_left) if seen else 0,
        "canary_unreadable": len(seen.unreadable) if seen else 0,
    }


def evidence(
    facts: Facts, found: Conclusion, revealed: Iterable[HiddenArea], untouched: Iterable[Message], *, discarded: bool
) -> Json:
    last = _last(facts)
    verified = last.verified if last else None
    return {
        "native_size_bytes": facts.native_size_bytes,
        "unwritable": last.written.unwritable.blocks() if last else [],
        "unreadable": verified.unreadable.blocks() if verified else [],
        "mismatched": verified.mismatched.blocks() if verified else [],
        "flushed": last.written.flushed if last else False,
        "kernel_bytes_read": verified.kernel_bytes_read if verified else None,
        "identity_reread": facts.after == facts.before,
        "statement": _message(found.statement),
        "revealed": [{"kind": area.kind, "bytes": area.bytes} for area in revealed],
        "untouched": [_message(message) for message in untouched],
        "resumed_at_bytes": (last.resumed_at or None) if last else None,
        "discarded": discarded,
    }


def remembered(done: FirmwareErased) -> Json:
    """A proved firmware erase for the journal, so that it need not be done again after a power cut."""
    assert done.planted is not None
    assert done.seen is not None
    return {
        "seen": done.ran.seen,
        "seconds": done.ran.seconds,
        "marks": len(done.planted.marks),
        "found": len(done.planted.found),
        "fixed": done.planted.fixed,
        "after": {str(address): digest.hex() for address, digest in done.seen.after.items()},
        "block_bytes": done.planted.block_bytes,
        "whole": done.whole,
    }


def erased(step: Step, fields: Mapping[str, Any]) -> FirmwareErased:
    """The reverse of `remembered`. Raises KeyError, TypeError, ValueError for what is none."""
    marks, found, fixed = int(fields["marks"]), int(fields["found"]), int(fields["fixed"])
    if not (marks > 0 <= found and 0 <= fixed < marks + found):
        raise ValueError("no canary")
    planted = Planted(
        int(fields["block_bytes"]),
        # Only their number still matters: they were seen to be gone.
        dict.fromkeys(range(marks), b""),
        {marks + number: b"" for number in range(found)},
        fixed=fixed,
    )
    after = {int(address): bytes.fromhex(digest) for address, digest in fields["after"].items()}
    if len(after) != marks or not 0 < planted.block_bytes <= MOST_BYTES:
        raise ValueError("no canary")
    ran = Ran(accepted=True, seen=bool(fields["seen"]), done=True, seconds=float(fields["seconds"]))
    return FirmwareErased(step, ran, planted, Seen(looked_at=marks + found, after=after), bool(fields["whole"]))


def about(found: About) -> Json:
    """Everything the firmware told, for the service."""
    return {
        **asdict(found),
        "offers": [{**asdict(offer), "blocked": _message(offer.blocked)} for offer in found.offers],
        "hidden": [{**asdict(area), "why": _message(area.why)} for area in found.hidden],
        "untouched": [_message(message) for message in found.untouched],
    }

"""The erase of one open drive from the guard's yes to the evidence. Runs in the drive's worker."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from agent.model.words import Level, Pattern, Technique, Verify
from agent.sanitize.evidence import Conclusion, Facts, conclude
from agent.sanitize.medium import Identity, Medium
from agent.sanitize.overwrite import Written, overwrite
from agent.sanitize.pattern import pattern
from agent.sanitize.verify import Verified, verify

Progress = Callable[[str, int, int], None]
"""(`write` or `verify`, bytes done, bytes in all); may raise chunks.Stopped."""


@dataclass(frozen=True)
class Order:
    """What the worker is to do, as SanitizationRequest without pydantic."""

    level: Level = Level.CLEAR
    pattern: Pattern = Pattern.ZERO
    verify: Verify = Verify.FULL


def erase(medium: Medium, confirmed: Identity, order: Order, progress: Progress) -> dict[str, object]:
    """Overwrite and verify; return the fields of model.sanitization.Sanitization but for the drive itself.

    Raises chunks.Stopped where `progress` does, OSError when the drive goes away.
    """
    started, cpu = time.monotonic(), time.process_time()
    size = confirmed.size_bytes
    content = pattern(order.pattern)
    written = overwrite(medium, size, content, lambda done: progress("write", done, size))
    verified = None
    if order.verify is not Verify.NONE and not written.unwritable and written.flushed:
        verified = verify(medium, size, content, order.verify, lambda done, total: progress("verify", done, total))
    facts = Facts(
        size_bytes=size,
        wanted=order.level,
        verify=order.verify,
        written=written,
        verified=verified,
        before=confirmed,
        after=_identity(medium),
        coverage=medium.coverage(),
    )
    conclusion = conclude(facts)
    return {
        **_told(conclusion),
        "technique": Technique.OVERWRITE,
        "pattern": order.pattern,
        "bytes_total": size,
        "bytes_written": written.bytes_written,
        "bytes_verified": verified.bytes_verified if verified else 0,
        "seconds": round(time.monotonic() - started, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "evidence": _evidence(facts, written, verified),
    }


def _identity(medium: Medium) -> Identity | None:
    try:
        return medium.identity()
    except OSError:
        return None


def _told(conclusion: Conclusion) -> dict[str, object]:
    return {
        "status": conclusion.status,
        "level": conclusion.level,
        "verification": conclusion.verification,
        "reason": conclusion.reason.as_dict(),
        "hint": conclusion.hint.as_dict() if conclusion.hint else None,
        "exceptions": [message.as_dict() for message in conclusion.exceptions],
    }


def _evidence(facts: Facts, written: Written, verified: Verified | None) -> dict[str, object]:
    statement = verified.statement if verified else None
    return {
        "native_size_bytes": facts.coverage.native_size_bytes,
        "unwritable": written.unwritable.blocks(),
        "unreadable": verified.unreadable.blocks() if verified else [],
        "mismatched": verified.mismatched.blocks() if verified else [],
        "flushed": written.flushed,
        "kernel_bytes_read": verified.kernel_bytes_read if verified else None,
        "identity_reread": facts.after == facts.before,
        "statement": statement.as_dict() if statement else None,
    }

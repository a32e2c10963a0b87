"""What in a record stands against its own status `sanitized`: a certificate does not take one word for it."""

from agent.model.message import Message, say
from agent.model.sanitization import Sanitization
from agent.model.words import Method, Technique, Verify


def contradictions(record: Sanitization) -> list[Message]:
    """Every reason not to believe the record (section 6 of the design); empty where there is none."""
    told = (*_named(record), *_measured(record), *_seen(record), *_firmware(record))
    return [message for wrong, message in told if wrong]


def _named(record: Sanitization) -> list[tuple[bool, Message]]:
    return [
        (record.level is None, say("The report contradicts itself: no level was reached.")),
        (record.technique is None, say("The report contradicts itself: no technique is recorded.")),
        (record.verification is Verify.NONE, say("The report contradicts itself: nothing was read back.")),
        (bool(record.exceptions), say("The report contradicts itself: it names exceptions.")),
    ]


def _measured(record: Sanitization) -> list[tuple[bool, Message]]:
    size = max(record.bytes_total, record.drive.size_bytes)
    wanted = size if record.verification is Verify.FULL else 1
    native = record.evidence.native_size_bytes
    overwritten = record.technique is Technique.OVERWRITE
    return [
        (
            size == 0 or record.bytes_total != size,
            say("The report contradicts itself: the drive's size is not known or has changed."),
        ),
        (
            # Capacity of an NVMe subsystem that no namespace has is reached by its sanitize, and by nothing else.
            native is not None and native != size and record.technique is not Technique.NVME_SANITIZE,
            say("The report contradicts itself: a part of the drive lies outside what was erased."),
        ),
        (
            overwritten and record.bytes_written < size,
            say("The report contradicts itself: not all of the drive was written."),
        ),
        (
            record.verification is not Verify.NONE and record.bytes_verified < wanted,
            say("The report contradicts itself: less was read back than it says."),
        ),
    ]


def _seen(record: Sanitization) -> list[tuple[bool, Message]]:
    evidence = record.evidence
    read = evidence.kernel_bytes_read
    return [
        (bool(evidence.unwritable), say("The report contradicts itself: some blocks could not be written.")),
        (bool(evidence.unreadable), say("The report contradicts itself: some blocks could not be read.")),
        (bool(evidence.mismatched), say("The report contradicts itself: some blocks do not hold what was written.")),
        (
            not evidence.identity_reread,
            say("The report contradicts itself: the drive was not identified again at the end."),
        ),
        (
            record.technique is Technique.OVERWRITE and not evidence.flushed,
            say("The report contradicts itself: the drive did not confirm that it had stored what was written."),
        ),
        (
            read is not None and read < record.bytes_verified,
            say("The report contradicts itself: what was read back may have come from memory."),
        ),
    ]


def _firmware(record: Sanitization) -> list[tuple[bool, Message]]:
    """A drive's own erase counts only with the canary: marks that were there before it and are gone after it."""
    if record.technique in (None, Technique.OVERWRITE):
        return []
    own = [step for step in record.steps if step.technique is record.technique and step.method is record.method]
    return [
        (
            not any(step.succeeded and step.accepted and step.marks_planted for step in own),
            say("The report contradicts itself: nothing shows that the drive erased itself."),
        ),
        (
            any(step.marks_left or step.found_left or step.canary_unreadable for step in own if step.succeeded),
            say("The report contradicts itself: not all marks were gone after the drive had erased itself."),
        ),
        (
            record.method is Method.CRYPTO and record.bytes_written < record.bytes_total,
            say("The report contradicts itself: only the drive's encryption key was replaced."),
        ),
    ]

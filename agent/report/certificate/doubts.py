"""What in a record stands against its own status `sanitized`: a certificate does not take one word for it."""

from agent.model.message import Message, say
from agent.model.sanitization import Sanitization
from agent.model.words import Technique, Verify


def contradictions(record: Sanitization) -> list[Message]:
    """Every reason not to believe the record (section 6 of the design); empty where there is none."""
    return [message for wrong, message in (*_named(record), *_measured(record), *_seen(record)) if wrong]


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
            native is not None and native != size,
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

"""Verifying a signed report that may come from anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError

from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.report import Report, SignedReport
from agent.model.words import Mode
from agent.report.canonical import Malformed, canonical, load
from agent.report.claim import unreal_drives
from agent.report.keys import PublicKey, decode, parse_public


@dataclass(frozen=True)
class Verdict:
    """What can be said of the bytes that were given."""

    reason: Message
    hint: Message | None = None
    intact: bool = False
    """The signature holds, and the report, its drives and its key agree about training."""
    trusted: bool = False
    """`intact`, and the signer is one of those trusted."""
    training: bool = False
    """The report or its key says that it is training."""
    signer: PublicKey | None = None
    """Who signed; claimed only, where the report is not intact."""
    report: Report | None = None
    """The report, where it is intact and this version understands it."""


def read(data: bytes) -> SignedReport:
    """The envelope, nothing verified yet. Raises Malformed."""
    raw = load(data)
    try:
        signed = SignedReport.model_validate(raw)
    except ValidationError as error:
        raise Malformed(say("This is not a signed report: {detail}.", detail=first_error(error))) from error
    # The model would forgive spaces and what was left out; around a signature nothing is forgiven.
    if raw["signature"] != signed.signature.model_dump():
        raise Malformed(say("The signature part of the report is not written as it should be."))
    return signed


def report_id(signed: SignedReport) -> UUID:
    """The id inside the report, written as we write it. Raises Malformed."""
    text = signed.report.get("report_id")
    try:
        found = UUID(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or str(found) != text:
        raise Malformed(say("The report has no usable report_id."))
    return found


def verify(data: bytes, trusted: Iterable[str]) -> Verdict:
    """Judge a signed report; `trusted` holds public keys as text. Never raises for any bytes.

    The signature covers the canonical bytes of the report as received, keys that we do not know included.
    """
    try:
        signed = read(data)
        signer = parse_public(signed.signature.key)
        payload = canonical(signed.report)
    except Problem as problem:
        return Verdict(problem.reason, problem.hint)
    claim = signed.report.get("training")
    training = claim is True or signer.mode is Mode.TRAINING
    signature = decode(signed.signature.value)
    if signature is None or not signer.holds(signature, payload):
        return Verdict(
            say("The signature does not hold: the report was changed after it was signed, or is damaged."),
            say("Do not rely on it. Ask for the original file."),
            training=training, signer=signer,
        )  # fmt: skip
    if claim is not (signer.mode is Mode.TRAINING):
        return Verdict(
            say("The report and its key disagree about whether it was training: it counts for nothing."),
            training=training, signer=signer,
        )  # fmt: skip
    report, doubt = _parse(signed)
    if report is not None and not training and unreal_drives(report.inventory, report.sanitizations):
        return Verdict(
            say("The report speaks of simulated or virtual drives but claims to be real: it counts for nothing."),
            training=True, signer=signer,
        )  # fmt: skip
    known = str(signer) in set(trusted)
    return Verdict(doubt or _praise(known, training), None if known else _stranger(), True, known, training, signer,
                   report)  # fmt: skip


def _parse(signed: SignedReport) -> tuple[Report | None, Message | None]:
    try:
        return Report.model_validate(signed.report), None
    except ValidationError as error:
        return None, say(
            "The signature holds, but this version does not understand the report: {detail}.", detail=first_error(error)
        )


def _praise(known: bool, training: bool) -> Message:
    if not known:
        return say("The signature holds, but the signer is not known here.")
    if training:
        return say("The signature holds and the signer is known. This is a TRAINING report: it proves nothing.")
    return say("The signature holds and the signer is known.")


def _stranger() -> Message:
    return say("Compare the signer's key with that of the stick, or verify it at the workshop that knows the stick.")


def first_error(error: ValidationError) -> str:
    """The first of pydantic's complaints on one line, without quoting the input."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]

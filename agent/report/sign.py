"""Signing a report: the right kind of key, over the canonical bytes."""

from agent.model.message import say
from agent.model.problem import Problem
from agent.model.report import Report, Signature, SignedReport
from agent.model.words import Mode
from agent.report.canonical import canonical, signable
from agent.report.claim import unreal_drives
from agent.report.keys import SigningKey, encode


class NotSigned(Problem):
    """The report claims to be what the key, or its own drives, say it is not."""


def sign(report: Report, key: SigningKey) -> SignedReport:
    """Sign a report.

    Raises NotSigned when the report and the key disagree about training, or when a report that claims to be
    real speaks of a simulated or virtual drive; Malformed for what cannot be expressed.
    """
    if report.training != (key.mode is Mode.TRAINING):
        raise NotSigned(say("A training report is signed by the training key only, a real one by the stick's own key."))
    if not report.training and unreal_drives(report.inventory, report.sanitizations):
        raise NotSigned(say("A report that speaks of simulated or virtual drives cannot be signed as a real one."))
    body = signable(report.model_dump(mode="json", by_alias=True))
    assert isinstance(body, dict)
    return SignedReport(report=body, signature=Signature(key=str(key.public), value=encode(key.sign(canonical(body)))))


def to_bytes(signed: SignedReport) -> bytes:
    """The file of a signed report: always the same bytes for the same report."""
    return canonical(signed.model_dump(mode="json"))

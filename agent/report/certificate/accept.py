"""Which reports a certificate may rest on: intact, signed by a key that is trusted here, all real or all training."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.report import Report
from agent.report import verify
from agent.report.certificate.code import checksum, code_of, fingerprint

MOST = 500
"""Reports on one certificate; a lot has some dozens of machines."""


class NotCertified(Problem):
    """A report that a certificate may not rest on, for the reason that `ordis report verify` gives too."""

    exit_code: ClassVar[int] = 1

    def __init__(self, file: str, reason: Message, hint: Message | None = None) -> None:
        super().__init__(reason, hint)
        self.file = file


class NotTogether(Problem):
    """Reports that may not stand on the same certificate."""


@dataclass(frozen=True)
class Accepted:
    """A report that may be certified, and what identifies it."""

    report: Report
    code: str
    """The text of the QR code."""
    checksum: str
    fingerprint: str
    """Of the signer's key."""
    signature: str
    """Base64."""

    @property
    def order(self) -> tuple[str, str, str]:
        report = self.report
        return (report.asset_tag or "", report.created_at.isoformat(), str(report.report_id))


def accept(files: Sequence[tuple[str, bytes]], trusted: Iterable[str]) -> list[Accepted]:
    """Judge files, each given as its name and its bytes; `trusted` holds public keys as text.

    In an order that does not depend on that of the files; the same report given twice counts once.
    Raises NotCertified, NotTogether.
    """
    keys = set(trusted)
    if not 0 < len(files) <= MOST:
        raise NotTogether(say("A certificate is made of 1 to {most} reports.", most=MOST))
    found: dict[str, Accepted] = {}
    for name, data in files:
        item = _judge(name, data, keys)
        other = found.setdefault(str(item.report.report_id), item)
        if other.checksum != item.checksum:
            raise NotTogether(
                say("{file} has the same report_id as another report but says something else.", file=name),
                say("Ask the team: one of the two sticks is not to be relied on."),
            )
    if len({item.report.training for item in found.values()}) > 1:
        raise NotTogether(
            say("Training reports and real ones may not stand on the same certificate."),
            say("Leave the training reports out."),
        )
    return sorted(found.values(), key=lambda item: item.order)


def _judge(name: str, data: bytes, trusted: set[str]) -> Accepted:
    verdict = verify.verify(data, trusted)
    if verdict.report is None or verdict.signer is None or not verdict.trusted:
        raise NotCertified(name, verdict.reason, verdict.hint)
    signed = verify.read(data)
    return Accepted(
        verdict.report, code_of(signed), checksum(signed), fingerprint(verdict.signer), signed.signature.value
    )

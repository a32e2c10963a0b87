"""The text of the QR code: which report a certificate rests on, and whose signature it carries."""

import hashlib

from agent.model.report import SignedReport
from agent.model.words import Mode
from agent.report.canonical import canonical
from agent.report.keys import PublicKey, parse_public
from agent.report.verify import report_id

FORMAT = "1"
NAMES = {Mode.REAL: "ORDIS", Mode.TRAINING: "ORDIS-TRAINING"}


def checksum(signed: SignedReport) -> str:
    """SHA-256, lower-case hex, of the canonical report: of exactly the bytes that are signed."""
    return hashlib.sha256(canonical(signed.report)).hexdigest()


def fingerprint(key: PublicKey) -> str:
    """SHA-256, lower-case hex, of the 32 bytes of the public key."""
    return hashlib.sha256(key.raw).hexdigest()


def code_of(signed: SignedReport) -> str:
    """`ORDIS:1:report_id:checksum:fingerprint`, in capitals; `ORDIS-TRAINING` for what proves nothing.

    Capitals, digits and colons make the QR code small (its alphanumeric mode, ISO/IEC 18004).
    Raises Malformed, KeyProblem.
    """
    key = parse_public(signed.signature.key)
    return ":".join((NAMES[key.mode], FORMAT, str(report_id(signed)), checksum(signed), fingerprint(key))).upper()


def matches(text: str, signed: SignedReport) -> bool:
    """Whether a code that somebody read or typed is this report's. Raises Malformed, KeyProblem."""
    return "".join(text.split()).upper() == code_of(signed)

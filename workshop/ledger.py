"""Keeping the journals of machines that have no stick for them: who sent the entry, is it whole, does it follow."""

import hashlib
from uuid import UUID

from agent.model.ledger import JOURNAL_LIMIT, EntryReceipt
from agent.model.problem import Problem
from agent.report.entry import unseal
from workshop.errors import ApiError
from workshop.store import Gap, Store, StoredEntry, now


def append(store: Store, journal: UUID, number: int, data: bytes) -> tuple[EntryReceipt, bool]:
    """Keep an entry, durably, and return the receipt and whether it is new. Raises ApiError: 401, 409, 413 or 422."""
    try:
        entry, signer = unseal(data)
    except Problem as problem:
        raise ApiError(422, "not_intact", str(problem.reason)) from problem
    enrolled = store.key(str(signer))
    if enrolled is None or enrolled.revoked_at is not None:
        raise ApiError(401, "unknown_key", f"The key {signer} is not enrolled here, or was revoked.")
    if (entry.journal, entry.number) != (journal, number):
        raise ApiError(422, "wrong_id", "The entry has another journal or number than the address.")
    sha256 = hashlib.sha256(data).hexdigest()
    row = StoredEntry(
        journal=str(journal), number=number, signer=str(signer), received_at=now(), sha256=sha256, size=len(data),
        body=data,
    )  # fmt: skip
    try:
        stored, new = store.append(row, JOURNAL_LIMIT)
    except Gap as gap:
        raise ApiError(gap.status, gap.error, str(gap)) from gap
    if (stored.sha256, stored.signer) != (sha256, str(signer)):
        raise ApiError(409, "conflict", f"Another entry {number} of {journal} was received at {stored.received_at}.")
    receipt = {"journal": journal, "number": number, "sha256": sha256, "received_at": stored.received_at}
    return EntryReceipt.model_validate(receipt), new

"""Accepting a report: who sent it, is it whole, is it new."""

import hashlib
from uuid import UUID

from agent.model.report import Receipt, Report
from agent.report.fates import all_sanitized, fates
from agent.report.summary import subject_of
from agent.report.verify import Verdict, verify
from workshop.errors import ApiError
from workshop.store import Store, StoredReport, now


def accept(store: Store, report_id: UUID, data: bytes) -> tuple[Receipt, bool]:
    """Store a report and return the receipt, and whether it is new. Raises ApiError: 401, 409 or 422."""
    verdict = verify(data, [item.key for item in store.enrolled() if item.revoked_at is None])
    if not verdict.intact:
        raise ApiError(422, "not_intact", str(verdict.reason))
    if not verdict.trusted:
        raise ApiError(401, "unknown_key", f"The key {verdict.signer} is not enrolled here, or was revoked.")
    if verdict.report is None:
        raise ApiError(422, "not_understood", str(verdict.reason))
    if verdict.report.report_id != report_id:
        raise ApiError(422, "wrong_id", "The report has another report_id than the address.")
    stored, new = store.add(_row(verdict, verdict.report, data))
    if stored.sha256 != hashlib.sha256(data).hexdigest():
        raise ApiError(409, "conflict", f"Another report {report_id} was received at {stored.received_at}.")
    # Relative, so that it also holds behind a proxy that serves the workshop below a path.
    page = f"reports/{report_id}"
    receipt = {"report_id": report_id, "sha256": stored.sha256, "received_at": stored.received_at, "url": page}
    return Receipt.model_validate(receipt), new


def _row(verdict: Verdict, report: Report, data: bytes) -> StoredReport:
    drives = fates(report)
    return StoredReport(
        report_id=str(report.report_id),
        sha256=hashlib.sha256(data).hexdigest(),
        received_at=now(),
        signer=str(verdict.signer),
        training=verdict.training,
        asset_tag=report.asset_tag,
        machine=subject_of(report),
        grade=report.grade and report.grade.letter.value,
        provisional=report.grade is not None and report.grade.provisional,
        drives=len(drives),
        drives_sanitized=sum(fate.sanitized for fate in drives),
        all_sanitized=all_sanitized(report),
        search=_search(report),
        body=data,
    )


def _search(report: Report) -> str:
    machine = report.inventory.machine
    serials = [fate.identity.serial for fate in fates(report)]
    words = [report.asset_tag, report.lot, machine.vendor, machine.model, machine.serial, machine.asset_tag, *serials]
    return " ".join(word.lower() for word in words if word)

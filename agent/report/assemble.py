"""Putting the pieces of an intake together."""

from datetime import datetime
from uuid import UUID

from agent import __version__
from agent.model.check import CheckResult
from agent.model.grade import Grade
from agent.model.inventory import Inventory
from agent.model.message import Message
from agent.model.profile import ProfileSource
from agent.model.report import Report, Software, TimeSource
from agent.model.sanitization import Sanitization
from agent.model.words import Mode, Subject
from agent.report.claim import unreal_drives


def assemble(  # noqa: PLR0913 - an intake has that many pieces
    *,
    report_id: UUID,
    mode: Mode,
    started_at: datetime,
    created_at: datetime,
    time_source: TimeSource,
    seconds: float,
    profile: str,
    inventory: Inventory,
    checks: list[CheckResult],
    sanitizations: list[Sanitization],
    grade: Grade | None,
    asset_tag: str | None = None,
    subject: Subject = Subject.MACHINE,
    profile_source: ProfileSource | None = None,
    lot: str | None = None,
    volunteer: str | None = None,
    remarks: list[Message] | None = None,
) -> Report:
    """The report of one intake, not yet signed.

    Times are aware of their zone; `seconds` is the intake's duration by CLOCK_BOOTTIME. `report_id` is a uuid4
    made by the caller, who journals it first. Training is not asked for: it follows from mode and drives.
    """
    return Report(
        report_id=report_id,
        subject=subject,
        training=mode is Mode.TRAINING or unreal_drives(inventory, sanitizations),
        created_at=created_at,
        started_at=started_at,
        time_source=time_source,
        seconds=seconds,
        software=Software(version=__version__),
        profile=profile,
        profile_source=profile_source,
        asset_tag=asset_tag,
        lot=lot,
        volunteer=volunteer,
        inventory=inventory,
        checks=checks,
        sanitizations=sanitizations,
        grade=grade,
        remarks=remarks or [],
    )

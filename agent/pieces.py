"""What the parts of a flow have found out, put together for the report."""

from dataclasses import dataclass
from uuid import UUID

from agent.checkwork import CheckWork
from agent.dossier import Dossier
from agent.ending import Pieces
from agent.erasing import Erasing
from agent.model.grade import Grade
from agent.model.profile import ProfileSource
from agent.timekeeping import Timekeeping


@dataclass(frozen=True)
class Parts:
    """Those of one intake, or of one drive at the dock."""

    dossier: Dossier
    checks: CheckWork
    erasing: Erasing
    time: Timekeeping

    def together(self, report_id: UUID, source: ProfileSource | None, grade: Grade | None) -> Pieces:
        """As it is at this moment; `source` is which profile it was."""
        dossier, time = self.dossier, self.time
        started, created = time.moments()
        doubt = time.remark()
        return Pieces(
            report_id=report_id,
            started=started,
            created=created,
            time_source=time.source,
            seconds=time.seconds,
            profile=dossier.profile,
            profile_source=source,
            asset_tag=dossier.tag,
            lot=dossier.request.lot,
            volunteer=dossier.request.volunteer,
            inventory=dossier.inventory,
            checks=self.checks.results,
            sanitizations=list(self.erasing.results.values()),
            grade=grade,
            remarks=[
                *dossier.remarks,
                *self.checks.remarks(),
                *self.erasing.remarks(),
                *([doubt] if doubt else []),
            ],
        )

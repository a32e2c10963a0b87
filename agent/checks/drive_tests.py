"""What the tests of single drives have in common: they are carried out by the drive's worker, which brings facts home
as JSON, and judged here. (`drive_health` is none of them: it only asks.)"""

from collections.abc import Mapping
from typing import Protocol

from agent.model.check import CheckResult
from agent.model.inventory import Drive
from agent.model.message import Message
from agent.model.profile import Checks
from agent.model.words import Outcome

Json = Mapping[str, object]


class DriveTest(Protocol):
    """A module of this package."""

    ID: str
    TITLE: Message

    def expected_seconds(self, checks: Checks, drive: Drive) -> float:
        """How long it takes, as far as can be told before the drive was asked."""

    def settings(self, checks: Checks) -> dict[str, object]:
        """What the worker needs to know of the profile: see agent.drivetests.door."""

    def judge(self, drive: Drive, found: Json, checks: Checks) -> CheckResult:
        """What the facts amount to. Raises pydantic.ValidationError for what no worker says."""


def subject(drive: Drive) -> str:
    """Which drive a result is about; the same for all checks of drives."""
    return drive.serial or drive.path


def untested(test: DriveTest, drive: Drive, outcome: Outcome, reason: Message) -> CheckResult:
    """Nothing was found out: `skipped` where the test does not apply, `error` where it could not be carried out."""
    return CheckResult(id=test.ID, subject=subject(drive), title=test.TITLE, outcome=outcome, reason=reason)

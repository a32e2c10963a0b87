"""What a face shows: the whole of a running intake, and how one event changes it."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from agent.model.base import Count, Model, Percent, Seconds, Text
from agent.model.check import CheckResult
from agent.model.curve import StepCurves
from agent.model.erasing import EraseState
from agent.model.grade import Grade
from agent.model.inventory import Inventory
from agent.model.manual import AidState, ManualCheck
from agent.model.message import Message, say
from agent.model.sanitization import DriveIdentity, Plan, Sanitization
from agent.model.surroundings import Surroundings
from agent.model.words import Delivery, Mode, Outcome, Phase, SanitizationStatus, StepAction, StepStatus, Subject


class StepState(Model):
    """One line of the checklist."""

    id: Text
    """`inventory`, `check:processor`, `check:drive_health:PATH`, `confirm`, `erase:PATH`, `grade`, `report`,
    `delivery`; at the dock also `dock`, and `report:ID`, `delivery:ID`, `drive:ID` for each drive's report."""
    title: Message
    status: StepStatus = StepStatus.WAITING
    outcome: Outcome | None = None
    """How it ended; a sanitization counts as passed only when its status is `sanitized`."""
    progress_percent: Percent | None = None
    detail: Message | None = None
    seconds_left: Seconds | None = None
    urgent: bool = False
    """`detail` says what somebody must do now."""
    may: StepAction | None = None
    """What a person may do to it now. (A drive whose firmware erases it is asked to stop
    in vain, and says so.)"""
    figure: Message | None = None
    """The one that matters, of what has ended."""
    erase: EraseState | None = None
    """Of an erase that runs."""
    tries: Count = 1
    """How often it was begun."""


class TimetableStep(Model):
    """A step that has not ended; seconds count from the moment of the timetable."""

    id: Text
    begins_in: Seconds
    """0: it runs."""
    ends_in: Seconds
    loads: list[Text] = []
    """What no other step may use meanwhile: `processor`, `drive:PATH`, `person` …"""
    after: list[Text] = []
    """The steps that it waits for."""


class Timetable(Model):
    """When the work will be over, as far as can be told now."""

    seconds_left: Seconds
    longest_chain_seconds: Seconds
    """No order of the steps could be quicker: they wait for each other, or use the same part."""
    ends_at: datetime | None = None
    """In the time zone of this place. None where the computer's clock is not to be believed."""
    steps: list[TimetableStep] = []

    def told(self) -> Message:
        """When the work will be over, as a person says it."""
        if self.ends_at is None:
            return say("End in {left:duration}.", left=self.seconds_left)
        days = (self.ends_at.date() - (self.ends_at - timedelta(seconds=self.seconds_left)).date()).days
        if days > 1:
            return say("End in {left:duration}.", left=self.seconds_left)
        clock = self.ends_at.hour * 3600 + self.ends_at.minute * 60
        if days == 1:
            return say("End tomorrow at about {end:clock}, in {left:duration}.", end=clock, left=self.seconds_left)
        return say("End at about {end:clock}, in {left:duration}.", end=clock, left=self.seconds_left)


class Question(Model):
    """Something only a person can answer. The first answer wins."""

    id: Text
    text: Message


class AssetTagQuestion(Question):
    kind: Literal["asset_tag"] = "asset_tag"
    pattern: Text | None = None
    """A regular expression that the whole tag must match."""
    problem: Message | None = None
    """Why the last answer was not accepted."""


class ConfirmEraseQuestion(Question):
    """The frozen list of drives. Confirmed by typing the tag for the list, or the end of each serial."""

    kind: Literal["confirm_erase"] = "confirm_erase"
    plans: list[Plan]
    asset_tag: Text | None = None
    problem: Message | None = None


class EmptyBayQuestion(Question):
    """No drive was seen: is the bay open and empty, or is a drive hidden?"""

    kind: Literal["empty_bay"] = "empty_bay"


class FrozenDrivesQuestion(Question):
    """These drives could be erased better, had the computer's firmware not frozen them. Answered by `sleep` (only where
    that is offered), `replug` or `on`; anything else counts as `on`, which does nothing."""

    kind: Literal["frozen_drives"] = "frozen_drives"
    drives: list[DriveIdentity]
    may_sleep: bool = False
    no_sleep: Message | None = None
    """Why sleeping is not offered."""
    problem: Message | None = None
    """What came of the last try."""


class PsidQuestion(Question):
    """This drive is to be erased and locked by its former owner: what stands as PSID on its label? An empty answer
    leaves it locked. What is answered is kept nowhere but in the memory of the intake, until the erase has it."""

    kind: Literal["psid"] = "psid"
    drive: DriveIdentity
    problem: Message | None = None
    """Why the last answer is no PSID."""


class DateQuestion(Question):
    """The computer's clock cannot be right. Answered by `31/12/2026 14:05` or `2026-12-31 14:05`; an empty answer
    leaves the date unconfirmed. Withdrawn as soon as the network has set the clock, or nothing else is left to do."""

    kind: Literal["date"] = "date"
    zone: Text
    """In which the answer is understood, for example `Europe/Paris`."""
    problem: Message | None = None
    """Why the last answer was not believed."""


class ManualQuestion(Question):
    """One question of a manual check: answered by the `value` of one of its answers, or by `skip` (this check),
    `skip_all` (this and all manual checks that follow) or, where one came before, `back`; a remark may come with it."""

    kind: Literal["manual"] = "manual"
    check: ManualCheck
    problem: Message | None = None
    """Why the last answer does not count."""
    may_go_back: bool = False


AnyQuestion = Annotated[
    AssetTagQuestion
    | ConfirmEraseQuestion
    | DateQuestion
    | EmptyBayQuestion
    | FrozenDrivesQuestion
    | ManualQuestion
    | PsidQuestion,
    Field(discriminator="kind"),
]


class DeliveryState(Model):
    status: Delivery = Delivery.NOT_YET
    detail: Message | None = None
    url: Text | None = None


class IntakeState(Model):
    mode: Mode
    phase: Phase = Phase.IDLE
    profile: Text | None = None
    subject: Subject = Subject.MACHINE
    asset_tag: Text | None = None
    lot: Text | None = None
    """Of this intake, or of the one before: most often the next machine belongs to it, too."""
    volunteer: Text | None = None
    """As `lot`: the initials of who takes the machine in."""
    surroundings: Surroundings = Surroundings()
    steps: list[StepState] = []
    timetable: Timetable | None = None
    """While the work goes on."""
    inventory: Inventory | None = None
    plans: list[Plan] = []
    curves: list[StepCurves] = []
    """Of the steps that run; what has ended has its series in `checks`."""
    question: AnyQuestion | None = None
    aid: AidState | None = None
    """What helps to answer a manual check, once it was started."""
    checks: list[CheckResult] = []
    sanitizations: list[Sanitization] = []
    grade: Grade | None = None
    report_id: UUID | None = None
    delivery: DeliveryState = DeliveryState()
    unsaved: Count = 0
    """Reports, of this intake or earlier ones, that only this computer's memory holds: switching off loses them."""
    profile_remarks: list[Message] = []
    """Of profiles that the workshop serves and that are not used."""
    problem: Message | None = None
    """Why the intake could not go on, where it could not."""
    problem_hint: Message | None = None
    """What to do about it."""

    @property
    def page(self) -> str | None:
        """The address of the report's page: where it is, or, as long as the report waits, where it will be."""
        if self.delivery.url is not None:
            return self.delivery.url
        workshop = self.surroundings.workshop
        if self.delivery.status is not Delivery.SPOOLED or self.report_id is None or not (workshop and workshop.url):
            return None
        return f"{workshop.url}/reports/{self.report_id}"


def outcome_of(status: SanitizationStatus) -> Outcome:
    """How a sanitization looks on the checklist; nothing but `sanitized` is a pass."""
    if status is SanitizationStatus.SANITIZED:
        return Outcome.PASSED
    if status is SanitizationStatus.SANITIZED_WITH_EXCEPTIONS:
        return Outcome.DEGRADED
    if status in (SanitizationStatus.NOT_REQUESTED, SanitizationStatus.REMOVED):
        return Outcome.SKIPPED
    return Outcome.FAILED

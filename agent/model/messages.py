"""What service and faces say to each other: one JSON object a line over a unix socket.

Every message carries the mode; a real face never talks to a training service or the other way.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from agent.model.base import LATE, Count, Model, Text
from agent.model.care import SETTINGS, NetworkKey, NetworkState, Secret, SettingsState, SupportState, WifiKept
from agent.model.check import CheckResult
from agent.model.curve import Curves, StepCurves
from agent.model.grade import Grade
from agent.model.inventory import Inventory
from agent.model.manual import AidState
from agent.model.message import Message
from agent.model.report import SignedReport
from agent.model.sanitization import Plan, Sanitization, SanitizationRequest
from agent.model.state import AnyQuestion, DeliveryState, IntakeState, StepState, Timetable
from agent.model.surroundings import Surroundings
from agent.model.words import Delivery, Mode, Outcome, Phase, StepStatus

PROTOCOL = 1
LINE_LIMIT = 8 * 1024 * 1024
"""Bytes of one message; a report with long series is well below."""


class IntakeRequest(Model):
    """What a face asks for. None means: ask a person."""

    profile: Text = "standard"
    asset_tag: Text | None = None
    lot: Text | None = None
    volunteer: Text | None = None
    """The initials of who takes the machine in."""
    erase: Literal["all", "none"] | list[Text] | None = None
    """`all` and serials are the confirmation of the command line; None asks at the screen."""
    attended: bool = True
    """False: nobody is there to answer; what would be asked is refused instead."""
    sanitization: SanitizationRequest | None = None
    """None: as the profile says."""


# ---- commands, face to service


class Attach(Model):
    command: Literal["attach"] = "attach"
    mode: Mode
    protocol: int = PROTOCOL


class Start(Model):
    command: Literal["start"] = "start"
    mode: Mode
    request: IntakeRequest


class Answer(Model):
    """`text` is what was typed: a tag, the tag as confirmation, `yes`/`no`.

    For a confirmation of single drives, `serial_ends` maps a drive's path to the typed end of its serial;
    a drive that is not named is left alone. An empty answer (no text, no ends) declines.
    """

    command: Literal["answer"] = "answer"
    mode: Mode
    question_id: Text
    text: Text | None = None
    serial_ends: dict[str, Text] = {}
    remark: Text | None = None
    """What a person adds to the answer of a manual check."""


class StopStep(Model):
    """Stop a step that runs, or skip one that has not begun. The others go on."""

    command: Literal["stop_step"] = "stop_step"
    mode: Mode
    step_id: Text


class RepeatStep(Model):
    """Carry a step out again that has ended, while the work of the intake still goes on."""

    command: Literal["repeat_step"] = "repeat_step"
    mode: Mode
    step_id: Text


class UseAid(Model):
    """Tell the live aid of the open manual check what to do: the `value` of one of its actions, or `stop`."""

    command: Literal["use_aid"] = "use_aid"
    mode: Mode
    question_id: Text
    do: Text


class Shutdown(Model):
    """Ends the service, unless an intake runs."""

    command: Literal["shutdown"] = "shutdown"
    mode: Mode


class CareCommand(Model):
    """Something beside the intake; only the face that asks hears the answer."""

    mode: Mode


class SeeNetwork(CareCommand):
    """Tell this face how the network stands; `again`: listen for wireless networks and ask the workshop now."""

    command: Literal["see_network"] = "see_network"
    again: bool = False


class JoinWifi(CareCommand):
    """Use a wireless network, until the computer is switched off."""

    command: Literal["join_wifi"] = "join_wifi"
    network: NetworkKey
    password: Secret | None = None
    """None: an open network."""
    hidden: bool = False
    """It does not tell its name by itself."""
    attempt: Count = 0
    """The answer carries the same number."""


class DeliverNow(CareCommand):
    """Send the reports that wait."""

    command: Literal["deliver_now"] = "deliver_now"


class SeeSettings(CareCommand):
    """Tell this face what stands in ordis.toml."""

    command: Literal["see_settings"] = "see_settings"


class SaveSettings(CareCommand):
    """Change ordis.toml: by key, the text that is to stand there; an empty one leaves the default."""

    command: Literal["save_settings"] = "save_settings"
    changes: dict[Literal[SETTINGS], Annotated[str, Field(max_length=500)]] = {}  # type: ignore[valid-type]
    add: WifiKept | None = None
    forget: list[Text] = []
    """Names of wireless networks."""
    attempt: Count = 0
    """The answer carries the same number."""


class SaveSupport(CareCommand):
    """Save a file for those who can help."""

    command: Literal["save_support"] = "save_support"
    anonymous: bool = True
    """Without what tells one machine from others of its kind."""


AnyCareCommand = SeeNetwork | JoinWifi | DeliverNow | SeeSettings | SaveSettings | SaveSupport
Command = Annotated[
    Attach | Start | Answer | StopStep | RepeatStep | UseAid | AnyCareCommand | Shutdown, Field(discriminator="command")
]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command, config=LATE)

# ---- events, service to face


class Event(Model):
    """`apply` gives the state after the event: what a face does with everything that it hears."""

    mode: Mode

    def apply(self, state: IntakeState) -> IntakeState:
        raise NotImplementedError


class SnapshotEvent(Event):
    event: Literal["snapshot"] = "snapshot"
    state: IntakeState

    def apply(self, state: IntakeState) -> IntakeState:  # noqa: ARG002
        return self.state


class PhaseEvent(Event):
    event: Literal["phase"] = "phase"
    phase: Phase
    asset_tag: Text | None = None
    profile: Text | None = None

    def apply(self, state: IntakeState) -> IntakeState:
        named = {k: v for k in ("asset_tag", "profile") if (v := getattr(self, k)) is not None}
        return state.model_copy(update={"phase": self.phase, **named})


class StepEvent(Event):
    event: Literal["step"] = "step"
    step: StepState

    def apply(self, state: IntakeState) -> IntakeState:
        steps = [self.step if step.id == self.step.id else step for step in state.steps]
        if all(step.id != self.step.id for step in state.steps):
            steps.append(self.step)
        over = self.step.status is not StepStatus.RUNNING
        curves = [each for each in state.curves if not (over and each.step_id == self.step.id)]
        return state.model_copy(update={"steps": steps, "curves": curves})


class TimetableEvent(Event):
    """Before the work begins, and whenever its end has moved; None when it is over."""

    event: Literal["timetable"] = "timetable"
    timetable: Timetable | None

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"timetable": self.timetable})


class FoldEvent(Event):
    """Several steps have become one, which takes the place of the first of them."""

    event: Literal["fold"] = "fold"
    steps: list[Text]
    """Their ids."""
    step: StepState | None = None
    """None: they are of no interest any more."""

    def apply(self, state: IntakeState) -> IntakeState:
        places = [number for number, step in enumerate(state.steps) if step.id in self.steps]
        kept = [step for step in state.steps if step.id not in self.steps]
        if self.step is not None:
            kept.insert(places[0] if places else len(kept), self.step)
        curves = [each for each in state.curves if each.step_id not in self.steps]
        return state.model_copy(update={"steps": kept, "curves": curves})


class InventoryEvent(Event):
    event: Literal["inventory"] = "inventory"
    inventory: Inventory
    plans: list[Plan] = []

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"inventory": self.inventory, "plans": self.plans or state.plans})


class QuestionEvent(Event):
    event: Literal["question"] = "question"
    question: AnyQuestion | None
    """None: the open question was answered or withdrawn."""

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"question": self.question})


class AidEvent(Event):
    """What the live aid of a manual check felt, some times a second at most. None: its question is answered."""

    event: Literal["aid"] = "aid"
    aid: AidState | None

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"aid": self.aid})


class CheckEvent(Event):
    event: Literal["check"] = "check"
    check: CheckResult

    def apply(self, state: IntakeState) -> IntakeState:
        """A repeated check's result takes the place of the one before."""
        others = [each for each in state.checks if (each.id, each.subject) != (self.check.id, self.check.subject)]
        return state.model_copy(update={"checks": [*others, self.check]})


class CurvesEvent(Event):
    """What a step that runs has measured so far: all of it, thinned, in place of what was told before."""

    event: Literal["curves"] = "curves"
    step_id: Text
    curves: Curves

    def apply(self, state: IntakeState) -> IntakeState:
        if all(step.id != self.step_id or step.status is not StepStatus.RUNNING for step in state.steps):
            return state  # it has ended meanwhile
        others = [each for each in state.curves if each.step_id != self.step_id]
        return state.model_copy(update={"curves": [*others, StepCurves(step_id=self.step_id, curves=self.curves)]})


GLANCE_WIDTH, GLANCE_HEIGHT = 32, 18
GlanceLevels = Annotated[str, Field(pattern=f"^([0-9a-f]{{2}}){{{GLANCE_WIDTH * GLANCE_HEIGHT}}}$")]
"""GLANCE_WIDTH x GLANCE_HEIGHT grey levels, line by line, 00 black to ff white."""


class GlanceEvent(Event):
    """What a camera sees, as coarse blocks: to be looked at for a moment. No state, journal or report has it."""

    event: Literal["glance"] = "glance"
    step_id: Text
    levels: GlanceLevels

    def apply(self, state: IntakeState) -> IntakeState:
        return state


class SanitizationEvent(Event):
    event: Literal["sanitization"] = "sanitization"
    sanitization: Sanitization

    def apply(self, state: IntakeState) -> IntakeState:
        """A repeated erase's result takes the place of the one before."""
        others = [each for each in state.sanitizations if each.drive != self.sanitization.drive]
        return state.model_copy(update={"sanitizations": [*others, self.sanitization]})


class GradeEvent(Event):
    event: Literal["grade"] = "grade"
    grade: Grade

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"grade": self.grade})


class ReportEvent(Event):
    """The signed report: also what a face shows when nothing could be saved."""

    event: Literal["report"] = "report"
    report_id: UUID
    signed: SignedReport

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"report_id": self.report_id})


class DeliveryEvent(Event):
    event: Literal["delivery"] = "delivery"
    delivery: DeliveryState

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"delivery": self.delivery})


class UnsavedEvent(Event):
    """How many reports only this computer's memory holds, and what became of one of them."""

    event: Literal["unsaved"] = "unsaved"
    count: Count
    report_id: UUID | None = None
    delivery: DeliveryState | None = None

    def apply(self, state: IntakeState) -> IntakeState:
        update: dict[str, object] = {"unsaved": self.count}
        if self.delivery is not None:
            last = self.report_id == state.report_id
            update["delivery"] = self.delivery if last else state.delivery
            # Steps of one report among several carry its number; those without one are of the last report.
            update["steps"] = [self._made_good(step) if self._is_mine(step, last) else step for step in state.steps]
        return state.model_copy(update=update)

    def _is_mine(self, step: StepState, last: bool) -> bool:
        _, _, number = step.id.partition(":")
        return number == str(self.report_id) if number else last

    def _made_good(self, step: StepState) -> StepState:
        assert self.delivery is not None
        good = {"report": (Delivery.SPOOLED, Delivery.DELIVERED), "delivery": (Delivery.DELIVERED,)}
        if self.delivery.status not in good.get(step.id.partition(":")[0], ()):
            return step
        return step.model_copy(update={"status": StepStatus.DONE, "outcome": Outcome.PASSED, "detail": None})


class ProfilesEvent(Event):
    """The workshop has said which profiles it serves: a face that offers profiles reads them anew."""

    event: Literal["profiles"] = "profiles"
    remarks: list[Message] = []
    """Of those that are not used, and why."""

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"profile_remarks": self.remarks})


class SurroundingsEvent(Event):
    """The stick, the workshop, the clock or what waits to be sent is not as it was."""

    event: Literal["surroundings"] = "surroundings"
    surroundings: Surroundings

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"surroundings": self.surroundings})


class CareEvent(Event):
    """An answer to a CareCommand. No state has it."""

    def apply(self, state: IntakeState) -> IntakeState:
        return state


class NetworkEvent(CareEvent):
    event: Literal["network"] = "network"
    network: NetworkState


class SettingsEvent(CareEvent):
    event: Literal["settings"] = "settings"
    settings: SettingsState


class SupportEvent(CareEvent):
    event: Literal["support"] = "support"
    support: SupportState


class ProblemEvent(Event):
    """The intake could not be carried out or not to its end."""

    event: Literal["problem"] = "problem"
    problem: Message
    hint: Message | None = None
    refused: bool = False
    """True for wrong usage (exit code 2), false for what could not be carried out (3)."""

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"problem": self.problem, "problem_hint": self.hint})


class FinishedEvent(Event):
    """The last event of an intake. `good`: every drive that was to be erased is sanitized. `refused`: those that are
    not were refused, so that nothing was written to them (no charger, no journal, in use …)."""

    event: Literal["finished"] = "finished"
    good: bool
    refused: bool = False

    def apply(self, state: IntakeState) -> IntakeState:
        return state.model_copy(update={"phase": Phase.FINISHED})


AnyEvent = Annotated[
    SnapshotEvent
    | PhaseEvent
    | StepEvent
    | TimetableEvent
    | FoldEvent
    | InventoryEvent
    | QuestionEvent
    | AidEvent
    | CheckEvent
    | CurvesEvent
    | GlanceEvent
    | SanitizationEvent
    | GradeEvent
    | ReportEvent
    | DeliveryEvent
    | UnsavedEvent
    | ProfilesEvent
    | SurroundingsEvent
    | NetworkEvent
    | SettingsEvent
    | SupportEvent
    | ProblemEvent
    | FinishedEvent,
    Field(discriminator="event"),
]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent, config=LATE)

"""`ordis intake`: one machine from inventory to a delivered report, at the screen or without one."""

import asyncio
import json
import sys
import time

from agent.client import Client, Unreachable
from agent.commands import screen
from agent.commands.options import Options
from agent.model.message import say
from agent.model.messages import (
    AnyEvent,
    FinishedEvent,
    IntakeRequest,
    ProblemEvent,
    ReportEvent,
    SanitizationEvent,
    SnapshotEvent,
    Start,
    StepEvent,
    TimetableEvent,
)
from agent.model.problem import Problem
from agent.model.report import Report, SignedReport
from agent.model.sanitization import Sanitization
from agent.model.state import IntakeState, StepState, Timetable
from agent.model.words import Delivery, Outcome, SanitizationStatus, StepStatus
from agent.report.naming import OUTCOME
from agent.report.summary import summary


def run(options: Options) -> int:
    """0 good, 1 a drive that was to be erased is not sanitized, 2 refused or not saved, 3 could not be carried out.

    2 also where every drive that is not sanitized was refused: nothing was written to it.
    """
    request = IntakeRequest(
        profile=options.profile or options.settings.default_profile,
        asset_tag=options.asset_tag,
        lot=options.lot,
        volunteer=options.volunteer,
        erase=_erase(options),
        attended=not options.headless,
    )
    if not options.headless:
        return screen.show(options, request)
    if request.asset_tag is None or request.erase is None:
        raise Problem(
            say("Without a screen nobody can be asked: give --asset-tag and --erase."),
            say("For example: ordis intake --headless --profile quick --asset-tag 1234 --erase none"),
        )
    return asyncio.run(_Run(options).follow(request))


def _erase(options: Options) -> object:
    given: list[str] | None = options.erase
    if given in (["all"], ["none"]):
        return given[0]
    if given and {"all", "none"} & set(given):
        raise Problem(
            say("--erase takes “all”, “none” or serial numbers, not a mixture."),
            say("Nothing was begun. Name the drives by their serial numbers: ordis drives shows them."),
        )
    return given


class _Run:
    """The headless face: sends the request, follows the events, says how it ended."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._state = IntakeState(mode=options.mode)
        self._signed: SignedReport | None = None
        self._ended: dict[str, Outcome] = {}
        self._started = False
        self._end_told: float | None = None

    async def follow(self, request: IntakeRequest) -> int:
        client = Client(self._options.settings, self._options.mode, self._options.config)
        async for event in client.events():
            if not self._started and isinstance(event, SnapshotEvent):
                self._started = True
                await client.send(Start(mode=self._options.mode, request=request))
                continue
            self._state = event.apply(self._state)
            if self._options.json:
                self._options.json_line(event.model_dump_json(by_alias=True))
            if (code := self._heard(event)) is not None:
                return code
        raise Unreachable(
            say("The intake service ended before the intake did."), say("Start again; nothing that was saved is lost.")
        )

    def _heard(self, event: AnyEvent) -> int | None:
        """What one event means; the exit code where it is the last one."""
        match event:
            case StepEvent():
                self._step(event.step)
            case TimetableEvent():
                self._end(event.timetable)
            case SanitizationEvent():
                self._hint(event.sanitization)
            case ReportEvent():
                self._signed = event.signed
            case ProblemEvent():
                self._options.problem(event.problem, event.hint)
                return 2 if event.refused else 3
            case FinishedEvent():
                return self._finished(event)
        return None

    def _step(self, step: StepState) -> None:
        if step.outcome is not None and self._ended.get(step.id) is not step.outcome:
            self._ended[step.id] = step.outcome
            self._options.note("")
            detail = f" – {self._options.tell(step.detail)}" if step.detail else ""
            outcome = self._options.tell(OUTCOME[step.outcome])
            self._options.text(f"[{outcome}] {self._options.tell(step.title)}{detail}")
        elif step.status is StepStatus.RUNNING and step.progress_percent is not None:
            detail = self._options.tell(step.detail) if step.detail else ""
            self._options.note(f"{step.progress_percent:5.1f} %  {self._options.tell(step.title)}  {detail}")

    def _end(self, timetable: Timetable | None) -> None:
        """When the work will be over: at first, and again where that has moved by a tenth and by a minute."""
        if timetable is None:
            return
        end = time.monotonic() + timetable.seconds_left
        if self._end_told is not None and abs(end - self._end_told) < max(60.0, timetable.seconds_left / 10):
            return
        self._end_told = end
        self._options.note("")
        self._options.line(timetable.told())

    def _hint(self, done: Sanitization) -> None:
        """What to do about a drive, below the line that says what became of it."""
        if done.hint is not None and done.status is not SanitizationStatus.NOT_REQUESTED:
            self._options.text(f"    {self._options.tell(done.hint)}")

    def _finished(self, event: FinishedEvent) -> int:
        delivery = self._state.delivery
        assert self._signed is not None
        self._options.text()
        for text in summary(Report.model_validate(self._signed.report), self._options.language):
            self._options.text(text)
        self._options.event(
            "result",
            report=self._signed.report,
            signature=self._signed.signature,
            delivery=delivery,
        )
        if delivery.status is Delivery.DELIVERED:
            self._options.line(say("Report: {page}", page=delivery.url or "?"))
        elif delivery.detail is not None:
            self._options.text(self._options.tell(delivery.detail))
        if self._state.unsaved:
            self._options.line(
                say("Not saved, only in this computer's memory: {count}. Do not switch off.", count=self._state.unsaved)
            )
        if delivery.status is Delivery.UNSAVED:
            return self._unsaved()
        if event.good:
            return 0
        return 2 if event.refused else 1

    def _unsaved(self) -> int:
        """The report exists nowhere but here: show it, so that it can be kept by hand."""
        assert self._signed is not None
        self._options.problem(
            say("NOT SAVED: the report could not be written to the stick."),
            say(
                "Here it is; keep what follows as a file that ends in .json. Until the computer is switched off, "
                "saving and sending it are tried again."
            ),
        )
        if not self._options.json:
            sys.stdout.write(json.dumps(self._signed.model_dump(mode="json")) + "\n")
        return 2

"""The question for the asset tag: the one place where a barcode scanner is welcome."""

import re
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical

from agent.model.message import Message, say
from agent.model.messages import Answer
from agent.model.state import AssetTagQuestion
from agent.model.words import Subject
from agent.tui.face import Face
from agent.tui.lines.layout import plain, wrapped
from agent.tui.lines.machine import subject_lines
from agent.tui.screens.base import ENTER, OrdisScreen, Send
from agent.tui.theme import BAD, STRONG
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet


class AssetTagScreen(OrdisScreen):
    ACCEPTS_SCANS: ClassVar[bool] = True
    AUTO_FOCUS: ClassVar[str | None] = "#tag"

    def __init__(self, face: Face, question: AssetTagQuestion) -> None:
        super().__init__(face)
        self._question = question
        self._scan_problem: Message | None = None

    def body(self) -> ComposeResult:
        yield Sheet(id="facts")
        with Vertical(classes="box"):
            yield Sheet(id="text")
            yield FieldLine("tag", field_id="tag")
            yield Sheet(id="problem")

    def fill(self) -> None:
        tell, width = self.face.tell, self.boxed_columns
        if isinstance(self.face.state.question, AssetTagQuestion):
            self._question = self.face.state.question
        self.put("#facts", subject_lines(self.face.state, self.columns, tell))
        bare = self.face.state.subject is Subject.DRIVE
        scan = say("Scan the label on the machine, or type what is on it.")
        how = wrapped(tell(say("Scan its label, or type what is on it.") if bare else scan), width)
        self.put("#text", [*wrapped(tell(self._question.text), width, style=STRONG), *how, plain("")])
        self.query_one(FieldLine).put(tell(say("Tag:")))
        problem = self._scan_problem or self._question.problem
        self.put("#problem", wrapped("! " + tell(problem), width, style=BAD) if problem else [])

    def refuses_scan(self, text: str) -> Message | None:
        if self._question.pattern is None or re.fullmatch(self._question.pattern, text):
            return None
        return say(
            "What was scanned, “{code}”, is not a tag of this workshop. Scan the label of the workshop, or type it.",
            code=text,
        )

    def scan_problem(self, problem: Message | None) -> None:
        self._scan_problem = problem
        self.fill()

    def on_input_changed(self, message: Field.Changed) -> None:
        if message.value and self._scan_problem is not None:
            self.scan_problem(None)

    def hints(self) -> Iterable[KeyHint]:
        return ((ENTER, say("Confirm")),)

    def on_input_submitted(self, message: Field.Submitted) -> None:
        if typed := message.value.strip():
            answer = Answer(mode=self.face.mode, question_id=self._question.id, text=typed)
            self.post_message(Send(answer))

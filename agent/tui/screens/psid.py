"""The number on a locked drive's label. A scanner may fill the field; only a key of a person sends it."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from agent.model.message import Message, say
from agent.model.messages import Answer
from agent.model.state import PsidQuestion
from agent.questions import NO_PSID
from agent.sanitize.opal.revert import checked_psid
from agent.tui.face import Face
from agent.tui.lines.drives import identity_text
from agent.tui.lines.layout import plain, wrapped
from agent.tui.scans import Scan
from agent.tui.screens.base import ENTER, ESCAPE, OrdisScreen, Send
from agent.tui.theme import BAD, GOOD, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.field import Field, FieldLine
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet

_LENGTH = 32


class PsidScreen(OrdisScreen):
    """What is typed wrongly stays to be mended: nothing but a whole PSID is sent."""

    ACCEPTS_SCANS: ClassVar[bool] = True
    AUTO_FOCUS: ClassVar[str | None] = "#psid"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave_locked", show=False)]

    def __init__(self, face: Face, question: PsidQuestion) -> None:
        super().__init__(face)
        self._question = question
        self._problem: Message | None = question.problem

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Sheet(id="text")
            yield Sheet(id="where")
            yield FieldLine("psid", field_id="psid")
            yield Sheet(id="count")
            yield Choice("locked", id="locked")

    def take_scan(self, scan: Scan) -> None:
        """The Enter or Tab at a scan's end presses nothing."""
        super().take_scan(scan._replace(entered=False))

    def scan_problem(self, problem: Message | None) -> None:
        self._problem = problem
        self._fill_typed()

    def fill(self) -> None:
        tell, width = self.face.tell, self.boxed_columns
        who = wrapped("- " + identity_text(self._question.drive, tell), width, 2, STRONG)
        self.put("#text", [*wrapped(tell(self._question.text), width, style=STRONG), *who, plain("")])
        where = (
            say("It has 32 letters and digits, and stands on the drive's own label after the word PSID, often with a "
                "barcode or a square code, which may be scanned. Dashes and blanks do not matter."),
            say("The right number takes the lock away; then the drive is erased. "
                "After some wrong ones, drives take none until they were without power."),
        )  # fmt: skip
        self.put("#where", [*(row for each in where for row in wrapped(tell(each), width)), plain("")])
        self.query_one(FieldLine).put(tell(say("PSID:")))
        self.query_one("#locked", Choice).call_it(tell(say("There is none, or it cannot be read: leave it locked")))
        self._fill_typed()

    def _fill_typed(self) -> None:
        tell, width = self.face.tell, self.boxed_columns
        typed = self.query_one(Field).value
        if self._problem is not None:
            rows = wrapped("! " + tell(self._problem), width, style=BAD)
        elif checked_psid(typed) is not None:
            rows = wrapped(tell(say("All 32 characters are there. Compare them with the label, then press Enter.")),
                           width, style=GOOD)  # fmt: skip
        else:
            count = sum(char.isalnum() for char in typed)
            rows = wrapped(tell(say("{count} of {length} characters", count=count, length=_LENGTH)), width)
        self.put("#count", [*rows, plain("")])

    def hints(self) -> Iterable[KeyHint]:
        return ((ENTER, say("Confirm")), (ESCAPE, say("Leave it locked")))

    def on_input_changed(self, message: Field.Changed) -> None:
        if message.input.value:
            self._problem = None
        self._fill_typed()

    def on_input_submitted(self, message: Field.Submitted) -> None:
        if not message.value.strip():
            return
        if (psid := checked_psid(message.value)) is None:
            self._problem = NO_PSID
            self._fill_typed()
        else:
            self._answer(psid)

    def on_choice_chosen(self, _message: Choice.Chosen) -> None:
        self.action_leave_locked()

    def action_leave_locked(self) -> None:
        self._answer(None)

    def _answer(self, text: str | None) -> None:
        self.post_message(Send(Answer(mode=self.face.mode, question_id=self._question.id, text=text)))

"""The start: what the machine is as far as known, and which profile to run."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult

from agent.model.message import say
from agent.model.messages import IntakeRequest, Start
from agent.tui.face import Face
from agent.tui.lines.layout import marked, plain, wrapped
from agent.tui.lines.machine import machine_lines
from agent.tui.screens.base import ARROWS, ENTER, OrdisScreen, Send
from agent.tui.theme import BUSY, DOUBT, STRONG
from agent.tui.widgets.choice import Choice
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet


class StartScreen(OrdisScreen):
    AUTO_FOCUS: ClassVar[str | None] = None

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._sent = False

    def body(self) -> ComposeResult:
        yield Sheet(id="facts")
        yield Sheet(id="ask")
        with Scroller(id="choices", can_focus=False):
            for choice in self.face.profiles:
                yield Choice(choice.name)
        yield Sheet(id="wait")

    def on_mount(self) -> None:
        super().on_mount()
        if choices := list(self.query(Choice)):
            choices[0].focus()

    def fill(self) -> None:
        tell, width = self.face.tell, self.columns
        known = self.face.state.inventory
        self.put("#facts", [*machine_lines(known, width, tell), plain("")] if known else [])
        hello = wrapped(
            tell(say("Ordis reads what this machine is, tests it, erases its drives and grades it.")), width
        )
        safe = wrapped(
            tell(say("Nothing is erased without a question that you answer by typing.")), width, style=STRONG
        )
        ask = [plain(""), plain(tell(say("Which profile?")), STRONG)] if self.face.profiles else []
        remarks = [
            row for one in self.face.state.profile_remarks for row in marked("!", DOUBT, tell(one), width, DOUBT)
        ]
        self.put("#ask", hello + safe + remarks + ask)
        for widget, choice in zip(self.query(Choice), self.face.profiles, strict=True):
            widget.call_it(self.face.profile_title(choice))
        if not self.face.heard:
            wait = say("Looking for the intake service...")
        elif self._sent:
            wait = say("Starting...")
        else:
            wait = None
        self.put("#wait", [plain(tell(wait), BUSY)] if wait else [])

    def hints(self) -> Iterable[KeyHint]:
        return ((ARROWS, say("Choose")), (ENTER, say("Start")))

    def on_choice_chosen(self, message: Choice.Chosen) -> None:
        if not self.face.heard or self._sent:
            return
        self._sent = True
        request = IntakeRequest(profile=message.choice.name or "")
        self.post_message(Send(Start(mode=self.face.mode, request=request)))
        self.update_view()

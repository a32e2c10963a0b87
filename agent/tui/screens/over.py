"""What the screens have in common that lie over the others: Escape leads back, and it is said when a question waits
below."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message as ScreenMessage

from agent.model.message import say
from agent.tui.face import Face
from agent.tui.lines.layout import wrapped
from agent.tui.screens.base import ESCAPE, OrdisScreen
from agent.tui.theme import DOUBT
from agent.tui.widgets.field import Field
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet

SCANNED = say("That came from a scanner or was pasted, and was cleared. Please type it on the keyboard.")


class Close(ScreenMessage):
    """Back to what lies below."""


class OverScreen(OrdisScreen):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._known = face.state.question
        self._scanned = self._clearing = False

    def body(self) -> ComposeResult:
        yield Sheet(id="waits")
        yield from self.content()

    def content(self) -> ComposeResult:
        """The widgets below the line on what waits."""
        raise NotImplementedError

    def fill(self) -> None:
        question = self.face.state.question
        new = question is not None and (self._known is None or question.id != self._known.id)
        told = []
        if new:
            told.append(say("! A question waits for you: Esc leads to it."))
        if self._scanned:
            told.append(SCANNED)
        self.put("#waits", [row for each in told for row in wrapped(self.face.tell(each), self.columns, style=DOUBT)])

    def scanned(self) -> None:
        if isinstance(self.focused, Field):
            self._scanned = self._clearing = True
            # Behind the scan's first keys, which may still wait to be handled by the field.
            self.focused.call_later(self._clear, self.focused)
            self.update_view()

    def _clear(self, field: Field) -> None:
        field.clear()
        self.call_after_refresh(self._cleared)

    def _cleared(self) -> None:
        self._clearing = False

    def on_input_changed(self, message: Field.Changed) -> None:
        if self._scanned and not self._clearing and message.input.value:
            self._scanned = False
            self.update_view()

    def hints(self) -> Iterable[KeyHint]:
        return ((ESCAPE, say("Back")),)

    def action_close(self) -> None:
        self.post_message(Close())

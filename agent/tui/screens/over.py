"""What the screens have in common that lie over the others: Escape leads back, and it is said when a question waits
below."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message as ScreenMessage

from agent.model.message import say
from agent.tui.face import Face
from agent.tui.lines.layout import plain
from agent.tui.screens.base import ESCAPE, OrdisScreen
from agent.tui.theme import DOUBT
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.sheet import Sheet


class Close(ScreenMessage):
    """Back to what lies below."""


class OverScreen(OrdisScreen):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    def __init__(self, face: Face) -> None:
        super().__init__(face)
        self._known = face.state.question

    def body(self) -> ComposeResult:
        yield Sheet(id="waits")
        yield from self.content()

    def content(self) -> ComposeResult:
        """The widgets below the line on what waits."""
        raise NotImplementedError

    def fill(self) -> None:
        question = self.face.state.question
        new = question is not None and (self._known is None or question.id != self._known.id)
        waits = self.face.tell(say("! A question waits for you: Esc leads to it."))
        self.put("#waits", [plain(f" {waits}", DOUBT)] if new else [])

    def hints(self) -> Iterable[KeyHint]:
        return ((ESCAPE, say("Back")),)

    def action_close(self) -> None:
        self.post_message(Close())

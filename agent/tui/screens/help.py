"""F1: what the screen below is for, which keys work on it, and what its words mean."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from agent.model.message import Message, say
from agent.tui.face import Face
from agent.tui.lines.help import EVERYWHERE, Explained
from agent.tui.lines.layout import Lines, plain, wrapped
from agent.tui.screens.base import ARROWS
from agent.tui.screens.over import OverScreen
from agent.tui.theme import KEY, STRONG
from agent.tui.widgets.keys import KeyHint
from agent.tui.widgets.scroller import Scroller
from agent.tui.widgets.sheet import Sheet

_KEY_COLUMNS = 10


class HelpScreen(OverScreen):
    AUTO_FOCUS: ClassVar[str | None] = "#help"

    def __init__(self, face: Face, explained: Explained, keys: Sequence[KeyHint]) -> None:
        """`keys`: those of the screen below."""
        super().__init__(face)
        self._explained = explained
        self._keys = keys

    def content(self) -> ComposeResult:
        with Scroller(id="help"):
            yield Sheet(id="lines")

    def fill(self) -> None:
        super().fill()
        tell, width = self.face.tell, self.boxed_columns
        lines: Lines = [plain(tell(self._explained.title), STRONG)]
        for sentence in self._explained.text:
            lines += wrapped(tell(sentence), width)
        lines += self._part(say("Keys"), [*self._keys, *EVERYWHERE])
        for word, meaning in self._explained.words:
            if word is self._explained.words[0][0]:
                lines += [plain(""), plain(tell(say("Words")), STRONG)]
            lines += wrapped(tell(Message("{word}: {meaning}", {"word": tell(word), "meaning": tell(meaning)})), width)
        self.put("#lines", lines)

    def _part(self, title: Message, keys: Iterable[KeyHint]) -> Lines:
        lines = [plain(""), plain(self.face.tell(title), STRONG)]
        for key, what in keys:
            name = plain(f" {self.face.tell(key)} ", KEY)
            first, *more = wrapped(self.face.tell(what), self.boxed_columns - _KEY_COLUMNS) or [plain("")]
            gap = " " * max(1, _KEY_COLUMNS - name.cell_length)
            lines += [name + plain(gap) + first, *(plain(" " * _KEY_COLUMNS) + row for row in more)]
        return lines

    def hints(self) -> Iterable[KeyHint]:
        return (*super().hints(), (ARROWS, say("Scroll")))

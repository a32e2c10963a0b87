"""The bottom of every screen: which key does what."""

from collections.abc import Iterable

from textual.content import Content

from agent.model.message import Message
from agent.tui.face import Face
from agent.tui.lines.layout import plain
from agent.tui.theme import KEY
from agent.tui.widgets.sheet import Sheet

KeyHint = tuple[Message, Message]
"""The name on the key, and what it does."""


MARGINS = 2
"""Columns left and right of the line."""


class Keys(Sheet):
    def name_them(self, hints: Iterable[KeyHint], face: Face) -> None:
        """In one line: what finds no room at its end is left out."""
        line = Content("")
        for key, what in hints:
            pair = Content.assemble(plain(f" {face.tell(key)} ", KEY), " ", plain(face.tell(what)))
            longer = Content.assemble(line, "  ", pair) if line.cell_length else pair
            if longer.cell_length > face.width - MARGINS:
                break
            line = longer
        self.put(line)

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
        """In one line. Where it gets too long they stand closer together; then the last but one is left out, and so on:
        the way out is always named."""
        pairs = [
            Content.assemble(plain(f" {face.tell(key)} ", KEY), " ", plain(face.tell(what))) for key, what in hints
        ]
        room = face.width - MARGINS
        while len(pairs) > 1 and plain(" ").join(pairs).cell_length > room:
            del pairs[-2]
        wide = plain("  ").join(pairs)
        self.put(wide if wide.cell_length <= room else plain(" ").join(pairs))

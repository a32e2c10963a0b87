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
        named = [(plain(f" {face.tell(key)} ", KEY), plain(face.tell(what))) for key, what in hints]
        room = face.width - MARGINS
        while len(named) > 1 and _line(named, 0).cell_length > room:
            del named[-2]
        wide = _line(named, 1)
        self.put(wide if wide.cell_length <= room else _line(named, 0))


def _line(named: list[tuple[Content, Content]], apart: int) -> Content:
    """A key's name ends with a blank of its own."""
    gap = " " * apart
    return plain(f" {gap}").join([Content.assemble(key, gap, what) for key, what in named])

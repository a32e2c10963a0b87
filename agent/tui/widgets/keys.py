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
KEPT = 2
"""The last ones, help and the way out, are always named."""


class Keys(Sheet):
    def name_them(self, hints: Iterable[KeyHint], face: Face, more: Iterable[KeyHint] = ()) -> None:
        """In one line, with those of `more` for which there is room. Where it gets too long they stand closer together;
        then the last one before help and the way out is left out, and so on."""
        named = _named(hints, face)
        room = face.width - MARGINS
        for each in _named(more, face):
            if _line([*named, each], 1).cell_length <= room:
                named.insert(len(named) - KEPT, each)
        while len(named) > KEPT and _line(named, 0).cell_length > room:
            del named[-KEPT - 1]
        wide = _line(named, 1)
        self.put(wide if wide.cell_length <= room else _line(named, 0))


def _named(hints: Iterable[KeyHint], face: Face) -> list[tuple[Content, Content]]:
    return [(plain(f" {face.tell(key)} ", KEY), plain(face.tell(what))) for key, what in hints]


def _line(named: list[tuple[Content, Content]], apart: int) -> Content:
    """A key's name ends with a blank of its own."""
    gap = " " * apart
    return plain(f" {gap}").join([Content.assemble(key, gap, what) for key, what in named])

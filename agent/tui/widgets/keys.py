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


class Keys(Sheet):
    def name_them(self, hints: Iterable[KeyHint], face: Face) -> None:
        pairs = (
            Content.assemble(plain(f" {face.tell(key)} ", KEY), " ", plain(face.tell(what))) for key, what in hints
        )
        self.put(Content("  ").join(pairs))

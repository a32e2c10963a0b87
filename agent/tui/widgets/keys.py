"""The bottom of every screen: which key does what."""

from collections.abc import Iterable

from textual.content import Content
from textual.widgets import Static

from agent.model.message import Message
from agent.tui.face import Face
from agent.tui.lines.layout import plain
from agent.tui.theme import KEY

KeyHint = tuple[Message, Message]
"""The name on the key, and what it does."""


class Keys(Static):
    def put(self, hints: Iterable[KeyHint], face: Face) -> None:
        pairs = (
            Content.assemble(plain(f" {face.tell(key)} ", KEY), " ", plain(face.tell(what))) for key, what in hints
        )
        self.update(Content("  ").join(pairs))

"""Text on the screen. What has not changed is not drawn again: events come ten times a second, the console is slow."""

from textual.content import Content
from textual.widgets import Static


class Sheet(Static):
    """Static text that is never read as markup."""

    def __init__(self, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(name=name, id=id, classes=classes, markup=False)
        self._shown: Content | None = None

    def put(self, content: Content) -> None:
        """Show the content. The screen is laid out anew only where its shape is another."""
        before, self._shown = self._shown, content
        if before is not None and before.is_same(content):
            return
        self.update(content, layout=before is None or _shape(before) != _shape(content))


def _shape(content: Content) -> tuple[int, ...]:
    return tuple(len(line) for line in content.plain.split("\n"))

"""A Source for tests whose files stand in memory: where many are written, and often."""

from collections.abc import Sequence

from agent.host.run import Ran, ToolMissing
from agent.host.source import READ_LIMIT


class ToldFiles:
    """Path → content; satisfies agent.host.source.Source."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}

    def put(self, files: dict[str, object]) -> None:
        """Paths without the first slash."""
        self.files |= {f"/{path}": str(content) for path, content in files.items()}

    def text(self, path: str) -> str | None:
        content = self.files.get(path)
        return None if content is None else content.strip("\0 \t\r\n")

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        content = self.files.get(path)
        return None if content is None else content.encode("utf-8", "replace")[:limit]

    def names(self, path: str) -> list[str]:
        start = path.rstrip("/") + "/"
        return sorted({file[len(start) :].split("/")[0] for file in self.files if file.startswith(start)})

    def link(self, path: str) -> str | None:
        return path if path in self.files or self.names(path) else None

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        raise ToolMissing(argv[0])

"""Everything that is read of this machine, kept while it is read, so that it can be saved as a recorded machine."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.host.recorded import DRM
from agent.host.run import Ran
from agent.host.source import READ_LIMIT, Live


@dataclass
class Record:
    """What a recorded machine holds, as agent.host.recorded describes it. Documents: kind → name → JSON object."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    dmidecode: str | None = None
    edids: dict[str, bytes] = field(default_factory=dict)
    documents: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)


class Recording(Live):
    """The machine that this runs on, listened to.

    Other programs of the machine are nobody's business: /proc is shown without its processes. With that it looks like
    a recorded machine to everything that asks it (see host.system.running_here), and what is read now is what will be
    read again.
    """

    def __init__(self, root: str = "/") -> None:
        super().__init__(root)
        self.record = Record()

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        data = super().raw(path, limit)
        if data is not None:
            if path.startswith(f"{DRM}/") and path.endswith("/edid"):
                if data:
                    self.record.edids[path.removesuffix("/edid").rsplit("/", 1)[-1]] = data
            elif len(data) >= len(self.record.files.get(path, b"")):
                self.record.files[path] = data
        return data

    def names(self, path: str) -> list[str]:
        found = super().names(path)
        if path == "/proc":
            found = [name for name in found if not name.isdecimal()]
        if found:
            self.record.folders[path] = found
        return found

    def link(self, path: str) -> str | None:
        if path == "/proc/self":
            return None
        found = super().link(path)
        if found is not None:
            self.record.links[path] = found
        return found

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        ran = super().tool(argv, timeout=timeout)
        if argv[0] == "dmidecode":
            self.record.dmidecode = ran.out
        return ran

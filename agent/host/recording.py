"""Everything that is read of this machine, kept while it is read, so that it can be saved as a recorded machine."""

import os
import pwd
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.host.private import facts_only, may_be_recorded, names_only
from agent.host.recorded import edid_connector
from agent.host.run import Ran
from agent.host.source import READ_LIMIT, Live, Source

_PROCESS = re.compile(r"/proc/\d+(/.*)?")


@dataclass
class Record:
    """What a recorded machine holds, as agent.host.recorded describes it. Documents: kind → name → JSON object."""

    files: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    dmidecode: str | None = None
    edids: dict[str, bytes] = field(default_factory=dict)
    documents: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    """Names that may stand in what was read, of this computer and its users: known to be hidden, never saved."""


class Recording:
    """A machine, listened to: by default the one that this runs on.

    What may not be recorded (see agent.host.private) is not answered either: /proc is shown without its processes,
    and the machine looks like a recorded one to everything that asks it (see host.system.running_here). So what is
    read now is what will be read again.
    """

    def __init__(self, source: Source | None = None) -> None:
        self._source = Live() if source is None else source
        self._known: dict[str, str] = {"": ""}
        """Real path behind every path seen so far."""
        self.record = Record(people=[os.uname().nodename, *_logins()])

    def text(self, path: str) -> str | None:
        data = self.raw(path)
        return None if data is None else data.decode("utf-8", "replace").strip("\0 \t\r\n")

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        real = self._real(path)
        if not may_be_recorded(path) or not may_be_recorded(real):
            return None
        data = self._source.raw(path, limit)
        if data is None:
            return None
        if facts_only(path, data) != data:
            data = facts_only(path, self._source.raw(path) or b"")[:limit]  # a line that was cut off says too much
        connector = edid_connector(path)
        if data and connector:
            kept, key = self.record.edids, connector
        else:
            kept, key = self.record.files, real
        if len(data) >= len(kept.get(key, b"")):
            kept[key] = data
        return data

    def names(self, path: str) -> list[str]:
        found = names_only(path, self._source.names(path))
        if found:
            self.record.folders[self._real(path)] = found
        return found

    def link(self, path: str) -> str | None:
        if path == "/proc/self" or _PROCESS.fullmatch(path):
            return None
        found = self._source.link(path)
        if found is not None:
            real = self._real(path)
            self.record.links[real] = real
        return found

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        ran = self._source.tool(argv, timeout=timeout)
        if argv[0] == "dmidecode" and ran.code == 0:
            self.record.dmidecode = ran.out
        return ran

    def _real(self, path: str) -> str:
        """The real path, with every link on the way noted. Of what is not there, as far as it goes."""
        if (known := self._known.get(path)) is not None:
            return known
        above, _, name = path.rpartition("/")
        straight = f"{self._real(above)}/{name}"
        real = self._source.link(straight) or straight
        if real != straight:
            if _PROCESS.fullmatch(real):
                real = straight  # /proc/self: the number of this process is of no use
            else:
                self.record.links[straight] = real
        self._known[path] = real
        return real


def _logins() -> list[str]:
    """People's names in /etc/passwd; below and above these numbers are the system's own (Debian Policy, 9.2.2)."""
    return [user.pw_name for user in pwd.getpwall() if 1000 <= user.pw_uid < 60000]

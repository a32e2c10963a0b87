"""A recording without what tells one machine from all others of its kind.

Serial numbers, UUIDs, addresses and names of single pieces are collected where they are known to stand and by their
look, each gets a stand-in, and every one is replaced in all files and forms. So relations stay: what was equal is
equal, what was different is different, placeholders are placeholders. The key is made anew for each recording and not
kept. What should still be found in the end is dropped.
"""

import logging
import secrets
from dataclasses import replace

from agent.host.recording import Record
from agent.inventory.anonymous import binary, fields
from agent.inventory.anonymous.binary import Visit
from agent.inventory.anonymous.public import Public
from agent.inventory.anonymous.standins import Kind, StandIns, bare, secret
from agent.inventory.anonymous.substitute import Substitute

log = logging.getLogger("ordis.inventory")
_LEAST_NAME = 3
_EVERYBODYS = {"localhost", "ordis", "debian", "none", "root", "user", "live"}
"""Names of computers and users that say nothing."""
_PROPERTIES = ("/run/udev/data/", "/proc/bus/input/devices")


def anonymous(record: Record) -> Record:
    """The same machine as nobody's. Never raises for what a recording holds."""
    kinds = _collected(record)
    standins = StandIns(kinds, secrets.token_bytes(32))
    searched = {value: standins.of(value, kind) for value, kind in kinds.items() if kind is not Kind.OWN}
    substitute = Substitute({value: new for value, new in searched.items() if new != value}, kinds)
    return _Replacing(substitute).record(_visited(record, standins.written))


def _collected(record: Record) -> dict[str, Kind]:
    found: dict[str, Kind] = {}

    def note(text: str, kind: Kind) -> str:
        if secret(text):
            value = bare(text)
            found[value] = min(kind, found.get(value, kind))
        return text

    for text in _texts(_visited(record, note)):
        fields.patterns(text, note)
    for name in record.people:
        if len(bare(name)) >= _LEAST_NAME and bare(name) not in _EVERYBODYS:
            note(name, Kind.NAME)
    public = Public(record)
    return {value: Kind.OWN if public.holds(value, kind) else kind for value, kind in found.items()}


def _visited(record: Record, visit: Visit) -> Record:
    """The record with what `visit` says in every place that is known to hold a piece's number."""
    return replace(
        record,
        files={path: _file(path, data, visit) for path, data in record.files.items()},
        dmidecode=None if record.dmidecode is None else fields.dmidecode(record.dmidecode, visit),
        edids={name: binary.edid(data, visit) for name, data in record.edids.items()},
        documents={
            kind: {name: dict(fields.document(one, visit)) for name, one in documents.items()}  # type: ignore[call-overload]
            for kind, documents in record.documents.items()
        },
    )


def _file(path: str, data: bytes, visit: Visit) -> bytes:
    name = path.rpartition("/")[2]
    if name.startswith("vpd_pg"):
        return binary.page(name, data, visit)
    text = data.decode("utf-8", "surrogateescape")
    if path.startswith(_PROPERTIES) or name == "uevent":
        new = fields.properties(text, visit)
    elif name == "wwid":
        new = fields.wwid(text, visit)
    elif kind := fields.file_kind(path):
        new = visit(text, kind)
    else:
        return data
    return new.encode("utf-8", "surrogateescape")


def _texts(record: Record) -> list[str]:
    """Everything that is text, for what is known by its look."""
    listed = (name for names in record.folders.values() for name in names)
    return [
        "\n".join(data.decode("utf-8", "replace") for data in record.files.values()),
        "\n".join([*record.files, *record.folders, *listed, *record.links, *record.links.values()]),
        record.dmidecode or "",
        "\n".join(_leaves([*record.documents.values()])),
    ]


def _leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in _leaves(one)] + [str(key) for key in value]
    if isinstance(value, list):
        return [leaf for one in value for leaf in _leaves(one)]
    return [value] if isinstance(value, str) else []


class _Replacing:
    """Stand-ins for values throughout, and what still holds one left out."""

    def __init__(self, substitute: Substitute) -> None:
        self._substitute = substitute

    def record(self, record: Record) -> Record:
        text, data = self._substitute.text, self._substitute.data
        lines = [text(line) for line in (record.dmidecode or "").split("\n")]
        return Record(
            files={text(path): new for path, old in record.files.items() if self._clean(path, new := data(old))},
            folders={text(path): [text(name) for name in names] for path, names in record.folders.items()},
            links={text(path): text(to) for path, to in record.links.items()},
            dmidecode=None
            if record.dmidecode is None
            else "\n".join(line for line in lines if not self._substitute.leaks(line)),
            edids={
                text(name): binary.mended(old, new)
                for name, old in record.edids.items()
                if self._clean(name, new := data(old))
            },
            documents={
                kind: {text(name): self._document(one) for name, one in documents.items()}
                for kind, documents in record.documents.items()
            },
        )

    def _clean(self, name: str, data: bytes) -> bool:
        if self._substitute.leaks(data.decode("latin-1")):
            log.warning("left out of the recording, since it may tell which machine it is: %s", name)
            return False
        return True

    def _document(self, value: dict[str, object]) -> dict[str, object]:
        return {self._substitute.text(key): self._value(one) for key, one in value.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, dict):
            return self._document(value)
        if isinstance(value, list):
            return [self._value(one) for one in value]
        if isinstance(value, str):
            new = self._substitute.text(value)
            return "" if self._substitute.leaks(new) else new
        if isinstance(value, int) and not isinstance(value, bool):
            return self._substitute.number(value)
        return value

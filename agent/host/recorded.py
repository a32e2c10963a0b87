"""A machine that was recorded into a folder: a Source that answers from files, any of which may be absent.

    dmidecode.txt            what dmidecode printed
    system.json              what was read below /sys, /proc and /run/udev: {"files", "folders", "links"}
    edid/NAME.bin            the displays' descriptions; NAME is the connector's in /sys/class/drm
    smartctl/NAME.json       `smartctl --json --all`; NAME is the drive's kernel name
    nvme/NAME.WHAT.json      `nvme WHAT -o json` (id-ctrl, smart-log)
    firmware/NAME.json       what the drive's firmware told Ordis itself

The names work on every file system, FAT included. Whatever stands in the folder is a stranger's.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from agent.host.files import read_bounded
from agent.host.run import Ran
from agent.host.source import READ_LIMIT

SYSTEM, DMIDECODE = "system.json", "dmidecode.txt"
EDID_SUFFIX, JSON_SUFFIX = ".bin", ".json"
DRM = "/sys/class/drm"

_TEXT_LIMIT = 4 * 1024 * 1024
_SYSTEM_LIMIT = 64 * 1024 * 1024
_EDID_LIMIT = 32 * 1024
"""256 blocks of 128 bytes are the most that E-EDID knows."""
_MOST_FILES = 1000
"""Of one kind; no machine has so many drives or displays."""


class NotRecorded(Exception):
    """The recording does not hold this answer."""


class Recorded:
    """Reads the whole folder at once. Raises FileNotFoundError, NotADirectoryError; what else is wrong stands in
    `broken`, and the rest is read."""

    def __init__(self, folder: Path) -> None:
        if not folder.exists():
            raise FileNotFoundError(folder)
        if not folder.is_dir():
            raise NotADirectoryError(folder)
        self.folder = folder
        self.broken: dict[str, str] = {}
        """File name → why it could not be read."""
        system = self._system()
        self._files = {**_strings(system, "files")}
        self._folders = {path: names for path, names in _part(system, "folders").items() if isinstance(names, list)}
        self._links = {path: to for path, to in _part(system, "links").items() if isinstance(to, str)}
        self._dmidecode = self._read(DMIDECODE, _TEXT_LIMIT)
        self.edids = {
            name.removesuffix(EDID_SUFFIX): data
            for name in self._names("edid", EDID_SUFFIX)
            if (data := self._read(f"edid/{name}", _EDID_LIMIT)) is not None
        }

    def documents(self, kind: str) -> dict[str, dict[str, object]]:
        """The JSON objects of one folder (`smartctl`, `nvme`, `firmware`) by their names without `.json`, sorted.

        Some recorders wrap each object into a list; then the first one counts.
        """
        found = {}
        for name in self._names(kind, JSON_SUFFIX):
            document = self._json(f"{kind}/{name}", _TEXT_LIMIT)
            if isinstance(document, list) and document:
                document = document[0]
            if isinstance(document, dict):
                found[name.removesuffix(JSON_SUFFIX)] = document
            elif document is not None:
                self.broken[f"{kind}/{name}"] = "not a JSON object"
        return found

    def text(self, path: str) -> str | None:
        data = self.raw(path)
        return None if data is None else data.decode("utf-8", "replace").strip("\0 \t\r\n")

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        if path.startswith(f"{DRM}/") and path.endswith("/edid"):
            data = self.edids.get(path.removesuffix("/edid").rsplit("/", 1)[-1])
        else:
            data = self._files.get(path)
        return None if data is None else data[:limit]

    def names(self, path: str) -> list[str]:
        return sorted(name for name in self._folders.get(path, []) if isinstance(name, str))

    def link(self, path: str) -> str | None:
        return self._links.get(path)

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:
        """Only dmidecode's answer is recorded as a program's. Raises NotRecorded."""
        if argv[0] != "dmidecode" or self._dmidecode is None:
            raise NotRecorded(argv[0])
        return Ran(0, self._dmidecode.decode("utf-8", "replace"), "", 0.0)

    def _system(self) -> Mapping[str, object]:
        document = self._json(SYSTEM, _SYSTEM_LIMIT)
        if document is not None and not isinstance(document, dict):
            self.broken[SYSTEM] = "not a JSON object"
        return document if isinstance(document, dict) else {}

    def _json(self, name: str, limit: int) -> object:
        data = self._read(name, limit)
        if data is None:
            return None
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            self.broken[name] = str(error)
            return None

    def _read(self, name: str, limit: int) -> bytes | None:
        try:
            data = read_bounded(self.folder / name, limit)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.broken[name] = str(error)
            return None
        return data

    def _names(self, kind: str, suffix: str) -> list[str]:
        try:
            entries = sorted(entry.name for entry in (self.folder / kind).iterdir())
        except OSError:
            return []
        return [name for name in entries if name.endswith(suffix) and not name.startswith(".")][:_MOST_FILES]


def packed(data: bytes) -> str | dict[str, str]:
    """A file's content as system.json holds it: text as it is, everything else in base64."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _unpacked(value: object) -> bytes | None:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    inner = value.get("base64") if isinstance(value, dict) else None
    if not isinstance(inner, str):
        return None
    try:
        return base64.b64decode(inner, validate=True)
    except (binascii.Error, ValueError):
        return None


def _part(system: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = system.get(name)
    return part if isinstance(part, dict) else {}


def _strings(system: Mapping[str, object], name: str) -> dict[str, bytes]:
    return {path: data for path, value in _part(system, name).items() if (data := _unpacked(value)) is not None}

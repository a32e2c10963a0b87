"""A machine that was recorded into a folder: a Source that answers from files, any of which may be absent.

    dmidecode.txt            what dmidecode printed
    system.json              what was read below /sys, /proc and /run/udev: {"files", "folders", "links"}
    edid/NAME.bin            the displays' descriptions; NAME is the connector's in /sys/class/drm
    smartctl/NAME.json       `smartctl --json --all`; NAME is the drive's kernel name
    nvme/NAME.WHAT.json      `nvme WHAT -o json` (id-ctrl, smart-log)
    firmware/NAME.json       what the drive's firmware told Ordis itself
    recording.json           which Ordis recorded it, and whether to its end

In system.json files and folders stand under their real paths, and `links` has every symbolic link on the way to one
with the real path behind it, so that a fact is found by whatever path it is asked for. A file that is not text is
{"base64": …}. The names work on every file system, FAT included. Whatever stands in the folder is a stranger's.
"""

import base64
import binascii
import json
import os
import stat
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from agent.host.files import read_bounded
from agent.host.run import Ran
from agent.host.source import READ_LIMIT

SYSTEM, DMIDECODE, ABOUT = "system.json", "dmidecode.txt", "recording.json"
EDID_SUFFIX, JSON_SUFFIX = ".bin", ".json"
DRM = "/sys/class/drm"
FORMAT = "ordis/recording/1"

TEXT_LIMIT = 4 * 1024 * 1024
"""Bytes of dmidecode's text, and of each drive's document."""
SYSTEM_LIMIT = 8 * 1024 * 1024
_EDID_LIMIT = 32 * 1024
"""256 blocks of 128 bytes are the most that E-EDID knows."""
_ABOUT_LIMIT = 64 * 1024
_MOST_FILES = 10_000
_MOST_BYTES = 64 * 1024 * 1024
"""Of one recording; a real one has below a megabyte."""
_MOST_NAMES = 4096
"""Of one folder; the firmware's variables and the slots of a large server are some hundreds."""
_MOST_WRONG = 100
_MOST_TOGETHER = 64
"""Objects in one file; no machine has more drives behind one controller."""


class NotRecorded(Exception):
    """The recording does not hold this answer."""


class Recorded:
    """Reads the whole folder at once, but for the drives' documents. Raises FileNotFoundError, NotADirectoryError;
    what else is wrong stands in `broken`, and the rest is read."""

    def __init__(self, folder: Path) -> None:
        try:
            about = os.stat(folder)
        except (OSError, ValueError) as error:
            raise FileNotFoundError(f"{folder}: {error}") from error
        if not stat.S_ISDIR(about.st_mode):
            raise NotADirectoryError(folder)
        self.folder = folder
        self.broken: dict[str, str] = {}
        """File name → why it could not be read."""
        self._left = _MOST_BYTES
        self._check_whole()
        system = self._system()
        self._files = _contents(system)
        self._folders = {path: names for path, names in _part(system, "folders").items() if isinstance(names, list)}
        self._links = {path: to for path, to in _part(system, "links").items() if isinstance(to, str)}
        self._dmidecode = self._read(DMIDECODE, TEXT_LIMIT)
        self.edids = {
            name[: -len(EDID_SUFFIX)]: data
            for name in self._names("edid", EDID_SUFFIX)
            if (data := self._read(f"edid/{name}", _EDID_LIMIT)) is not None
        }

    @property
    def has_system(self) -> bool:
        """Whether anything was recorded of /sys and /proc; else what is absent there says nothing."""
        return bool(self._files or self._folders)

    def documents(self, kind: str) -> dict[str, dict[str, object]]:
        """The JSON objects of one folder (`smartctl`, `nvme`, `firmware`) by their names without `.json`, sorted.

        Some recorders write a list of objects into one file; the second one is then called NAME.2, and so on.
        """
        found = {}
        for name in self._names(kind, JSON_SUFFIX):
            document = self._json(f"{kind}/{name}", TEXT_LIMIT)
            together = document[:_MOST_TOGETHER] or [[]] if isinstance(document, list) else [document]
            for number, each in enumerate(together, 1):
                if isinstance(each, dict):
                    found[name[: -len(JSON_SUFFIX)] + (f".{number}" if number > 1 else "")] = each
                elif each is not None:
                    self._wrong(f"{kind}/{name}", "not a JSON object")
        return found

    def text(self, path: str) -> str | None:
        data = self.raw(path)
        return None if data is None else data.decode("utf-8", "replace").strip("\0 \t\r\n")

    def raw(self, path: str, limit: int = READ_LIMIT) -> bytes | None:
        data = self.edids.get(connector) if (connector := edid_connector(path)) else None
        if data is None:
            data = self._files.get(path)
        if data is None:
            data = self._files.get(self._real(path))
        return None if data is None else data[:limit]

    def names(self, path: str) -> list[str]:
        found = self._folders.get(path)
        if found is None:
            found = self._folders.get(self._real(path), [])
        return sorted(name for name in found[:_MOST_NAMES] if isinstance(name, str))

    def link(self, path: str) -> str | None:
        if path == "/proc/self":  # a recording never passes for the running machine (see host.system.running_here)
            return None
        real = self._real(path)
        return real if real in self._there else None

    def tool(self, argv: Sequence[str], *, timeout: float) -> Ran:  # noqa: ARG002
        """Only dmidecode's answer is recorded as a program's. Raises NotRecorded."""
        if argv[0] != "dmidecode" or self._dmidecode is None:
            raise NotRecorded(argv[0])
        return Ran(0, self._dmidecode.decode("utf-8", "replace"), "", 0.0)

    def _real(self, path: str) -> str:
        """The path with the recorded links followed. Each leads to a real path, so none is followed twice."""
        if not self._links:
            return path
        real = ""
        for part in path.split("/")[1:]:
            real = real.rpartition("/")[0] if part == ".." else f"{real}/{part}"
            real = self._links.get(real, real)
        return real

    @cached_property
    def _there(self) -> frozenset[str]:
        """Every real path that the recording shows to exist: what was read, and the folders above it."""
        found: set[str] = set()
        for path in (*self._files, *self._folders, *self._links.values()):
            while path and path not in found:
                found.add(path)
                path = path.rpartition("/")[0]  # noqa: PLW2901
        return frozenset(found)

    def _check_whole(self) -> None:
        """Other people's recordings say nothing about themselves; ours tell when they were cut off."""
        about = self._json(ABOUT, _ABOUT_LIMIT)
        if about is None:
            return
        if not isinstance(about, dict):
            self._wrong(ABOUT, "not a JSON object")
        elif about.get("format") != FORMAT:
            self._wrong(ABOUT, "another format of recordings than this version of Ordis knows")
        elif about.get("complete") is not True:
            self._wrong(ABOUT, "the recording was cut off before its end")

    def _system(self) -> Mapping[str, object]:
        document = self._json(SYSTEM, SYSTEM_LIMIT)
        if document is not None and not isinstance(document, dict):
            self._wrong(SYSTEM, "not a JSON object")
        return document if isinstance(document, dict) else {}

    def _json(self, name: str, limit: int) -> object:
        data = self._read(name, limit)
        if data is None:
            return None
        try:
            return json.loads(data)
        except UnicodeDecodeError:
            self._wrong(name, "not a text in UTF-8")
        except (ValueError, RecursionError) as error:
            self._wrong(name, f"not JSON: {error}")
        return None

    def _read(self, name: str, limit: int) -> bytes | None:
        try:
            data = read_bounded(self.folder / name, min(limit, self._left))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self._wrong(name, str(error))
            return None
        self._left -= len(data)
        return data

    def _names(self, kind: str, suffix: str) -> list[str]:
        try:
            entries = sorted(os.listdir(self.folder / kind))
        except FileNotFoundError:
            return []
        except OSError as error:
            self._wrong(kind, str(error))
            return []
        return [name for name in entries if name.lower().endswith(suffix) and not name.startswith(".")][:_MOST_FILES]

    def _wrong(self, name: str, why: str) -> None:
        if len(self.broken) < _MOST_WRONG:
            self.broken[name] = why


def edid_connector(path: str) -> str | None:
    """The connector whose description this file of /sys is (…/drm/…/card0-eDP-1/edid); None for other files."""
    folder, _, name = path.rpartition("/")
    return folder.rpartition("/")[2] if name == "edid" and "/drm/" in folder else None


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


def _contents(system: Mapping[str, object]) -> dict[str, bytes]:
    return {path: data for path, value in _part(system, "files").items() if (data := _unpacked(value)) is not None}

"""What goes into a support file: a recorded machine, and beside it what Ordis itself knows and wrote down.

All of it goes through the same hands as a recording, so that "without serial numbers" means everywhere. Never in it:
keys of the stick, passwords, names of networks, who signs certificates. Everything is bounded.
"""

import json
import logging
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from agent import __version__
from agent.host import systemlog
from agent.host.recording import Record, Recording
from agent.inventory import collect, record
from agent.model.state import IntakeState
from agent.settings import Settings
from agent.stick import current, status
from agent.workplace import Workplace

log = logging.getLogger("ordis.care")

Part = tuple[str, bytes]
LINES, LINE = 4000, 1000
"""Of one log, the last ones, and characters of one line."""
JOURNALS, JOURNAL_LINES = 5, 2000
_FILE_LIMIT = 4 * 1024 * 1024
_OURS, _LOG = "ordis", "log-"
_HIDDEN = "…"
_SECRET_KEYS = {"key", "password", "passphrase", "psid", "secret", "pattern_key"}
_PUBLIC = "ordis-"
"""Begins what is public of a key."""
_OF_ONE = {"machine_id", "lot", "volunteer", "tag", "url"}
"""Keys of what tells one machine or workshop from others, and is no serial number."""
_LEAST = 3
_DISTRIBUTIONS = ("textual", "pydantic", "cryptography", "requests", "tomlkit")


def parts(place: Workplace, state: IntakeState, *, anonymous: bool) -> list[Part]:
    """Name and content of every file. Blocks for some seconds; never raises for what a machine holds."""
    recording = Recording(place.source)
    collect.fast(recording, lambda _: place.machines_drives(place.source))
    known = recording.record
    known.documents = {
        _OURS: {name: _fit(document, place.settings, anonymous) for name, document in _own(place, state)}
    }
    if anonymous:
        known.people += [name for name in (state.lot, state.volunteer, state.asset_tag) if name]
    return [_readable(*each) for each in record.files(_bounded(known), anonymous=anonymous)]


def _own(place: Workplace, state: IntakeState) -> Iterator[tuple[str, dict[str, Any]]]:
    settings, mode = place.settings, place.mode
    yield "about", _about(place)
    yield "state", state.model_dump(mode="json")
    yield "settings", settings.model_dump(mode="json", exclude={"wifi": True, "organisation": True})
    if (told := status.load()) is not None:
        yield "stick", told.model_dump(mode="json")
    for name in ("service", "screen"):
        if lines := _tail(settings.folder(mode) / f"{name}.log"):
            yield f"{_LOG}{name}", {"lines": lines}
    if lines := systemlog.own_lines(LINES):
        yield f"{_LOG}system", {"lines": lines}
    with place.kernel_log() as kernel:
        if lines := [f"<{level}> {text}" for level, text in kernel.since_start()][-LINES:]:
            yield f"{_LOG}kernel", {"lines": lines}
    for number, file in enumerate(_journals(settings.journal(mode)), start=1):
        yield f"journal-{number}", {"records": [_record(line) for line in _tail(file)[-JOURNAL_LINES:]]}


def _about(place: Workplace) -> dict[str, Any]:
    image = current.facts()
    return {
        "ordis": __version__,
        "saved_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "mode": place.mode.value,
        "python": platform.python_version(),
        "kernel": platform.release(),
        "image": None if image is None else image.model_dump(mode="json"),
        "packages": {name: _version(name) for name in _DISTRIBUTIONS},
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "?"


def _journals(folder: Path) -> list[Path]:
    """The newest ones."""
    try:
        found = [file for file in folder.iterdir() if file.suffix == ".jsonl" and file.is_file()]
        return sorted(found, key=lambda file: -file.stat().st_mtime)[:JOURNALS]
    except OSError:
        return []


def _tail(file: Path) -> list[str]:
    try:
        with file.open("rb") as opened:
            size = opened.seek(0, 2)
            opened.seek(max(0, size - _FILE_LIMIT))
            data = opened.read(_FILE_LIMIT)
    except OSError:
        return []
    return data.decode("utf-8", "replace").splitlines()[-LINES:]


def _record(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return line[:LINE]


def _fit(document: dict[str, Any], settings: Settings, anonymous: bool) -> dict[str, Any]:
    """Without secrets, and without a line that is longer than any honest one."""
    words = [word for network in settings.wifi for word in (network.ssid, _password(network))]
    forbidden = ["PRIVATE KEY", *(word for word in words if len(word) >= _LEAST)]
    hidden = _SECRET_KEYS | (_OF_ONE if anonymous else set())

    def fitted(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: fitted(one, str(name)) for name, one in value.items()}
        if isinstance(value, list):
            return [fitted(one, key) for one in value]
        if value is not None and key in hidden and (anonymous or not str(value).startswith(_PUBLIC)):
            return _HIDDEN
        if isinstance(value, str):
            return _HIDDEN if any(word in value for word in forbidden) else value[:LINE]
        return value

    return {name: fitted(one, str(name)) for name, one in document.items()}


def _password(network: Any) -> str:
    return network.password.get_secret_value() if network.password is not None else ""


def _bounded(known: Record) -> Record:
    """What is longer than a recording's file may be would be left out wholly: its beginning is."""
    for document in known.documents[_OURS].values():
        for lines in document.values():
            while isinstance(lines, list) and len(json.dumps(lines)) > _FILE_LIMIT // 2:
                del lines[: max(1, len(lines) // 4)]
    return known


def _readable(name: str, data: bytes) -> Part:
    """A log as text, one line a line."""
    folder, _, file = name.partition("/")
    if folder == _OURS and file.startswith(_LOG):
        lines = json.loads(data).get("lines", [])
        return f"{folder}/{file.removeprefix(_LOG).removesuffix('.json')}.log", "\n".join(map(str, lines)).encode()
    return name, data

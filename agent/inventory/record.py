"""Writing a recorded machine into a folder (see agent.host.recorded), whole or visibly not."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from agent import __version__
from agent.host.files import write_safely
from agent.host.recorded import (
    ABOUT,
    DMIDECODE,
    EDID_SUFFIX,
    FORMAT,
    JSON_SUFFIX,
    SYSTEM,
    SYSTEM_LIMIT,
    TEXT_LIMIT,
    packed,
)
from agent.host.recording import Record
from agent.inventory.anonymous import anonymous as made_anonymous
from agent.model.message import say
from agent.model.problem import Problem

_FOREIGN = re.compile(r"[^A-Za-z0-9._!-]")
_LONGEST_NAME = 100
_MODE = 0o644
"""A recording is handed on; the folder itself was made by whoever asked for it."""


class NotEmpty(Problem):
    """The folder has something in it already."""


class NotSaved(Problem):
    """The recording could not be written."""

    exit_code: ClassVar[int] = 3


def save(record: Record, folder: Path, *, anonymous: bool) -> None:
    """Write the recording; the folder is made, or is empty. Raises NotEmpty, NotSaved.

    First comes a file that says that the recording is not complete, last the same that says it is.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        empty = not any(folder.iterdir())
    except OSError as error:
        raise _not_saved(folder, error) from error
    if not empty:
        raise NotEmpty(
            say("The folder {folder} is not empty.", folder=str(folder)),
            say("Give --record a folder that is new or empty, so that no two recordings are mixed."),
        )
    try:
        write_safely(folder / ABOUT, _about(anonymous, complete=False), mode=_MODE)
        for name, data in files(record, anonymous=anonymous):
            (folder / name).parent.mkdir(exist_ok=True)
            write_safely(folder / name, data, mode=_MODE)
    except OSError as error:
        raise _not_saved(folder, error) from error


def files(record: Record, *, anonymous: bool) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file of a recording, the last one of which says that it is complete."""
    record = _settled(record)
    yield from _files(made_anonymous(record) if anonymous else record)
    yield ABOUT, _about(anonymous, complete=True)


def _settled(record: Record) -> Record:
    """A copy: a part of the inventory that nobody waits for any more may still be reading."""
    files, folders, links = dict(record.files), dict(record.folders), dict(record.links)
    return replace(record, files=files, folders=folders, links=links, edids=dict(record.edids))


def _not_saved(folder: Path, error: OSError) -> NotSaved:
    return NotSaved(
        say("The recording could not be saved in {folder}: {error}.", folder=str(folder), error=error.strerror or "?"),
        say("Give --record a new folder on a drive that can be written and has a few megabytes left."),
    )


def _about(anonymous: bool, *, complete: bool) -> bytes:
    return _json({"format": FORMAT, "ordis": __version__, "anonymous": anonymous, "complete": complete})


def _files(record: Record) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file, none larger than the reader takes."""
    if record.dmidecode is not None:
        yield DMIDECODE, record.dmidecode.encode("utf-8", "replace")[:TEXT_LIMIT]
    for connector, data in sorted(record.edids.items()):
        yield f"edid/{_name(connector)}{EDID_SUFFIX}", data
    for kind, documents in sorted(record.documents.items()):
        for name, document in sorted(documents.items()):
            content = _json(document)
            if len(content) <= TEXT_LIMIT:
                yield f"{_name(kind)}/{_name(name)}{JSON_SUFFIX}", content
    yield SYSTEM, _system(record)


def _system(record: Record) -> bytes:
    files = {path: packed(data) for path, data in sorted(record.files.items())}
    rest = {"folders": dict(sorted(record.folders.items())), "links": dict(sorted(record.links.items()))}
    while len(content := _json({"files": files, **rest})) > SYSTEM_LIMIT and files:
        del files[max(files, key=lambda path: len(record.files[path]))]
    return content


def _json(document: object) -> bytes:
    return json.dumps(document, indent=1).encode() + b"\n"


def _name(text: str) -> str:
    """As a file name that every file system takes."""
    return _FOREIGN.sub("_", text).lstrip(".")[:_LONGEST_NAME] or "_"

"""What must survive a power cut: one append-only file per intake, every record on the disk before it counts."""

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from agent.host.boot import boot_id
from agent.host.files import make_folder, sync_folder
from agent.model.message import say
from agent.model.problem import Problem

RECORD_LIMIT = 4 * 1024 * 1024
"""Bytes of one record that are believed when a journal is read."""


class JournalError(Problem):
    """A record could not be made durable; nothing destructive may follow."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            say(
                "The journal cannot be written ({error}), so nothing will be erased.",
                error=error.strerror or str(error),
            ),
            say("Plug in a healthy Ordis stick with free space, then start again."),
        )


class Journal:
    """The records of one intake, `FOLDER/ID.jsonl`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()

    @classmethod
    def create(cls, folder: Path, name: str) -> Self:
        """Start a journal. Raises JournalError."""
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            make_folder(folder)
            journal = cls(folder / f"{name}.jsonl")
            journal._append("created", {"boot_id": boot_id()}, os.O_CREAT | os.O_EXCL)
            sync_folder(folder)
        except OSError as error:
            raise JournalError(error) from error
        return journal

    @property
    def name(self) -> str:
        return self._path.stem

    def record(self, kind: str, **fields: object) -> None:
        """Append a record; on the disk when this returns. Raises JournalError."""
        try:
            self._append(kind, fields, 0)
        except OSError as error:
            raise JournalError(error) from error

    def note(self, kind: str, **fields: object) -> None:
        """Append what is good to know later, and nothing waits for. Never raises."""
        with contextlib.suppress(JournalError):
            self.record(kind, **fields)

    def _append(self, kind: str, fields: dict[str, object], flags: int) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        # The line break in front keeps this record apart from one that a full stick cut short.
        line = b"\n" + json.dumps({"record": kind, "at": at, **fields}).encode() + b"\n"
        with self._writing:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | flags, 0o600)
            try:
                while line:
                    line = line[os.write(descriptor, line) :]
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def records(self) -> Iterator[dict[str, object]]:
        """The records that are whole; one that was cut short is left out. Raises OSError."""
        with self._path.open("rb") as file:
            while line := file.readline(RECORD_LIMIT):
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(record, dict):
                    yield record

    def close(self) -> None:
        """The intake has ended and its report is safe: put the journal aside. Raises JournalError."""
        done = self._path.parent / "done"
        try:
            done.mkdir(exist_ok=True)
            os.rename(self._path, done / self._path.name)
        except OSError as error:
            raise JournalError(error) from error


def unfinished(folder: Path) -> list[Journal]:
    """The journals of intakes that did not end, oldest first."""
    found = []
    for path in folder.glob("*.jsonl"):
        with contextlib.suppress(OSError):  # its intake has ended this moment
            found.append((path.stat().st_mtime, path))
    return [Journal(path) for _, path in sorted(found)]

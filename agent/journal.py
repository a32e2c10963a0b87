"""What must survive a power cut: one append-only file per intake, every record on the disk before it counts.

Where the file lies in memory, or the stick is gone, a record that something waits for counts once the workshop has it.
"""

import contextlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol, Self

from agent.host.boot import boot_id
from agent.host.files import make_folder, sync_folder
from agent.model.message import Message, say
from agent.model.problem import Problem

RECORD_LIMIT = 4 * 1024 * 1024
"""Bytes of one record that are believed when a journal is read."""

PLUG_IN = say("Plug in a healthy Ordis stick with free space, then start again.")


class JournalError(Problem):
    """A record could not be made durable; nothing destructive may follow."""

    def __init__(self, error: OSError | Message, hint: Message = PLUG_IN) -> None:
        if isinstance(error, OSError):
            error = say(
                "The journal cannot be written ({error}), so nothing will be erased.",
                error=error.strerror or str(error),
            )
        super().__init__(error, hint)


class Keeper(Protocol):
    """Who keeps records elsewhere."""

    def queue(self, record: dict[str, object]) -> None:
        """Goes out with the next one that must be kept. Never blocks, never raises."""

    def keep(self, record: dict[str, object]) -> None:
        """Returns once it is kept. Blocks; raises JournalError."""


class Journal:
    """The records of one intake, `FOLDER/ID.jsonl`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        self._missed: list[bytes] = []
        """What could not be written, in order; it precedes whatever can be again."""
        self._durable: Callable[[], bool] = lambda: True
        self._elsewhere: Keeper | None = None

    @classmethod
    def create(cls, folder: Path, name: str, durable: Callable[[], bool] | None = None,
               elsewhere: Keeper | None = None) -> Self:  # fmt: skip
        """Start a journal; the rest as for `secure`. Raises JournalError where neither folder nor anybody else would
        keep it."""
        journal = cls(folder / f"{name}.jsonl")
        journal.secure(durable, elsewhere)
        begin = journal._entry("created", {"boot_id": boot_id()})
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            make_folder(folder)
            journal._append(_line(begin), os.O_CREAT | os.O_EXCL)
            sync_folder(folder)
        except OSError as error:
            if elsewhere is None:
                raise JournalError(error) from error
        if elsewhere is not None:
            elsewhere.queue(begin)
        return journal

    def secure(self, durable: Callable[[], bool] | None = None, elsewhere: Keeper | None = None) -> None:
        """`durable` tells whether what is written to the folder outlasts a power cut now; `elsewhere` is asked where it
        does not, or where writing fails."""
        self._durable = durable or self._durable
        self._elsewhere = elsewhere

    @property
    def name(self) -> str:
        return self._path.stem

    def record(self, kind: str, **fields: object) -> None:
        """Append a record that something waits for; it outlasts a power cut when this returns. Raises JournalError."""
        entry = self._entry(kind, fields)
        failure = self._written(entry)
        if failure is None and self._durable():
            self._queue(entry)
        elif self._elsewhere is not None:
            self._elsewhere.keep(entry)
        else:
            raise JournalError(failure or IN_MEMORY, PLUG_IN if failure else NAME_A_WORKSHOP)

    def note(self, kind: str, **fields: object) -> None:
        """Append what is good to know later, and nothing waits for. Never raises."""
        entry = self._entry(kind, fields)
        self._written(entry)
        self._queue(entry)

    def track(self, kind: str, **fields: object) -> OSError | None:
        """Append how far something is that may go on without it. Why it could not be written; None where it was."""
        return self._written(self._entry(kind, fields), again=False)

    def _queue(self, entry: dict[str, object]) -> None:
        if self._elsewhere is not None:
            self._elsewhere.queue(entry)

    def _entry(self, kind: str, fields: dict[str, object]) -> dict[str, object]:
        return {"record": kind, "at": datetime.now(UTC).isoformat(timespec="seconds"), **fields}

    def _written(self, entry: dict[str, object], *, again: bool = True) -> OSError | None:
        """Append, after all that could not be appended before. `again`: what fails now precedes what comes later."""
        try:
            self._append(_line(entry), 0, again=again)
        except OSError as error:
            return error
        return None

    def _append(self, line: bytes, flags: int, *, again: bool = True) -> None:
        with self._writing:
            try:
                _write(self._path, b"".join([*self._missed, line]), flags)
                self._missed.clear()
            except OSError:
                if again:
                    self._missed.append(line)
                raise

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


IN_MEMORY = say(
    "The journal lies in this computer's memory only, so nothing will be erased: after a power cut nobody would know "
    "which drive was half erased."
)
NAME_A_WORKSHOP = say(
    "Plug in the Ordis stick, or name in ordis.toml the workshop that is to keep the journal; then start again."
)


def _line(entry: dict[str, object]) -> bytes:
    # The line break in front keeps this record apart from one that a full stick cut short.
    return b"\n" + json.dumps(entry).encode() + b"\n"


def _write(path: Path, data: bytes, flags: int) -> None:
    """Append to a file that is there (or, by `flags`, is made), durably. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | flags, 0o600)
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unfinished(folder: Path) -> list[Journal]:
    """The journals of intakes that did not end, oldest first."""
    found = []
    for path in folder.glob("*.jsonl"):
        with contextlib.suppress(OSError):  # its intake has ended this moment
            found.append((path.stat().st_mtime, path))
    return [Journal(path) for _, path in sorted(found)]

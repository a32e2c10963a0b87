"""The reports that wait for the workshop, on the stick's data partition.

A report is one file, `REPORT_ID.json`; once the workshop has given its receipt, it moves to `delivered/` with
`REPORT_ID.receipt.json` beside it. Nothing here deletes a file.
"""

import contextlib
import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from agent.host.files import make_folder, move_safely, read_bounded, sync_folder, write_safely
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.report import Receipt, SignedReport
from agent.report.canonical import LIMIT, Malformed
from agent.report.sign import to_bytes
from agent.report.verify import read, report_id


class SpoolError(Problem):
    """The spool cannot be written or read."""


@dataclass(frozen=True)
class Waiting:
    """A file in the spool: a report to deliver, or something unreadable, and why."""

    path: Path
    report_id: UUID | None
    problem: Message | None = None


class Spool:
    """The spool in one folder, which is made when needed. Its parent must exist: otherwise the partition that
    should hold the reports is not there, and a folder made in its place would keep nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "delivered"

    def add(self, signed: SignedReport) -> Path:
        """Save a signed report; once this returns, it is on the medium. The same report twice is one file.

        Raises SpoolError, and Malformed for what is no report.
        """
        data = to_bytes(signed)
        path = self.folder / f"{report_id(signed)}.json"
        with _explained(self.folder):
            make_folder(self.folder)
            if not path.exists():
                write_safely(path, data)
            elif read_bounded(path, LIMIT) != data:
                raise SpoolError(
                    say("Another report with the same number is already saved: {path}.", path=str(path)),
                    say("Start a new intake, which gets a number of its own, and tell the team of both."),
                )
            else:
                sync_folder(self.folder)
        return path

    def pending(self) -> list[Waiting]:
        """What waits, the oldest first, unreadable files among it. Raises SpoolError when the folder cannot be read."""
        with _explained(self.folder):
            try:
                entries = list(os.scandir(self.folder))
            except FileNotFoundError:
                return []
        # Hidden files are writes that a crash cut short: nobody was told that they were saved.
        wanted = [entry for entry in entries if not entry.name.startswith(".") and entry.name != self.archive.name]
        return [_waiting(Path(entry.path)) for entry in sorted(wanted, key=_age)]

    def count(self) -> int:
        """How many wait, without reading them. Raises SpoolError."""
        with _explained(self.folder):
            try:
                return sum(name.endswith(".json") and not name.startswith(".") for name in os.listdir(self.folder))
            except FileNotFoundError:
                return 0

    def delivered(self, path: Path, receipt: Receipt) -> Path:
        """Put a delivered report away and return where it is now. Raises SpoolError."""
        with _explained(self.folder):
            make_folder(self.archive)
            # The receipt first: after a crash in between the report is sent again, and the workshop knows it.
            write_safely(self.archive / f"{path.stem}.receipt.json", receipt.model_dump_json(indent=2).encode())
            move_safely(path, self.archive / path.name)
        return self.archive / path.name

    def receipt(self, number: UUID) -> Receipt | None:
        """Of a report that was put away; None where there is none that can be read."""
        try:
            return Receipt.model_validate_json(read_bounded(self.archive / f"{number}.receipt.json", LIMIT))
        except (OSError, ValidationError):
            return None


def _age(entry: os.DirEntry[str]) -> tuple[float, str]:
    try:
        return entry.stat(follow_symlinks=False).st_mtime, entry.name
    except OSError:
        return 0.0, entry.name


def _waiting(path: Path) -> Waiting:
    try:
        number = report_id(read(read_bounded(path, LIMIT)))
    except Malformed as problem:
        return Waiting(path, None, problem.reason)
    except OSError as error:
        return Waiting(path, None, say("The file cannot be read: {detail}.", detail=error.strerror or str(error)))
    if path.name != f"{number}.json":
        return Waiting(path, None, say("The file's name is not the number of the report in it."))
    return Waiting(path, number)


@contextlib.contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _explain(folder, error) from error


def _explain(folder: Path, error: OSError) -> SpoolError:
    where = str(folder)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SpoolError(
            say("There is no room left to save the report in {folder}.", folder=where),
            say("Deliver the reports that wait there, or copy them elsewhere and make room, then save again."),
        )
    if error.errno == errno.EROFS:
        return SpoolError(
            say("The report cannot be saved: {folder} is read-only.", folder=where),
            say("Release the stick's write protection or use another stick, then save again."),
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return SpoolError(
            say("The folder of reports, {folder}, may not be used by this user.", folder=where),
            say("Start again with sudo, or as the user that the folder belongs to."),
        )
    if error.errno in (errno.ENOENT, errno.ENODEV):
        return SpoolError(
            say("The place for reports is not there: {folder}.", folder=where),
            say("Plug the Ordis stick in again, then save again."),
        )
    return SpoolError(
        say("Reports cannot be kept in {folder}: {detail}.", folder=where, detail=error.strerror or str(error)),
        say("The stick may be failing: deliver the reports now, or copy them to another one."),
    )

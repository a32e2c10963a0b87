"""`ordis report`: is a saved report intact, and the schema of reports."""

import json
from pathlib import Path

from agent.commands.options import Options
from agent.host.files import read_bounded
from agent.model.message import say
from agent.model.problem import Problem
from agent.model.words import Mode
from agent.report import keys
from agent.report import verify as verification
from agent.report.canonical import LIMIT
from agent.report.schema import schema as report_schema
from agent.report.summary import summary


def verify(options: Options) -> int:
    """0 where the signature holds and the signer is trusted here, 1 otherwise."""
    verdict = verification.verify(read(options.file), trusted(options))
    if verdict.training:
        options.line(say("TRAINING"))
    options.line(verdict.reason)
    if verdict.hint:
        options.line(verdict.hint)
    if verdict.signer is not None:
        options.line(say("Signer: {key}", key=str(verdict.signer)))
    if verdict.intact and verdict.report is not None:
        for text in summary(verdict.report, options.language):
            options.text(text)
    return 0 if verdict.trusted else 1


def read(path: Path) -> bytes:
    """The bytes of a report's file. Raises Problem."""
    try:
        return read_bounded(path, LIMIT)
    except OSError as error:
        raise Problem(
            say("{file} cannot be read: {error}.", file=str(path), error=error.strerror or str(error)),
            say("Give the file of a saved report (it ends in .json)."),
        ) from error


def trusted(options: Options) -> list[str]:
    """The signers believed here: this stick's own keys, of both kinds."""
    return [str(key) for mode in Mode for key in keys.own_keys(options.settings.keys(mode))]


def schema(options: Options) -> int:
    """Print the JSON Schema of reports."""
    options.text(json.dumps(report_schema(), indent=2, ensure_ascii=False))
    return 0

"""What all commands share: settings, mode, language, and the two ways of speaking (text and JSON Lines)."""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from agent import settings as settings_file
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.words import Mode
from agent.report.wording import tell
from agent.settings import Settings

log = logging.getLogger("ordis")


class Options:
    """The parsed command line, and how to answer it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.json: bool = values.get("json", False)
        self.mode = Mode.TRAINING if values.get("training") else Mode.REAL
        self.config: Path | None = values.get("config")

    def __getattr__(self, name: str) -> Any:
        """An argument of the command line; None where it was not given."""
        return self._values.get(name)

    @cached_property
    def settings(self) -> Settings:
        """ordis.toml. Raises SettingsError."""
        return settings_file.load(self.config)

    @cached_property
    def language(self) -> str:
        if given := self._values.get("lang"):
            return str(given)
        try:
            return self.settings.language
        except Problem:
            return "fr"

    def run(self, command: Callable[["Options"], int]) -> int:
        """Run a command; whatever goes wrong becomes a sentence and an exit code."""
        logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")
        try:
            return command(self)
        except Problem as problem:
            self.problem(problem.reason, problem.hint)
            return problem.exit_code
        except KeyboardInterrupt:
            self.problem(say("Interrupted."), None)
            return 3
        except BrokenPipeError:
            raise
        except Exception as error:
            log.debug("unexpected", exc_info=True)
            self.problem(
                say("Something unexpected happened: {error}.", error=f"{type(error).__name__}: {error}"),
                say("Please send this line to the team, with what you were doing."),
            )
            return 3

    def real_only(self) -> None:
        """For what has no training: `--training` promises that nothing real is touched. Raises Problem."""
        if self.mode is Mode.TRAINING:
            raise Problem(
                say("This command has no training: it would change a real stick."),
                say("Nothing was done. Leave --training out if that is what you want."),
            )

    def tell(self, message: Message) -> str:
        """A sentence in the user's language."""
        return tell(message, self.language)

    def line(self, message: Message) -> None:
        """One line of text on standard output; nothing in JSON mode."""
        if not self.json:
            self.text(self.tell(message))

    def text(self, text: str = "") -> None:
        """Text on standard output; nothing in JSON mode."""
        if not self.json:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def note(self, text: str) -> None:
        """A passing line on standard error, only where somebody watches."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def event(self, name: str, **fields: object) -> None:
        """One JSON line on standard output; nothing in text mode."""
        if self.json:
            self.json_line(json.dumps({"event": name, **_plain(fields)}, ensure_ascii=False))

    def json_line(self, line: str) -> None:
        """A JSON line that is one already."""
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def problem(self, reason: Message, hint: Message | None) -> None:
        """What went wrong, on standard error, and in JSON mode as an event too."""
        sys.stderr.write(f"ordis: {self.tell(reason)}\n" + (f"       {self.tell(hint)}\n" if hint else ""))
        self.event("problem", problem=self.tell(reason), hint=self.tell(hint) if hint else None)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value

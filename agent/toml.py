"""Reading a TOML file that a person wrote: every mistake is told with the file, the key and what was expected."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from agent.host.files import read_bounded
from agent.model.message import Message, say
from agent.model.problem import Problem

LIMIT = 64 * 1024
"""Bytes of one file; ours are below 3 kB."""

M = TypeVar("M", bound=BaseModel)
_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")
_PASSWORD = re.compile(r"//.*@")


class WrongFile(Problem):
    """A file that cannot be used: which key is wrong, and what was expected."""


def load(path: Path, model: type[M], refusal: type[WrongFile]) -> M:
    """Read `path`, a regular file of at most LIMIT bytes, as `model`. Raises `refusal`."""
    try:
        data = read_bounded(path, LIMIT)
    except (OSError, ValueError) as error:  # ValueError: a NUL byte or a lone surrogate in the name
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise refusal(
            say("{file} cannot be read: {error}.", file=str(path), error=why),
            say("Expected: a text file that can be read, of at most {limit:bytes}.", limit=LIMIT),
        ) from error
    return parse(data, path, model, refusal)


def parse(data: bytes, path: Path, model: type[M], refusal: type[WrongFile]) -> M:
    """Make a `model` of the text of `path`. Validators find the file's folder as `folder` in the context.

    Raises `refusal`.
    """
    text = _json(data, path, refusal)
    try:
        # Strict, so that "yes" is no truth value and "20" is no number; as JSON, so that enums and paths may be text.
        return model.model_validate_json(text, strict=True, context={"folder": path.parent})
    except ValidationError as error:
        raise _refuse(error, str(path), model, refusal) from error


def _json(data: bytes, path: Path, refusal: type[WrongFile]) -> str:
    try:
        # Windows editors put a byte order mark in front; ordis.toml lies where Windows shows it.
        return json.dumps(tomllib.loads(data.decode("utf-8-sig")), default=str)
    except UnicodeDecodeError as error:
        reason = say("{file} is no text file in UTF-8.", file=str(path))
        raise refusal(reason, say("Expected: a TOML file, saved with the encoding UTF-8.")) from error
    except (ValueError, RecursionError) as error:
        place = _PLACE.search(str(error))
        problem = _PLACE.sub("", str(error))
        hint = say('Expected: TOML, that is lines like key = "text", key = 20, key = true, or [section].')
        if place is None:
            raise refusal(say("{file} is not written correctly: {problem}.", file=str(path), problem=problem), hint) \
                from error  # fmt: skip
        line = int(place[1])
        reason = say("{file}, line {line}: {problem}.", file=str(path), line=line, problem=problem)
        raise refusal(reason, hint) from error


def wrong_value(file: str, key: str, got: object) -> Message:
    """The sentence for a value that cannot be used."""
    return say("In {file}, {key} cannot be “{got}”.", file=file, key=key, got=shown(got))


def shown(got: object) -> str:
    """A value as it may be repeated: short, and without the password of an address."""
    text = got if isinstance(got, str) else json.dumps(got, ensure_ascii=False, default=str)
    return _PASSWORD.sub("//…@", text)[:60]


def _refuse(error: ValidationError, file: str, model: type[BaseModel], refusal: type[WrongFile]) -> WrongFile:
    """The first of the errors as a refusal: with one mended, the next one is told."""
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        known = ", ".join(_section(model, first["loc"]).model_fields)
        return refusal(
            say("In {file}, the key {key} is unknown.", file=file, key=key),
            say("Expected here: {known}.", known=known),
        )
    if first["type"] == "missing":
        return refusal(
            say("In {file}, the key {key} is missing.", file=file, key=key),
            say("Expected: a line {key} = … with its value.", key=str(first["loc"][-1])),
        )
    return refusal(wrong_value(file, key, first["input"]), _expected(first["type"], first.get("ctx", {}), first["msg"]))


def _section(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """The model of the section in which `location` lies."""
    for name in location[:-1]:
        annotation = model.model_fields[str(name)].annotation
        assert isinstance(annotation, type)
        assert issubclass(annotation, BaseModel)
        model = annotation
    return model


_WHOLE = say("Expected: a whole number, without quotes.")
_NUMBER = say("Expected: a number, without quotes.")
_TEXT = say("Expected: text between quotes.")
_KINDS = {
    "bool_type": say("Expected: true or false, without quotes."),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "string_type": _TEXT,
    "path_type": _TEXT,
    "model_type": say("Expected: a section with keys of its own."),
}


def _expected(kind: str, context: dict[str, Any], text: str) -> Message:
    """What was expected, from pydantic's kind of error; a validator of ours raises ValueError(Message)."""
    own = getattr(context.get("error"), "args", None)
    if own and isinstance(own[0], Message):
        return own[0]
    match kind:
        case "greater_than_equal":
            return say("Expected: {limit} or more.", limit=_plain(context["ge"]))
        case "less_than_equal":
            return say("Expected: {limit} or less.", limit=_plain(context["le"]))
        case "enum" | "literal_error":
            return say("Expected: {choices}.", choices=str(context["expected"]))
        case "string_pattern_mismatch":
            return say("Expected: text of the form {pattern}.", pattern=str(context["pattern"]))
    return _KINDS.get(kind) or say("Expected: {rule}.", rule=text)


def _plain(limit: float) -> float:
    return int(limit) if limit == int(limit) else limit

"""Reading a TOML file that a person wrote: every mistake is told with the file, the key and what was expected."""

import json
import re
import tomllib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, SecretStr, ValidationError

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
    return parse(read(path, refusal), path, model, refusal)


def read(path: Path, refusal: type[WrongFile]) -> bytes:
    """The bytes of a regular file of at most LIMIT. Raises `refusal`."""
    try:
        return read_bounded(path, LIMIT)
    except (OSError, ValueError) as error:  # ValueError: a NUL byte or a lone surrogate in the name
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise refusal(
            say("{file} cannot be read: {error}.", file=str(path), error=why),
            say("Expected: a text file that can be read, of at most {limit:bytes}.", limit=LIMIT),
        ) from error


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


def text(data: bytes, path: Path, refusal: type[WrongFile]) -> str:
    """The text of a file. Raises `refusal`."""
    try:
        # Windows editors put a byte order mark in front; ordis.toml lies where Windows shows it. Its Notepad calls
        # UTF-16 "Unicode", and end lines in its own way, which TOML allows.
        encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = say("{file} is no text file in UTF-8.", file=str(path))
        hint = say("Open it with an editor (in Windows: Notepad) and save it again with the encoding UTF-8.")
        raise refusal(reason, hint) from error


def _json(data: bytes, path: Path, refusal: type[WrongFile]) -> str:
    written = text(data, path, refusal)
    try:
        return json.dumps(tomllib.loads(written), default=str)
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
    location = first["loc"]
    key = ".".join(str(name + 1 if isinstance(name, int) else name) for name in location)  # people count from 1
    if first["type"] == "extra_forbidden":
        known = ", ".join(_sections(model, location[:-1])[-1].model_fields)
        return refusal(
            say("In {file}, the key {key} is unknown.", file=file, key=key),
            say("Expected here: {known}.", known=known),
        )
    if first["type"] == "missing":
        return refusal(
            say("In {file}, the key {key} is missing.", file=file, key=key),
            say("Expected: a line {key} = … with its value.", key=str(location[-1])),
        )
    reason = wrong_value(file, key, first["input"])
    if isinstance(first["input"], dict) or any(_has_secret(section) for section in _sections(model, location)[1:]):
        reason = say("In {file}, {key} cannot be used as it is.", file=file, key=key)
    return refusal(reason, _expected(first["type"], first.get("ctx", {}), first["msg"]))


def _sections(model: type[BaseModel], location: tuple[int | str, ...]) -> list[type[BaseModel]]:
    """The models of all sections on the way to `location`, the outermost first."""
    found = [model]
    for name in location:
        # A number stands for one of several sections of the same name, whose model the name has told already.
        field = found[-1].model_fields.get(name) if isinstance(name, str) else None
        kinds = _kinds(None if field is None else field.annotation)
        found += [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)][:1]
    return found


def _has_secret(section: type[BaseModel]) -> bool:
    """Whether passwords stand in such a section: then no value of it is repeated, in whatever place it was written."""
    return any(SecretStr in _kinds(field.annotation) for field in section.model_fields.values())


def _kinds(annotation: object) -> list[object]:
    """An annotation and everything that it is made of: `list[Wifi] | None` contains Wifi."""
    return [annotation, *(kind for part in get_args(annotation) for kind in _kinds(part))]


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
    "list_type": say("Expected: a list, or sections that begin with two brackets, such as [[wifi]]."),
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

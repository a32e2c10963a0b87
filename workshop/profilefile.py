"""Reading a profile that sticks are to get: what they would refuse is refused here, where somebody can mend it."""

import hashlib
import json
import tomllib
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from agent.model.message import say
from agent.model.problem import Problem
from agent.model.profile import PROFILE_LIMIT, Profile
from agent.report.verify import first_error
from workshop.store import ServedProfile, now


def read_profile(path: Path) -> ServedProfile:
    """The profile in the file. Raises Problem, OSError."""
    with path.open("rb") as file:
        data = file.read(PROFILE_LIMIT + 1)
    if len(data) > PROFILE_LIMIT:
        raise Problem(
            say("{file} is too large: a profile has at most {limit:bytes}.", file=str(path), limit=PROFILE_LIMIT)
        )
    profile = _parse(data, path)
    if profile.name in _shipped():
        raise Problem(
            say("A profile named {name} comes with Ordis, and sticks would refuse another.", name=profile.name),
            say("Give it another name, in the file and as the file's name."),
        )
    return ServedProfile(
        name=profile.name, title_fr=profile.title_fr, title_en=profile.title_en,
        sha256=hashlib.sha256(data).hexdigest(), added_at=now(), served_until=None, body=data,
    )  # fmt: skip


def _parse(data: bytes, path: Path) -> Profile:
    try:
        text = json.dumps(tomllib.loads(data.decode("utf-8-sig")), default=str)
        profile = Profile.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise _refused(path, first_error(error)) from error
    except (ValueError, RecursionError) as error:
        raise _refused(path, str(error)) from error
    if profile.name != path.stem:
        raise _refused(path, f"its name is {profile.name!r}, which must be the file's name without .toml")
    return profile


def _refused(path: Path, why: str) -> Problem:
    return Problem(
        say("{file} is no profile that can be used: {why}.", file=str(path), why=why),
        say("Try it with: ordis profile check {file}", file=str(path)),
    )


def _shipped() -> set[str]:
    return {entry.name.removesuffix(".toml") for entry in resources.files("profiles").iterdir()}

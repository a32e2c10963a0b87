"""Finding and reading profiles: those that come with Ordis, and a workshop's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from agent import toml
from agent.model.message import say
from agent.model.profile import Profile


class ProfileError(toml.WrongFile):
    """A profile that is not there or cannot be used, with the sentence and the hint for the user."""


@dataclass(frozen=True)
class Found:
    """A profile that can be chosen, or one that is there and cannot, and why."""

    name: str
    file: Path
    profile: Profile | None = None
    problem: ProfileError | None = None


def load(name_or_path: str | Path, folder: Path | None = None) -> Profile:
    """Read a profile by name, or by path where it holds a slash or ends in `.toml`.

    Names are those that come with Ordis and those in `folder`; one that is in both is refused, since reports name
    nothing but the name. Raises ProfileError.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or text.endswith(".toml"):
        return _read(Path(text))
    files = _files(folder)
    named = [file for file in files if file.stem == text]
    if not named:
        names = ", ".join(sorted({file.stem for file in files}))
        raise ProfileError(
            say("There is no profile {name}.", name=text),
            say("Expected: one of {names}, or the path of a file.", names=names),
        )
    return _read_by_name(named[0], files)


def available(folder: Path | None = None) -> list[Found]:
    """Every profile, those that come with Ordis first; one that cannot be used is listed with its problem.

    Raises ProfileError where `folder` cannot be read.
    """
    files = _files(folder)
    return [_found(file, files) for file in files]


def _found(file: Path, files: list[Path]) -> Found:
    try:
        return Found(file.stem, file, _read_by_name(file, files))
    except ProfileError as problem:
        return Found(file.stem, file, problem=problem)


def _read_by_name(file: Path, files: list[Path]) -> Profile:
    if others := [other for other in files if other.stem == file.stem and other != file]:
        raise ProfileError(
            say("Two profiles have one name: {first} and {second}.", first=str(file), second=str(others[0])),
            say("Give your own another name, in the file and as the file's name."),
        )
    return _read(file)


def _files(folder: Path | None) -> list[Path]:
    return [*_shipped(), *_own(folder)]


def _shipped() -> Iterator[Path]:
    # A wheel or a checkout: the package is always unpacked, so its resources are files.
    for entry in sorted(resources.files("profiles").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            yield Path(str(entry))


def _own(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return sorted(entry for entry in folder.iterdir() if entry.suffix == ".toml")
    except OSError as error:
        raise ProfileError(
            say("The profile folder {folder} cannot be read: {error}.", folder=str(folder), error=str(error.strerror)),
            say("Expected: a folder, named by profile_dir in ordis.toml."),
        ) from error


def _read(path: Path) -> Profile:
    profile = toml.load(path, Profile, ProfileError)
    if profile.name != path.stem:
        raise ProfileError(
            toml.wrong_value(str(path), "name", profile.name),
            say("Expected: {stem}, the file's name without .toml.", stem=path.stem),
        )
    return profile

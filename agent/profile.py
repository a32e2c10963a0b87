"""Finding and reading profiles: those that come with Ordis, those on the stick, and those that the workshop serves."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from agent import toml
from agent.model.message import Message, say
from agent.model.profile import Profile, ProfileSource
from agent.model.words import Mode, Origin
from agent.settings import Settings


class ProfileError(toml.WrongFile):
    """A profile that is not there or cannot be used, with the sentence and the hint for the user."""


@dataclass(frozen=True)
class Folders:
    """Where profiles lie besides those that come with Ordis."""

    own: Path | None = None
    """`profile_dir` of ordis.toml."""
    served: Path | None = None
    """What the workshop served last (see agent.served); that it is not there means that nothing was."""
    training: bool = False
    """Whether those are offered that play a trouble (agent.training.exercises)."""


@dataclass(frozen=True)
class Chosen:
    """A profile, and which one it is."""

    profile: Profile
    source: ProfileSource


@dataclass(frozen=True)
class Found:
    """A profile that can be chosen, or one that is there and cannot, and why."""

    name: str
    file: Path
    origin: Origin
    profile: Profile | None = None
    problem: ProfileError | None = None


def folders(settings: Settings, mode: Mode) -> Folders:
    """Where the profiles of this stick lie, in this mode."""
    return Folders(settings.profile_dir, settings.served_profiles(mode), mode is Mode.TRAINING)


def choose(name_or_path: str | Path, folders: Folders = Folders()) -> Chosen:
    """Read a profile by name, or by path where it holds a slash or ends in `.toml`.

    Of two of one name neither is used, unless one of them was served: a workshop takes no name away. Raises
    ProfileError.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or text.endswith(".toml"):
        return _read(Path(text), Origin.FILE)
    files = _files(folders)
    named = [(file, origin) for file, origin in files if file.stem == text]
    if not named:
        names = ", ".join(sorted({file.stem for file, _ in files}))
        raise ProfileError(
            say("There is no profile {name}.", name=text),
            say("Expected: one of {names}, or the path of a file.", names=names),
        )
    return _read_by_name(*named[0], files)


def load(name_or_path: str | Path, folders: Folders = Folders()) -> Profile:
    """As choose, for whoever does not need to know which it was."""
    return choose(name_or_path, folders).profile


def available(folders: Folders = Folders()) -> list[Found]:
    """Every profile, those that come with Ordis first and those of the workshop last; one that cannot be used is listed
    with its problem.

    Raises ProfileError where the folder of ordis.toml cannot be read.
    """
    files = _files(folders)
    return [_found(*each, files) for each in files]


def taken(name: str, own: Path | None = None) -> bool:
    """Whether one that comes with Ordis or lies in `own` has this name, so that none of it is served. Raises
    ProfileError."""
    return any(file.stem == name for file, _ in _files(Folders(own)))


def parse(data: bytes, file: Path) -> Profile:
    """The profile that these bytes are, as if they stood in `file`. Raises ProfileError."""
    profile = toml.parse(data, file, Profile, ProfileError)
    if profile.name != file.stem:
        raise ProfileError(
            toml.wrong_value(str(file), "name", profile.name),
            say("Expected: {stem}, the file's name without .toml.", stem=file.stem),
        )
    return profile


Files = list[tuple[Path, Origin]]


def _found(file: Path, origin: Origin, files: Files) -> Found:
    try:
        return Found(file.stem, file, origin, _read_by_name(file, origin, files).profile)
    except ProfileError as problem:
        return Found(file.stem, file, origin, problem=problem)


def _read_by_name(file: Path, origin: Origin, files: Files) -> Chosen:
    others = [other for other, its in files if other.stem == file.stem and other != file and its is not Origin.WORKSHOP]
    if others:
        raise ProfileError(
            say("Two profiles have one name: {first} and {second}.", first=str(file), second=str(others[0])),
            _rename(origin),
        )
    return _read(file, origin)


def _rename(origin: Origin) -> Message:
    if origin is Origin.WORKSHOP:
        return say("The workshop's is not used. Give it another name there.")
    return say("Give your own another name, in the file and as the file's name.")


def _files(folders: Folders) -> Files:
    return [
        *((file, Origin.SHIPPED) for file in _shipped("profiles")),
        *((file, Origin.SHIPPED) for file in (_shipped("profiles.training") if folders.training else ())),
        *((file, Origin.FOLDER) for file in _own(folders.own)),
        *((file, Origin.WORKSHOP) for file in _served(folders.served)),
    ]


def _shipped(package: str) -> Iterator[Path]:
    # A wheel or a checkout: the package is always unpacked, so its resources are files.
    for entry in sorted(resources.files(package).iterdir(), key=lambda entry: entry.name):
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


def _served(folder: Path | None) -> list[Path]:
    try:
        return [] if folder is None else sorted(folder.glob("*.toml"))
    except OSError:  # the stick is gone: those that come with Ordis are there all the same
        return []


def _read(path: Path, origin: Origin) -> Chosen:
    data = toml.read(path, ProfileError)
    return Chosen(parse(data, path), ProfileSource(origin=origin, sha256=hashlib.sha256(data).hexdigest()))

"""`ordis profile`: which profiles there are, whether a file is one, and what one says."""

import hashlib
from pathlib import Path

from agent import profile as profiles
from agent import toml
from agent.commands.options import Options
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.words import Origin

ORIGIN: dict[Origin, Message] = {
    Origin.SHIPPED: say("comes with Ordis"),
    Origin.FOLDER: say("from the folder of ordis.toml"),
    Origin.WORKSHOP: say("from the workshop"),
    Origin.FILE: say("from a file"),
}


def run(options: Options) -> int:
    """0; 1 where `list` has one that cannot be used."""
    match options.action:
        case "check":
            return _check(options)
        case "show":
            return _show(options)
    return _list(options)


def _list(options: Options) -> int:
    broken = 0
    for found in profiles.available(_folders(options)):
        if found.profile is None:
            broken += 1
            reason = found.problem.reason if found.problem else say("It cannot be used.")
            options.text(f"{found.name:<16} ! {options.tell(reason)}")
        else:
            title = found.profile.title_fr if options.language == "fr" else found.profile.title_en
            options.text(f"{found.name:<16} {title} ({options.tell(ORIGIN[found.origin])})")
    return 1 if broken else 0


def _check(options: Options) -> int:
    profile = profiles.load(_named(options), _folders(options))
    options.line(say("The profile {name} is correct.", name=profile.name))
    return 0


def _show(options: Options) -> int:
    """The file as it is, below what a report says of it."""
    name = _named(options)
    chosen = profiles.choose(name, _folders(options))
    file = next((found.file for found in profiles.available(_folders(options)) if found.name == name), None)
    data = toml.read(file or Path(name), profiles.ProfileError)
    origin = options.tell(ORIGIN[chosen.source.origin])
    options.text(f"# {file or name}: {origin}, SHA-256 {hashlib.sha256(data).hexdigest()}")
    text = data.decode("utf-8-sig", "replace")
    # It may come from the network: nothing in it speaks to the terminal.
    options.text("".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text).rstrip())
    return 0


def _named(options: Options) -> str:
    if not options.file:
        raise Problem(say("Which profile?"), say("ordis profile check FILE, or ordis profile show NAME"))
    return str(options.file)


def _folders(options: Options) -> profiles.Folders:
    return profiles.folders(options.settings, options.mode)

"""`ordis profile`: which profiles there are, and whether a file is one."""

from agent import profile as profiles
from agent.commands.options import Options
from agent.model.message import say
from agent.model.problem import Problem


def run(options: Options) -> int:
    return _check(options) if options.action == "check" else _list(options)


def _list(options: Options) -> int:
    broken = 0
    for found in profiles.available(options.settings.profile_dir):
        if found.profile is None:
            broken += 1
            reason = found.problem.reason if found.problem else say("It cannot be used.")
            options.text(f"{found.name:<16} ! {options.tell(reason)}")
        else:
            title = found.profile.title_fr if options.language == "fr" else found.profile.title_en
            options.text(f"{found.name:<16} {title}")
    return 1 if broken else 0


def _check(options: Options) -> int:
    if not options.file:
        raise Problem(say("Which profile?"), say("ordis profile check FILE"))
    profile = profiles.load(options.file, options.settings.profile_dir)
    options.line(say("The profile {name} is correct.", name=profile.name))
    return 0

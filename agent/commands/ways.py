"""A way to erase in words, for the commands that tell of drives."""

from agent.commands.options import Options
from agent.model.words import Method, Technique
from agent.report.naming import METHOD, TECHNIQUE


def way(options: Options, technique: Technique, method: Method | None) -> str:
    """For example: ATA sanitize, block erase."""
    name = options.tell(TECHNIQUE[technique])
    return f"{name}, {options.tell(METHOD[method])}" if method else name

"""A public key from the command line: the text itself, or a file that holds it."""

from pathlib import Path

from agent.model.message import say
from agent.report.keys import FILE_LIMIT, PREFIXES, KeyProblem, PublicKey, parse_public


def public_key(given: str) -> PublicKey:
    """Raises KeyProblem for what is neither a key nor a file with one in it."""
    if given.strip().startswith(tuple(PREFIXES.values())):
        return parse_public(given)
    try:
        with Path(given).open("rb") as file:
            return parse_public(file.read(FILE_LIMIT).decode("utf-8", "replace"))
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        raise KeyProblem(
            say("“{given}” is neither a public key nor a file that can be read.", given=given),
            say("A public key begins with ordis-ed25519: and is found on the stick in the file stick.pub."),
        ) from error

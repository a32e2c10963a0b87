"""Asking smartctl for a drive's health. Only the drive's worker does."""

import json

from agent.host.run import run

SECONDS = 60.0
"""A sleeping disk takes up to half a minute to start; a dying one may never answer."""


def smartctl(device: str) -> dict[str, object] | None:
    """What `smartctl --json --all` says of the drive; None where it says nothing that can be read.

    Its exit code is a set of bits of which most are verdicts and not errors, so it decides nothing here.
    Raises ToolMissing, ToolTimeout, OSError.
    """
    answer = run(["smartctl", "--json", "--all", "--", device], timeout=SECONDS).out
    try:
        document = json.loads(answer)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None

"""Asking the workshop for the profiles that it serves."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from agent.delivery.answers import ANSWER_LIMIT, nonsense, refusal
from agent.delivery.errors import DeliveryError
from agent.delivery.workshop import get
from agent.model.message import say
from agent.model.profile import PROFILE_LIMIT, Listed, ProfileList
from agent.report.canonical import Malformed, load


def served(url: str, ca_file: Path | None, timeout: float) -> list[Listed]:
    """What the workshop says that it serves, each name once. Raises DeliveryError, also for a workshop of a version
    that knows nothing of profiles."""
    answer = get("profiles", url, ca_file, timeout)
    if answer.status != 200:
        raise refusal(answer, "")
    try:
        found = ProfileList.model_validate(load(answer.body, ANSWER_LIMIT)).profiles
    except (Malformed, ValidationError) as error:
        raise nonsense(answer) from error
    return list({one.name: one for one in found}.values())


def fetch(one: Listed, url: str, ca_file: Path | None, timeout: float) -> bytes:
    """The file that was listed, at most PROFILE_LIMIT bytes. Raises DeliveryError, also where it is another one."""
    answer = get(f"profiles/{one.name}", url, ca_file, timeout)
    if answer.status != 200:
        raise refusal(answer, "")
    if len(answer.body) > PROFILE_LIMIT or hashlib.sha256(answer.body).hexdigest() != one.sha256:
        raise DeliveryError(
            say("The workshop sent something else than the profile {name} that it had named.", name=one.name),
            say("It is not used. Tell whoever runs the workshop if this stays so."),
            retry=True,
        )
    return answer.body

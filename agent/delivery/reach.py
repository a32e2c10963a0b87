"""Whether the workshop answers from here, without sending it anything."""

from agent.delivery.answers import ANSWER_LIMIT, nonsense, refusal
from agent.delivery.errors import DeliveryError, Portal
from agent.delivery.where import find_workshop
from agent.delivery.workshop import get
from agent.model.words import Reached
from agent.report.canonical import Malformed, load
from agent.settings import Settings

SECONDS = 10.0


def reached(settings: Settings, seconds: float = SECONDS) -> Reached | None:
    """None where no workshop is named in ordis.toml, nor found in this network. Never raises."""
    url = find_workshop(settings).url
    if url is None:
        return None
    try:
        answer = get("stick", url, settings.workshop.ca_file, seconds)
        if answer.status != 200:
            raise refusal(answer, "")
        try:
            load(answer.body, ANSWER_LIMIT)
        except Malformed as malformed:
            raise nonsense(answer) from malformed
    except Portal:
        return Reached.PORTAL
    except DeliveryError:
        return Reached.NO
    return Reached.YES

"""Whether the workshop answers from here, and knows this stick, without sending it anything."""

from urllib.parse import quote

from pydantic import ConfigDict, ValidationError

from agent.delivery.answers import ANSWER_LIMIT, nonsense, refusal
from agent.delivery.errors import DeliveryError, Portal
from agent.delivery.where import find_workshop
from agent.delivery.workshop import get
from agent.model.base import Model
from agent.model.message import say
from agent.model.surroundings import WorkshopSeen
from agent.model.words import Reached
from agent.report.canonical import Malformed, load
from agent.report.keys import PublicKey
from agent.settings import Settings

SECONDS = 10.0


class _Told(Model):
    """What of the answer is used here; a later workshop may tell more."""

    model_config = ConfigDict(extra="ignore")

    enrolled: bool | None = None


def stick_query(key: PublicKey | None) -> str:
    """Where the workshop tells about sticks, and about the one with this key."""
    return "stick" if key is None else f"stick?key={quote(str(key), safe=':')}"


def look(settings: Settings, key: PublicKey | None = None, seconds: float = SECONDS) -> WorkshopSeen:
    """The workshop of these settings as it answers now; `key` is the stick's. Never raises."""
    found = find_workshop(settings)
    if found.url is None:
        return WorkshopSeen(why=found.remark or say("No workshop is named in ordis.toml."))
    try:
        answer = get(stick_query(key), found.url, settings.workshop.ca_file, seconds)
        if answer.status != 200:
            raise refusal(answer, "")
        try:
            told = load(answer.body, ANSWER_LIMIT)
        except Malformed as malformed:
            raise nonsense(answer) from malformed
    except DeliveryError as error:
        reached = Reached.PORTAL if isinstance(error, Portal) else Reached.NO
        return WorkshopSeen(url=found.url, reached=reached, why=error.reason, hint=error.hint)
    return WorkshopSeen(url=found.url, reached=Reached.YES, enrolled=_enrolled(told), why=found.remark)


def _enrolled(told: object) -> bool | None:
    try:
        return _Told.model_validate(told).enrolled
    except ValidationError:
        return None


def reached(settings: Settings, seconds: float = SECONDS) -> Reached | None:
    """None where no workshop is named in ordis.toml, nor found in this network. Never raises."""
    return look(settings, None, seconds).reached

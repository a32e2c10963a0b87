"""Whether the stick is the newest: beside an image in a file, or by what the workshop says."""

from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from agent import toml
from agent.delivery.errors import DeliveryError
from agent.delivery.reach import stick_query
from agent.delivery.where import find_workshop
from agent.delivery.workshop import get
from agent.model.base import Model, Text
from agent.model.message import say
from agent.model.problem import Problem
from agent.report.keys import PublicKey
from agent.settings import Settings
from agent.stick.finding import Finding
from agent.stick.imagefile import ImageFile

FACTS = Path("/etc/ordis/image.toml")
SECONDS = 15.0
"""For the workshop's answer."""


class WrongFacts(toml.WrongFile):
    """The image's own file cannot be understood."""


class ImageFacts(Model):
    """What the running image says of itself."""

    version: Text
    built: AwareDatetime


class Told(Model):
    """The workshop's answer to `GET /api/v1/stick`."""

    version: Text | None = None
    enrolled: bool | None = None


def facts(file: Path = FACTS) -> ImageFacts | None:
    """None where this system was not started from an image, or it does not say which. Never raises."""
    try:
        return toml.load(file, ImageFacts, WrongFacts)
    except Problem:
        return None


def beside_image(volume: str, image: Path) -> Finding:
    """Whether the stick holds the image in this file: each version has a FAT volume's number of its own.
    Raises Problem."""
    with ImageFile(image) as opened:
        same = opened.head().volume == volume
    if same:
        return Finding(
            what="version", good=True, text=say("The stick holds the same version as {file}.", file=str(image))
        )
    return Finding(
        what="version", good=False, text=say("The stick holds another version than {file}.", file=str(image)),
        hint=say("Write it to the stick: ordis stick write IMAGE DEVICE --keep-data"),
    )  # fmt: skip


def by_workshop(settings: Settings, key: PublicKey | None, image: ImageFacts | None) -> list[Finding]:
    """What the workshop knows of this stick: its key, and the newest version. Never raises."""
    found = find_workshop(settings)
    if found.url is None:
        text = found.remark or say(
            "No workshop is named in ordis.toml, so nobody can say whether the stick is current."
        )
        return [Finding(what="workshop", good=None, text=text)]
    try:
        answer = get(stick_query(key), found.url, settings.workshop.ca_file, SECONDS)
        told = Told.model_validate_json(answer.body) if answer.status == 200 else None
    except DeliveryError as problem:
        return [Finding(what="workshop", good=None, text=problem.reason, hint=problem.hint)]
    except ValidationError:
        told = None
    if told is None:
        return [
            Finding(what="workshop", good=None, text=say("The workshop does not tell about sticks: it may be older."))
        ]
    return [*_key(told, key), _version(told, image)]


def _key(told: Told, key: PublicKey | None) -> list[Finding]:
    if key is None or told.enrolled is None:
        return []
    if told.enrolled:
        return [Finding(what="enrolled", good=True, text=say("The workshop knows this stick."))]
    return [
        Finding(
            what="enrolled", good=False,
            text=say("The workshop does not know this stick's key, or no longer trusts it."),
            hint=say("On the workshop server, run: ordis-workshop enrol {key}", key=str(key)),
        )
    ]  # fmt: skip


def _version(told: Told, image: ImageFacts | None) -> Finding:
    if told.version is None or image is None:
        return Finding(what="version", good=None, text=say("Which version is the newest is not known."))
    if told.version == image.version:
        return Finding(
            what="version", good=True, text=say("This is the newest version, {version}.", version=image.version)
        )
    return Finding(
        what="version", good=False,
        text=say("The stick has version {here}, the workshop has {there}.", here=image.version, there=told.version),
        hint=say("Write it to the stick: ordis stick write IMAGE DEVICE --keep-data"),
    )  # fmt: skip

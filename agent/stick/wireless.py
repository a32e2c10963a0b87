"""This computer's network, as far as a person chooses it: through NetworkManager, for as long as the computer runs.

The password goes to NetworkManager in a file in memory that only root can read; nobody else gets it.
"""

import contextlib
import uuid
from pathlib import Path

from agent.host import links, networkmanager, rfkill
from agent.host.files import write_safely
from agent.host.networkmanager import Heard
from agent.host.run import ToolMissing, ToolTimeout
from agent.host.source import Source
from agent.inventory import network
from agent.model.care import Radio, RadioNetwork, Security, WiredCard
from agent.model.message import Message, say
from agent.model.problem import Problem
from agent.model.text import clean
from agent.settings import NO_PASSPHRASE, is_passphrase
from agent.stick.wifi import SUFFIX, written

_NAME = "ordis-chosen"
_FOLDER = Path("/run/NetworkManager/system-connections")
_MOST = 30
"""Networks shown; the weakest are left out."""
_WORDS = (
    ("secrets were required", say("The network did not accept the password.")),
    ("802.1x", say("The network did not accept the password.")),
    ("could not be found", say("The network is not heard any more.")),
    ("ip configuration", say("The network let us in, but gave no address.")),
    ("dhcp", say("The network let us in, but gave no address.")),
)
"""What NetworkManager says when it failed, in the C locale (`nmc_device_reason_to_string` in its source), and what
it means."""
_NEXT = {
    _WORDS[0][1].text: say("Type the password again: capital and small letters differ, and so do 0 and O, 1 and l."),
    _WORDS[2][1].text: say("Go nearer to the access point, then search again."),
    _WORDS[3][1].text: say("Try again in a minute, or use another network or a cable."),
}


class NotJoined(Problem):
    """The network could not be used; what was used before is used again."""


class Wireless:
    """The real one. Satisfies model.care.Net."""

    def __init__(self, source: Source, folder: Path = _FOLDER) -> None:
        self._source = source
        self._folder = folder

    def wired(self) -> list[WiredCard]:
        cards = [card for card in network.read(self._source) if not card.wireless and card.driver is not None]
        return [
            WiredCard(
                name=card.name,
                plugged=card.link,
                speed_mbps=card.speed_mbps,
                addresses=links.addresses(self._source, card.name) or [],
            )
            for card in cards
        ]

    def radio(self) -> Radio:
        if not networkmanager.runs():
            return Radio.UNMANAGED
        if not any(card.wireless and card.driver is not None for card in network.read(self._source)):
            return Radio.NONE
        return Radio.LOCKED if rfkill.switches(self._source, "wlan").hard else Radio.READY

    def networks(self, *, again: bool) -> list[RadioNetwork]:
        try:
            if again:
                networkmanager.switch_on()
            return gathered(networkmanager.heard(again=again))
        except (ToolMissing, ToolTimeout, OSError) as error:
            raise Problem(
                say("Wi-Fi networks cannot be listed now."), say("Search again in a moment, or use a network cable.")
            ) from error

    def join(self, name: bytes, password: str | None, *, hidden: bool) -> None:
        checked(password)
        # A number of this moment: one that is made from the name would tell it to whoever reads the log.
        number = str(uuid.uuid4())
        about = {"id": _NAME, "uuid": number, "type": "wifi", "autoconnect-priority": "200"}
        file = self._folder / f"{_NAME}{SUFFIX}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_safely(file, written(about, name, password, hidden=hidden).encode(), mode=0o600)
            why = networkmanager.join(file, number)
        except ToolTimeout:
            why = "timeout"
        except (ToolMissing, OSError) as error:
            why = str(getattr(error, "strerror", None) or error)
        if why is not None:
            self._forget(file)
            raise _refused(why)

    def _forget(self, file: Path) -> None:
        with contextlib.suppress(ToolMissing, ToolTimeout, OSError):
            file.unlink(missing_ok=True)
            networkmanager.reload()


def checked(password: str | None) -> None:
    """Raises NotJoined for what can be no password."""
    if password is not None and not is_passphrase(password):
        raise NotJoined(say("This cannot be the password of a Wi-Fi network."), NO_PASSPHRASE)


def _refused(why: str) -> NotJoined:
    """A sentence for what NetworkManager said. Its own words may hold the network's name: they go no further."""
    for words, reason in _WORDS:
        if words in why.lower():
            return NotJoined(reason, _NEXT[reason.text])
    return NotJoined(*NO_CONNECTION)


NO_CONNECTION: tuple[Message, Message] = (
    say("No connection came about in time."),
    say("Go nearer to the access point and try again, or use a network cable."),
)


def gathered(points: list[Heard]) -> list[RadioNetwork]:
    """Networks of access points: each name once, with its strongest signal; the strongest first."""
    best: dict[tuple[bytes, Security], Heard] = {}
    for point in points:
        kind = (point.name, security(point.security))
        if any(point.name) and (kind not in best or point.signal_percent > best[kind].signal_percent):
            best[kind] = point
    joined = {(point.name, security(point.security)) for point in points if point.joined}
    found = [
        RadioNetwork(
            key=name.hex(),
            name=clean(name, 32) or "?",
            signal_percent=point.signal_percent,
            security=kind,
            joined=(name, kind) in joined,
        )
        for (name, kind), point in best.items()
    ]
    return sorted(found, key=lambda each: (not each.joined, -each.signal_percent, each.key))[:_MOST]


def security(told: str) -> Security:
    """What is needed to join, by NetworkManager's words."""
    words = told.split()
    if not words or words == ["--"] or "OWE-TM" in words:
        return Security.OPEN
    if "802.1X" in words or not any(word.startswith("WPA") for word in words):
        return Security.OTHER
    return Security.PASSWORD

"""Where the workshop is: by the address in ordis.toml, or found in the network by asking for it.

A workshop that was found is only as good as its certificate, which must be one of `workshop.ca_file`: whoever is in the
network can answer. Without https anybody could take the reports and give a receipt for them, so that is found only
where ordis.toml says `discover = "http"`.
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from agent.host.multicast import ask
from agent.model.message import Message, say
from agent.settings import Settings

if TYPE_CHECKING:
    from agent.delivery.mdns import Announced

SECONDS = 3.0
"""For one search: answers come within a second, the question is repeated after one."""
FOUND_SECONDS, MISSED_SECONDS = 300.0, 30.0
"""How long what was found, or was not, is believed."""

log = logging.getLogger("ordis.delivery")
Ask = Callable[[bytes, float], Iterable[tuple[bytes, str]]]


@dataclass(frozen=True)
class Found:
    url: str | None
    remark: Message | None = None
    """What a person should know of how it was chosen."""


class Finder:
    """Searches, and remembers for a while. One for the process: `workshop_address`, `address_of`."""

    def __init__(self, asking: Ask = ask, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask = asking
        self._clock = clock
        self._lock = Lock()
        self._workshops: dict[str, tuple[float, Found]] = {}
        self._addresses: dict[str, tuple[float, str | None]] = {}

    def workshop(self, settings: Settings, seconds: float = SECONDS) -> Found:
        """The workshop of these settings. Takes `seconds` at most; never raises."""
        workshop = settings.workshop
        if workshop.url is not None or workshop.discover == "no":
            return Found(workshop.url)
        with self._lock:
            until, found = self._workshops.get(workshop.discover, (0.0, Found(None)))
            if self._clock() < until:
                return found
            found = self._search(workshop.discover, seconds)
            kept = FOUND_SECONDS if found.url else MISSED_SECONDS
            self._workshops[workshop.discover] = (self._clock() + kept, found)
            return found

    def address(self, host: str, seconds: float = SECONDS) -> str | None:
        """The IPv4 address of a name that ends with `.local`; None where nobody has it, or it is another name."""
        from agent.delivery import mdns  # noqa: PLC0415 - slow to load, and many sticks never send

        if (host := mdns.host_name(host) or "") == "":
            return None
        with self._lock:
            until, address = self._addresses.get(host, (0.0, None))
            if self._clock() < until:
                return address
            number, packet = mdns.question((host, "A"))
            address = None
            for heard in mdns.listen(mdns.Heard(), number, self._ask(packet, seconds)):
                if where := heard.reached(host):
                    address = where[0]
                    break
            self._remember(host, address)
            return address

    def _remember(self, host: str, address: str | None) -> None:
        self._addresses[host] = (self._clock() + (FOUND_SECONDS if address else MISSED_SECONDS), address)

    def _search(self, discover: str, seconds: float) -> Found:
        from agent.delivery import mdns  # noqa: PLC0415 - see above

        number, packet = mdns.question((mdns.SERVICE, "PTR"))
        heard = mdns.Heard()
        # To the end of the time: who answers first is not who is chosen.
        for _ in mdns.listen(heard, number, self._ask(packet, seconds)):
            continue
        fitting = [each for each in heard.workshops() if each.scheme == "https" or discover == "http"]
        if not fitting:
            return Found(None, _nobody(heard.workshops()))
        # Who can prove who they are goes first.
        chosen = min(fitting, key=lambda each: (each.scheme != "https", each))
        self._remember(chosen.host, chosen.addresses[0])
        remark = None
        if len(fitting) > 1:
            remark = say(
                "{count} workshops were found in this network; “{name}” ({url}) is used, the first by its name.",
                count=len(fitting), name=chosen.name, url=chosen.url,
            )  # fmt: skip
            log.warning("%s", remark)
        return Found(chosen.url, remark)


def _nobody(others: "list[Announced]") -> Message:
    if others:
        return say(
            "The workshop “{name}” was found, but it does not use https, so it is not used.", name=others[0].name
        )
    return say("No workshop was found in this network.")


_finder = Finder()


def find_workshop(settings: Settings, seconds: float = SECONDS) -> Found:
    """The workshop's address, and how it was chosen. Takes `seconds` at most; never raises."""
    return _finder.workshop(settings, seconds)


def workshop_address(settings: Settings, seconds: float = SECONDS) -> str | None:
    """The workshop's address: of ordis.toml, else of the workshop that answers in this network, where ordis.toml wants
    one to be looked for. None where there is none. Takes `seconds` at most, and remembers; never raises."""
    return _finder.workshop(settings, seconds).url


def address_of(host: str) -> str | None:
    """The address behind a name such as `atelier.local`, which ordinary DNS does not know. Never raises."""
    return _finder.address(host)

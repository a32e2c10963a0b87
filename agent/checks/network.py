"""Every wired network card: its driver, the cable, the speed against what both ends can do, an address, the workshop.

Asking the workshop is the delivery's work, which also knows a sign-in page when it meets one: what it found is added
afterwards, by `completed`.
"""

import time
from dataclasses import dataclass, field

from agent.checks.base import Bench, against, figures
from agent.host.links import Modes, has_address, modes
from agent.inventory import network
from agent.model.check import CheckResult
from agent.model.inventory import Inventory, NetworkInterface
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome, Reached

ID = "network"
TITLE = say("Wired network")
LOADS = frozenset({"network"})

_LOOK_SECONDS = 0.5
_START_SECONDS = 3


def applies(inventory: Inventory) -> bool:
    return any(not card.wireless for card in inventory.network)


def subjects(inventory: Inventory) -> list[str]:
    return list(dict.fromkeys(card.name for card in inventory.network if not card.wireless))


def missed(_inventory: Inventory) -> Message:
    return say("No network socket was found: use Wi-Fi, or an adapter.")


def expected_seconds(checks: Checks, _inventory: Inventory) -> float:
    return checks.network.seconds + _START_SECONDS


@dataclass(frozen=True)
class Link:
    """What was seen of one card in the end."""

    card: NetworkInterface | None
    modes: Modes = field(default_factory=Modes)
    address: bool | None = None

    @property
    def slow(self) -> bool:
        speed, best = self.card and self.card.speed_mbps, self.modes.card
        return bool(speed and best and speed < best)


def check(bench: Bench) -> CheckResult:
    """Raises nothing of its own."""
    link = _settled(bench)
    outcome, reason = judge(link)
    speed = link.card.speed_mbps if link.card else None
    return CheckResult(
        id=ID,
        subject=bench.subject,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *figures(driver=link.card.driver if link.card else None),
            *against("speed_mbps", speed or None, link.modes.card),
            *figures(other_end_mbps=link.modes.other_end, address=_yes_no(link.address)),
        ],
    )


def judge(link: Link) -> tuple[Outcome, Message]:
    """Pure. Passed needs all: a link, a speed that is not below what both ends can do, an address."""
    card = link.card
    if card is None:
        return Outcome.ERROR, say("The network card has gone away. Plug it in again, or start the computer again.")
    if card.driver is None:
        return Outcome.FAILED, say(
            "No driver works with this network card: its firmware may be missing, or it is faulty. Use an adapter, or "
            "another card."
        )
    if card.link is None:
        return Outcome.SKIPPED, say("The running system has not switched this network socket on, so it was not tried.")
    if not card.link:
        return Outcome.SKIPPED, say("Plug a network cable into this socket to test it, then start the check again.")
    if not link.address:
        return Outcome.ERROR, say(
            "The cable is connected, but the network gave no address, so nothing could be sent. Try another cable or "
            "another socket of the network, then start the check again."
        )
    if link.slow:
        return _slow(card.speed_mbps or 0, link.modes)
    return Outcome.PASSED, _connected(card.speed_mbps, None)


def completed(result: CheckResult, reached: Reached | None) -> CheckResult:
    """The result with what the workshop answered, where an address was there to ask it from; None: nobody asked."""
    told = {figure.name: figure for figure in result.figures}
    if reached is None or "address" not in told or told["address"].value != "yes":
        return result
    update: dict[str, object] = {"figures": [*result.figures, *figures(workshop=reached.value)]}
    speed = told.get("speed_mbps")
    limited = speed is not None and speed.threshold is not None and speed.value != speed.threshold
    if result.outcome is Outcome.PASSED and not (limited and reached is Reached.YES):
        update["reason"] = _connected(int(speed.value) if speed else None, reached)
    return result.model_copy(update=update)


def _slow(speed: int, told: Modes) -> tuple[Outcome, Message]:
    if told.other_end == speed:
        return Outcome.PASSED, say(
            "The cable works at {speed} Mbit/s, which is all that its other end can do; this card could do {best}.",
            speed=speed, best=told.card or 0,
        )  # fmt: skip
    return Outcome.DEGRADED, say(
        "The cable works only at {speed} Mbit/s, the card can do {best}. Try another cable and another socket of the "
        "network; if it stays slow, the socket of this computer is worn.", speed=speed, best=told.card or 0,
    )  # fmt: skip


def _connected(speed: int | None, reached: Reached | None) -> Message:
    if reached is Reached.PORTAL:
        return say(
            "The cable works, but the network wants a sign-in before it lets anything out. Sign in with a web browser, "
            "or use another network."
        )
    if reached is Reached.NO:
        return say("The cable works and the network gave an address, but the workshop does not answer.")
    if speed is None:
        return say("The cable works and the network gave an address. The card does not tell its speed.")
    if reached is Reached.YES:
        return say("The cable works at {speed} Mbit/s, and the workshop answers.", speed=speed)
    return say("The cable works at {speed} Mbit/s, and the network gave an address.", speed=speed)


def _settled(bench: Bench) -> Link:
    """The card as soon as it has all, or as it is after the time."""
    seconds, started = bench.checks.network.seconds, time.monotonic()
    while True:
        gone = time.monotonic() - started
        link = _look(bench)
        card = link.card
        hopeless = card is None or card.driver is None
        if hopeless or gone >= seconds or (card is not None and card.link and link.address):
            return link
        bench.report(min(99.0, 100 * gone / seconds), say("waiting for cable and address"), seconds - gone)
        time.sleep(_LOOK_SECONDS)


def _look(bench: Bench) -> Link:
    name = bench.subject or ""
    card = next((one for one in network.read(bench.source) if one.name == name and not one.wireless), None)
    if card is None or not card.link:
        return Link(card)
    return Link(card, modes(bench.source, name), has_address(bench.source, name))


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"

"""The network in words: cable, Wi-Fi, workshop, and the reports that wait."""

from agent.model.care import NetworkState, Radio, RadioNetwork, Said, Security, WiredCard
from agent.model.message import say
from agent.model.state import IntakeState
from agent.model.surroundings import WorkshopSeen
from agent.model.words import Reached
from agent.tui.charset import fit
from agent.tui.face import Tell
from agent.tui.lines.layout import Lines, marked, plain, wrapped
from agent.tui.theme import BAD, BUSY, DOUBT, GOOD, STRONG

_RADIO = {
    Radio.NONE: say("This computer has no Wi-Fi card that works. Use a network cable."),
    Radio.UNMANAGED: say("Wi-Fi cannot be chosen here: this computer's own system looks after its network, not Ordis."),
    Radio.LOCKED: say(
        "Wi-Fi is switched off by a switch or key on the case, or in the BIOS. Switch it on, then search again."
    ),
}
_KINDS = {
    Security.OPEN: say("open"),
    Security.PASSWORD: say("password"),
    Security.OTHER: say("not possible here (user name)"),
}
_BARS = 4
_NAME_COLUMNS = 32


def said_lines(said: Said | None, width: int, tell: Tell) -> Lines:
    """What came of something: what happened, why, what to do next."""
    if said is None:
        return []
    mark, style = ("[ok]", GOOD) if said.good else ("[ !]", DOUBT)
    lines = marked(mark, style, tell(said.reason), width)
    for more in (said.why, said.hint, *said.notes):
        lines += wrapped(tell(more), width, len(mark) + 1) if more else []
    return lines


def cable_lines(network: NetworkState | None, width: int, tell: Tell) -> Lines:
    lines = [plain(tell(say("Cable")), STRONG)]
    if network is None:
        return [*lines, plain(tell(say("Looking...")), BUSY)]
    if not network.wired:
        return [*lines, *wrapped(tell(say("This computer has no socket for a network cable that works.")), width)]
    for card in network.wired:
        mark, style = ("[ok]", GOOD) if card.addresses else ("[--]", "")
        lines += marked(mark, style, _card(card, tell), width)
    return lines


def _card(card: WiredCard, tell: Tell) -> str:
    if card.addresses:
        where = ", ".join(card.addresses[:2])
        if card.speed_mbps:
            text = say("connected, {speed} Mbit/s, address {address}", speed=card.speed_mbps, address=where)
        else:
            text = say("connected, address {address}", address=where)
    elif card.plugged:
        text = say("A cable is plugged in, but the network gives no address. Try another socket of the wall or cable.")
    else:
        text = say("no cable is plugged in")
    return f"{fit(card.name)}: {tell(text)}"


def wifi_lines(network: NetworkState | None, width: int, tell: Tell) -> Lines:
    """Above the list of networks."""
    lines = [plain(""), plain(tell(say("Wi-Fi")), STRONG)]
    if network is None or network.radio is None:
        return lines
    if network.joining is not None:
        wait = say("Joining the network: this takes up to a minute...")
        lines.append(plain(tell(wait), BUSY))
    elif network.listening:
        lines.append(plain(tell(say("Listening for networks...")), BUSY))
    lines += said_lines(network.wifi_said, width, tell)
    if (why := _RADIO.get(network.radio)) is not None:
        lines += wrapped(tell(why), width)
    elif not network.networks and not network.listening:
        lines += wrapped(tell(say("No network is heard. Go nearer to an access point, then search again.")), width)
    return lines


def network_row(network: RadioNetwork, tell: Tell) -> str:
    """One network: how strong, its name as it is, what it needs. A name is never looked up in the catalogues."""
    full = max(1, min(_BARS, -(-network.signal_percent * _BARS // 100)))
    name = fit(network.name)[:_NAME_COLUMNS].ljust(_NAME_COLUMNS)
    mark = tell(say("in use")) if network.joined else tell(_KINDS[network.security])
    return f"{'#' * full}{'.' * (_BARS - full)} {name} {mark}"


def workshop_lines(seen: WorkshopSeen | None, width: int, tell: Tell) -> Lines:
    """Whether the workshop answers and, if it does not, why and what to do."""
    lines = [plain(""), plain(tell(say("Workshop")), STRONG)]
    if seen is None:
        return [*lines, plain(tell(say("Asking the workshop...")), BUSY)]
    match seen.reached:
        case Reached.YES if seen.enrolled is False:
            told = say("It answers, but does not know this stick: somebody there has to enrol it.")
            lines += marked("[ !]", DOUBT, tell(told), width)
        case Reached.YES:
            lines += marked("[ok]", GOOD, tell(say("It answers: {url}", url=seen.url or "")), width)
        case Reached.PORTAL:
            told = say("This network has a sign-in page, so nothing gets to the workshop. Reports stay on the stick.")
            lines += marked("[ !]", DOUBT, tell(told), width)
        case Reached.NO:
            told = say("It does not answer. Reports stay on the stick and are sent later.")
            lines += marked("[ !]", DOUBT, tell(told), width)
        case None:
            told = say("There is none: reports stay on the stick. Its address belongs into the settings (F4).")
            lines += marked("[--]", "", tell(told), width)
    for more in (seen.why, seen.hint):
        lines += wrapped(tell(more), width, 5) if more else []
    return lines


def reports_lines(network: NetworkState | None, state: IntakeState, width: int, tell: Tell) -> Lines:
    """The reports that wait, and what came of sending them."""
    lines = [plain("")]
    if state.surroundings.waiting is not None:
        lines.append(plain(tell(say("Reports that wait: {count}", count=state.surroundings.waiting))))
    if state.unsaved:
        told = say("Reports only in this computer's memory: {count}. They are tried again and again.",
                   count=state.unsaved)  # fmt: skip
        lines += wrapped(tell(told), width, style=BAD)
    if network is not None and network.delivering:
        lines.append(plain(tell(say("Sending...")), BUSY))
    return lines + said_lines(network.delivery_said if network else None, width, tell)

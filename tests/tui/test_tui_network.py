"""F3: what is shown of the network, what is sent, and what of a password is never shown."""

import pytest
import tui_cases as cases
from pydantic import SecretStr
from tui_cases import press, screen_rows, screen_text, settled, showing, type_keys

from agent.model.care import NetworkState, Radio, RadioNetwork, Said, Security, WiredCard
from agent.model.message import say
from agent.model.messages import (
    Command,
    DeliverNow,
    JoinWifi,
    NetworkEvent,
    QuestionEvent,
    SeeNetwork,
    SurroundingsEvent,
    UnsavedEvent,
)
from agent.model.surroundings import Surroundings, WorkshopSeen
from agent.model.words import Reached
from agent.tui.charset import ALLOWED
from agent.tui.over import KEYS, Over

TRAINING = cases.IDLE.mode
ATELIER, TOWN = b"Atelier".hex(), b"Mairie".hex()
NETWORKS = [
    RadioNetwork(key=ATELIER, name="Atelier", signal_percent=82, security=Security.PASSWORD),
    RadioNetwork(key=TOWN, name="hold", signal_percent=40, security=Security.OPEN),
    RadioNetwork(key="00ff", name="[b]\u202e日本", signal_percent=3, security=Security.OTHER),
]
HEARD = NetworkState(
    wired=[WiredCard(name="enp0s25", plugged=True, speed_mbps=1000, addresses=["192.168.1.20"])],
    radio=Radio.READY,
    networks=NETWORKS,
)
SEEN = WorkshopSeen(url="https://atelier.example", reached=Reached.YES)
AROUND = cases.WORKING.model_copy(update={"surroundings": Surroundings(workshop=SEEN, waiting=2)})
WRONG = Said(reason=say("The network did not accept the password."), hint=say("Type the password again."))


def told(**changes: object) -> NetworkEvent:
    return NetworkEvent(mode=TRAINING, network=HEARD.model_copy(update=changes))


def asked(screen: object) -> list[Command]:
    """What was sent, without the looks that come by themselves."""
    return [each for each in screen.link.sent if each != SeeNetwork(mode=TRAINING)]  # type: ignore[attr-defined]


LOOK = SeeNetwork(mode=TRAINING, again=True)


async def opened(screen: object, event: NetworkEvent | None = None) -> None:
    await press(screen.pilot, "f3")  # type: ignore[attr-defined]
    screen.link.push(event or told())  # type: ignore[attr-defined]
    await settled(screen.pilot)  # type: ignore[attr-defined]


async def test_how_everything_stands() -> None:
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        shown = screen_text(screen.app)
    assert asked(screen) == [LOOK]
    for text in (
        "[ok] enp0s25: connected, 1000 Mbit/s, address 192.168.1.20",
        "#### Atelier ", "##.. hold ", "open", "#... [b]",
        "[ok] It answers: https://atelier.example", "Reports that wait: 2",
        "Send the reports now",
    ):  # fmt: skip
        assert text in shown, text
    assert ALLOWED.issuperset(shown.replace("\n", ""))


async def test_a_password_is_dots_shown_on_demand_and_sent_once() -> None:
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        await press(screen.pilot, "up", "up", "up")
        assert "> #### Atelier" in screen_text(screen.app)
        await press(screen.pilot, "enter")
        await type_keys(screen.pilot, "geheim 12")
        assert "geheim" not in screen_text(screen.app)
        await press(screen.pilot, "down", "enter")
        assert "[geheim 12 " in screen_text(screen.app)
        await press(screen.pilot, "enter", "up", "enter")
        assert "geheim" not in screen_text(screen.app)
        sent = JoinWifi(mode=TRAINING, network=ATELIER, password=SecretStr("geheim 12"), attempt=1)
        assert asked(screen) == [LOOK, sent]
        assert "geheim" not in repr(sent)
        screen.link.push(told(joining=ATELIER))
        await settled(screen.pilot)
        assert "Joining the network" in screen_text(screen.app)
        screen.link.push(told(wifi_said=WRONG, attempt=1))
        await settled(screen.pilot)
        assert "[ !] The network did not accept the password." in screen_text(screen.app)
        await press(screen.pilot, "enter")  # what was typed is still there to be mended
        assert len(asked(screen)) == 3
        screen.link.push(told(wifi_said=Said(good=True, reason=say("In use.")), attempt=2))
        await settled(screen.pilot)
        assert "[ok] In use." in screen_text(screen.app)
        assert "Show the password" not in screen_text(screen.app)


async def test_the_help_and_the_language_lose_nothing_that_was_typed() -> None:
    async with showing(AROUND, "en") as screen:
        await opened(screen)
        await press(screen.pilot, "up", "up", "up", "enter")
        await type_keys(screen.pilot, "geheim12")
        screen.link.push(QuestionEvent(mode=TRAINING, question=cases.BAY))
        await settled(screen.pilot)
        assert "A question waits for you" in screen_text(screen.app)
        await press(screen.pilot, "f1", "escape", "f2", "f2", "enter")
        assert asked(screen)[-1] == JoinWifi(mode=TRAINING, network=ATELIER, password=SecretStr("geheim12"), attempt=1)


async def test_what_can_be_no_password_is_said_and_not_sent() -> None:
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        for typed in ("short", "é" * 10):
            await press(screen.pilot, "up", "up", "up", "enter")
            await type_keys(screen.pilot, typed + "\n")
            assert "This cannot be the password" in screen_text(screen.app)
            await press(screen.pilot, "escape")
    assert asked(screen) == [LOOK]


async def test_an_open_network_is_joined_at_once_and_what_cannot_be_is_not() -> None:
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        await press(screen.pilot, "up", "enter")  # the one that needs a user name
        assert asked(screen) == [LOOK]
        await press(screen.pilot, "up", "enter")
    assert asked(screen) == [LOOK, JoinWifi(mode=TRAINING, network=TOWN, attempt=1)]


async def test_a_hidden_network_is_typed() -> None:
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        await press(screen.pilot, "down", "enter", "enter", "enter")
        assert "Type the name of the network" in screen_text(screen.app)
        await press(screen.pilot, "up")
        for typed in ("Été", "12345678"):
            await type_keys(screen.pilot, typed)
            await press(screen.pilot, "enter")
        await press(screen.pilot, "escape")
        assert "Search again" in screen_text(screen.app)
    [_, hidden] = asked(screen)
    assert isinstance(hidden, JoinWifi)
    assert hidden.password is not None
    assert (bytes.fromhex(hidden.network).decode(), hidden.password.get_secret_value(), hidden.hidden) == (
        "Été", "12345678", True,
    )  # fmt: skip


async def test_rows_stay_where_they_are_while_they_are_looked_at() -> None:
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        await press(screen.pilot, "up", "up", "up")
        screen.link.push(told(networks=list(reversed(NETWORKS))))
        await settled(screen.pilot)
        assert "> #### Atelier" in screen_text(screen.app)


async def test_reports_are_sent_and_what_came_of_it_is_said() -> None:
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        await press(screen.pilot, "down", "down", "enter")
        assert asked(screen) == [LOOK, DeliverNow(mode=TRAINING)]
        said = Said(reason=say("Reports sent: 1; still waiting: 1."), why=say("Nothing answers."), hint=say("Look."))
        screen.link.push(told(delivery_said=said))
        screen.link.push(UnsavedEvent(mode=TRAINING, count=1))
        await settled(screen.pilot)
        shown = screen_text(screen.app)
    for text in (
        "[ !] Reports sent: 1; still waiting: 1.",
        "Nothing answers.",
        "Look.",
        "only in this computer's memory",
    ):
        assert text in shown


TROUBLES = {
    "nobody has looked": NetworkState(),
    "nothing": NetworkState(radio=Radio.NONE),
    "unmanaged": HEARD.model_copy(update={"radio": Radio.UNMANAGED, "networks": []}),
    "locked": HEARD.model_copy(update={"radio": Radio.LOCKED, "networks": [], "wired": [WiredCard(name="a")]}),
    "listening": HEARD.model_copy(update={"networks": [], "listening": True}),
    "silence": HEARD.model_copy(update={"networks": []}),
    "no address": HEARD.model_copy(update={"wired": [WiredCard(name="日本", plugged=True)]}),
    "many": HEARD.model_copy(
        update={"networks": [NETWORKS[0].model_copy(update={"key": f"{n:02x}"}) for n in range(60)]}
    ),
}
SAID = {
    "nothing": ["has no socket", "has no Wi-Fi card"],
    "unmanaged": ["Wi-Fi cannot be chosen here"],
    "locked": ["no cable is plugged in", "switched off by a switch"],
    "listening": ["Listening for networks"],
    "silence": ["No network is heard"],
    "no address": ["the network gives no address"],
}


@pytest.mark.parametrize(("language", "size"), [("fr", (80, 24)), ("en", (80, 40))])
async def test_each_trouble_says_what_it_means(language: str, size: tuple[int, int]) -> None:
    async with showing(AROUND, language, size) as screen:
        await opened(screen)
        for name, network in TROUBLES.items():
            screen.link.push(NetworkEvent(mode=TRAINING, network=network))
            await settled(screen.pilot)
            rows = screen_rows(screen.app)
            assert ALLOWED.issuperset("".join(rows)), name
            assert "F10" in rows[-1], name
            for text in SAID.get(name, []) if language == "en" else []:
                assert text in flat(rows), name


def flat(rows: list[str]) -> str:
    return " ".join(" ".join(rows).replace("│", " ").split())


WHY = {"why": say("Nothing answers."), "hint": say("Check the cable.")}


async def test_the_workshop() -> None:
    cases_ = [
        ({"enrolled": False}, "does not know this stick"),
        ({"reached": Reached.PORTAL, **WHY}, "has a sign-in page"),
        ({"reached": Reached.NO, **WHY}, "It does not answer."),
        ({"url": None, "reached": None, "why": say("No workshop is named in ordis.toml.")}, "There is none"),
        (None, "Asking the workshop..."),
    ]
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        for changes, text in cases_:
            seen = None if changes is None else SEEN.model_copy(update=changes)
            screen.link.push(SurroundingsEvent(mode=TRAINING, surroundings=Surroundings(workshop=seen)))
            await settled(screen.pilot)
            shown = flat(screen_rows(screen.app))
            assert text in shown
            assert "Send the reports now" not in shown
            for more in (changes or {}).get("why"), (changes or {}).get("hint"):
                assert more is None or str(more) in shown


async def test_what_lies_over_needs_the_service_and_its_key_takes_it_away() -> None:
    async with showing(AROUND, "en") as screen:
        before = screen_text(screen.app)
        for key in KEYS.values():
            await press(screen.pilot, key.lower())
            assert screen_text(screen.app) != before
            await press(screen.pilot, key.lower())
            assert screen_text(screen.app) == before
        screen.link.push(None)
        await settled(screen.pilot)
        lost = screen_text(screen.app)
        await press(screen.pilot, KEYS[Over.NETWORK].lower())
        assert screen_text(screen.app) == lost


async def test_what_a_scanner_types_is_cleared_and_said() -> None:
    async with showing(AROUND, "en", (80, 40)) as screen:
        await opened(screen)
        await press(screen.pilot, "up", "up", "up", "enter")
        await type_keys(screen.pilot, "geheim12\n", gap=0.005)
        assert "That came from a scanner" in screen_text(screen.app)
        assert "•" not in screen_text(screen.app)
        await type_keys(screen.pilot, "g")
        assert "That came from a scanner" not in screen_text(screen.app)
    assert asked(screen) == [LOOK]

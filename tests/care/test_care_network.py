"""The network beside the intake: what a face is told, how a network is joined, and how reports are sent."""

import asyncio
import logging
from pathlib import Path
from uuid import uuid4

import pytest
from care_bench import CareBench
from pydantic import SecretStr

from agent.care import network as network_module
from agent.care.care import Care
from agent.care.network import Connection
from agent.delivery.outbox import DeliveryOutcome
from agent.delivery.spool import SpoolError
from agent.delivery.where import Found
from agent.model.care import Radio, RadioNetwork, Said, Security, WiredCard
from agent.model.message import say
from agent.model.messages import COMMAND, AnyEvent, DeliverNow, JoinWifi, NetworkEvent, SeeNetwork, UnsavedEvent
from agent.model.problem import Problem
from agent.model.report import Receipt
from agent.model.state import IntakeState
from agent.model.words import Delivery, Mode, Phase

NAME = "Atelier secret"
KEY = NAME.encode().hex()
PASSWORD = "geheim 12345"
NUMBER = uuid4()


class PlayedNet:
    """Satisfies model.care.Net."""

    def __init__(self) -> None:
        self.radio_is = Radio.READY
        self.problem: Exception | None = None
        self.refusal: Exception | None = None
        self.joined: list[tuple[bytes, str | None, bool]] = []

    def wired(self) -> list[WiredCard]:
        return [WiredCard(name="enp1s0", plugged=True)]

    def radio(self) -> Radio:
        return self.radio_is

    def networks(self, *, again: bool) -> list[RadioNetwork]:
        if self.problem:
            raise self.problem
        return [RadioNetwork(key=KEY, name=NAME, signal_percent=50 if again else 40, security=Security.PASSWORD)]

    def join(self, name: bytes, password: str | None, *, hidden: bool) -> None:
        self.joined.append((name, password, hidden))
        if self.refusal:
            raise self.refusal


class Bench(CareBench):
    def __init__(self, folder: Path) -> None:
        self.net = PlayedNet()
        super().__init__(folder, net=lambda: self.net)
        self.state = IntakeState(mode=Mode.TRAINING, report_id=NUMBER, unsaved=1)
        self.connection = Connection(self.desk)

    def tell(self, event: AnyEvent) -> None:
        assert isinstance(event, NetworkEvent)
        super().tell(event)
        self.told[-1] = event.network


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def test_what_is_quick_is_told_first(bench: Bench) -> None:
    await bench.connection.see(bench.tell, again=True)
    first, *_, last = bench.told
    assert (first.wired[0].name, first.radio, first.networks, first.listening) == ("enp1s0", Radio.READY, [], True)
    assert (last.networks[0].name, last.networks[0].signal_percent, last.listening) == (NAME, 50, False)


async def test_what_is_round_it_is_looked_at_only_on_demand(bench: Bench) -> None:
    for again in (False, False, True):
        await bench.connection.see(bench.tell, again=again)
    assert bench.looks == 1


async def test_two_looks_at_once_are_one(bench: Bench) -> None:
    await asyncio.gather(*(bench.connection.see(bench.tell) for _ in range(5)))
    assert bench.told[-1].networks


@pytest.mark.parametrize("radio", [Radio.NONE, Radio.UNMANAGED, Radio.LOCKED])
async def test_where_nothing_can_be_heard_nothing_is_asked(bench: Bench, radio: Radio) -> None:
    bench.net.radio_is, bench.net.problem = radio, AssertionError("asked all the same")
    await bench.connection.see(bench.tell, again=True)
    assert (bench.told[-1].radio, bench.told[-1].networks, bench.told[-1].listening) == (radio, [], False)


async def test_a_list_that_cannot_be_had_is_said(bench: Bench) -> None:
    bench.net.problem = Problem(say("Wi-Fi networks cannot be listed now."), say("Search again."))
    await bench.connection.see(bench.tell)
    said = bench.told[-1].wifi_said
    assert said is not None
    assert (said.good, str(said.reason), str(said.hint)) == (
        False, "Wi-Fi networks cannot be listed now.", "Search again.",
    )  # fmt: skip


def wanted(**changes: object) -> JoinWifi:
    facts = {"mode": Mode.TRAINING, "network": KEY, "password": SecretStr(PASSWORD), "attempt": 7, **changes}
    return JoinWifi.model_validate(facts)


async def test_a_network_is_joined(bench: Bench) -> None:
    await bench.connection.join(wanted(), bench.tell)
    assert bench.net.joined == [(NAME.encode(), PASSWORD, False)]
    assert bench.told[0].joining == KEY
    assert bench.told[-1].joining is None
    assert bench.told[-1].attempt == 7
    assert bench.told[-1].wifi_said is not None
    assert bench.told[-1].wifi_said.good


@pytest.mark.parametrize("error", [Problem(say("No."), say("Try.")), RuntimeError(f"{NAME} {PASSWORD}")])
async def test_what_fails_is_said_and_neither_name_nor_password_is_told_anybody(
    bench: Bench, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bench.net.refusal = error
    await bench.connection.join(wanted(), bench.tell)
    said = bench.told[-1].wifi_said
    assert said is not None
    assert not said.good
    assert said.hint is not None
    for secret in (NAME, PASSWORD, KEY):
        assert secret not in caplog.text
        assert all(secret not in str(state.wifi_said) for state in bench.told)
    assert PASSWORD not in repr(wanted()) + "".join(map(repr, bench.told))


def test_a_password_goes_over_the_socket_and_nowhere_else() -> None:
    command = wanted(hidden=True)
    line = command.model_dump_json()
    assert COMMAND.validate_json(line) == command
    assert PASSWORD in line
    assert PASSWORD not in f"{command!r} {command} {command.model_dump()}"


@pytest.mark.parametrize("network", ["", "zz", "a", "00" * 33, "AB"])
def test_a_name_that_is_none_is_no_command(network: str) -> None:
    with pytest.raises(ValueError, match="network"):
        COMMAND.validate_python({"command": "join_wifi", "mode": "training", "network": network})


RECEIPT = Receipt.model_validate(
    {"report_id": NUMBER, "sha256": "0" * 64, "received_at": "2027-01-01T00:00:00Z", "url": "/r"}
)
GOOD = DeliveryOutcome(Path("a"), NUMBER, RECEIPT)
BAD = DeliveryOutcome(Path("b"), uuid4(), None, say("Nothing answers."), say("Look."), retry=True)


async def delivered(bench: Bench, monkeypatch: pytest.MonkeyPatch, found: Found, result: object) -> Said:
    def deliver_all(*_: object) -> object:
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(network_module, "find_workshop", lambda _: found)
    monkeypatch.setattr(network_module.outbox, "deliver_all", deliver_all)
    await bench.connection.deliver(bench.tell)
    assert bench.told[0].delivering
    assert not bench.told[-1].delivering
    said = bench.told[-1].delivery_said
    assert said is not None
    return said


HERE = Found("https://w.example")


@pytest.mark.parametrize(
    ("found", "result", "good", "reason"),
    [
        (HERE, [], True, "No report is waiting."),
        (HERE, [GOOD, GOOD], True, "All reports that waited were received by the workshop: 2."),
        (HERE, [GOOD, BAD, BAD], False, "Reports sent: 1; still waiting: 2."),
        (HERE, SpoolError(say("It cannot be read."), say("Look.")), False, "It cannot be read."),
        (Found(None), [], False, "No workshop is named in ordis.toml."),
        (Found(None, say("Nobody was found.")), [], False, "Nobody was found."),
    ],
)
async def test_sending_now(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, found: Found, result: object, good: bool, reason: str
) -> None:
    said = await delivered(bench, monkeypatch, found, result)
    assert (said.good, str(said.reason)) == (good, reason)
    assert good or said.hint is not None
    if result == [GOOD, BAD, BAD]:
        assert str(said.why) == "Nothing answers."


async def test_the_screen_of_the_last_report_hears_that_it_is_there(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await delivered(bench, monkeypatch, HERE, [GOOD])
    [event] = bench.emitted
    assert isinstance(event, UnsavedEvent)
    assert event.apply(bench.state).delivery.status is Delivery.DELIVERED
    assert event.apply(bench.state).unsaved == 1


async def test_an_intake_that_sends_its_report_is_left_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.state = bench.state.model_copy(update={"phase": Phase.DELIVERY})
    said = await delivered(bench, monkeypatch, HERE, AssertionError("sent all the same"))
    assert "being sent" in str(said.reason)


async def test_care_answers_the_face_that_asked_and_goes_on_after_a_fault(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    care = Care(bench.desk)
    bench.net.problem = ValueError(NAME)
    care.obey(SeeNetwork(mode=Mode.TRAINING), bench.tell)
    await asyncio.gather(*care._tasks)
    assert "ValueError" in caplog.text
    assert NAME not in caplog.text
    bench.net.problem = None
    monkeypatch.setattr(network_module, "find_workshop", lambda _: Found(None))
    for command in (SeeNetwork(mode=Mode.TRAINING, again=True), wanted(), DeliverNow(mode=Mode.TRAINING)):
        care.obey(command, bench.tell)
        await asyncio.gather(*care._tasks)
    assert bench.net.joined
    assert bench.told[-1].delivery_said is not None
    for _ in range(100):
        care.obey(SeeNetwork(mode=Mode.TRAINING), bench.tell)
    assert len(care._tasks) <= 20
    await care.close()

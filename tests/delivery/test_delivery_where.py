"""The workshop found in the network: what is believed of answers, and which of several is taken."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import dns.message
import made_dns
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.delivery import where
from agent.delivery.mdns import SERVICE, Heard, host_name, listen, question
from agent.delivery.where import Finder
from agent.settings import Settings, Workshop

SENDER = "192.168.1.20"


def settings(discover: str = "https", url: str | None = None) -> Settings:
    return Settings(workshop=Workshop(discover=discover, url=url, ca_file=Path("/ca.pem")))  # type: ignore[arg-type]


class Network:
    """Answers each question with what was laid ready."""

    def __init__(self, *answers: Callable[[bytes], bytes] | bytes, sender: str = SENDER) -> None:
        self.answers = answers
        self.sender = sender
        self.questions: list[bytes] = []

    def __call__(self, packet: bytes, seconds: float) -> Iterable[tuple[bytes, str]]:
        self.questions.append(packet)
        for each in self.answers:
            yield each if isinstance(each, bytes) else each(packet), self.sender


def of(*records: str, **facts: Any) -> Callable[[bytes], bytes]:
    return lambda packet: made_dns.answer(packet, *records, **facts)


def found(*answers: Any, discover: str = "https", **facts: Any) -> str | None:
    return Finder(Network(*answers, **facts)).workshop(settings(discover)).url


def test_a_workshop_in_one_answer_or_in_several() -> None:
    records = made_dns.workshop()
    assert found(of(*records)) == "https://atelier.local:8137"
    assert found(*(of(record) for record in reversed(records))) == "https://atelier.local:8137"


def test_the_question_is_a_one_shot_query() -> None:
    network = Network()
    assert Finder(network).workshop(settings()).url is None
    asked = dns.message.from_wire(network.questions[0])
    assert [str(one) for one in asked.question] == ["_ordis._tcp.local. IN PTR"]
    assert asked.id
    assert not asked.flags


def test_a_path_and_a_port() -> None:
    text = '"SCHEME=https" "path=/ordis/" "path=/other" "x"'
    assert found(of(*made_dns.workshop(port=443, text=text))) == "https://atelier.local:443/ordis"


def test_nothing_is_asked_where_the_address_is_known_or_nobody_wants_it() -> None:
    network = Network(of(*made_dns.workshop()))
    assert Finder(network).workshop(settings(url="https://known.example")).url == "https://known.example"
    assert Finder(network).workshop(settings("no")).url is None
    assert network.questions == []


def test_without_https_only_where_that_was_said() -> None:
    plain = of(*made_dns.workshop(text='"scheme=http"'))
    refused = Finder(Network(plain)).workshop(settings())
    assert refused.url is None
    assert "does not use https" in str(refused.remark)
    assert found(plain, discover="http") == "http://atelier.local:8137"
    both = (of(*made_dns.workshop("A", "a.local.", text='"scheme=http"')), of(*made_dns.workshop("B", "b.local.")))
    assert found(*both, discover="http") == "https://b.local:8137"  # who can prove who they are goes first


def test_of_several_the_first_by_name_and_it_is_said() -> None:
    answers = [of(*made_dns.workshop(name, f"{name.lower()}.local.")) for name in ("Nantes", "Angers", "Rennes")]
    for order in (answers, answers[::-1]):
        chosen = Finder(Network(*order)).workshop(settings())
        assert chosen.url == "https://angers.local:8137"
        assert "3 workshops" in str(chosen.remark)
        assert "Angers" in str(chosen.remark)


@pytest.mark.parametrize(
    "records",
    [
        made_dns.workshop(host="evil.example."),
        made_dns.workshop(host="local."),
        made_dns.workshop(host="-a.local."),
        made_dns.workshop(port=0),
        made_dns.workshop(address="8.8.8.8"),
        made_dns.workshop(address="127.0.0.1"),
        made_dns.workshop(address="224.0.0.251"),
        made_dns.workshop(text='"scheme=ftp"'),
        made_dns.workshop(text='"scheme=https" "path=/../x y"'),
        made_dns.workshop(text='"scheme=https" "path=//evil.example/"'),
        made_dns.workshop(text='"scheme=https" "path=/@evil.example:1/"'),
        made_dns.workshop()[:1],
        made_dns.workshop()[1:],
        made_dns.workshop()[:3],
    ],
)
def test_what_is_not_whole_or_not_of_this_network_is_passed_over(records: list[str]) -> None:
    assert found(of(*records), discover="http") is None


def test_answers_to_other_questions_and_questions_are_passed_over() -> None:
    records = made_dns.workshop()
    assert found(of(*records, number=0)) is None
    assert found(lambda packet: packet) is None


@given(st.lists(st.binary(max_size=600), max_size=5))
def test_rubbish_is_passed_over(packets: list[bytes]) -> None:
    assert found(*packets, of(*made_dns.workshop())) == "https://atelier.local:8137"


@given(st.integers(0, 300), st.integers(0, 255))
def test_a_changed_byte_never_leads_out_of_the_network(at: int, value: int) -> None:
    def changed(packet: bytes) -> bytes:
        data = bytearray(made_dns.answer(packet, *made_dns.workshop()))
        data[at % len(data)] = value
        return bytes(data)

    heard = Heard()
    number, packet = question((SERVICE, "PTR"))
    list(listen(heard, number, [(changed(packet), SENDER)]))
    for each in heard.workshops():
        assert host_name(each.host) == each.host
        assert each.url.startswith(("http://", "https://"))


def test_a_flood_is_bounded() -> None:
    records = [record for number in range(100) for record in made_dns.workshop(f"w{number}", f"w{number}.local.")]
    heard = Heard()
    number, packet = question((SERVICE, "PTR"))
    list(listen(heard, number, [(made_dns.answer(packet, *records), SENDER)]))
    assert len(heard.workshops()) <= 50


def test_what_was_found_is_remembered_and_then_asked_for_again() -> None:
    now = [0.0]
    network = Network(of(*made_dns.workshop()))
    finder = Finder(network, lambda: now[0])
    assert finder.workshop(settings()) == finder.workshop(settings())
    assert finder.address("Atelier.local.") == SENDER
    assert len(network.questions) == 1
    now[0] = where.FOUND_SECONDS + 1
    finder.workshop(settings())
    assert len(network.questions) == 2


def test_a_miss_is_remembered_for_a_shorter_time() -> None:
    now = [0.0]
    network = Network()
    finder = Finder(network, lambda: now[0])
    finder.workshop(settings())
    finder.workshop(settings())
    now[0] = where.MISSED_SECONDS + 1
    finder.workshop(settings())
    assert len(network.questions) == 2


def test_an_address_of_a_name_in_this_network() -> None:
    network = Network(of("pc.local. 10 IN A 192.168.1.9", f"pc.local. 10 IN A {SENDER}"))
    assert Finder(network).address("pc.local") == SENDER  # the one that it answered from
    for name in ("atelier.example", "", "local", "a" * 300 + ".local", "é.local"):
        assert Finder(network).address(name) is None
    assert len(network.questions) == 1

"""The wired network: driver, cable, speed against both ends, address, workshop."""

import json

import pytest
from fake_tree import PCI, Tree

from agent.checks import network
from agent.host.run import Ran
from agent.model.check import CheckResult
from agent.model.inventory import Inventory, NetworkInterface
from agent.model.words import Outcome, Reached

FOLDER = f"{PCI}/0000:00:19.0"
ETHTOOL = """Settings for eth0:
\tSupported ports: [ TP ]
\tSupported link modes:   10baseT/Half 10baseT/Full
\t                        100baseT/Half 100baseT/Full
\t                        1000baseT/Full
\tSupported pause frame use: No
\tAdvertised link modes:  10baseT/Half 10baseT/Full
\t                        1000baseT/Full
\tLink partner advertised link modes:  10baseT/Half 10baseT/Full
\t                                     {partner}
\tLink partner advertised pause frame use: No
\tSpeed: 1000Mb/s
"""
FAST, SLOW = "100baseT/Full 1000baseT/Full", "100baseT/Half 100baseT/Full"


def card(tree: Tree, *, carrier: str | None = "1", speed: int = 1000, driver: str | None = "e1000e") -> None:
    tree.pci("0000:00:19.0", "0x020000", "8086:155a", driver)
    net = "/sys/class/net/eth0"
    for name, value in {"type": 1, "address": "54:ee:75:12:34:56", "speed": speed, "carrier": carrier}.items():
        if value is not None:
            tree.file(f"{net}/{name}", value)
    tree.links(f"{net}/device", FOLDER)


def given(tree: Tree, *addresses: dict[str, object], partner: str = FAST) -> None:
    tree.answers("ip", json.dumps([{"ifname": "eth0", "addr_info": list(addresses)}]))
    tree.answers("ethtool", ETHTOOL.format(partner=partner))


ADDRESS = {"family": "inet", "local": "192.168.1.20", "scope": "global", "dynamic": True}


def figures(result: CheckResult) -> dict[str, object]:
    return {figure.name: figure.value for figure in result.figures}


def test_a_good_cable(part_bench, tree: Tree) -> None:
    card(tree)
    given(tree, ADDRESS)
    result = network.check(part_bench("eth0"))
    assert (result.outcome, result.subject) == (Outcome.PASSED, "eth0")
    assert figures(result) == {"driver": "e1000e", "speed_mbps": 1000, "other_end_mbps": 1000, "address": "yes"}
    assert next(one.threshold for one in result.figures if one.name == "speed_mbps") == 1000
    assert "192.168" not in result.model_dump_json()


@pytest.mark.parametrize(
    ("partner", "outcome", "words"),
    [
        (FAST, Outcome.DEGRADED, "Try another cable"),
        ("Not reported", Outcome.DEGRADED, "Try another cable"),
        (SLOW, Outcome.PASSED, "all that its other end can do"),
    ],
)
def test_a_cable_below_the_cards_speed(part_bench, tree: Tree, partner: str, outcome: Outcome, words: str) -> None:
    card(tree, speed=100)
    given(tree, ADDRESS, partner=partner)
    result = network.check(part_bench("eth0"))
    assert result.outcome is outcome
    assert words in str(result.reason)
    assert "100 Mbit/s" in str(result.reason)


def test_no_cable_is_no_fault(part_bench, tree: Tree) -> None:
    card(tree, carrier="0", speed=-1)
    result = network.check(part_bench("eth0"))
    assert result.outcome is Outcome.SKIPPED
    assert "Plug a network cable" in str(result.reason)


def test_a_socket_that_is_off(part_bench, tree: Tree) -> None:
    card(tree, carrier=None)
    assert network.check(part_bench("eth0")).outcome is Outcome.SKIPPED


@pytest.mark.parametrize(
    "addresses",
    [(), ({**ADDRESS, "local": "169.254.7.7"},), ({**ADDRESS, "scope": "link"},), ({"scope": "global", "local": 7},)],
)
def test_no_address_proves_nothing(part_bench, tree: Tree, addresses: tuple[dict[str, object], ...]) -> None:
    card(tree)
    given(tree, *addresses)
    assert network.check(part_bench("eth0")).outcome is Outcome.ERROR


@pytest.mark.parametrize("told", ["", "[", "{}", "[7]", '[{"addr_info": 7}]', "[" * 100_000])
def test_an_unreadable_answer_proves_nothing(part_bench, tree: Tree, told: str) -> None:
    card(tree)
    tree.tools["ip"] = Ran(0, told, "", 0.0)
    assert network.check(part_bench("eth0")).outcome is Outcome.ERROR


def test_a_card_without_a_driver_is_seen_and_fails(part_bench, tree: Tree) -> None:
    tree.pci("0000:02:00.0", "0x020000", "10ec:8168")
    result = network.check(part_bench("0000:02:00.0"))
    assert result.outcome is Outcome.FAILED
    assert "No driver" in str(result.reason)


def test_a_card_that_went_away(part_bench) -> None:
    assert network.check(part_bench("eth7")).outcome is Outcome.ERROR


def test_it_waits_for_cable_and_address(part_bench, tree: Tree, seen, monkeypatch: pytest.MonkeyPatch) -> None:
    card(tree, carrier="0")

    def plug(_seconds: float) -> None:
        tree.file("/sys/class/net/eth0/carrier", 1)
        given(tree, ADDRESS)

    monkeypatch.setattr("agent.checks.network.time.sleep", plug)
    assert network.check(part_bench("eth0", network={"seconds": 100})).outcome is Outcome.PASSED
    assert len(seen) == 1


# ---- the workshop


@pytest.mark.parametrize(
    ("reached", "words"),
    [(Reached.YES, "the workshop answers"), (Reached.NO, "does not answer"), (Reached.PORTAL, "wants a sign-in")],
)
def test_what_the_workshop_answered(part_bench, tree: Tree, reached: Reached, words: str) -> None:
    card(tree)
    given(tree, ADDRESS)
    result = network.completed(network.check(part_bench("eth0")), reached)
    assert result.outcome is Outcome.PASSED
    assert words in str(result.reason)
    assert figures(result)["workshop"] == reached.value


def test_the_workshop_does_not_hide_a_slow_cable(part_bench, tree: Tree) -> None:
    card(tree, speed=100)
    given(tree, ADDRESS)
    slow = network.check(part_bench("eth0"))
    assert network.completed(slow, Reached.YES).reason == slow.reason
    given(tree, ADDRESS, partner=SLOW)
    limited = network.check(part_bench("eth0"))
    assert network.completed(limited, Reached.YES).reason == limited.reason
    assert "sign-in" in str(network.completed(limited, Reached.PORTAL).reason)


def test_without_an_address_the_workshop_says_nothing_of_the_card(part_bench, tree: Tree) -> None:
    card(tree, carrier="0")
    result = network.check(part_bench("eth0"))
    assert network.completed(result, Reached.NO) == result
    assert network.completed(result, None) == result


def test_which_parts() -> None:
    cards = [NetworkInterface(name=name, wireless=wireless) for name, wireless in (("a", False), ("w", True))]
    assert network.subjects(Inventory(network=cards)) == ["a"]
    assert not network.applies(Inventory(network=cards[1:]))
    assert network.missed(Inventory())

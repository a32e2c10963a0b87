"""Vendor, model and kind of 2,754 recorded machines, against the collectors' own words: TYPE/VENDOR/FAMILY/MODEL/ID.

The bounds are those of issue 4. What still differs is mostly a matter of words: small business computers (OptiPlex
Micro, EliteDesk DM, ThinkCentre Tiny) that the collectors call desktops, and tower servers likewise.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from fake_tree import Tree

from agent.inventory import dmidecode, machine
from agent.model.inventory import Machine
from agent.model.words import Chassis

KINDS = {
    "Notebook": Chassis.NOTEBOOK,
    "Desktop": Chassis.DESKTOP,
    "All In One": Chassis.ALL_IN_ONE,
    "Mini Pc": Chassis.MINI_PC,
    "Convertible": Chassis.CONVERTIBLE,
    "Server": Chassis.SERVER,
    "Tablet": Chassis.TABLET,
    "Stick Pc": Chassis.STICK_PC,
}
"""Types of theirs that we have as well; "System On Chip" and "Firewall" are neither here nor there."""
SAME_MAKER = {"hewlettpackard": "hp"}
USED = re.compile(r"DMI type (?:1|2|3|4|9|17|21|22),")
"""The structures that tell name and kind; reading the others of all machines as well takes twice as long."""


@dataclass(frozen=True)
class Recorded:
    kind: str
    maker: str
    model: str
    found: Machine


def letters(text: str | None) -> str:
    return re.sub(r"[^a-z0-9]", "", (text or "").lower())


def one_in_the_other(told: str, found: str | None) -> bool:
    first, second = SAME_MAKER.get(letters(told), letters(told)), letters(found)
    return bool(first and second) and (first in second or second in first)


@pytest.fixture
def machines(tree: Tree, corpus: Callable[[str], Iterator[tuple[str, bytes]]]) -> list[Recorded]:
    found = []
    for name, content in corpus("dmi.tar.xz"):
        kind, maker, _, model, _ = name.removeprefix("dmi/").split("/")
        structures = content.decode("utf-8", "replace").split("\n\n")
        records = dmidecode.parse("\n\n".join(one for one in structures if USED.search(one)))
        found.append(Recorded(kind, maker, model, machine.read(tree, records)))
    assert len(found) > 2700
    return found


def share(results: list[bool]) -> float:
    return sum(results) / len(results)


def test_machines_are_called_as_the_collectors_call_them(machines: list[Recorded]) -> None:
    told = [one for one in machines if one.kind in KINDS]
    portable = [one.found.chassis.portable == KINDS[one.kind].portable for one in told]
    assert share(portable) >= 0.993
    assert share([one.found.chassis is KINDS[one.kind] for one in told]) >= 0.97
    assert share([one_in_the_other(one.maker, one.found.vendor) for one in machines if one.maker != "Others"]) >= 0.99
    assert share([one_in_the_other(one.model, one.found.model) for one in machines if one.model != "Others"]) >= 0.993
    # The collectors took every serial number away, and no machine of theirs is virtual.
    assert not any(one.found.serial or one.found.virtual for one in machines)

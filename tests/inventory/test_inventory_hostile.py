"""Whatever stands in any field of any source: no part of the inventory breaks, and nothing raw reaches a person.

Recorded machines of our own, spoiled at random places. A part that raises is caught when it is read, so these tests
look for that: `unreadable` may say what was not recorded, and never that a parser failed.
"""

import copy
import json
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.host.recorded import Recorded
from agent.inventory import collect
from agent.model.inventory import Inventory
from agent.report.page import page

MACHINES = sorted((Path(__file__).parent / "machines").iterdir())
BAD: list[Any] = [
    "", " ", "\0", "-1", "0", "1", "99999999999999999999999999", "-0x7f", "1e308", "nan", "½", "٣", "²",
    "[red]x[/red]", "<script>alert(1)</script>", "\x1b[2J\x1b]0;x\x07", "\u202eevil\u2066", "\r\n\r\n", "\ufeff",
    "A" * 10_000, "../../../../etc/shadow", "%s%n{0}{serial}", "\ud800", "日本語" * 50, "a:b:c", "=;=", "|" * 300,
]  # fmt: skip
BYTES = [b"", b"\xff" * 600, bytes(range(256)), b"\0" * 512, b"\x00\x80\xff\xff" + b"x" * 90, b"\x80" * 40]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value of a JSON document."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path


def spoil(document: Any, rng: random.Random, share: float) -> Any:
    """A copy with a share of its values replaced."""
    document = copy.deepcopy(document)
    for path in list(leaves(document)):
        if rng.random() < share:
            inner = document
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = rng.choice([*BAD, -1, 2**70, 1.5, float("1e300"), None, True, [], {}, ["x"], {"y": 1}])
    return document


def spoil_text(text: str, rng: random.Random, share: float) -> str:
    """dmidecode's lines with a share of the values replaced, cut off, doubled or taken away."""

    def worse(line: str) -> str:
        name, colon, _ = line.partition(":")
        return rng.choice(
            [f"{name}{colon} {rng.choice(BAD)}", name, "", line * 2, line[: rng.randrange(len(line) + 1)]]
        )

    return "\n".join(worse(line) if rng.random() < share else line for line in text.splitlines())


def spoil_system(system: dict[str, Any], rng: random.Random, share: float) -> dict[str, Any]:
    files = {}
    for path, value in system["files"].items():
        files[path] = value
        if rng.random() < share:
            whole = value if isinstance(value, str) else ""
            cut = whole[: rng.randrange(len(whole) + 1)]
            files[path] = rng.choice(
                [rng.choice(BAD), cut, whole + rng.choice(BAD), whole.replace(" ", ":"), whole * 3]
            )
    folders = {
        path: [*names, rng.choice([name for name in BAD if name])] if rng.random() < share else names
        for path, names in system["folders"].items()
    }
    links = {path: to for path, to in system["links"].items() if rng.random() > share / 4}
    return {"files": files, "folders": folders, "links": links}


def spoiled(machine: Path, folder: Path, seed: int, share: float) -> Path:
    rng = random.Random(seed)
    for file in sorted(machine.rglob("*")):
        if not file.is_file() or file.name == "recording.json":
            continue
        to = folder / file.relative_to(machine)
        to.parent.mkdir(parents=True, exist_ok=True)
        if file.name == "dmidecode.txt":
            to.write_bytes(spoil_text(file.read_text(), rng, share).encode("utf-8", "surrogatepass"))
        elif file.name == "system.json":
            to.write_text(json.dumps(spoil_system(json.loads(file.read_text()), rng, share)))
        elif file.suffix == ".json":
            to.write_text(json.dumps(spoil(json.loads(file.read_text()), rng, share)))
        else:
            data = bytearray(file.read_bytes())
            for _ in range(int(len(data) * share)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            to.write_bytes(rng.choice([bytes(data), bytes(data[:100]), rng.choice(BYTES)]))
    return folder


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def looked_through(inventory: Inventory) -> None:
    """What holds for every inventory."""
    broken = [str(one.reason) for one in inventory.unreadable if "Error" in str(one.reason)]
    assert broken == []
    for text in texts(inventory.model_dump(mode="json")):
        assert len(text) <= 500
        assert all(unicodedata.category(char)[0] not in "CZ" or char == " " for char in text), repr(text)
    assert Inventory.model_validate_json(inventory.model_dump_json()) == inventory
    for line in page(inventory, "fr", colour=False, width=80):
        assert line.isprintable(), repr(line)


@pytest.mark.parametrize("share", [0.02, 0.3, 1.0])
@pytest.mark.parametrize("machine", MACHINES, ids=lambda path: path.name)
def test_every_field_of_every_source_may_be_rubbish(machine: Path, share: float, tmp_path: Path) -> None:
    for seed in range(12):
        looked_through(collect.recorded(Recorded(spoiled(machine, tmp_path / str(seed), seed, share))))


@given(st.binary(max_size=400), st.sampled_from(["dmidecode.txt", "system.json", "edid/x.bin", "smartctl/sda.json"]))
@settings(max_examples=60, deadline=None)
def test_every_file_may_be_rubbish(tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str) -> None:
    folder = tmp_path_factory.mktemp("rubbish")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    found = collect.recorded(Recorded(folder))
    assert Inventory.model_validate_json(found.model_dump_json()) == found


def test_every_file_may_be_cut_off(tmp_path: Path) -> None:
    """A stick that was pulled in the middle."""
    machine = MACHINES[0]
    rng = random.Random(4)
    for turn in range(30):
        folder = tmp_path / str(turn)
        for file in filter(Path.is_file, machine.rglob("*")):
            to = folder / file.relative_to(machine)
            to.parent.mkdir(parents=True, exist_ok=True)
            data = file.read_bytes()
            to.write_bytes(data[: rng.randrange(len(data) + 1)])
        found = collect.recorded(Recorded(folder))
        assert Inventory.model_validate_json(found.model_dump_json()) == found

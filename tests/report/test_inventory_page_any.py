"""The page for any inventory whatever: never an exception, never too wide, never a foreign control character."""

import re
import types
import unicodedata
from enum import Enum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inventory_samples import SAMPLES
from pydantic import BaseModel
from rich.cells import cell_len

from agent.model.inventory import Inventory, Unreadable
from agent.model.message import Message
from agent.report.cells import cells, plain, wrapped
from agent.report.page import page
from agent.report.page.sheet import NARROWEST, Mark, Row, Section, Sheet

COLOUR = re.compile(r"\x1b\[(?:0|1|32|33|1;31)m")
OWN = set("─")
# Symbols and odd digits: their width has changed from one Unicode to the next, so judges disagree about it.
ALPHABET = st.one_of(
    st.characters(exclude_categories=("Cs", "So", "Sk", "No")),
    st.sampled_from("\x1b\x07\x9b\n\r\t[31m模한ＡẼ\u0301\u202e "),
)
TEXTS = st.one_of(
    st.text(ALPHABET, max_size=30),
    st.sampled_from(["", " ", "free", "\x1b[31mred\x1b[0m", "[red]", "{name}", "m" * 250, "模" * 200, "a b " * 60]),
)
MESSAGES = st.builds(Message, TEXTS, st.dictionaries(st.just("name"), st.one_of(TEXTS, st.integers(), st.floats())))


@cache
def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type; texts are as hostile as if no model had cleaned them."""
    if get_origin(kind) is Annotated:
        return anything(get_args(kind)[0])
    if get_origin(kind) is list:
        return st.lists(anything(get_args(kind)[0]), max_size=2)
    if get_origin(kind) in (types.UnionType, Union):
        return st.one_of(*map(anything, get_args(kind)))
    if kind is Message:
        return MESSAGES
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {name: anything(field.annotation) for name, field in kind.model_fields.items()}
        # model_construct does not validate: what comes from a hole in the model is harmless as well.
        return st.fixed_dictionaries(fields).map(lambda values: kind.model_construct(**values))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXTS,
        bool: st.booleans(),
        int: st.one_of(st.integers(0, 200), st.integers(0, 2**53 - 1)),
        float: st.one_of(st.floats(0, 100), st.floats(allow_nan=False, allow_infinity=False)),
        type(None): st.none(),
    }
    return simple[kind]


def check(lines: list[str], width: int, *, colour: bool) -> None:
    for line in lines:
        bare = COLOUR.sub("", line) if colour else line
        assert cell_len(bare) <= max(width, NARROWEST)
        assert not any(unicodedata.category(char)[0] in "CM" for char in bare), repr(line)
        assert "\xa0" not in bare


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(anything(Inventory), st.sampled_from(["fr", "en", "xx"]), st.booleans(), st.integers(0, 140))
def test_any_inventory_is_a_page(inventory: Inventory, language: str, colour: bool, width: int) -> None:
    check(page(inventory, language, colour=colour, width=width), width, colour=colour)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("width", [NARROWEST, 60, 80, 120])
def test_the_samples_fit(name: str, language: str, width: int) -> None:
    check(page(SAMPLES[name](), language, colour=True, width=width), width, colour=True)


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"strange"}))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_bare_console_has_every_letter(name: str, language: str) -> None:
    """Latin-9 and box drawing, whatever typography the catalogue uses."""
    text = "".join(page(SAMPLES[name](), language, colour=False, width=80))
    assert (set(text) - OWN) == {char for char in set(text) - OWN if char.encode("iso8859-15", "ignore")}


@given(st.text(ALPHABET, max_size=60))
def test_cells_are_those_of_a_terminal(text: str) -> None:
    made = plain(text)
    assert cells(made) == cell_len(made)


@given(st.text(st.sampled_from("ab模 12:GB"), max_size=80), st.integers(2, 30))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    made = plain(text)
    lines = wrapped(made, width)
    assert max(map(cells, lines)) <= width
    assert "".join(lines).replace(" ", "") == made.replace(" ", "")


@pytest.mark.parametrize("text", ["aaaa 12 GB", "aaaaaa 7 min", "aaaaa « x »", "aaaaaa x : y"])
def test_a_number_keeps_its_unit_and_a_sign_its_word(text: str) -> None:
    for line in wrapped(text, 9):
        assert not re.match(r"GB|min|[:»]", line)
        assert not re.search(r"\d$|«$", line)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=4), st.integers(NARROWEST, 100))
def test_tables_lose_nothing_and_fit(table: list[tuple[str, str, str]], width: int) -> None:
    rows = [Row("x", columns=row, mark=Mark.DOUBT) for row in table]
    lines = list(Sheet(colour=False, width=width).sections([Section("T", rows)]))
    check(lines, width, colour=False)
    kept = re.sub(r"\s", "", "".join(line[2:].removeprefix("x") for line in lines[2:]))
    assert kept == re.sub(r"\s", "", "".join(plain(cell) for row in table for cell in row))


def test_an_unknown_part_that_could_not_be_read_is_told_by_its_own_name() -> None:
    inventory = Inventory(unreadable=[Unreadable(part="flux capacitor", reason=Message("It is gone."))])
    assert "  flux capacitor: It is gone." in page(inventory, "en", colour=False, width=80)

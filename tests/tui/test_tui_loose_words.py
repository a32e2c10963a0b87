"""Nothing that a person reads on the screen stands outside the catalogues."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import tui

ROOT = Path(tui.__file__).parent
LEGENDS = ROOT / "lines/keycaps.py"
"""What is printed on keys is the same in every language."""
FILES = sorted(file for file in ROOT.rglob("*.py") if file != LEGENDS)
PROSE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|^[A-ZÀ-Ý][a-zà-ÿ]{2,}[ :.!?…]*$")
"""Two words, or one that begins with a capital letter."""
STYLE = re.compile(r"(bold |on |ansi_\w+ ?)+|[#.].+")
"""Also selectors of widgets."""
AS_THEY_ARE = {"English", "Français", "français"}
"""Languages are named in themselves."""
UNREAD = {"log", "logging", "Binding", "__import__", "getLogger", "Formatter", "compile", "cast"}
"""What takes text that no person sees on the screen: logs, keys, patterns."""


def loose(source: str) -> Iterator[str]:
    """Texts like sentences that no mark makes translated; docstrings and names are none."""
    tree = ast.parse(source)
    spared: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(node.value)
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).split(".")
            if called == ["say"] or UNREAD & {called[0], called[-1]}:
                spared.update(each for argument in (*node.args, *node.keywords) for each in ast.walk(argument))
        if isinstance(node, ast.Raise):
            spared.update(ast.walk(node))
        for kind in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            spared.update(ast.walk(kind) if isinstance(kind, ast.AST) else ())
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in spared:
            text = node.value
            if PROSE.search(text) and not STYLE.fullmatch(text) and text not in AS_THEY_ARE:
                yield f"line {node.lineno}: {text!r}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_sentence_is_in_the_catalogues(file: Path) -> None:
    assert list(loose(file.read_text())) == []


@pytest.mark.parametrize(
    "source",
    ["plain('Erase it')", "put(f'Drive {name}')", "x = 'Two words'", "Message('Not marked')", "call_it('Save')"],
)
def test_the_search_finds(source: str) -> None:
    assert list(loose(source))


@pytest.mark.parametrize(
    "source",
    ["say('Erase it')", "'''Erase it'''", "log.error('it broke off')", "x = 'bold ansi_bright_white'", "put('[ok]')",
     "query('#save')", "Message('English')", "Message('{key}: {label}')"],
)  # fmt: skip
def test_the_search_lets_through(source: str) -> None:
    assert not list(loose(source))

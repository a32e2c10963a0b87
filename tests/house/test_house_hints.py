"""Whatever goes wrong, whoever reads of it is told what to do next."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import agent

ROOT = Path(agent.__file__).parent
ELSEWHERE = ("report", "training", "drivetests")
"""`report`: what is no report, or not signed, is one word of a verdict, and whoever gives that says what to do.
`training`, `drivetests`: what drives refuse is no problem of a person's, though two classes have such names."""
TREES = {
    file.relative_to(ROOT): ast.parse(file.read_text())
    for file in sorted(ROOT.rglob("*.py"))
    if file.relative_to(ROOT).parts[0] not in ELSEWHERE
}
TOLD = ("ProblemEvent", "Trouble", "_problem")
"""How a problem gets to a face, besides being raised."""


def named(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def classes() -> list[ast.ClassDef]:
    return [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def problems() -> set[str]:
    """Problem and all that are made from it."""
    known, found = classes(), {"Problem"}
    while more := {node.name for node in known if found & {*map(named, node.bases)}} - found:
        found |= more
    return found


def knows_a_hint(node: ast.ClassDef) -> bool:
    """Its own constructor gives one where nobody else does."""
    made = [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
    default = [ast.unparse(value) for one in made for value in (*one.args.defaults, *one.args.kw_defaults) if value]
    return any("say(" in ast.unparse(one) for one in made) or any(value != "None" for value in default)


def hintless(tree: ast.AST, kinds: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and named(node.func) in kinds:
            starred = any(isinstance(each, ast.Starred) for each in node.args)
            if len(node.args) < 2 and not starred and all(word.arg != "hint" for word in node.keywords):
                yield node


PROBLEMS = problems()
KINDS = {node.name for node in classes() if node.name in PROBLEMS and not knows_a_hint(node)} | {*TOLD}
WITH_A_HINT = {"stick": {"Refused"}}
"""By folder: what is called as a problem without a hint elsewhere, and has one of its own here."""


def test_there_are_some() -> None:
    assert len(PROBLEMS) > 20
    assert {"Problem", "SettingsError", "DeliveryError", "Refused", "NotSelected"} <= KINDS
    assert {"NotOurs", "Damaged", "JournalError"}.isdisjoint(KINDS)


def test_every_problem_says_what_to_do_next() -> None:
    found = [
        f"agent/{file}:{node.lineno}: {ast.unparse(node)}"
        for file, tree in TREES.items()
        for node in hintless(tree, KINDS - WITH_A_HINT.get(file.parts[0], set()))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "hints"),
    [("Problem(say('a'))", 0), ("toml.Problem(why)", 0), ("Problem(say('a'), say('b'))", 1),
     ("Problem(say('a'), hint=say('b'))", 1), ("Problem(*both)", 1), ("self._problem(say('a'))", 0)],
)  # fmt: skip
def test_the_search_finds(source: str, hints: int) -> None:
    assert (not list(hintless(ast.parse(source), {"Problem", "_problem"}))) is bool(hints)

"""The keyboard of ordis.toml: which layout the stick's console gets, when, and what keeps it through a restart."""

import re
from pathlib import Path

import pytest
from fake_tree import Tree

from agent.host import keymap
from agent.host.run import Ran, ToolMissing
from agent.manual.keys import OTHER
from agent.manual.layouts import LAYOUTS
from agent.model.keyboards import KEYBOARDS
from agent.settings import Settings
from agent.stick import keyboard
from agent.stick.keyboard import KeyboardFailed

BOOT = Path(__file__).parents[2] / "boot"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "tree")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    found: list[list[str]] = []

    def run(argv: list[str], *, timeout: float) -> Ran:
        found.append(argv)
        return Ran(int(argv[-1] == "us"), "", "cannot open file us\n" if argv[-1] == "us" else "", 0.0)

    monkeypatch.setattr(keymap, "run", run)
    return found


def booted(tree: Tree, word: str) -> Tree:
    tree.file("/proc/cmdline", f"boot=live ordis.lang=fr {word} quiet")
    return tree


@pytest.mark.parametrize(
    ("word", "loaded"),
    [("ordis.keymap=fr-latin9", ["be-latin1"]), ("", ["be-latin1"]), ("ordis.keymap=uk", []),
     ("ordis.keymap=../../x", ["be-latin1"])],
)  # fmt: skip
def test_at_the_start_a_choice_of_the_boot_menu_goes_first(
    tree: Tree, tmp_path: Path, asked: list[list[str]], word: str, loaded: list[str]
) -> None:
    kept = tmp_path / "run/keymap"
    keyboard.at_start(booted(tree, word), "be", kept)
    assert [argv[-1] for argv in asked] == loaded
    assert (kept.read_text() if kept.exists() else "") == "".join(f"{name}\n" for name in loaded)


def test_at_the_screen_it_counts_at_once_and_can_be_taken_back(
    tree: Tree, tmp_path: Path, asked: list[list[str]]
) -> None:
    source, kept = booted(tree, "ordis.keymap=uk"), tmp_path / "keymap"
    for name, loaded in (("ch", "fr_CH-latin1"), (None, "uk")):
        keyboard.use(source, name, kept)  # type: ignore[arg-type]
        assert asked[-1] == ["loadkeys", "--quiet", loaded]
        assert kept.read_text() == f"{loaded}\n"


def test_what_does_not_work_says_what_to_do(
    tree: Tree, tmp_path: Path, asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "keymap"
    with pytest.raises(KeyboardFailed, match="cannot open file us"):
        keyboard.use(tree, "us", kept)

    def missing(argv: list[str], *, timeout: float) -> Ran:
        raise ToolMissing(argv[0])

    monkeypatch.setattr(keymap, "run", missing)
    with pytest.raises(KeyboardFailed, match="loadkeys") as failed:
        keyboard.use(tree, "fr", kept)
    assert failed.value.hint is not None
    assert not kept.exists()


def test_a_screen_that_starts_again_gets_it_too() -> None:
    script = (BOOT / "system/usr/local/lib/ordis/prepare-terminal").read_text()
    assert f"cat {keymap.KEPT}" in script
    assert f":-{keymap.USUAL}}}" in script


def test_all_that_the_boot_menu_offers_can_be_set_and_is_known_to_the_check_of_the_keyboard() -> None:
    offered = set(re.findall(r"speak \w+ (\S+)", (BOOT / "grub/grub.cfg").read_text()))
    assert offered
    assert offered <= {each.keymap for each in KEYBOARDS.values()}
    assert {each.shape for each in KEYBOARDS.values()} <= {*LAYOUTS, OTHER}
    assert Settings.model_validate({"keyboard": "be"}).keyboard == "be"

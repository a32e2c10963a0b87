"""ordis.toml changed as a person would: what was not meant stays as it was, whatever form it has."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from agent import toml
from agent.care.edit import changed
from agent.model.care import WifiKept
from agent.settings import Settings, SettingsError

WRITTEN = """# Réglages d'Ordis
language = "fr"   # ou "en"
unattended_erase = false

[workshop]
# L'atelier de Nantes
url = "https://old.example"

[[wifi]]
ssid = "Atelier"      # la salle du fond
password = "geheim12"
"""
NEW = WifiKept(name="Mairie; [x]", password=SecretStr(' "8" signs\\'), hidden=True)


def parsed(text: str) -> dict[str, object]:
    toml.parse(text.encode(), Path("/x/ordis.toml"), Settings, SettingsError)
    return tomllib.loads(text)


def test_one_value_changes_one_line() -> None:
    new = changed(WRITTEN, {"workshop.url": "https://new.example"}, None, [])
    assert new == WRITTEN.replace("https://old.example", "https://new.example")
    assert changed(WRITTEN, {"language": "en"}, None, []) == WRITTEN.replace('"fr"', '"en"', 1)


def test_what_is_new_comes_where_it_belongs() -> None:
    new = changed(WRITTEN, {"default_profile": "quick", "organisation.name": "Tous aux ordis !"}, None, [])
    found = parsed(new)
    assert found["default_profile"] == "quick"
    assert found["organisation"] == {"name": "Tous aux ordis !"}
    for line in WRITTEN.splitlines():
        assert line in new


def test_an_empty_value_leaves_the_default() -> None:
    found = parsed(changed(WRITTEN, {"language": "", "workshop.url": "", "organisation.name": ""}, None, []))
    assert "language" not in found
    assert found["workshop"] == {}
    assert "organisation" not in found


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (WRITTEN, ["Atelier"]),
        ("", []),
        ('[wifi]\nssid = "Atelier"\npassword = "geheim12"\n', ["Atelier"]),
        ('wifi = [{ssid = "Atelier", password = "geheim12"}, {ssid = "B"}]\n', ["Atelier", "B"]),
        ('wifi = {ssid = "Atelier"}\n[workshop]\nurl = "https://a.example"\n', ["Atelier"]),
        ('[[wifi]]\nssid = "A"\n[[wifi]]\nssid = "Atelier"\n', ["A", "Atelier"]),
        ("wifi = []\n", []),
    ],
)
def test_networks_however_they_are_written(text: str, before: list[str]) -> None:
    def names(new: str) -> list[str]:
        return [each["ssid"] for each in parsed(new).get("wifi", [])]  # type: ignore[attr-defined]

    added = changed(text, {}, NEW, [])
    assert names(added) == [*before, NEW.name]
    [mine] = [each for each in parsed(added)["wifi"] if each["ssid"] == NEW.name]  # type: ignore[attr-defined]
    assert mine == {"ssid": NEW.name, "password": ' "8" signs\\', "hidden": True}
    assert names(changed(added, {}, None, [NEW.name])) == before
    assert names(changed(added, {}, NEW, [])) == [*before, NEW.name]  # once
    without = [name for name in before if name != "Atelier"]
    assert names(changed(added, {}, None, ["Atelier", NEW.name, "unknown"])) == without
    if "password" in text:
        assert "geheim12" in added


def test_comments_beside_networks_stay() -> None:
    new = changed(WRITTEN, {}, NEW, [])
    assert new.startswith(WRITTEN.rstrip("\n"))


def test_windows_lines_stay() -> None:
    written = WRITTEN.replace("\n", "\r\n")
    new = changed(written, {"language": "en"}, None, [])
    assert new == written.replace('"fr"', '"en"', 1)


@pytest.mark.parametrize("text", ["language = ", 'workshop = "a"\n', "[workshop\n", "wifi = 3\n", 'wifi = ["a"]\n'])
def test_what_cannot_be_changed_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="cannot be changed here"):
        changed(text, {"workshop.url": "https://a.example"}, NEW, [])


KEYS = st.sampled_from(["language", "workshop.url", "organisation.name", "organisation.signatory", "default_profile"])


@given(st.dictionaries(KEYS, st.text(st.characters(codec="utf-8"), max_size=30)))
def test_whatever_is_typed_stands_there_and_nothing_else_changed(changes: dict[str, str]) -> None:
    before, after = tomllib.loads(WRITTEN), tomllib.loads(changed(WRITTEN, changes, None, []))
    for key, value in changes.items():
        section, _, name = key.rpartition(".")
        for found in (before, after):
            table = found.setdefault(section, {}) if section else found
            if found is after:
                assert table.get(name, "") == value
            table.pop(name, None)
    assert {k: v for k, v in before.items() if v} == {k: v for k, v in after.items() if v}

"""Changing ordis.toml as a person wrote it: comments, order and what is not known here stay."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from agent.model.care import WifiKept
from agent.model.message import say
from agent.settings import SettingsError


def changed(text: str, changes: Mapping[str, str], add: WifiKept | None, forget: Iterable[str]) -> str:
    """The text of ordis.toml with these values, by key (`workshop.url`); an empty one takes the key away.

    `add` is a wireless network to keep, `forget` are the names of those to drop. The result is not judged. Raises
    SettingsError where the text is no TOML.
    """
    try:
        document = tomlkit.parse(text)
        for key, value in changes.items():
            _put(document, key, value)
        dropped = {*forget, *([add.name] if add else [])}
        if dropped:
            _networks(document, dropped, add)
        return tomlkit.dumps(document)
    except (TOMLKitError, ValueError, TypeError, AttributeError) as error:
        raise SettingsError(
            say("ordis.toml is written in a way in which it cannot be changed here."),
            say("Change it with an editor on another computer; nothing was written."),
        ) from error


def _put(document: TOMLDocument, key: str, value: str) -> None:
    section, _, name = key.rpartition(".")
    table = cast("Table", document)
    if section:
        if section not in document:
            if not value:
                return
            document[section] = tomlkit.table()
        table = cast("Table", document[section])
    if value:
        table[name] = value
    else:
        table.pop(name, None)


def _networks(document: TOMLDocument, dropped: set[str], add: WifiKept | None) -> None:
    """As people write them: no section, one, several, or a list."""
    written: Any = document.get("wifi", [])
    new = [_section(add)] if add is not None else []
    if isinstance(written, AoT):  # in place, so that the comments in it stay
        for place in reversed(range(len(written))):
            if written[place].get("ssid") in dropped:
                del written[place]
        for each in new:
            written.append(each)
    else:
        sections = [written] if isinstance(written, dict) else list(written)
        kept = [each for each in sections if each.get("ssid") not in dropped]
        document.pop("wifi", None)
        document["wifi"] = _sections([*kept, *new])
    if not document["wifi"]:
        del document["wifi"]


def _sections(networks: list[Any]) -> AoT:
    sections = tomlkit.aot()
    for network in networks:
        section = tomlkit.table()
        section.update(dict(network))
        sections.append(section)
    return sections


def _section(network: WifiKept) -> Table:
    section = tomlkit.table()
    section["ssid"] = network.name
    if network.password is not None:
        section["password"] = network.password.get_secret_value()
    if network.hidden:
        section["hidden"] = True
    return section

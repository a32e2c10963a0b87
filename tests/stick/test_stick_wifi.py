"""Wi-Fi of ordis.toml as NetworkManager's files, judged by NetworkManager's own reader where it is installed."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.host import networkmanager
from agent.host.run import Ran, ToolMissing
from agent.settings import Wifi
from agent.stick import wifi
from agent.stick.wifi import WifiFailed, hand_on, keyfile

AWKWARD = [
    ("Atelier; été", r" pass\word; #x  ", True),
    ("1", "0123456789abcdef" * 4, False),
    ("12;13;", "[abc]=def", False),
    ("tab\there\\s", "\\s\\n\\\\ 8", False),
    ("Ouvert", None, False),
    ("é" * 16, "~" * 63, True),
]


def network(ssid: str, password: str | None = None, hidden: bool = False) -> Wifi:
    return Wifi.model_validate({"ssid": ssid, "password": password, "hidden": hidden})


def parsed(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(delimiters="=", comment_prefixes="#", interpolation=None)
    parser.read_string(text)
    return parser


def plain_name(value: str) -> bytes:
    """An SSID as NetworkManager writes it: as text where that is harmless, else as numbers or with `\\;`."""
    numbers = value.split(";")
    if numbers[-1] == "" and all(number.isdecimal() for number in numbers[:-1]):
        return bytes(map(int, numbers[:-1]))
    return value.replace("\\\\", "\\").replace("\\;", ";").encode()


@pytest.mark.runs_programs
@pytest.mark.parametrize(("ssid", "password", "hidden"), AWKWARD)
def test_networkmanager_reads_what_was_meant(ssid: str, password: str | None, hidden: bool) -> None:
    if not shutil.which("nmcli"):
        pytest.skip("no nmcli (Debian package network-manager)")
    done = subprocess.run(
        ["nmcli", "--offline", "connection", "modify", "connection.autoconnect-retries", "3"],
        input=keyfile(network(ssid, password, hidden), 0), check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = parsed(done.stdout)
    assert plain_name(found["wifi"]["ssid"]) == ssid.encode()
    assert found["wifi"].get("hidden", "false") == str(hidden).lower()
    if password is None:
        assert "wifi-security" not in found
    else:
        assert found["wifi-security"]["key-mgmt"] == "wpa-psk"
        [line] = [line for line in done.stdout.splitlines() if line.startswith("psk=")]
        assert re.sub(r"\\(.)", lambda escape: {"s": " ", "\\": "\\"}[escape[1]], line[4:]) == password


def test_secrets_are_for_root_alone_and_old_networks_go(tmp_path: Path) -> None:
    folder = tmp_path / "run/system-connections"
    hand_on([network("A", "12345678"), network("B")], folder)
    assert sorted(file.name for file in folder.iterdir()) == [
        "ordis-wifi-1.nmconnection", "ordis-wifi-2.nmconnection",
    ]  # fmt: skip
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    (folder / "cable.nmconnection").write_text("")
    hand_on([network("B")], folder)
    assert sorted(file.name for file in folder.iterdir()) == ["cable.nmconnection", "ordis-wifi-1.nmconnection"]
    hand_on([], folder)
    assert [file.name for file in folder.iterdir()] == ["cable.nmconnection"]


def test_no_network_makes_no_folder(tmp_path: Path) -> None:
    hand_on([], tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_written_is_told_without_the_secret(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WifiFailed) as caught:
        hand_on([network("A", "geheim12")], tmp_path / "file/folder")
    assert "geheim" not in f"{caught.value.reason}{caught.value.hint}"


def test_the_first_network_is_tried_first() -> None:
    first, second = (parsed(keyfile(network(name), place)) for place, name in enumerate("AB"))
    priority = "autoconnect-priority"
    assert int(first["connection"][priority]) > int(second["connection"][priority])
    assert first["connection"]["uuid"] != second["connection"]["uuid"]


def test_the_country(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def run(argv: list[str], *, timeout: float) -> Ran:
        asked.append(argv)
        return Ran(0, "", "", 0.0)

    monkeypatch.setattr(wifi, "run", run)
    wifi.use_country("FR")
    assert asked == [["iw", "reg", "set", "FR"]]

    def missing(argv: list[str], *, timeout: float) -> Ran:
        raise ToolMissing(argv[0])

    monkeypatch.setattr(wifi, "run", missing)
    monkeypatch.setattr(networkmanager, "run", missing)
    with pytest.raises(WifiFailed, match="FR"):
        wifi.use_country("FR")
    wifi.take_notice()

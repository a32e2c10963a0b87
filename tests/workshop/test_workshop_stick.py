"""What a stick asks about itself, and the options of `ordis-workshop serve` that concern the network."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from agent.model.words import Mode
from agent.report.keys import SigningKey, ephemeral
from workshop import announce
from workshop.announce import Address, CannotAnnounce, address
from workshop.cli import main


async def told(client: httpx.AsyncClient, **query: str) -> object:
    answer = await client.get("/api/v1/stick", params=query)
    assert answer.status_code == 200
    return answer.json()


async def test_the_newest_version_and_the_key(app: FastAPI, client: httpx.AsyncClient, stick: SigningKey) -> None:
    assert await told(client) == {"version": None, "enrolled": None}
    app.state.image_version = "0.2.0"
    assert await told(client, key=str(stick.public)) == {"version": "0.2.0", "enrolled": True}
    for other in (str(ephemeral(Mode.REAL).public), "x" * 5000):
        assert await told(client, key=other) == {"version": "0.2.0", "enrolled": False}
    app.state.store.revoke(stick.public)
    assert await told(client, key=str(stick.public)) == {"version": "0.2.0", "enrolled": False}


def test_what_may_be_announced() -> None:
    assert address("https://Atelier.local/ordis/") == Address("https", "atelier.local", 443, "/ordis")
    assert address("http://a.b.local:8137") == Address("http", "a.b.local", 8137)
    for wrong in ("", "atelier.local", "ftp://a.local", "https://workshop.example", "http://a.local:0x", "http://u@a.local",
                  "http://a.local/x y", "http://a.local/?q"):  # fmt: skip
        with pytest.raises(CannotAnnounce):
            address(wrong)


def test_this_computers_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, host in (("PC-1.example", "pc-1.local"), ("Été_2", "t--2.local"), ("...", "ordis-workshop.local")):
        monkeypatch.setattr("socket.gethostname", lambda name=name: name)
        assert announce.own_host() == host


def test_a_wrong_certificate_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rubbish.pem").write_text("rubbish")
    for file in ("rubbish.pem", "missing.pem"):
        options = ["--certificate", str(tmp_path / file), "--private-key", str(tmp_path / file)]
        assert main(["serve", "--data", str(tmp_path / "data"), "--port", "0", *options]) == 3
        assert capsys.readouterr().err.strip()


def test_on_loopback_nothing_is_announced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--data", str(tmp_path), "--port", "0", "--announce"]) == 3
    assert "cannot be announced" in capsys.readouterr().err

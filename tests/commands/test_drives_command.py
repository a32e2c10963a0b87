"""`ordis drives`: the plan of each drive in words and as JSON. No drive is looked at."""

import json
from typing import Any

import pytest
from mute_link import MuteLink

from agent import probing
from agent.cli import main
from agent.inventory import drives as real_drives
from agent.model.inventory import Drive, EraseOffer, HiddenArea
from agent.model.message import say
from agent.model.words import Method, Technique, Transport

GB = 10**9


SSD = Drive(
    path="/dev/sda", transport=Transport.ATA, model="SSD", serial="A1", size_bytes=256 * GB, rotational=False,
    firmware_asked=True, hidden_areas=[HiddenArea(kind="dco", bytes=GB, removable=False)],
    erase_offers=[
        EraseOffer(technique=Technique.ATA_SANITIZE, method=Method.BLOCK, seconds=60, no_fallback=True),
        EraseOffer(technique=Technique.ATA_SECURITY_ERASE, method=Method.NORMAL, blocked=say("Not now.")),
    ],
)  # fmt: skip
STICK = Drive(path="/dev/sdb", transport=Transport.USB, size_bytes=8 * GB, obstacles=[say("It is the stick.")])


@pytest.fixture(autouse=True)
def _seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "DriveLink", MuteLink)
    monkeypatch.setattr(real_drives, "find", lambda *_, **__: [SSD, STICK])


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["drives", "--lang", "en", *words]) == 0
    return capsys.readouterr().out


def test_clear_by_default_with_everything_else_ruled_out(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys)
    assert "would be erased by: overwrite (level Clear), fully read back, about 24 min" in text
    assert "not by ATA sanitize, block erase: Not needed" in text
    assert "not by ATA security erase, normal: Not now." in text
    assert text.count("Not for this kind of drive.") == 1  # many ways, one line
    assert "hidden area (DCO): 1 GB" in text
    assert "may not be erased: It is the stick." in text


def test_purge_shows_each_step_and_what_to_know(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "--level", "purge")
    assert "would be erased by: ATA sanitize, block erase (level Purge), read back in samples, about 60 s" in text
    assert "then: overwrite (level Clear), fully read back" in text
    assert "all together: level Purge" in text
    assert "no way back" in text


def test_a_profile_is_planned_as_its_intake_would(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "--profile", "donor-contract", "--json").splitlines()
    plans: list[dict[str, Any]] = [drive["plan"] for drive in json.loads(lines[-1])["drives"]]
    assert [step["technique"] for step in plans[0]["steps"]] == ["ata_sanitize", "overwrite"]
    assert plans[0]["steps"][1]["passes"] == ["random"]
    assert plans[0]["level"] == "purge"
    assert plans[1]["obstacles"][0]["text"] == "It is the stick."
    # What is named beside it goes before it.
    assert "level Purge" not in told(capsys, "--profile", "donor-contract", "--level", "clear")


def test_an_unknown_profile_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drives", "--profile", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err

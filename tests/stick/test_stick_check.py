"""`ordis stick check`: every line good on a healthy stick, and each of them bad where something is wrong."""

import contextlib
import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stick_image
from plugged import OneStick, Plugged, run_good

from agent.cli import main
from agent.delivery.answers import Answer
from agent.delivery.errors import Unreachable
from agent.model.message import say
from agent.model.words import Mode
from agent.report.keys import load_or_make
from agent.settings import Settings, Workshop
from agent.stick import current, ready, start
from agent.stick.check import Check, NothingToCheck, check, key_of
from agent.stick.current import ImageFacts, beside_image, by_workshop, facts
from agent.stick.files import check_files
from agent.stick.finding import Finding
from agent.stick.imagefile import WrongImage
from agent.stick.ready import Places
from agent.stick.table import SECTOR


@pytest.fixture
def stick(tmp_path: Path, places: Places, plug: Callable[..., Plugged], monkeypatch: pytest.MonkeyPatch) -> Plugged:
    """A stick in use, with files on it as the image has them."""
    monkeypatch.setattr("agent.stick.check.LEAST_FREE_BYTES", 1 << 20)  # the whole partition is no 16 MiB here
    files = tmp_path / "files"
    (files / "live").mkdir(parents=True)
    (files / "live/filesystem.squashfs").write_bytes(os.urandom(3 << 20))
    (files / "live/vmlinuz").write_bytes(b"kernel")
    listed = (files / "live/filesystem.squashfs", files / "live/vmlinuz")
    lines = (f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(files)}\n" for file in listed)
    (files / "live/manifest.sha256").write_text("".join(lines))
    # As large as the image, so that nothing is to be grown: that has tests of its own.
    one = plug(stick_image.make_image(tmp_path / "stick.img", files=files))
    settings = Settings(state_dir=places.state)
    status = start.prepare(OneStick(one), lambda: settings, places, virtual=True)
    assert not status.problems
    return one


def checked(stick: Plugged, places: Places, **wanted: Any) -> dict[str, Finding]:
    found = list(check(OneStick(stick), Check(places, virtual=True, **wanted)))
    assert len({finding.what for finding in found}) == len(found)
    return {finding.what: finding for finding in found}


def bad(found: dict[str, Finding]) -> set[str]:
    return {what for what, finding in found.items() if finding.good is False}


@pytest.mark.loop
def test_a_healthy_stick(stick: Plugged, places: Places) -> None:
    found = checked(stick, places)
    assert bad(found) == set()
    assert set(found) == {"stick", "boot_volume", "size", "state_volume", "room", "write", "files", "rate"}
    assert "2 files" in str(found["files"].text)
    assert not list(places.state.glob(".check*"))


@pytest.mark.loop
def test_a_changed_and_a_missing_file(stick: Plugged, places: Places) -> None:
    run_good("mount", "-o", "remount,rw", str(places.boot))
    with (places.boot / "live/filesystem.squashfs").open("r+b") as file:
        file.seek(2 << 20)
        file.write(b"\0" * 100)
    (places.boot / "live/vmlinuz").unlink()
    found = checked(stick, places)
    assert bad(found) == {"files"}
    assert "2 files" in str(found["files"].text)
    assert "live/filesystem.squashfs" in str(found["files"].text)
    (places.boot / "live/manifest.sha256").unlink()
    assert bad(checked(stick, places)) == {"files"}


@pytest.mark.loop
def test_a_volume_that_was_not_closed(stick: Plugged, places: Places) -> None:
    write(stick, stick_image.BOOT_FIRST * SECTOR, stick_image.fat_sector(dirty=True))
    assert bad(checked(stick, places)) == {"boot_volume"}


@pytest.mark.loop
def test_a_state_partition_that_is_not_in_use(stick: Plugged, places: Places) -> None:
    run_good("umount", str(places.state))
    assert bad(checked(stick, places)) == {"state_mounted"}
    # Errors that the kernel has counted (s_error_count).
    write(stick, stick_image.STATE_FIRST * SECTOR + 1024 + 0x194, b"\x01\0\0\0")
    assert bad(checked(stick, places)) == {"state_mounted", "state_volume"}


@pytest.mark.loop
def test_a_full_state_partition(stick: Plugged, places: Places) -> None:
    with contextlib.suppress(OSError):
        for number in range(1000):
            with (places.state / f"filler-{number}").open("wb") as filler:
                os.posix_fallocate(filler.fileno(), 0, 1 << 16)
    found = checked(stick, places)
    assert "room" in bad(found)
    assert bad(found) <= {"room", "write"}


@pytest.mark.loop
def test_what_was_wrong_at_the_start_and_a_stick_that_is_not_grown(
    image: Path, tmp_path: Path, places: Places, plug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise OSError("no growing today")

    monkeypatch.setattr(ready, "grow", fails)
    one = plug(stick_image.copied(image, tmp_path / "small.img"))
    start.prepare(OneStick(one), lambda: Settings(state_dir=places.state), places, virtual=True)
    found = checked(one, places)
    assert {"start", "size"} <= bad(found)
    assert "no growing today" in str(found["start"].text)


@pytest.mark.loop
def test_beside_an_image(stick: Plugged, places: Places, tmp_path: Path) -> None:
    same = stick_image.make_image(tmp_path / "same.img")
    assert checked(stick, places, image=same)["version"].good
    run_good("zstd", "-q", str(same), "-o", str(tmp_path / "same.img.zst"))
    assert checked(stick, places, image=tmp_path / "same.img.zst")["version"].good
    with same.open("r+b") as file:
        file.seek(stick_image.BOOT_FIRST * SECTOR + 67)
        file.write(b"none")
    assert bad(checked(stick, places, image=same)) == {"version"}


def test_no_stick(places: Places) -> None:
    with pytest.raises(NothingToCheck) as caught:
        list(check(OneStick(), Check(places)))
    assert caught.value.exit_code == 3


@pytest.mark.loop
def test_the_command(stick: Plugged, places: Places, monkeypatch: pytest.MonkeyPatch, capsys: Any, home: Path) -> None:
    monkeypatch.setattr("agent.commands.stick_check.Live", lambda: OneStick(stick))
    monkeypatch.setattr("agent.commands.stick_check.Check", lambda **words: Check(places, **words))
    (home / "ordis.toml").write_text(f'state_dir = "{places.state}"\n')
    assert main(["stick", "check", "--allow-virtual", "--json"]) == 0
    *events, result = map(json.loads, capsys.readouterr().out.splitlines())
    assert result == {"event": "result", "healthy": True, "bad": []}
    assert {event["event"] for event in events} == {"finding"}
    run_good("umount", str(places.state))
    assert main(["stick", "check", "--allow-virtual", "--lang", "en"]) == 1
    out = capsys.readouterr().out
    assert "✗ The data partition is not in use" in out
    assert "✓ " in out
    monkeypatch.setattr("agent.commands.stick_check.Live", OneStick)
    assert main(["stick", "check", "--lang", "en"]) == 3


# ---- the list of files


@pytest.mark.parametrize("line", ["", "abc  live/x", "0" * 64 + "  ../etc/passwd", "0" * 64 + "  /etc/passwd", "\xff"])
def test_a_list_that_is_none(tmp_path: Path, line: str) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "live/manifest.sha256").write_bytes((line + "\n").encode("latin-1"))
    [finding] = check_files(tmp_path)
    assert finding.good is False


# ---- current


class Workshops:
    def __init__(self, body: bytes, status: int = 200) -> None:
        self.answer = Answer(status, "", body)
        self.asked = ""

    def __call__(self, place: str, *_: object) -> Answer:
        self.asked = place
        return self.answer


SETTINGS = Settings(workshop=Workshop(url="https://workshop.invalid"))
IMAGE = ImageFacts.model_validate_json('{"version": "0.1.0+abc", "built": "2026-11-29T17:00:00Z"}')


def test_what_the_workshop_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = load_or_make(tmp_path, Mode.REAL).public

    def told(body: bytes, status: int = 200) -> dict[str, bool | None]:
        workshop = Workshops(body, status)
        monkeypatch.setattr(current, "get", workshop)
        findings = {finding.what: finding.good for finding in by_workshop(SETTINGS, key, IMAGE)}
        assert workshop.asked.startswith("stick?key=ordis-ed25519:")
        assert "+" not in workshop.asked
        return findings

    assert told(b'{"version": "0.1.0+abc", "enrolled": true}') == {"version": True, "enrolled": True}
    assert told(b'{"version": "0.2.0", "enrolled": false}') == {"version": False, "enrolled": False}
    assert told(b'{"version": null, "enrolled": null}') == {"version": None}
    for rubbish in (b"", b"[]", b'{"version": 1}', b"<html>"):
        assert told(rubbish) == {"workshop": None}
    assert told(b"{}", 404) == {"workshop": None}

    def silent(*_: object) -> Answer:
        raise Unreachable(say("Nothing answers."))

    monkeypatch.setattr(current, "get", silent)
    [finding] = by_workshop(SETTINGS, key, IMAGE)
    assert (finding.what, finding.good) == ("workshop", None)
    [finding] = by_workshop(Settings(), key, IMAGE)
    assert (finding.what, finding.good) == ("workshop", None)


def test_what_the_image_says_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "image.toml"
    assert facts(file) is None
    for built in ('"2026-11-29T17:00:00Z"', "2026-11-29T17:00:00Z"):
        file.write_text(f'version = "0.1.0+abc"\nbuilt = {built}\n')
        assert facts(file) == IMAGE
    file.write_text("version = 1")
    assert facts(file) is None


def test_the_key(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    assert key_of(settings)[1].good is False
    load_or_make(tmp_path / "keys", Mode.TRAINING)
    assert key_of(settings)[1].good is False
    public = load_or_make(tmp_path / "keys", Mode.REAL).public
    assert key_of(settings)[0] == public


@pytest.mark.parametrize("data", [b"", b"\x28\xb5\x2f\xfd", b"\x28\xb5\x2f\xfdrubbish", bytes(2 << 20), None])
def test_a_file_that_is_no_image(tmp_path: Path, data: bytes | None) -> None:
    file = tmp_path / "image"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(WrongImage):
        beside_image("", file)


def write(stick: Plugged, at: int, data: bytes) -> None:
    """Onto the device, past the file system."""
    with open(stick.path, "r+b") as device:
        device.seek(at)
        device.write(data)
        device.flush()
        os.fsync(device.fileno())
    subprocess.run(["blockdev", "--flushbufs", stick.path], check=True)
